//! Answering requests, without JavaScript: what [`serve`](super) does between two messages, natively
//! testable.

use crate::arch::{Shape, Size};
use crate::engine::memory::BUDGET_BYTES;
use crate::engine::{Hooks, Moments, PixelFormat, Region, Tensor, channel_sums, preprocess};

use super::forward::{Forward, Prepared};
use super::message::{
    BandSpec, Goal, Layer, Request, Response, RunError, moments_from_numbers, moments_to_numbers,
    sums_to_numbers,
};
use super::subject::check_size;

/// Shortest time between two reports of progress inside a band: a frame.
const REPORT_MILLISECONDS: f64 = 16.0;

/// The large part of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Buffer {
    /// There is none.
    Nothing,
    /// `Float32Array`.
    Floats(Vec<f32>),
    /// The moments of a [`Request::Band`], as `Float64Array`; and the values that were measured, of
    /// [`Goal::Normalize`] alone.
    Band(Vec<f64>, Option<Vec<f32>>),
    /// `Uint8Array`.
    Bytes(Vec<u8>),
}

/// A large part of a response.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part<'a> {
    /// `Float32Array`.
    Floats(&'a [f32]),
    /// `Float64Array`.
    Doubles(&'a [f64]),
    /// `Uint8Array`.
    Bytes(&'a [u8]),
}

/// Where answers go, and what a worker knows of its surroundings.
pub trait Outbox {
    /// Sends an answer.
    ///
    /// # Errors
    /// When the memory to hand a buffer over is lacking.
    fn post(&self, response: &Response, parts: &[Part]) -> Result<(), RunError>;

    /// Milliseconds since some moment.
    fn now(&self) -> f64;

    /// Bytes of the worker's memory.
    fn memory(&self) -> f64;
}

/// What a worker keeps between two requests: the weights it packed last, and of an open run the image.
#[derive(Debug, Default)]
pub struct Desk {
    forward: Option<Forward>,
    prepared: Option<Prepared>,
    /// Memory of the band finished last, for the next.
    spare: Vec<f32>,
}

/// What a request's buffer must hold before it is worth copying: the number of values, or why it can't
/// be run at all; `None` where any number will do.
///
/// # Errors
/// When the numbers are invalid or the run would not fit into memory.
pub fn expected_length(request: &Request) -> Result<Option<u64>, RunError> {
    match request {
        Request::Preprocess { image_width, image_height, .. } => {
            let bytes = u64::from(*image_width) * u64::from(*image_height);
            let bytes = bytes.saturating_mul(4);
            // The photograph is held twice: as it arrived, and in the worker's memory.
            let needed = bytes.saturating_mul(2);
            if needed > BUDGET_BYTES {
                return Err(RunError::too_much_memory(needed, BUDGET_BYTES));
            }
            Ok(Some(bytes))
        }
        Request::Open { forward, .. } => {
            Ok(Some(3 * u64::from(forward.height) * u64::from(forward.width)))
        }
        Request::Band { .. } | Request::Close { .. } => Ok(None),
    }
}

impl Desk {
    /// Memory for so many values of a band that comes with a request.
    ///
    /// # Errors
    /// When an allocation fails.
    pub fn room(&mut self, values: usize) -> Result<Vec<f32>, RunError> {
        let spare = std::mem::take(&mut self.spare);
        let row = Shape::new(1, 1, values as u64);
        Ok(Tensor::over(1, row, spare)?.into_data())
    }

    /// Answers `request`. An error ends the run; the caller reports it as [`Response::Failed`].
    ///
    /// # Errors
    /// See [`RunError`].
    pub fn answer(
        &mut self,
        request: &Request,
        buffer: Buffer,
        outbox: &dyn Outbox,
    ) -> Result<(), RunError> {
        match (request, buffer) {
            (&Request::Preprocess { run, image_width, image_height, height, width }, buffer) => {
                let Buffer::Bytes(pixels) = buffer else {
                    return Err(wrong_buffer());
                };
                let target = Size { height: height.into(), width: width.into() };
                check_size(target)?;
                let rgba = PixelFormat::Rgba8;
                let made = preprocess(&pixels, rgba, image_width, image_height, target)?;
                let rectangle = made.rectangle;
                let response = Response::Preprocessed { run, rectangle, height, width };
                let (crop, _) = made.crop.as_chunks::<3>();
                let crop = crop.iter().flat_map(|&[red, green, blue]| [red, green, blue, 255]);
                let crop: Vec<u8> = crop.collect();
                outbox.post(&response, &[Part::Floats(made.tensor.data()), Part::Bytes(&crop)])
            }
            (Request::Open { run, forward }, Buffer::Floats(image)) => {
                self.forward = Some(Forward::new(*run, forward.clone(), image)?);
                Ok(())
            }
            (&Request::Band { run, ref band, goal }, Buffer::Band(known, values)) => {
                self.compute(run, band, goal, &moments_from_numbers(&known), values, outbox)
            }
            (&Request::Close { run }, Buffer::Nothing) => {
                self.forward.take_if(|forward| forward.run == run);
                self.spare = Vec::new();
                outbox.post(&Response::Closed { run, memory: outbox.memory() }, &[])
            }
            _ => Err(wrong_buffer()),
        }
    }

    fn compute(
        &mut self,
        run: u32,
        spec: &BandSpec,
        goal: Goal,
        known: &[Moments],
        values: Option<Vec<f32>>,
        outbox: &dyn Outbox,
    ) -> Result<(), RunError> {
        let forward = self.forward.as_ref().filter(|forward| forward.run == run);
        let forward = forward.ok_or_else(|| internal("the run is not open"))?;
        let BandSpec { layer: of, region: Region { channels, rows } } = spec;
        let key = (forward.spec.subject, forward.size, forward.spec.seed, *of, channels.clone());
        if self.prepared.as_ref().is_none_or(|prepared| prepared.key != key) {
            // The old weights go before the new ones come, and what would stand in the way of their place
            // being used as a whole.
            (self.prepared, self.spare) = (None, Vec::new());
            let layer = forward.prepare(*of, channels)?;
            self.prepared = Some(Prepared { key, layer });
        }
        let Some(Prepared { layer, .. }) = &self.prepared else { return Ok(()) };
        let now = || outbox.now();
        let mut last = now();
        let mut report = |fraction: f64| {
            let time = now();
            if time - last >= REPORT_MILLISECONDS {
                last = time;
                // A lost report is no reason to lose the run.
                let _ = outbox.post(&Response::Progress { run, fraction }, &[]);
            }
        };
        let hooks = &mut Hooks::new(&now, &mut report);
        let spare = values.unwrap_or_else(|| std::mem::take(&mut self.spare));
        let (band, moments) = match goal {
            Goal::Measure => forward.measure(layer, rows, spare, hooks)?,
            Goal::Normalize => (forward.normalize(layer, rows, known, spare, hooks)?, Vec::new()),
            Goal::Finish => (forward.finish(layer, rows, known, spare, hooks)?, Vec::new()),
        };
        let (made, milliseconds) = band.finish();
        if goal == Goal::Measure {
            let numbers = moments_to_numbers(&moments);
            let response = Response::Measured { run, milliseconds };
            outbox.post(&response, &[Part::Doubles(&numbers), Part::Floats(made.data())])?;
        } else if *of == Layer::Subject {
            let sums = sums_to_numbers(&channel_sums(&made));
            let response = Response::Band { run, milliseconds };
            outbox.post(&response, &[Part::Doubles(&sums), Part::Floats(made.data())])?;
        } else {
            outbox.post(&Response::Band { run, milliseconds }, &[])?;
        }
        self.spare = made.into_data();
        Ok(())
    }
}

pub(super) fn internal(why: &str) -> RunError {
    RunError::Internal(why.to_owned())
}

fn wrong_buffer() -> RunError {
    internal("the buffer is of another type than the request needs")
}
