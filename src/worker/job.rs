//! Answering one request, without JavaScript: what [`serve`](super) does between two messages, natively
//! testable.

use crate::arch::{BasicConv2d, Field, FieldError, Inception, InceptionFields, Size};
use crate::engine::memory::{self, BUDGET_BYTES};
use crate::engine::{
    BatchNorm, Hooks, ModuleWeights, PixelFormat, PreparedInception, PreparedUnit, Progress,
    Tensor, UnitWeights, channel_statistics, lift, preprocess,
};

use super::message::{BranchReport, PlainSpec, Request, Response, RunError};

/// Shortest time between two reports of progress inside a stage: a frame.
const REPORT_MILLISECONDS: f64 = 16.0;

/// A large part of a message.
#[derive(Clone, Debug, PartialEq)]
pub enum Buffer {
    /// `Float32Array`.
    Floats(Vec<f32>),
    /// `Uint8Array`.
    Bytes(Vec<u8>),
}

/// Where answers go, and the clock.
pub trait Outbox {
    /// Sends an answer.
    ///
    /// # Errors
    /// When the memory to hand a buffer over is lacking.
    fn post(&self, response: &Response, buffers: Vec<Buffer>) -> Result<(), RunError>;

    /// Milliseconds since some moment.
    fn now(&self) -> f64;
}

/// Answers `request`. An error ends the run; the caller reports it as [`Response::Failed`].
///
/// # Errors
/// See [`RunError`].
pub fn answer(request: &Request, buffer: Buffer, outbox: &dyn Outbox) -> Result<(), RunError> {
    match (request, buffer) {
        (&Request::Preprocess { run, image_width, image_height, height, width }, buffer) => {
            let Buffer::Bytes(pixels) = buffer else {
                return Err(wrong_buffer());
            };
            let target = Size { height: height.into(), width: width.into() };
            Field::Height.check(target.height).map_err(invalid)?;
            Field::Width.check(target.width).map_err(invalid)?;
            let made = preprocess(&pixels, PixelFormat::Rgba8, image_width, image_height, target)?;
            let response = Response::Preprocessed { run, rectangle: made.rectangle, height, width };
            let (crop, _) = made.crop.as_chunks::<3>();
            let crop =
                crop.iter().flat_map(|&[red, green, blue]| [red, green, blue, 255]).collect();
            let tensor = Buffer::Floats(made.tensor.into_data());
            outbox.post(&response, vec![tensor, Buffer::Bytes(crop)])
        }
        (Request::Forward { run, module, height, width, seed, batch_norm, plain }, buffer) => {
            let Buffer::Floats(image) = buffer else {
                return Err(wrong_buffer());
            };
            let size = Size { height: (*height).into(), width: (*width).into() };
            let forward = Forward::new(*run, *module, size, *seed, *batch_norm, plain, outbox)?;
            forward.run(image)
        }
    }
}

/// What a request's buffer must hold before it is worth copying: the number of values, or why it can't
/// be run at all.
///
/// # Errors
/// When the numbers are invalid or the run would not fit into memory.
pub fn expected_length(request: &Request) -> Result<u64, RunError> {
    match *request {
        Request::Preprocess { image_width, image_height, .. } => {
            let bytes = u64::from(image_width) * u64::from(image_height);
            let bytes = bytes.saturating_mul(4);
            // The photograph is held twice: as it arrived, and in the worker's memory.
            let needed = bytes.saturating_mul(2);
            if needed > BUDGET_BYTES {
                return Err(RunError::too_much_memory(needed, BUDGET_BYTES));
            }
            Ok(bytes)
        }
        Request::Forward { height, width, .. } => Ok(3 * u64::from(height) * u64::from(width)),
    }
}

/// A checked request for a forward pass.
struct Forward<'a> {
    run: u32,
    module: Inception,
    size: Size,
    seed: u32,
    batch_norm: BatchNorm,
    plain: Vec<(PlainSpec, BasicConv2d)>,
    outbox: &'a dyn Outbox,
}

impl<'a> Forward<'a> {
    fn new(
        run: u32,
        module: InceptionFields,
        size: Size,
        seed: u32,
        batch_norm: BatchNorm,
        plain: &[PlainSpec],
        outbox: &'a dyn Outbox,
    ) -> Result<Self, RunError> {
        let module = Inception::new(module).map_err(invalid)?;
        Field::Height.check(size.height).map_err(invalid)?;
        Field::Width.check(size.width).map_err(invalid)?;
        let plain: Result<Vec<_>, RunError> = plain
            .iter()
            .map(|&spec| {
                let kernel = Field::PlainKernel.check(spec.kernel_size.into()).map_err(invalid)?;
                let out = Field::PlainOut.check(spec.out_channels.into()).map_err(invalid)?;
                Ok((spec, BasicConv2d::same(module.in_channels, out, kernel)))
            })
            .collect();
        let plain = plain?;
        let units: Vec<_> = plain.iter().map(|&(_, unit)| unit).collect();
        let needed = memory::forward(&module, size, &units).map_or(u64::MAX, |need| need.peak);
        if needed > BUDGET_BYTES {
            return Err(RunError::too_much_memory(needed, BUDGET_BYTES));
        }
        Ok(Self { run, module, size, seed, batch_norm, plain, outbox })
    }

    fn run(&self, image: Vec<f32>) -> Result<(), RunError> {
        let now = || self.outbox.now();
        let mut last = f64::NEG_INFINITY;
        let mut report = |Progress { stage, fraction }: Progress| {
            let time = now();
            if fraction >= 1.0 || time - last >= REPORT_MILLISECONDS {
                last = time;
                let response = Response::Progress { run: self.run, stage, fraction };
                // A lost report is no reason to lose the run.
                let _ = self.outbox.post(&response, Vec::new());
            }
        };
        let mut hooks = Hooks::new(&now, &mut report);
        let image = Tensor::from_image(self.size.with_channels(3), image)?;
        let lifted = self.module.in_channels != 3;
        let input = if lifted { lift(&image, self.module.in_channels, &mut hooks)? } else { image };
        self.run_module(&input, lifted, &mut hooks)?;
        for &(spec, unit) in &self.plain {
            let prepared = {
                let weights = UnitWeights::from_seed(&unit, self.seed)?;
                PreparedUnit::new(&unit, self.size, &weights)?
            };
            let milliseconds = prepared.run(&input, self.batch_norm, &mut hooks)?.milliseconds;
            let response = Response::Plain { run: self.run, spec, milliseconds };
            self.outbox.post(&response, Vec::new())?;
        }
        self.outbox.post(&Response::Done { run: self.run }, Vec::new())
    }

    fn run_module(&self, input: &Tensor, lifted: bool, hooks: &mut Hooks) -> Result<(), RunError> {
        let prepared = {
            let weights = ModuleWeights::from_seed(&self.module, self.seed)?;
            PreparedInception::new(&self.module, self.size, &weights)?
        };
        let made = prepared.run(input, self.batch_norm, hooks)?;
        let branches = made.branches.iter().map(|branch| BranchReport {
            id: branch.id,
            shape: branch.shape,
            milliseconds: branch.milliseconds,
        });
        let response = Response::Module {
            run: self.run,
            lifted,
            shape: made.output.shape(),
            branches: branches.collect(),
            milliseconds: made.milliseconds,
            statistics: channel_statistics(&made.output),
        };
        self.outbox.post(&response, vec![Buffer::Floats(made.output.into_data())])
    }
}

fn invalid(error: FieldError) -> RunError {
    RunError::InvalidModule(error.to_string())
}

fn wrong_buffer() -> RunError {
    RunError::Internal("the buffer is of another type than the request needs".to_owned())
}

#[cfg(test)]
mod tests {
    use std::cell::{Cell, RefCell};

    use super::*;
    use crate::arch::{BranchId, Shape};
    use crate::engine::Stage;

    #[derive(Default)]
    struct Posted {
        all: RefCell<Vec<(Response, Vec<Buffer>)>>,
        clock: Cell<f64>,
    }

    impl Outbox for Posted {
        fn post(&self, response: &Response, buffers: Vec<Buffer>) -> Result<(), RunError> {
            // Through the wire's format and back, as the page would read it.
            let text = serde_json::to_string(response).unwrap();
            self.all.borrow_mut().push((serde_json::from_str(&text).unwrap(), buffers));
            Ok(())
        }

        fn now(&self) -> f64 {
            self.clock.set(self.clock.get() + 1.0);
            self.clock.get()
        }
    }

    fn forward(module: InceptionFields, side: u32, plain: Vec<PlainSpec>) -> Request {
        let batch_norm = BatchNorm::Batch;
        Request::Forward { run: 5, module, height: side, width: side, seed: 1, batch_norm, plain }
    }

    const SMALL: InceptionFields = InceptionFields::new(4, [2, 3, 4, 2, 3, 2]);

    #[test]
    fn a_forward_pass_answers_in_order() {
        let posted = Posted::default();
        let plain = vec![PlainSpec { kernel_size: 3, out_channels: 11 }];
        let request = forward(SMALL, 6, plain);
        assert_eq!(expected_length(&request), Ok(108));
        answer(&request, Buffer::Floats(vec![0.5; 108]), &posted).unwrap();
        let all = posted.all.into_inner();
        assert!(all.iter().all(|(response, _)| response.run() == Some(5)));
        let ends: Vec<_> = all
            .iter()
            .filter_map(|(response, _)| match response {
                Response::Progress { stage, fraction: 1.0, .. } => Some(*stage),
                _ => None,
            })
            .collect();
        let branches = BranchId::ALL.map(Stage::Branch);
        assert_eq!(
            ends,
            [&[Stage::Lift], &branches[..], &[Stage::Plain { kernel_size: 3 }]].concat()
        );
        let module = all.iter().find_map(|(response, buffers)| match response {
            Response::Module { lifted: true, shape, branches, statistics, .. } => {
                Some((*shape, branches.len(), statistics.len(), buffers.clone()))
            }
            _ => None,
        });
        let (shape, branches, statistics, buffers) = module.unwrap();
        assert_eq!((shape, branches, statistics), (Shape::new(11, 6, 6), 4, 11));
        assert!(matches!(&buffers[..], [Buffer::Floats(output)] if output.len() == 11 * 36));
        assert!(
            matches!(&all[all.len() - 2].0, Response::Plain { spec, .. } if spec.out_channels == 11)
        );
        assert_eq!(all[all.len() - 1].0, Response::Done { run: 5 });
    }

    #[test]
    fn a_photograph_becomes_an_input_and_a_crop() {
        let posted = Posted::default();
        let request =
            Request::Preprocess { run: 9, image_width: 2, image_height: 1, height: 4, width: 3 };
        let pixels = vec![10, 20, 30, 0, 10, 20, 30, 255];
        answer(&request, Buffer::Bytes(pixels), &posted).unwrap();
        let all = posted.all.into_inner();
        let [(Response::Preprocessed { run: 9, height: 4, width: 3, .. }, buffers)] = &all[..]
        else {
            panic!("{all:?}");
        };
        let [Buffer::Floats(tensor), Buffer::Bytes(crop)] = &buffers[..] else { panic!() };
        assert_eq!(tensor.len(), 36);
        assert!(crop.len() == 48 && crop.chunks(4).all(|pixel| pixel == [10, 20, 30, 255]));
    }

    #[test]
    fn what_can_not_run_says_why() {
        let refuse =
            |request: &Request, buffer| answer(request, buffer, &Posted::default()).unwrap_err();
        let floats = || Buffer::Floats(vec![0.0; 5]);
        assert!(matches!(
            refuse(&forward(InceptionFields { kernel3: 4, ..SMALL }, 6, vec![]), floats()),
            RunError::InvalidModule(_)
        ));
        let wrong = RunError::InputLength { expected: 108, given: 5 };
        assert_eq!(refuse(&forward(SMALL, 6, vec![]), floats()), wrong);
        let plain = vec![PlainSpec { kernel_size: 1, out_channels: 16_384 }];
        let RunError::TooMuchMemory { needed, available } =
            refuse(&forward(SMALL, 512, plain), floats())
        else {
            panic!("17 GB fit");
        };
        assert!(needed > 17_000_000_000 && available == BUDGET_BYTES);
        let even = vec![PlainSpec { kernel_size: 2, out_channels: 1 }];
        assert!(matches!(refuse(&forward(SMALL, 6, even), floats()), RunError::InvalidModule(_)));
        assert!(matches!(
            refuse(&forward(SMALL, 6, vec![]), Buffer::Bytes(vec![])),
            RunError::Internal(_)
        ));
        let gigantic = u32::MAX;
        let request = Request::Preprocess {
            run: 1,
            image_width: gigantic,
            image_height: gigantic,
            height: 4,
            width: 4,
        };
        assert!(matches!(expected_length(&request), Err(RunError::TooMuchMemory { .. })));
    }

    #[test]
    fn requests_survive_the_wire() {
        let plain = vec![PlainSpec { kernel_size: 7, out_channels: 3 }];
        let request = forward(SMALL, 6, plain);
        let text = serde_json::to_string(&request).unwrap();
        assert_eq!(serde_json::from_str::<Request>(&text).unwrap(), request);
    }
}
