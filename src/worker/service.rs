//! Computes the answers to requests, without JavaScript: what `serve` does between two messages, natively
//! testable.

use crate::arch::{Shape, Size};
use crate::engine::memory::BUDGET_BYTES;
use crate::engine::{Moments, PixelFormat, Region, RunObserver, Tensor, channel_sums, preprocess};

use super::codec::{moments_from_numbers, moments_to_numbers, sums_to_numbers};
use super::error::RunError;
use super::message::{BandSpec, Goal, Request, Response};
use super::open_run::{BandTask, OpenRun, Prepared};
use super::spec::{Job, check_size};

/// Shortest time between two reports of progress inside a band: a frame.
const REPORT_MILLISECONDS: f64 = 16.0;

/// The buffer of a request.
#[derive(Clone, Debug, PartialEq)]
pub enum Buffer {
    Nothing,
    /// `Float32Array`.
    Floats(Vec<f32>),
    /// The moments of a [`Request::Band`], as `Float64Array`; and, for [`Goal::Normalize`], the measured
    /// values.
    Band(Vec<f64>, Option<Vec<f32>>),
    /// `Uint8Array`.
    Bytes(Vec<u8>),
}

/// A buffer of a response.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Part<'a> {
    /// `Float32Array`.
    Floats(&'a [f32]),
    /// `Float64Array`.
    Doubles(&'a [f64]),
    /// `Uint8Array`.
    Bytes(&'a [u8]),
}

/// The worker's surroundings: where responses are sent, a clock, its memory.
pub trait Outbox {
    /// Sends a response.
    ///
    /// # Errors
    /// When a buffer can't be allocated.
    fn post(&self, response: &Response, parts: &[Part]) -> Result<(), RunError>;

    /// Milliseconds since a fixed moment.
    fn now(&self) -> f64;

    /// Bytes of the worker's memory.
    fn memory(&self) -> f64;
}

/// The state of a worker between two requests: the open run, and the weights it packed last.
#[derive(Debug, Default)]
pub struct WorkerService {
    open: Option<OpenRun>,
    prepared: Option<Prepared>,
    /// Memory of the last band, for the next.
    spare: Vec<f32>,
}

/// The number of values that the buffer of a request must hold, checked before it is copied; `None` where any number is
/// allowed.
///
/// # Errors
/// When the request needs too much memory.
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

impl WorkerService {
    /// Memory for `values` values of a band that is sent with a request.
    ///
    /// # Errors
    /// When an allocation fails.
    pub fn take_spare(&mut self, values: usize) -> Result<Vec<f32>, RunError> {
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
                self.open = Some(OpenRun::new(*run, forward.clone(), image)?);
                Ok(())
            }
            (&Request::Band { run, ref band, goal }, Buffer::Band(known, values)) => {
                self.compute(run, band, goal, &moments_from_numbers(&known), values, outbox)
            }
            (&Request::Close { run }, Buffer::Nothing) => {
                self.open.take_if(|open| open.run == run);
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
        let open = self.open.as_ref().filter(|open| open.run == run);
        let open = open.ok_or_else(|| RunError::internal("the run is not open"))?;
        let BandSpec { job, region: Region { channels, rows } } = spec;
        let key = open.key(*job, channels);
        if self.prepared.as_ref().is_none_or(|prepared| prepared.key != key) {
            // Freed first, so that the new weights can take the place of the old.
            (self.prepared, self.spare) = (None, Vec::new());
            let branches = open.prepare(&key)?;
            self.prepared = Some(Prepared { key, branches });
        }
        let Some(Prepared { branches, .. }) = &self.prepared else { return Ok(()) };
        let now = || outbox.now();
        let mut last = now();
        let mut report = |fraction: f64| {
            let time = now();
            if time - last >= REPORT_MILLISECONDS {
                last = time;
                // A report that fails does not end the run.
                let _ = outbox.post(&Response::Progress { run, fraction }, &[]);
            }
        };
        let observer = &mut RunObserver::new(&now, &mut report);
        let values = values.unwrap_or_else(|| std::mem::take(&mut self.spare));
        let task = BandTask { branches, rows, known, values };
        let (band, moments) = match goal {
            Goal::Measure => open.measure(task, observer)?,
            Goal::Normalize => (open.normalize(task, observer)?, Vec::new()),
            Goal::Finish => (open.finish(task, observer)?, Vec::new()),
        };
        let (output, milliseconds) = band.finish();
        if goal == Goal::Measure {
            let numbers = moments_to_numbers(&moments);
            let response = Response::Measured { run, milliseconds };
            outbox.post(&response, &[Part::Doubles(&numbers), Part::Floats(output.data())])?;
        } else if *job == Job::Workload {
            let sums = sums_to_numbers(&channel_sums(&output));
            let response = Response::Band { run, milliseconds };
            outbox.post(&response, &[Part::Doubles(&sums), Part::Floats(output.data())])?;
        } else {
            outbox.post(&Response::Band { run, milliseconds }, &[])?;
        }
        self.spare = output.into_data();
        Ok(())
    }
}

fn wrong_buffer() -> RunError {
    RunError::internal("the buffer is of another type than the request needs")
}
