//! A run's state: only the run under way is heard, and results outlive what comes after them.

use std::rc::Rc;

use inception_explorer::arch::{BranchId, Shape};
use inception_explorer::engine::{ChannelStatistics, Stage};
use inception_explorer::page::forward::decode::PhotoRef;
use inception_explorer::page::forward::run::{Phase, RunAction, RunSpec, RunState};
use inception_explorer::state::Model;
use inception_explorer::worker::client::{Buffers, Payload};
use inception_explorer::worker::{BranchReport, PlainSpec, Request, Response, RunError};
use js_sys::Float32Array;
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Reducible;

use crate::engine::{ECHO, play};
use crate::harness::until;

fn start(state: Rc<RunState>, run: u32) -> Rc<RunState> {
    let spec = RunSpec::new(
        &Model::default(),
        PhotoRef { url: format!("photo {run}"), ..PhotoRef::default() },
    );
    state.reduce(RunAction::Start(run, Rc::new(spec)))
}

fn hear(state: &Rc<RunState>, response: Response) -> Rc<RunState> {
    state.clone().reduce(RunAction::Heard(response, Buffers::default()))
}

fn progress(run: u32, fraction: f64) -> Response {
    Response::Progress { run, stage: Stage::Branch(BranchId::Two), fraction }
}

fn plain(run: u32, kernel_size: u32) -> Response {
    Response::Plain { run, spec: PlainSpec { kernel_size, out_channels: 256 }, milliseconds: 2.0 }
}

fn module(run: u32) -> Response {
    let shape = Shape::new(1, 1, 2);
    Response::Module {
        run,
        lifted: true,
        shape,
        branches: vec![BranchReport { id: BranchId::One, shape, milliseconds: 1.0 }],
        milliseconds: 1.0,
        statistics: vec![ChannelStatistics::default()],
    }
}

/// Buffers that came from a worker.
async fn buffers(values: &[f32]) -> Buffers {
    let (client, heard) = play(ECHO);
    let request =
        Request::Preprocess { run: 1, image_width: 1, image_height: 1, height: 1, width: 1 };
    client.post(&request, &Payload::Floats(Float32Array::from(values))).expect("sent");
    until("an echo", || heard.responses().len() == 2).await;
    heard.last().expect("an echo").1
}

/// Run 1 with its output and one plain convolution, done.
async fn done() -> Rc<RunState> {
    let state = start(Rc::default(), 1);
    let state = state.reduce(RunAction::Heard(module(1), buffers(&[0.5, -1.0]).await));
    let state = hear(&state, plain(1, 3));
    hear(&state, Response::Done { run: 1 })
}

fn photo(state: &RunState) -> Option<&str> {
    state.output.as_ref().map(|(spec, _)| spec.photo.url.as_str())
}

#[wasm_bindgen_test]
async fn a_run_from_start_to_end() {
    let state = Rc::<RunState>::default();
    assert_eq!((&state.phase, state.is_running()), (&Phase::Idle, false));
    let state = start(state, 1);
    assert_eq!(state.phase, Phase::Running { stage: None, fraction: 0.0 });
    let state = hear(&state, progress(1, 0.5));
    let branch = Some(Stage::Branch(BranchId::Two));
    assert_eq!(state.phase, Phase::Running { stage: branch, fraction: 0.5 });
    assert!(state.output.is_none());

    let state = done().await;
    assert_eq!(state.phase, Phase::Done);
    let (_, output) = state.output.as_ref().expect("an output");
    assert_eq!(output.values.to_vec(), [0.5, -1.0]);
    assert_eq!((output.lifted, output.shape), (true, Shape::new(1, 1, 2)));
    assert_eq!(state.plain, [(PlainSpec { kernel_size: 3, out_channels: 256 }, 2.0)]);
}

#[wasm_bindgen_test]
async fn what_an_older_run_still_says_is_dropped() {
    let state = start(start(Rc::default(), 1), 2);
    let late = [
        progress(1, 0.9),
        module(1),
        plain(1, 3),
        Response::Done { run: 1 },
        Response::Failed { run: 1, error: RunError::EmptyImage },
        Response::Ready,
        // Nor what no run has asked for.
        Response::Done { run: 3 },
    ];
    let values = buffers(&[1.0]).await;
    for response in late {
        let next = state.clone().reduce(RunAction::Heard(response.clone(), values.clone()));
        assert!(Rc::ptr_eq(&next, &state), "{response:?}");
    }
}

#[wasm_bindgen_test]
async fn after_the_end_nothing_more_is_heard() {
    let done = done().await;
    let cancelled = start(Rc::default(), 1).reduce(RunAction::Cancel);
    let error = RunError::OutOfMemory { bytes: 1 };
    let failed = hear(&start(Rc::default(), 1), Response::Failed { run: 1, error });
    for state in [done, cancelled, failed] {
        for response in [progress(1, 0.1), plain(1, 5), Response::Done { run: 1 }] {
            assert!(Rc::ptr_eq(&hear(&state, response), &state));
        }
        assert!(Rc::ptr_eq(&state.clone().reduce(RunAction::Cancel), &state));
    }
}

#[wasm_bindgen_test]
async fn results_stay_when_the_next_run_fails_or_is_cancelled() {
    let first = done().await;
    let second = start(first, 2);
    assert!(second.is_running());
    let error = RunError::OutOfMemory { bytes: 1 << 40 };
    let failed = hear(&second, Response::Failed { run: 2, error: error.clone() });
    assert_eq!(failed.phase, Phase::Failed(error));
    let cancelled = second.clone().reduce(RunAction::Cancel);
    assert_eq!(cancelled.phase, Phase::Cancelled);
    for state in [second, failed, cancelled] {
        assert_eq!(photo(&state), Some("photo 1"));
        assert_eq!(state.plain.len(), 1);
    }
}

#[wasm_bindgen_test]
async fn the_next_output_replaces_the_last_with_all_that_belongs_to_it() {
    let second = start(done().await, 2);
    let second = second.reduce(RunAction::Heard(module(2), buffers(&[3.0]).await));
    assert_eq!(photo(&second), Some("photo 2"));
    assert_eq!(second.plain, [], "the plain convolutions were of the first");
    assert!(second.is_running());
}

#[wasm_bindgen_test]
async fn states_that_show_the_same_are_equal() {
    let state = done().await;
    assert!(*state == (*state).clone());
    let next = start(state.clone(), 2);
    assert!(*state != *next);
    assert!(*next != *hear(&next, progress(2, 0.5)));
    // Another output of the same numbers is another output.
    assert!(*state != *done().await);
}
