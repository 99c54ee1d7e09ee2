//! Answering requests, without JavaScript: what [`serve`](super) does between two messages, natively
//! testable.

use std::collections::BTreeMap;

use crate::arch::Size;
use crate::engine::memory::BUDGET_BYTES;
use crate::engine::{Hooks, PixelFormat, channel_sums, preprocess};

use super::forward::{Forward, Prepared, check_size};
use super::message::{
    BandSpec, Goal, Layer, Request, Response, RunError, moments_to_numbers, sums_to_numbers,
};

/// Shortest time between two reports of progress inside a band: a frame.
const REPORT_MILLISECONDS: f64 = 16.0;

/// The large part of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Buffer {
    /// There is none.
    Nothing,
    /// `Float32Array`.
    Floats(Vec<f32>),
    /// `Float64Array`.
    Doubles(Vec<f64>),
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

/// What a worker keeps between two requests: the weights it packed last, and of an open run the image
/// and the bands that wait for a norm.
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
        Request::Band { .. } | Request::Forget { .. } | Request::Close { .. } => Ok(None),
    }
}

impl Desk {
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
                // The last run's bands go before this one's image comes.
                self.forward = None;
                self.forward = Some(Forward::new(*run, forward.clone(), image)?);
                Ok(())
            }
            (&Request::Band { run, band, goal }, Buffer::Doubles(known)) => {
                self.compute(run, band, goal, &known, outbox)
            }
            (&Request::Forget { run, first }, Buffer::Nothing) => {
                if let Some(forward) = self.forward.as_mut().filter(|forward| forward.run == run) {
                    forward.bands.remove(&first);
                }
                Ok(())
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
        spec: BandSpec,
        goal: Goal,
        known: &[f64],
        outbox: &dyn Outbox,
    ) -> Result<(), RunError> {
        let forward = self.forward.as_mut().filter(|forward| forward.run == run);
        let forward = forward.ok_or_else(|| internal("the run is not open"))?;
        let key = (forward.spec.module, forward.size, forward.spec.seed, spec.layer);
        if self.prepared.as_ref().is_none_or(|prepared| prepared.key != key) {
            // The old weights go before the new ones come.
            (self.prepared, forward.bands) = (None, BTreeMap::new());
            self.prepared = Some(Prepared { key, layer: forward.prepare(spec.layer)? });
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
        let mut hooks = Hooks::new(&now, &mut report);
        let spare = std::mem::take(&mut self.spare);
        match goal {
            Goal::Measure { level } => {
                let (band, moments) = forward.measure(layer, spec, level, known, &mut hooks)?;
                forward.bands.insert(spec.first, band);
                let numbers = moments_to_numbers(&moments);
                outbox.post(&Response::Measured { run }, &[Part::Doubles(&numbers)])
            }
            Goal::Finish => {
                let (rows, milliseconds) =
                    forward.finish(layer, spec, known, spare, &mut hooks)?.finish();
                let response = Response::Band { run, milliseconds };
                if spec.layer == Layer::Module {
                    let sums = sums_to_numbers(&channel_sums(&rows));
                    outbox.post(&response, &[Part::Doubles(&sums), Part::Floats(rows.data())])?;
                } else {
                    outbox.post(&response, &[])?;
                }
                // Bands that were kept for a norm are all there are: the next needs no memory of this.
                if forward.bands.is_empty() {
                    self.spare = rows.into_data();
                }
                Ok(())
            }
        }
    }
}

pub(super) fn internal(why: &str) -> RunError {
    RunError::Internal(why.to_owned())
}

fn wrong_buffer() -> RunError {
    internal("the buffer is of another type than the request needs")
}
