//! Schedules a run on the workers, without JavaScript: receives their responses and returns commands for the
//! pool.
//!
//! Invariant: a run that has begun ends in [`Event::Done`] or [`Event::Failed`] unless it is cancelled; responses of
//! a run that is over are dropped.

use std::rc::Rc;

use super::codec::{moments_from_numbers, sums_from_numbers};
use super::command::{BandBuffer, Command};
use super::error::RunError;
use super::event::Event;
use super::message::{Request, Response};
use super::run::{Assignment, Run};
use super::schedule::{JobSchedule, Schedule};
use super::spec::ForwardSpec;

/// Ticks after which a starting or busy worker without a response counts as dead. Drawing and packing the largest
/// weights takes some seconds without a response.
const SILENCE: u32 = 30;

/// Memory that all workers together may keep between two runs. A worker's memory never shrinks, so above this they
/// are terminated.
const KEPT_BYTES: f64 = 128.0 * 1024.0 * 1024.0;

/// Smallest step of progress that is reported.
const STEP: f64 = 0.01;

#[derive(Debug, Default)]
struct WorkerState {
    life: Life,
    /// The run that is open in it.
    open: Option<u32>,
    /// Whether a response is due.
    busy: bool,
    /// Ticks since its last response.
    silent: u32,
    memory: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Life {
    #[default]
    Absent,
    Starting,
    Ready,
    /// Could not be started in this run.
    Broken,
}

/// The states of all workers, and the run under way.
#[derive(Debug)]
pub struct Scheduler<B> {
    workers: Vec<WorkerState>,
    run: Option<Run<B>>,
    commands: Vec<Command<B>>,
}

impl<B> Scheduler<B> {
    /// A scheduler of at most `workers` workers, none of which is started yet.
    pub fn new(workers: usize) -> Self {
        let workers = (0..workers.max(1)).map(|_| WorkerState::default()).collect();
        Self { workers, run: None, commands: Vec::new() }
    }

    /// Takes the commands, to be carried out in this order.
    pub fn commands(&mut self) -> Vec<Command<B>> {
        std::mem::take(&mut self.commands)
    }

    /// Whether a run is under way, so that [`Self::tick`] must be called.
    pub const fn is_running(&self) -> bool {
        self.run.is_some()
    }

    /// Begins a run; one under way is cancelled.
    pub fn begin(&mut self, number: u32, spec: ForwardSpec) {
        self.cancel();
        let schedule = match Schedule::new(&spec, self.workers.len()) {
            Ok(schedule) => schedule,
            Err(error) => return self.notify(number, Event::Failed(error)),
        };
        for worker in 0..schedule.workers {
            let state = &mut self.workers[worker];
            if matches!(state.life, Life::Absent | Life::Broken) {
                self.start(worker);
            }
        }
        self.run = Some(Run::new(number, spec, schedule));
        self.assign();
    }

    /// Cancels the run under way: busy workers are terminated, which stops them at once.
    pub fn cancel(&mut self) {
        let Some(run) = self.run.take() else { return };
        for worker in 0..self.workers.len() {
            let state = &self.workers[worker];
            if state.open == Some(run.number) {
                if state.busy {
                    self.stop(worker);
                } else {
                    self.post(worker, Request::Close { run: run.number });
                    self.workers[worker].open = None;
                }
            }
        }
    }

    /// `worker` has sent a response; `numbers` and `values` are its buffers.
    pub fn receive(
        &mut self,
        worker: usize,
        response: Response,
        numbers: &[f64],
        values: Option<B>,
    ) {
        let state = &mut self.workers[worker];
        state.silent = 0;
        match response {
            Response::Ready => {
                state.life = Life::Ready;
                self.assign();
            }
            // The worker is dead, or its state is unknown.
            Response::Failed {
                error: error @ (RunError::Unreachable(_) | RunError::Internal(_)),
                ..
            } => self.died(worker, error),
            Response::Closed { memory, .. } if state.open.is_none() => state.memory = memory,
            _ if state.open.is_none() || state.open != response.run() => {}
            Response::Failed { error, .. } => {
                state.busy = false;
                self.fail(error);
            }
            Response::Progress { fraction, .. } => {
                if let Some(run) = &mut self.run {
                    run.queue.progress(worker, fraction);
                }
                self.report_progress();
            }
            Response::Measured { milliseconds, .. } => {
                state.busy = false;
                if let Some(run) = &mut self.run {
                    run.measured(worker, moments_from_numbers(numbers), &milliseconds, values);
                }
                self.assign();
            }
            Response::Band { milliseconds, .. } => {
                state.busy = false;
                self.finished(worker, numbers, &milliseconds, values);
            }
            Response::Closed { memory, .. } => {
                (state.memory, state.open, state.busy) = (memory, None, false);
                self.end();
            }
            Response::Preprocessed { .. } => {}
        }
    }

    /// `worker` is dead. It is replaced by a new one and its band is computed again. A worker that could not be
    /// started is not replaced.
    pub fn died(&mut self, worker: usize, error: RunError) {
        let starting = self.workers[worker].life == Life::Starting;
        self.stop(worker);
        let Some(run) = &mut self.run else { return };
        if run.is_closing() {
            return self.end();
        }
        if run.lost(worker).is_err() {
            return self.fail(error);
        }
        if starting {
            self.workers[worker].life = Life::Broken;
            let mut workers = self.workers[..run.schedule.workers].iter();
            if workers.all(|worker| worker.life == Life::Broken) {
                return self.fail(error);
            }
        } else if worker < run.schedule.workers {
            self.start(worker);
        }
        self.assign();
    }

    /// A second has passed. Ticks are counted, since a clock includes the hours that a machine sleeps.
    pub fn tick(&mut self) {
        for worker in 0..self.workers.len() {
            let state = &mut self.workers[worker];
            let due = state.busy || state.life == Life::Starting;
            state.silent += u32::from(due);
            if state.silent > SILENCE {
                let why = "it has not answered for too long".to_owned();
                self.died(worker, RunError::Unreachable(why));
            }
        }
    }

    fn start(&mut self, worker: usize) {
        self.workers[worker] = WorkerState { life: Life::Starting, ..WorkerState::default() };
        self.commands.push(Command::Start(worker));
    }

    fn stop(&mut self, worker: usize) {
        self.workers[worker] = WorkerState::default();
        self.commands.push(Command::Stop(worker));
    }

    fn post(&mut self, worker: usize, request: Request) {
        self.workers[worker].silent = 0;
        let (numbers, buffer) = (Rc::default(), BandBuffer::New(0));
        self.commands.push(Command::Post { worker, request, numbers, buffer });
    }

    /// Assigns a band to every idle worker.
    fn assign(&mut self) {
        let Some(run) = &mut self.run else { return };
        for (worker, state) in self.workers.iter_mut().enumerate() {
            if state.life != Life::Ready || state.busy {
                continue;
            }
            let Some(Assignment { request, numbers, buffer }) = run.next(worker) else { continue };
            if state.open != Some(run.number) {
                let (numbers, buffer) = (Rc::default(), BandBuffer::New(0));
                let request = Request::Open { run: run.number, forward: run.spec.clone() };
                self.commands.push(Command::Post { worker, request, numbers, buffer });
            }
            self.commands.push(Command::Post { worker, request, numbers, buffer });
            (state.open, state.busy, state.silent) = (Some(run.number), true, 0);
        }
    }

    fn report_progress(&mut self) {
        let Some(run) = &mut self.run else { return };
        let Some(JobSchedule { job, .. }) = run.schedule.jobs.get(run.at) else { return };
        let fraction = run.queue.fraction();
        if fraction - run.reported >= STEP {
            run.reported = fraction;
            let (number, event) = (run.number, Event::Progress { job: *job, fraction });
            self.notify(number, event);
        }
    }

    fn notify(&mut self, run: u32, event: Event<B>) {
        self.commands.push(Command::Notify(run, event));
    }

    fn finished(
        &mut self,
        worker: usize,
        numbers: &[f64],
        milliseconds: &[f64],
        values: Option<B>,
    ) {
        let Some(run) = &mut self.run else { return };
        match run.finished(worker, sums_from_numbers(numbers), milliseconds, values) {
            Some(event) => {
                self.commands.push(Command::Notify(run.number, event));
                if run.is_closing() {
                    return self.close();
                }
            }
            None => self.report_progress(),
        }
        self.assign();
    }

    /// Closes the run in all workers.
    fn close(&mut self) {
        let Some(number) = self.run.as_ref().map(|run| run.number) else { return };
        for worker in 0..self.workers.len() {
            if self.workers[worker].open == Some(number) {
                self.post(worker, Request::Close { run: number });
                self.workers[worker].busy = true;
            }
        }
        self.end();
    }

    /// Ends the run once it is closed in all workers.
    fn end(&mut self) {
        let Some(number) = self.run.as_ref().map(|run| run.number) else { return };
        if self.workers.iter().any(|state| state.open == Some(number)) {
            return;
        }
        let memory = self.workers.iter().map(|state| state.memory).sum();
        self.run = None;
        if memory > KEPT_BYTES {
            (0..self.workers.len()).for_each(|worker| self.stop(worker));
        }
        self.notify(number, Event::Done { memory });
    }

    fn fail(&mut self, error: RunError) {
        if let Some(number) = self.run.as_ref().map(|run| run.number) {
            self.cancel();
            self.notify(number, Event::Failed(error));
        }
    }
}
