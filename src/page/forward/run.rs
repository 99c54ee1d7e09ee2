//! A run of the module and of the plain convolutions beside it, by a worker of its own.

use std::rc::Rc;

use js_sys::Float32Array;
use yew::prelude::*;

use super::decode::PhotoRef;
use crate::arch::{Inception, Shape, Size};
use crate::engine::{BatchNorm, ChannelStatistics, Stage};
use crate::state::{BatchNormMode, Model, RunSettings};
use crate::worker::client::{Buffers, EngineClient, Payload, worker_urls};
use crate::worker::{BranchReport, PlainSpec, Request, Response, RunError};

/// What a run computes.
#[derive(Clone, Debug, PartialEq)]
pub struct RunSpec {
    /// The module.
    pub module: Inception,
    /// Height and width of its input.
    pub size: Size,
    /// Seed and batch norm.
    pub settings: RunSettings,
    /// The plain convolutions.
    pub plain: Vec<PlainSpec>,
    /// The photograph.
    pub photo: PhotoRef,
}

impl RunSpec {
    /// The run that `model` asks for.
    #[must_use]
    pub fn new(model: &Model, photo: PhotoRef) -> Self {
        let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
        let out_channels = small(model.plain_out.channels(&model.module));
        let plain = |kernel| PlainSpec { kernel_size: small(kernel), out_channels };
        Self {
            module: model.module,
            size: model.size,
            settings: model.run,
            plain: model.kernels.iter().map(plain).collect(),
            photo,
        }
    }

    fn request(&self, run: u32) -> Request {
        let side = |side: u64| u32::try_from(side).unwrap_or(u32::MAX);
        Request::Forward {
            run,
            module: *self.module,
            height: side(self.size.height),
            width: side(self.size.width),
            seed: self.settings.seed,
            batch_norm: match self.settings.batch_norm {
                BatchNormMode::Batch => BatchNorm::Batch,
                BatchNormMode::Running => BatchNorm::Running,
            },
            plain: self.plain.clone(),
        }
    }
}

/// The module's output.
#[derive(Debug)]
pub struct ModuleOutput {
    /// Whether the fixed 1×1 layer made the module's input channels.
    pub lifted: bool,
    /// Shape of the concatenation.
    pub shape: Shape,
    /// The branches.
    pub branches: Vec<BranchReport>,
    /// Time of all of them.
    pub milliseconds: f64,
    /// A value for each channel.
    pub statistics: Vec<ChannelStatistics>,
    /// The concatenation, channels × height × width.
    pub values: Float32Array,
}

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    /// Nothing has run yet.
    #[default]
    Idle,
    /// It runs.
    Running {
        /// What is being computed, once it has begun.
        stage: Option<Stage>,
        /// The share of that stage.
        fraction: f64,
    },
    /// It is done.
    Done,
    /// It was cancelled.
    Cancelled,
    /// It failed.
    Failed(RunError),
}

/// The last run. Its results stay until another's replace them.
#[derive(Clone, Default)]
pub struct RunState {
    number: u32,
    /// How far it is.
    pub phase: Phase,
    /// What it computes.
    pub spec: Option<Rc<RunSpec>>,
    /// The module's output, with what was run for it.
    pub output: Option<(Rc<RunSpec>, Rc<ModuleOutput>)>,
    /// The plain convolutions that have run after that output, and their times.
    pub plain: Vec<(PlainSpec, f64)>,
}

impl PartialEq for RunState {
    fn eq(&self, other: &Self) -> bool {
        let output = |state: &Self| state.output.as_ref().map(|(_, output)| Rc::as_ptr(output));
        self.number == other.number
            && self.phase == other.phase
            && self.plain == other.plain
            && output(self) == output(other)
    }
}

/// What happens to a run.
pub enum RunAction {
    /// It starts.
    Start(u32, Rc<RunSpec>),
    /// The worker says something.
    Heard(Response, Buffers),
    /// It is given up.
    Cancel,
}

impl RunState {
    /// Whether a run is under way.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running { .. })
    }

    fn hear(&mut self, response: Response, buffers: &Buffers) {
        match response {
            Response::Progress { stage, fraction, .. } => {
                self.phase = Phase::Running { stage: Some(stage), fraction };
            }
            Response::Module { lifted, shape, branches, milliseconds, statistics, .. } => {
                if let (Some(spec), Some(values)) = (self.spec.clone(), buffers.floats(0)) {
                    let output =
                        ModuleOutput { lifted, shape, branches, milliseconds, statistics, values };
                    self.output = Some((spec, Rc::new(output)));
                    self.plain.clear();
                }
            }
            Response::Plain { spec, milliseconds, .. } => self.plain.push((spec, milliseconds)),
            Response::Done { .. } => self.phase = Phase::Done,
            Response::Failed { error, .. } => self.phase = Phase::Failed(error),
            Response::Ready | Response::Preprocessed { .. } => {}
        }
    }
}

impl Reducible for RunState {
    type Action = RunAction;

    fn reduce(self: Rc<Self>, action: RunAction) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            RunAction::Start(number, spec) => {
                next.number = number;
                next.phase = Phase::Running { stage: None, fraction: 0.0 };
                next.spec = Some(spec);
            }
            RunAction::Heard(response, buffers) => {
                // What an older run still says is dropped.
                if response.run() != Some(self.number) || !self.is_running() {
                    return self;
                }
                next.hear(response, &buffers);
            }
            RunAction::Cancel if self.is_running() => next.phase = Phase::Cancelled,
            RunAction::Cancel => return self,
        }
        Rc::new(next)
    }
}

/// The last run, and how to start another.
#[derive(Clone, PartialEq)]
pub struct Runner {
    /// The last run.
    pub state: Rc<RunState>,
    /// Starts a run on an input; one under way is replaced.
    pub start: Callback<(RunSpec, Float32Array)>,
    /// Gives up the run under way.
    pub cancel: Callback<()>,
}

/// Runs modules. A run is cancelled by ending its worker, which stops it at once.
#[hook]
pub fn use_runner() -> Runner {
    let state = use_reducer_eq(RunState::default);
    let client = use_mut_ref(|| None::<EngineClient>);
    let counter = use_mut_ref(|| 0_u32);
    let start = {
        let (dispatcher, client) = (state.dispatcher(), client.clone());
        use_callback((), move |(spec, tensor): (RunSpec, Float32Array), ()| {
            *counter.borrow_mut() += 1;
            let number = *counter.borrow();
            let request = spec.request(number);
            dispatcher.dispatch(RunAction::Start(number, Rc::new(spec)));
            // A fresh worker each time: whatever the last one was doing ends, and its memory is freed.
            drop(client.borrow_mut().take());
            let listener = dispatcher.clone();
            let spawned = EngineClient::spawn(worker_urls(), move |response, buffers| {
                listener.dispatch(RunAction::Heard(response, buffers));
            });
            let posted = spawned.and_then(|running| {
                let posted =
                    running.post(&request, &Payload::Floats(tensor.slice(0, tensor.length())));
                *client.borrow_mut() = Some(running);
                posted
            });
            if let Err(error) = posted {
                let failed = Response::Failed { run: number, error };
                dispatcher.dispatch(RunAction::Heard(failed, Buffers::default()));
            }
        })
    };
    {
        // A worker's memory never shrinks: one that is done is let go.
        let client = client.clone();
        use_effect_with(state.is_running(), move |running| {
            if !running {
                drop(client.borrow_mut().take());
            }
        });
    }
    let cancel = {
        let dispatcher = state.dispatcher();
        use_callback((), move |(), ()| {
            drop(client.borrow_mut().take());
            dispatcher.dispatch(RunAction::Cancel);
        })
    };
    Runner { state: Rc::new((*state).clone()), start, cancel }
}
