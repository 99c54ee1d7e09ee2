//! What a crew of real engines makes is what one of them makes alone.

use std::cell::RefCell;

use inception_explorer::arch::{BasicConv2d, Conv2d, Form, Inception, InceptionFields, Size};
use inception_explorer::engine::{
    Axis, BatchNorm, Hooks, ModuleWeights, PreparedLift, Region, Tensor, UnitWeights,
    channel_statistics, run_inception, run_plain,
};
use inception_explorer::worker::job::{Buffer, Desk, Outbox, Part};
use inception_explorer::worker::message::{BandSpec, Goal, Request, Response};
use inception_explorer::worker::{
    ConvSpec, Event, ForwardSpec, Layer, OutputBand, RunError, SubjectOutput, SubjectSpec,
};

use crate::crew::{Asked, Mind, Said, Stage, Values, spec};

/// Orders of answers, and when a worker dies.
const DEATHS: [(usize, usize); 4] = [(2, 9), (3, 11), (1, 20), (5, 22)];

/// A real one.
#[derive(Default)]
struct Engine(Desk);

impl Mind for Engine {
    fn answer(&mut self, (request, numbers, values): Asked) -> Vec<Said> {
        let buffer = match request {
            Request::Open { ref forward, .. } => {
                Buffer::Floats(image(forward.height.into()).data().to_vec())
            }
            Request::Band { .. } => Buffer::Band(numbers, values),
            _ => Buffer::Nothing,
        };
        let said = Saying::default();
        self.0.answer(&request, buffer, &said).unwrap();
        said.0.into_inner()
    }
}

#[derive(Default)]
struct Saying(RefCell<Vec<Said>>);

impl Outbox for Saying {
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

/// The module's output by workers, of which one dies at `death`.
fn by_workers(spec: &ForwardSpec, turn: usize, death: usize) -> SubjectOutput<Values> {
    let mut stage = Stage::new(3, Engine::default);
    stage.begin(1, spec);
    for at in 0.. {
        if at == death {
            stage.kill(at % 3);
        }
        if !stage.step(at * turn % 7) {
            break;
        }
    }
    let mut modules = stage.events.into_iter().filter_map(|(_, event)| match event {
        Event::Subject(output) => Some(output),
        _ => None,
    });
    modules.next().expect("an output")
}

/// What one engine makes of the whole image.
fn by_one(spec: &ForwardSpec) -> Tensor {
    let length = spec.height;
    let size = Size::square(length.into());
    let input = |channels| {
        let lift = PreparedLift::new(channels, size).unwrap();
        lift.run(&image(length.into()), &(0..length as usize)).unwrap()
    };
    let mut hooks = (|| 0.0, |_| {});
    let hooks = &mut Hooks::new(&hooks.0, &mut hooks.1);
    match spec.subject {
        SubjectSpec::Module(fields) => {
            let module = Inception::new(fields).unwrap();
            let weights = ModuleWeights::from_seed(&module, spec.seed).unwrap();
            let input = input(module.in_channels);
            run_inception(&module, &weights, &input, spec.batch_norm, hooks).unwrap().output
        }
        SubjectSpec::Conv(spec_of_conv) => {
            let ConvSpec { in_channels, out_channels, kernel_size, stride, padding } = spec_of_conv;
            let same = Conv2d::same(in_channels, out_channels, kernel_size);
            let (stride, padding) = (Size::square(stride), Size::square(padding));
            let unit = BasicConv2d { conv: Conv2d { stride, padding, ..same } };
            let weights = UnitWeights::from_seed(&unit, spec.seed).unwrap();
            let input = input(in_channels);
            run_plain(&unit, &weights, &input, spec.batch_norm, hooks).unwrap().output
        }
    }
}

/// Values and statistics, from one engine's on the whole image; and the same ones in other orders of answers,
/// each with a death.
fn a_crew_gives_what_one_engine_gives(
    subject: SubjectSpec,
    length: u32,
    along: Axis,
    deaths: &[(usize, usize)],
) {
    for norm in [BatchNorm::Batch, BatchNorm::Running] {
        let spec = ForwardSpec { subject, ..spec(length, norm, &[]) };
        let whole = by_one(&spec);
        let first = by_workers(&spec, 1, usize::MAX);
        assert!(first.bands.len() > 1 && first.workers > 1 && first.lifted);
        assert_eq!(first.shape, whole.shape());
        let rows = 0..first.shape.height;
        let all_rows = first.bands.iter().all(|band| band.region.rows == rows);
        assert_eq!(all_rows, along == Axis::Channels, "{norm:?} {subject:?}");
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

#[test]
fn bands_of_rows_give_what_one_engine_gives() {
    // A branch that is a pool alone is not cut by its channels.
    let fields = InceptionFields::new(16, [4, 0, 256, 0, 8, 4]);
    let module = InceptionFields { form: Form::Naive, ..fields };
    a_crew_gives_what_one_engine_gives(SubjectSpec::Module(module), 64, Axis::Rows, &DEATHS);
}

#[test]
fn bands_of_channels_give_what_one_engine_gives() {
    let module = InceptionFields::new(5, [4, 64, 640, 16, 256, 4]);
    a_crew_gives_what_one_engine_gives(SubjectSpec::Module(module), 12, Axis::Channels, &DEATHS);
}

#[test]
fn a_convolution_that_changes_height_and_width_gives_what_one_engine_gives() {
    let conv = |in_channels, out_channels, kernel_size, stride, padding| {
        let conv = ConvSpec { in_channels, out_channels, kernel_size, stride, padding };
        SubjectSpec::Conv(conv)
    };
    for (subject, length, along) in [
        (conv(400, 4, 5, 2, 1), 118, Axis::Rows),
        (conv(16, 640, 7, 2, 3), 23, Axis::Channels),
        // A 1×1 that passes pixels over: no norm of it is known beforehand.
        (conv(128, 1024, 1, 2, 0), 46, Axis::Channels),
        // Tiles that are transformed.
        (conv(16, 640, 3, 1, 0), 29, Axis::Channels),
    ] {
        a_crew_gives_what_one_engine_gives(subject, length, along, &DEATHS[..1]);
    }
}

#[test]
fn what_is_no_convolution_is_an_error() {
    let conv = ConvSpec { in_channels: 3, out_channels: 8, kernel_size: 3, stride: 2, padding: 1 };
    let most = 65_536;
    let wrong = [
        ConvSpec { in_channels: 0, ..conv },
        ConvSpec { out_channels: u64::MAX, ..conv },
        ConvSpec { kernel_size: 0, ..conv },
        ConvSpec { kernel_size: 67, ..conv },
        ConvSpec { stride: 0, ..conv },
        ConvSpec { padding: u64::MAX, ..conv },
    ];
    let too_much = [
        ConvSpec { padding: most, ..conv },
        ConvSpec { in_channels: most, ..conv },
        ConvSpec {
            in_channels: most,
            out_channels: most,
            kernel_size: most,
            padding: most,
            ..conv
        },
    ];
    let cases =
        wrong.map(|conv| (conv, true)).into_iter().chain(too_much.map(|conv| (conv, false)));
    for (conv, invalid) in cases {
        let subject = SubjectSpec::Conv(conv);
        let spec = ForwardSpec { subject, ..spec(64, BatchNorm::Batch, &[3]) };
        // Neither the foreman nor a worker begins it.
        let mut stage = Stage::new(3, Engine::default);
        stage.begin(1, &spec);
        let [(1, Event::Failed(error))] = &stage.events[..] else { panic!("{:?}", stage.events) };
        let refused = match error {
            RunError::InvalidModule(_) => invalid,
            RunError::TooMuchMemory { .. } => !invalid,
            _ => false,
        };
        assert!(refused, "{conv:?}: {error:?}");
        let open = Request::Open { run: 1, forward: spec };
        let image = Buffer::Floats(image(64).into_data());
        let answer = Desk::default().answer(&open, image, &Saying::default());
        let same = std::mem::discriminant(&answer.unwrap_err()) == std::mem::discriminant(error);
        assert!(same, "{conv:?}: {error:?}");
    }
}

#[test]
fn there_are_no_rows_and_no_channels_beyond_the_output() {
    let conv = ConvSpec { in_channels: 5, out_channels: 8, kernel_size: 3, stride: 2, padding: 1 };
    let spec =
        ForwardSpec { subject: SubjectSpec::Conv(conv), ..spec(32, BatchNorm::Running, &[]) };
    let mut desk = Desk::default();
    let open = Request::Open { run: 1, forward: spec };
    desk.answer(&open, Buffer::Floats(image(32).into_data()), &Saying::default()).unwrap();
    for (channels, rows, there) in [
        (0..8, 0..16, true),
        (3..8, 5..16, true),
        (0..8, 0..17, false),
        (0..8, 16..16, false),
        (0..9, 0..16, false),
        (4..4, 0..16, false),
    ] {
        let band = BandSpec { layer: Layer::Subject, region: Region { channels, rows } };
        let ask = Request::Band { run: 1, band: band.clone(), goal: Goal::Finish };
        let answer = desk.answer(&ask, Buffer::Band(Vec::new(), None), &Saying::default());
        assert_eq!(answer.is_ok(), there, "{band:?}");
    }
}
