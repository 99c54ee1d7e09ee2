//! A run of the module and of the plain convolutions beside it, by workers.

use std::rc::Rc;

use js_sys::Float32Array;
use yew::prelude::*;

use super::decode::PhotoRef;
use crate::arch::{Inception, Size};
use crate::engine::BatchNorm;
use crate::state::{BatchNormMode, Model, RunSettings};
use crate::worker::client::worker_urls;
use crate::worker::pool::{Pool, cores};
use crate::worker::{Event, ForwardSpec, Job, PlainSpec, RunError, WorkloadOutput, WorkloadSpec};

#[derive(Clone, Debug, PartialEq)]
pub struct RunSpec {
    pub module: Inception,
    /// Height and width of its input.
    pub size: Size,
    /// Seed and batch norm.
    pub settings: RunSettings,
    pub plain: Vec<PlainSpec>,
    pub photo: PhotoRef,
}

impl RunSpec {
    /// The run of `model`.
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

    fn forward(&self) -> ForwardSpec {
        let side = |side: u64| u32::try_from(side).unwrap_or(u32::MAX);
        ForwardSpec {
            workload: WorkloadSpec::of_module(&self.module),
            height: side(self.size.height),
            width: side(self.size.width),
            seed: self.settings.seed,
            batch_norm: batch_norm(self.settings.batch_norm),
            plain: self.plain.clone(),
        }
    }
}

/// The engine's type for it.
pub(super) const fn batch_norm(mode: BatchNormMode) -> BatchNorm {
    match mode {
        BatchNormMode::Batch => BatchNorm::Batch,
        BatchNormMode::Running => BatchNorm::Running,
    }
}

/// The module's output, which stays in the bands that the workers made.
pub type Output = WorkloadOutput<Float32Array>;

/// How far a run is.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum Phase {
    #[default]
    Idle,
    Running {
        /// The job that is being computed, once it has begun.
        job: Option<Job>,
        /// The share of it that is done.
        fraction: f64,
    },
    Done,
    Cancelled,
    Failed(RunError),
}

/// The last run. Its results stay until the results of another run replace them.
#[derive(Clone, Default)]
pub struct RunState {
    number: u32,
    pub phase: Phase,
    pub spec: Option<Rc<RunSpec>>,
    /// The module's output, with what was run for it.
    pub output: Option<(Rc<RunSpec>, Rc<Output>)>,
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

/// The actions on the state of a run.
pub enum RunAction {
    Start(u32, Rc<RunSpec>),
    /// An event of the engine.
    Heard(u32, Event<Float32Array>),
    Cancel,
}

impl RunState {
    /// Whether a run is under way.
    #[must_use]
    pub const fn is_running(&self) -> bool {
        matches!(self.phase, Phase::Running { .. })
    }

    fn hear(&mut self, event: Event<Float32Array>) {
        match event {
            Event::Progress { job, fraction } => {
                self.phase = Phase::Running { job: Some(job), fraction };
            }
            Event::Output(output) => {
                self.output = self.spec.clone().map(|spec| (spec, Rc::new(output)));
                self.plain.clear();
            }
            Event::Plain { spec, milliseconds } => self.plain.push((spec, milliseconds)),
            Event::Done { .. } => self.phase = Phase::Done,
            Event::Failed(error) => self.phase = Phase::Failed(error),
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
                next.phase = Phase::Running { job: None, fraction: 0.0 };
                next.spec = Some(spec);
            }
            RunAction::Heard(number, event) => {
                // Events of an older run are dropped.
                if number != self.number || !self.is_running() {
                    return self;
                }
                next.hear(event);
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
    pub state: Rc<RunState>,
    /// Starts a run on an input; one under way is replaced.
    pub start: Callback<(RunSpec, Float32Array)>,
    /// Gives up the run under way.
    pub cancel: Callback<()>,
}

/// The values of the outputs whose memory the next run may use.
#[derive(Default)]
struct Memory {
    /// The values of the output that is shown.
    shown: Vec<Float32Array>,
    /// The values of the output before, which is no longer shown.
    used: Vec<Float32Array>,
}

/// Runs modules, by as many workers as there are cores. A run is cancelled by ending its workers, which
/// stops it at once.
#[hook]
pub fn use_runner() -> Runner {
    let state = use_reducer_eq(RunState::default);
    let memory = use_mut_ref(Memory::default);
    let pool = use_mut_ref(|| None::<Pool>);
    let new_pool = {
        let dispatcher = state.dispatcher();
        let memory = memory.clone();
        move || {
            let (dispatcher, memory) = (dispatcher.clone(), memory.clone());
            Pool::new(worker_urls(), cores(), move |run, event| {
                if let Event::Output(output) = &event {
                    let values = output.bands.iter().map(|band| band.values.clone()).collect();
                    let mut memory = memory.borrow_mut();
                    memory.used = std::mem::replace(&mut memory.shown, values);
                }
                dispatcher.dispatch(RunAction::Heard(run, event));
            })
        }
    };
    let counter = use_mut_ref(|| 0_u32);
    let start = {
        let (dispatcher, pool) = (state.dispatcher(), pool.clone());
        use_callback((), move |(spec, tensor): (RunSpec, Float32Array), ()| {
            *counter.borrow_mut() += 1;
            let number = *counter.borrow();
            let forward = spec.forward();
            dispatcher.dispatch(RunAction::Start(number, Rc::new(spec)));
            let used = std::mem::take(&mut memory.borrow_mut().used);
            pool.borrow_mut().get_or_insert_with(&new_pool).begin(number, forward, tensor, used);
        })
    };
    let cancel = {
        let dispatcher = state.dispatcher();
        use_callback((), move |(), ()| {
            if let Some(pool) = &*pool.borrow() {
                pool.cancel();
            }
            dispatcher.dispatch(RunAction::Cancel);
        })
    };
    Runner { state: Rc::new((*state).clone()), start, cancel }
}
