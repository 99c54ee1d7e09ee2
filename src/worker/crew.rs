//! The foreman of the workers, without JavaScript: hears what they say and gives orders, which
//! [`pool`](super) carries out.
//!
//! Invariant: a run that has begun ends in [`Event::Done`] or [`Event::Failed`], unless it is cancelled;
//! whatever a worker still says of a run that is over is dropped.

use std::rc::Rc;

use super::message::{ForwardSpec, Layer, PlainSpec, Request, Response, RunError};
use super::message::{moments_from_numbers, sums_from_numbers};
use super::plan::{LayerPlan, Plan, SubjectOutput};
use super::run::{Ask, Run};

/// Ticks for which a worker may be silent that is starting or busy: drawing and packing the largest
/// weights takes some seconds, in which it says nothing.
const SILENCE: u32 = 30;

/// Memory that workers may keep between two runs, all together; it never shrinks, so that beyond it they
/// are let go.
const KEPT_BYTES: f64 = 128.0 * 1024.0 * 1024.0;

/// Smallest step of progress that is told.
const STEP: f64 = 0.01;

/// What the foreman wants done. `B` holds the values of a band.
#[derive(Debug)]
pub enum Order<B> {
    /// Start this worker.
    Start(usize),
    /// End this worker, whatever it is doing.
    Stop(usize),
    /// Send it a request: with a copy of the image if it is `Open`, with `numbers` if it is `Band`.
    Post {
        /// To whom.
        worker: usize,
        /// What.
        request: Request,
        /// The moments that are known.
        numbers: Rc<[f64]>,
        /// Where the band's values come back in.
        place: Place<B>,
    },
    /// Tell the page of its run.
    Say(u32, Event<B>),
}

/// Memory for the values of a band.
#[derive(Debug)]
pub enum Place<B> {
    /// Any for so many values, 0 where none come back.
    New(u64),
    /// That of the values that were measured, which go with the request.
    Measured(B),
}

/// What happens in a run.
#[derive(Debug)]
pub enum Event<B> {
    /// It is so far.
    Progress {
        /// What is being computed.
        layer: Layer,
        /// The share of it that is done, from 0 to 1.
        fraction: f64,
    },
    /// The subject has run.
    Subject(SubjectOutput<B>),
    /// A plain convolution has run.
    Plain {
        /// Which.
        spec: PlainSpec,
        /// How long it took: the time of all bands by the number of workers that shared them.
        milliseconds: f64,
    },
    /// All of it has run.
    Done {
        /// Bytes of all workers' memories.
        memory: f64,
    },
    /// It ended in an error.
    Failed(RunError),
}

/// A worker as the foreman knows it.
#[derive(Debug, Default)]
struct Member {
    state: Presence,
    /// The run it is open for.
    open: Option<u32>,
    /// Whether an answer is due.
    busy: bool,
    /// Ticks since it said something.
    silent: u32,
    memory: f64,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Presence {
    #[default]
    Absent,
    Starting,
    Ready,
    /// It could not be started in this run.
    Broken,
}

/// Some workers and their foreman.
#[derive(Debug)]
pub struct Crew<B> {
    members: Vec<Member>,
    run: Option<Run<B>>,
    orders: Vec<Order<B>>,
}

impl<B> Crew<B> {
    /// A crew of at most `workers` workers, of which none is there yet.
    pub fn new(workers: usize) -> Self {
        let members = (0..workers.max(1)).map(|_| Member::default()).collect();
        Self { members, run: None, orders: Vec::new() }
    }

    /// What is to be done, in this order.
    pub fn orders(&mut self) -> Vec<Order<B>> {
        std::mem::take(&mut self.orders)
    }

    /// Whether anything is under way, so that [`Self::tick`] is needed.
    pub const fn is_running(&self) -> bool {
        self.run.is_some()
    }

    /// Begins a run; one under way is cancelled.
    pub fn begin(&mut self, number: u32, spec: ForwardSpec) {
        self.cancel();
        let plan = match Plan::new(&spec, self.members.len()) {
            Ok(plan) => plan,
            Err(error) => return self.orders.push(Order::Say(number, Event::Failed(error))),
        };
        for worker in 0..plan.workers {
            let member = &mut self.members[worker];
            if matches!(member.state, Presence::Absent | Presence::Broken) {
                self.start(worker);
            }
        }
        self.run = Some(Run::new(number, spec, plan));
        self.assign();
    }

    /// Gives up the run under way: workers that are busy are ended, which stops them at once.
    pub fn cancel(&mut self) {
        let Some(run) = self.run.take() else { return };
        for worker in 0..self.members.len() {
            let member = &self.members[worker];
            if member.open == Some(run.number) {
                if member.busy {
                    self.stop(worker);
                } else {
                    self.post(worker, Request::Close { run: run.number });
                    self.members[worker].open = None;
                }
            }
        }
    }

    /// `worker` has said something; `numbers` and `values` are the buffers that came with it.
    pub fn heard(&mut self, worker: usize, response: Response, numbers: &[f64], values: Option<B>) {
        let member = &mut self.members[worker];
        member.silent = 0;
        match response {
            Response::Ready => {
                member.state = Presence::Ready;
                self.assign();
            }
            // It is dead, or not to be trusted any more.
            Response::Failed {
                error: error @ (RunError::Unreachable(_) | RunError::Internal(_)),
                ..
            } => self.died(worker, error),
            Response::Closed { memory, .. } if member.open.is_none() => member.memory = memory,
            _ if member.open.is_none() || member.open != response.run() => {}
            Response::Failed { error, .. } => {
                member.busy = false;
                self.fail(error);
            }
            Response::Progress { fraction, .. } => {
                if let Some(run) = &mut self.run {
                    run.schedule.progress(worker, fraction);
                }
                self.tell_progress();
            }
            Response::Measured { milliseconds, .. } => {
                member.busy = false;
                if let Some(run) = &mut self.run {
                    run.measured(worker, moments_from_numbers(numbers), &milliseconds, values);
                }
                self.assign();
            }
            Response::Band { milliseconds, .. } => {
                member.busy = false;
                self.finished(worker, numbers, &milliseconds, values);
            }
            Response::Closed { memory, .. } => {
                (member.memory, member.open, member.busy) = (memory, None, false);
                self.end();
            }
            Response::Preprocessed { .. } => {}
        }
    }

    /// `worker` is dead. Another takes its place, and its band is computed once more; a worker that
    /// could not even be started is done without.
    pub fn died(&mut self, worker: usize, error: RunError) {
        let starting = self.members[worker].state == Presence::Starting;
        self.stop(worker);
        let Some(run) = &mut self.run else { return };
        if run.is_closing() {
            return self.end();
        }
        if run.lost(worker).is_err() {
            return self.fail(error);
        }
        if starting {
            self.members[worker].state = Presence::Broken;
            let crew = &self.members[..run.plan.workers];
            if crew.iter().all(|member| member.state == Presence::Broken) {
                return self.fail(error);
            }
        } else if worker < run.plan.workers {
            self.start(worker);
        }
        self.assign();
    }

    /// A second has passed. Counted and not measured, since a machine that sleeps measures hours.
    pub fn tick(&mut self) {
        for worker in 0..self.members.len() {
            let member = &mut self.members[worker];
            let due = member.busy || member.state == Presence::Starting;
            member.silent += u32::from(due);
            if member.silent > SILENCE {
                let why = "it has been silent for too long".to_owned();
                self.died(worker, RunError::Unreachable(why));
            }
        }
    }

    fn start(&mut self, worker: usize) {
        self.members[worker] = Member { state: Presence::Starting, ..Member::default() };
        self.orders.push(Order::Start(worker));
    }

    fn stop(&mut self, worker: usize) {
        self.members[worker] = Member::default();
        self.orders.push(Order::Stop(worker));
    }

    fn post(&mut self, worker: usize, request: Request) {
        self.members[worker].silent = 0;
        let (numbers, place) = (Rc::default(), Place::New(0));
        self.orders.push(Order::Post { worker, request, numbers, place });
    }

    /// Gives every idle worker something to do.
    fn assign(&mut self) {
        let Some(run) = &mut self.run else { return };
        for (worker, member) in self.members.iter_mut().enumerate() {
            if member.state != Presence::Ready || member.busy {
                continue;
            }
            let Some(Ask { request, numbers, place }) = run.next(worker) else { continue };
            if member.open != Some(run.number) {
                let (numbers, place) = (Rc::default(), Place::New(0));
                let request = Request::Open { run: run.number, forward: run.spec.clone() };
                self.orders.push(Order::Post { worker, request, numbers, place });
            }
            self.orders.push(Order::Post { worker, request, numbers, place });
            (member.open, member.busy, member.silent) = (Some(run.number), true, 0);
        }
    }

    fn tell_progress(&mut self) {
        let Some(run) = &mut self.run else { return };
        let Some(LayerPlan { layer, .. }) = run.plan.layers.get(run.at) else { return };
        let fraction = run.schedule.fraction();
        if fraction - run.told >= STEP {
            run.told = fraction;
            let event = Event::Progress { layer: *layer, fraction };
            self.orders.push(Order::Say(run.number, event));
        }
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
                self.orders.push(Order::Say(run.number, event));
                if run.is_closing() {
                    return self.close();
                }
            }
            None => self.tell_progress(),
        }
        self.assign();
    }

    /// Lets all workers go of the run.
    fn close(&mut self) {
        let Some(number) = self.run.as_ref().map(|run| run.number) else { return };
        for worker in 0..self.members.len() {
            if self.members[worker].open == Some(number) {
                self.post(worker, Request::Close { run: number });
                self.members[worker].busy = true;
            }
        }
        self.end();
    }

    /// Ends the run, once all have let go of it.
    fn end(&mut self) {
        let Some(number) = self.run.as_ref().map(|run| run.number) else { return };
        if self.members.iter().any(|member| member.open == Some(number)) {
            return;
        }
        let memory = self.members.iter().map(|member| member.memory).sum();
        self.run = None;
        if memory > KEPT_BYTES {
            (0..self.members.len()).for_each(|worker| self.stop(worker));
        }
        self.orders.push(Order::Say(number, Event::Done { memory }));
    }

    fn fail(&mut self, error: RunError) {
        if let Some(number) = self.run.as_ref().map(|run| run.number) {
            self.cancel();
            self.orders.push(Order::Say(number, Event::Failed(error)));
        }
    }
}
