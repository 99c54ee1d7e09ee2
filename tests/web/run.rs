//! A run's state: events of older runs are ignored, and results stay while the next run is under way.

use std::rc::Rc;

use inception_explorer::arch::Shape;
use inception_explorer::engine::{ChannelStatistics, Region};
use inception_explorer::page::forward::decode::PhotoRef;
use inception_explorer::page::forward::run::{Phase, RunAction, RunSpec, RunState};
use inception_explorer::state::Model;
use inception_explorer::worker::{
    BranchReport, Event, Job, OutputBand, PlainSpec, RunError, WorkloadOutput,
};
use js_sys::Float32Array;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Reducible;

fn start(state: Rc<RunState>, run: u32) -> Rc<RunState> {
    let spec = RunSpec::new(
        &Model::default(),
        PhotoRef { url: format!("photo {run}"), ..PhotoRef::default() },
    );
    state.reduce(RunAction::Start(run, Rc::new(spec)))
}

type Heard = Event<Float32Array>;

fn hear(state: &Rc<RunState>, run: u32, event: Heard) -> Rc<RunState> {
    state.clone().reduce(RunAction::Heard(run, event))
}

fn progress(fraction: f64) -> Heard {
    Event::Progress { job: Job::Workload, fraction }
}

fn plain(kernel_size: u32) -> Heard {
    Event::Plain { spec: PlainSpec { kernel_size, out_channels: 256 }, milliseconds: 2.0 }
}

fn module(values: &[f32]) -> Heard {
    let shape = Shape::new(1, 1, values.len() as u64);
    Event::Output(WorkloadOutput {
        projected: true,
        shape,
        workers: 2,
        branches: vec![BranchReport { shape, milliseconds: 1.0 }],
        milliseconds: 1.0,
        statistics: vec![ChannelStatistics::default()],
        bands: vec![OutputBand {
            region: Region { channels: 0..1, rows: 0..1 },
            values: Float32Array::from(values),
        }],
    })
}

const DONE: Heard = Event::Done { memory: 1e6 };

/// Run 1 with its output and one plain convolution, done.
fn done() -> Rc<RunState> {
    let state = start(Rc::default(), 1);
    let state = hear(&state, 1, module(&[0.5, -1.0]));
    let state = hear(&state, 1, plain(3));
    hear(&state, 1, DONE)
}

fn photo(state: &RunState) -> Option<&str> {
    state.output.as_ref().map(|(spec, _)| spec.photo.url.as_str())
}

#[wasm_bindgen_test]
fn a_run_from_start_to_end() {
    let state = Rc::<RunState>::default();
    assert_eq!((&state.phase, state.is_running()), (&Phase::Idle, false));
    let state = start(state, 1);
    assert_eq!(state.phase, Phase::Running { job: None, fraction: 0.0 });
    let state = hear(&state, 1, progress(0.5));
    assert_eq!(state.phase, Phase::Running { job: Some(Job::Workload), fraction: 0.5 });
    assert!(state.output.is_none());

    let state = done();
    assert_eq!(state.phase, Phase::Done);
    let (_, output) = state.output.as_ref().expect("an output");
    assert_eq!(output.bands[0].values.to_vec(), [0.5, -1.0]);
    assert_eq!((output.projected, output.shape), (true, Shape::new(1, 1, 2)));
    assert_eq!(state.plain, [(PlainSpec { kernel_size: 3, out_channels: 256 }, 2.0)]);
}

#[wasm_bindgen_test]
fn what_an_older_run_still_says_is_dropped() {
    let state = start(start(Rc::default(), 1), 2);
    let late = || {
        let failed = Event::Failed(RunError::EmptyImage);
        [progress(0.9), module(&[1.0]), plain(3), DONE, failed]
    };
    // Nor an event of a run that was never started.
    for run in [1, 3] {
        for event in late() {
            let said = format!("{event:?}");
            assert!(Rc::ptr_eq(&hear(&state, run, event), &state), "{said}");
        }
    }
}

#[wasm_bindgen_test]
fn after_the_end_nothing_more_is_heard() {
    let done = done();
    let cancelled = start(Rc::default(), 1).reduce(RunAction::Cancel);
    let error = RunError::OutOfMemory { bytes: 1 };
    let failed = hear(&start(Rc::default(), 1), 1, Event::Failed(error));
    for state in [done, cancelled, failed] {
        for event in [progress(0.1), plain(5), DONE] {
            assert!(Rc::ptr_eq(&hear(&state, 1, event), &state));
        }
        assert!(Rc::ptr_eq(&state.clone().reduce(RunAction::Cancel), &state));
    }
}

#[wasm_bindgen_test]
fn results_stay_when_the_next_run_fails_or_is_cancelled() {
    let first = done();
    let second = start(first, 2);
    assert!(second.is_running());
    let error = RunError::OutOfMemory { bytes: 1 << 40 };
    let failed = hear(&second, 2, Event::Failed(error.clone()));
    assert_eq!(failed.phase, Phase::Failed(error));
    let cancelled = second.clone().reduce(RunAction::Cancel);
    assert_eq!(cancelled.phase, Phase::Cancelled);
    for state in [second, failed, cancelled] {
        assert_eq!(photo(&state), Some("photo 1"));
        assert_eq!(state.plain.len(), 1);
    }
}

#[wasm_bindgen_test]
fn the_next_output_replaces_the_last_with_all_that_belongs_to_it() {
    let second = start(done(), 2);
    let second = hear(&second, 2, module(&[3.0]));
    assert_eq!(photo(&second), Some("photo 2"));
    assert_eq!(second.plain, [], "the plain convolutions were of the first");
    assert!(second.is_running());
}

#[wasm_bindgen_test]
fn states_that_show_the_same_are_equal() {
    let state = done();
    assert!(*state == (*state).clone());
    let next = start(state.clone(), 2);
    assert!(*state != *next);
    assert!(*next != *hear(&next, 2, progress(0.5)));
    // Another output of the same numbers is another output.
    assert!(*state != *done());
}
