//! What a crew of real engines makes is what one of them makes alone.

use std::cell::RefCell;

use inception_explorer::arch::{Form, Inception, InceptionFields, Size};
use inception_explorer::engine::{
    Axis, BatchNorm, Hooks, ModuleWeights, PreparedInception, PreparedLift, Region, Tensor,
    channel_statistics,
};
use inception_explorer::worker::job::{Buffer, Desk, Outbox, Part};
use inception_explorer::worker::message::{ForwardSpec, Request, Response};
use inception_explorer::worker::{Event, ModuleOutput, OutputBand, RunError};

use crate::crew::{Asked, Mind, Said, Stage, Values, spec};

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
fn by_workers(spec: &ForwardSpec, turn: usize, death: usize) -> ModuleOutput<Values> {
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
        Event::Module(output) => Some(output),
        _ => None,
    });
    modules.next().expect("an output")
}

/// Largest differences of values, and of statistics, from one engine's on the whole image.
fn a_crew_gives_what_one_engine_gives(module: InceptionFields, length: u32, along: Axis) {
    for norm in [BatchNorm::Batch, BatchNorm::Running] {
        let spec = ForwardSpec { module, ..spec(length, norm, &[]) };
        let module = Inception::new(spec.module).unwrap();
        let weights = ModuleWeights::from_seed(&module, spec.seed).unwrap();
        let size = Size::square(length.into());
        let prepared = PreparedInception::new(&module, size, &weights).unwrap();
        let lift = PreparedLift::new(module.in_channels, size).unwrap();
        let input = lift.run(&image(length.into()), &(0..length as usize)).unwrap();
        let mut hooks = (|| 0.0, |_| {});
        let whole = prepared.run(&input, norm, &mut Hooks::new(&hooks.0, &mut hooks.1)).unwrap();
        let first = by_workers(&spec, 1, usize::MAX);
        assert!(first.bands.len() > 1 && first.workers > 1 && first.lifted);
        let all_rows = first.bands.iter().all(|band| band.region.rows == (0..length.into()));
        assert_eq!(all_rows, along == Axis::Channels, "{norm:?}");
        for (turn, death) in [(2, 9), (3, 11), (1, 20), (5, 22)] {
            let again = by_workers(&spec, turn, death);
            for (first, again) in first.bands.iter().zip(&again.bands) {
                assert!(first.values == again.values, "the same bits whoever answers first");
            }
        }
        let index = |number: u64| usize::try_from(number).unwrap();
        let (plane, width) = (whole.output.plane(), whole.output.width());
        for OutputBand { region: Region { channels, rows }, values } in &first.bands {
            let values = values.chunks(index(rows.end - rows.start) * width);
            for (channel, values) in channels.clone().zip(values) {
                let start = index(channel) * plane + index(rows.start) * width;
                let expected = &whole.output.data()[start..start + values.len()];
                for (given, expected) in values.iter().zip(expected) {
                    assert!((given - expected).abs() < 1e-5, "{given} for {expected}");
                }
            }
        }
        assert_eq!(first.statistics.len(), whole.output.channels());
        for (given, expected) in first.statistics.iter().zip(channel_statistics(&whole.output)) {
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
    a_crew_gives_what_one_engine_gives(module, 64, Axis::Rows);
}

#[test]
fn bands_of_channels_give_what_one_engine_gives() {
    let module = InceptionFields::new(5, [4, 64, 640, 16, 256, 4]);
    a_crew_gives_what_one_engine_gives(module, 12, Axis::Channels);
}
