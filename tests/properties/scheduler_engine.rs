//! The output of several real workers is the output of one engine on the whole image.

use std::cell::RefCell;

use inception_explorer::arch::{
    BasicConv2d, Conv2d, Form, Inception, InceptionFields, Operation, Size,
};
use inception_explorer::engine::{
    Axis, BatchNorm, BranchOps, Projection, Region, Tensor, Workload,
};
use inception_explorer::worker::message::{BandSpec, Goal};
use inception_explorer::worker::service::{Buffer, Outbox, Part, WorkerService};
use inception_explorer::worker::{
    Event, ForwardSpec, Job, OperationSpec, OutputBand, Request, Response, RunError,
    WorkloadOutput, WorkloadSpec,
};

use crate::scheduler::{Asked, Said, Simulation, Values, Worker, spec};
use crate::whole_image::{channel_statistics, run_workload, seeded};

/// Orders of responses, and when a worker dies.
const DEATHS: [(usize, usize); 4] = [(2, 9), (3, 11), (1, 20), (5, 22)];

/// A real engine.
#[derive(Default)]
struct Engine(WorkerService);

impl Worker for Engine {
    fn answer(&mut self, (request, numbers, values): Asked) -> Vec<Said> {
        let buffer = match request {
            Request::Open { ref forward, .. } => {
                Buffer::Floats(image(forward.height.into()).data().to_vec())
            }
            Request::Band { .. } => Buffer::Band(numbers, values),
            _ => Buffer::Nothing,
        };
        let said = Recorder::default();
        self.0.answer(&request, buffer, &said).unwrap();
        said.0.into_inner()
    }
}

#[derive(Default)]
struct Recorder(RefCell<Vec<Said>>);

impl Outbox for Recorder {
    fn post(&self, response: &Response, parts: &[Part]) -> Result<(), RunError> {
        let numbers = parts.iter().find_map(|part| match part {
            Part::Doubles(numbers) => Some(numbers.to_vec()),
            _ => None,
        });
        let values = parts.iter().find_map(|part| match part {
            Part::Floats(values) => Some(values.to_vec()),
            _ => None,
        });
        let numbers = numbers.unwrap_or_default();
        self.0.borrow_mut().push((response.clone(), numbers, values));
        Ok(())
    }

    fn now(&self) -> f64 {
        0.0
    }

    fn memory(&self) -> f64 {
        0.0
    }
}

fn image(length: u64) -> Tensor {
    let size = Size::square(length).with_channels(3);
    let values = (0..size.numel().unwrap()).map(|i| ((i * 37 + 11) % 101) as f32 / 50.0 - 1.0);
    Tensor::from_image(size, values.collect()).unwrap()
}

/// The output by workers, one of which dies at step `death`.
fn by_workers(spec: &ForwardSpec, turn: usize, death: usize) -> WorkloadOutput<Values> {
    let mut simulation = Simulation::new(3, Engine::default);
    simulation.begin(1, spec);
    for at in 0.. {
        if at == death {
            simulation.kill(at % 3);
        }
        if !simulation.step(at * turn % 7) {
            break;
        }
    }
    let mut modules = simulation.events.into_iter().filter_map(|(_, event)| match event {
        Event::Output(output) => Some(output),
        _ => None,
    });
    modules.next().expect("an output")
}

/// The output of one engine on the whole image.
fn by_one(spec: &ForwardSpec) -> Tensor {
    let size = Size::square(spec.height.into());
    let operation = |spec: &OperationSpec| match *spec {
        OperationSpec::Conv(conv) => Operation::Conv(BasicConv2d { conv }),
        OperationSpec::Pool(pool) => Operation::Pool(pool),
    };
    let branches = spec.workload.branches.iter();
    let branches = branches.map(|branch| branch.iter().map(operation).collect());
    let branches = branches.map(|operations| BranchOps::new(operations).unwrap()).collect();
    let workload = Workload::new(spec.workload.in_channels, branches);
    let projection = Projection::new(workload.in_channels, size).unwrap();
    let input = projection.run(&image(spec.height.into()), &(0..spec.height as usize)).unwrap();
    run_workload(&workload, &seeded(&workload, spec.seed), &input, spec.batch_norm).unwrap()
}

/// Compares values and statistics with the values and statistics of one engine on the whole image; and the bits
/// in other orders of responses, each with a death.
fn workers_give_what_one_engine_gives(
    workload: &WorkloadSpec,
    length: u32,
    along: Axis,
    deaths: &[(usize, usize)],
) {
    for norm in [BatchNorm::Batch, BatchNorm::Running] {
        let spec = ForwardSpec { workload: workload.clone(), ..spec(length, norm, &[]) };
        let whole = by_one(&spec);
        let first = by_workers(&spec, 1, usize::MAX);
        assert!(first.bands.len() > 1 && first.workers > 1 && first.projected);
        assert_eq!(first.shape, whole.shape());
        let rows = 0..first.shape.height;
        let all_rows = first.bands.iter().all(|band| band.region.rows == rows);
        assert_eq!(all_rows, along == Axis::Channels, "{norm:?} {workload:?}");
        for &(turn, death) in deaths {
            let again = by_workers(&spec, turn, death);
            for (first, again) in first.bands.iter().zip(&again.bands) {
                assert!(first.values == again.values, "the same bits whoever answers first");
            }
        }
        let index = |number: u64| usize::try_from(number).unwrap();
        let (plane, width) = (whole.plane(), whole.width());
        for OutputBand { region: Region { channels, rows }, values } in &first.bands {
            let values = values.chunks(index(rows.end - rows.start) * width);
            for (channel, values) in channels.clone().zip(values) {
                let start = index(channel) * plane + index(rows.start) * width;
                let expected = &whole.data()[start..start + values.len()];
                for (given, expected) in values.iter().zip(expected) {
                    assert!((given - expected).abs() < 1e-5, "{given} for {expected}");
                }
            }
        }
        assert_eq!(first.statistics.len(), whole.channels());
        for (given, expected) in first.statistics.iter().zip(channel_statistics(&whole)) {
            assert!(
                (given.max - expected.max).abs() < 1e-5 && (given.min - expected.min).abs() < 1e-5
            );
            assert!((given.mean - expected.mean).abs() < 1e-5);
            assert!((given.zeros - expected.zeros).abs() < 1e-3);
        }
    }
}

fn module_spec(fields: InceptionFields) -> WorkloadSpec {
    WorkloadSpec::of_module(&Inception::new(fields).unwrap())
}

#[test]
fn bands_of_rows_give_what_one_engine_gives() {
    // A branch that is a pool alone is not cut by its channels.
    let fields = InceptionFields::new(16, [4, 0, 256, 0, 8, 4]);
    let module = InceptionFields { form: Form::Naive, ..fields };
    workers_give_what_one_engine_gives(&module_spec(module), 64, Axis::Rows, &DEATHS);
}

#[test]
fn bands_of_channels_give_what_one_engine_gives() {
    let module = InceptionFields::new(5, [4, 64, 640, 16, 256, 4]);
    workers_give_what_one_engine_gives(&module_spec(module), 12, Axis::Channels, &DEATHS);
}

#[test]
fn a_convolution_that_changes_height_and_width_gives_what_one_engine_gives() {
    let conv = |in_channels, out_channels, kernel_size, stride, padding| {
        let same = Conv2d::same(in_channels, out_channels, kernel_size);
        let (stride, padding) = (Size::square(stride), Size::square(padding));
        WorkloadSpec::of_conv(Conv2d { stride, padding, ..same })
    };
    let rectangular = |in_channels, out_channels, kernel_size: Size| {
        let padding = kernel_size.map(|side| side / 2);
        let same = Conv2d::same(in_channels, out_channels, 1);
        WorkloadSpec::of_conv(Conv2d { kernel_size, padding, ..same })
    };
    for (workload, length, along) in [
        (conv(400, 4, 5, 2, 1), 118, Axis::Rows),
        (conv(16, 640, 7, 2, 3), 23, Axis::Channels),
        // A 1×1 that passes pixels over: no norm of it is known beforehand.
        (conv(128, 1024, 1, 2, 0), 46, Axis::Channels),
        // Tiles that are transformed.
        (conv(16, 640, 3, 1, 0), 29, Axis::Channels),
        (rectangular(400, 4, Size::new(7, 1)), 118, Axis::Rows),
        (rectangular(128, 128, Size::new(1, 7)), 30, Axis::Channels),
    ] {
        workers_give_what_one_engine_gives(&workload, length, along, &DEATHS[..1]);
    }
}

#[test]
fn what_is_no_convolution_is_an_error() {
    let conv = Conv2d { stride: Size::square(2), ..Conv2d::same(3, 8, 3) };
    let most = 65_536;
    let wrong = [
        Conv2d { in_channels: 0, ..conv },
        Conv2d { out_channels: u64::MAX, ..conv },
        Conv2d { kernel_size: Size::square(0), ..conv },
        Conv2d { kernel_size: Size::square(67), ..conv },
        Conv2d { stride: Size::square(0), ..conv },
        Conv2d { padding: Size::square(u64::MAX), ..conv },
    ];
    let too_much = [
        Conv2d { padding: Size::square(most), ..conv },
        Conv2d { in_channels: most, ..conv },
        Conv2d {
            in_channels: most,
            out_channels: most,
            kernel_size: Size::square(most),
            padding: Size::square(most),
            ..conv
        },
    ];
    let cases =
        wrong.map(|conv| (conv, true)).into_iter().chain(too_much.map(|conv| (conv, false)));
    for (conv, invalid) in cases {
        let workload = WorkloadSpec::of_conv(conv);
        let spec = ForwardSpec { workload, ..spec(64, BatchNorm::Batch, &[3]) };
        // Neither the scheduler nor a worker begins it.
        let mut simulation = Simulation::new(3, Engine::default);
        simulation.begin(1, &spec);
        let [(1, Event::Failed(error))] = &simulation.events[..] else {
            panic!("{:?}", simulation.events)
        };
        let refused = match error {
            RunError::InvalidWorkload(_) => invalid,
            RunError::TooMuchMemory { .. } => !invalid,
            _ => false,
        };
        assert!(refused, "{conv:?}: {error:?}");
        let open = Request::Open { run: 1, forward: spec };
        let image = Buffer::Floats(image(64).into_data());
        let answer = WorkerService::default().answer(&open, image, &Recorder::default());
        let same = std::mem::discriminant(&answer.unwrap_err()) == std::mem::discriminant(error);
        assert!(same, "{conv:?}: {error:?}");
    }
}

#[test]
fn there_are_no_rows_and_no_channels_beyond_the_output() {
    let conv = Conv2d { stride: Size::square(2), ..Conv2d::same(5, 8, 3) };
    let spec =
        ForwardSpec { workload: WorkloadSpec::of_conv(conv), ..spec(32, BatchNorm::Running, &[]) };
    let mut service = WorkerService::default();
    let open = Request::Open { run: 1, forward: spec };
    service.answer(&open, Buffer::Floats(image(32).into_data()), &Recorder::default()).unwrap();
    for (channels, rows, there) in [
        (0..8, 0..16, true),
        (3..8, 5..16, true),
        (0..8, 0..17, false),
        (0..8, 16..16, false),
        (0..9, 0..16, false),
        (4..4, 0..16, false),
    ] {
        let band = BandSpec { job: Job::Workload, region: Region { channels, rows } };
        let ask = Request::Band { run: 1, band: band.clone(), goal: Goal::Finish };
        let answer = service.answer(&ask, Buffer::Band(Vec::new(), None), &Recorder::default());
        assert_eq!(answer.is_ok(), there, "{band:?}");
    }
}
