//! A scheduled run computes every row once and ends, in any order of responses and worker failures.

use std::collections::VecDeque;

use inception_explorer::arch::{Inception, InceptionFields};
use inception_explorer::engine::{BatchNorm, Region};
use inception_explorer::worker::message::Goal;
use inception_explorer::worker::{
    BandBuffer, Command, Event, ForwardSpec, Job, OutputBand, PlainSpec, Request, Response,
    RunError, Scheduler, WorkloadOutput, WorkloadSpec,
};
use proptest::prelude::*;

pub type Values = Vec<f32>;
/// A response with its numbers and values.
pub type Said = (Response, Vec<f64>, Option<Values>);
/// A request with its moments and values.
pub type Asked = (Request, Vec<f64>, Option<Values>);

/// A simulated worker.
pub trait Worker {
    fn answer(&mut self, asked: Asked) -> Vec<Said>;
}

/// A scheduler, its workers, and the messages on their way between them.
pub struct Simulation<W> {
    scheduler: Scheduler<Values>,
    workers: Vec<Option<W>>,
    to: Vec<VecDeque<Asked>>,
    from: Vec<VecDeque<Said>>,
    pub events: Vec<(u32, Event<Values>)>,
    make: fn() -> W,
}

impl<W: Worker> Simulation<W> {
    pub fn new(workers: usize, make: fn() -> W) -> Self {
        let none = |_| None;
        Self {
            scheduler: Scheduler::new(workers),
            workers: (0..workers).map(none).collect(),
            to: vec![VecDeque::new(); workers],
            from: vec![VecDeque::new(); workers],
            events: Vec::new(),
            make,
        }
    }

    fn execute(&mut self) {
        for command in self.scheduler.commands() {
            match command {
                Command::Start(worker) => {
                    assert!(self.workers[worker].is_none(), "worker {worker} is there already");
                    self.workers[worker] = Some((self.make)());
                    self.from[worker].push_back((Response::Ready, Vec::new(), None));
                }
                Command::Stop(worker) => {
                    self.workers[worker] = None;
                    self.to[worker].clear();
                    self.from[worker].clear();
                }
                Command::Post { worker, request, numbers, buffer } => {
                    assert!(self.workers[worker].is_some(), "worker {worker} is not there");
                    let values = match buffer {
                        BandBuffer::Measured(values) => Some(values),
                        BandBuffer::New(_) => None,
                    };
                    self.to[worker].push_back((request, numbers.to_vec(), values));
                }
                Command::Notify(run, event) => self.events.push((run, event)),
            }
        }
    }

    /// Lets one worker read a request or one answer arrive, of those that could; whether any could.
    pub fn step(&mut self, choice: usize) -> bool {
        let workers = 0..self.workers.len();
        let reading = workers.clone().filter(|&worker| !self.to[worker].is_empty());
        let speaking = workers.filter(|&worker| !self.from[worker].is_empty());
        let could: Vec<_> =
            reading.map(|worker| (worker, true)).chain(speaking.map(|w| (w, false))).collect();
        if could.is_empty() {
            return false;
        }
        let (worker, reads) = could[choice % could.len()];
        if reads {
            let asked = self.to[worker].pop_front().unwrap();
            let state = self.workers[worker].as_mut().unwrap();
            self.from[worker].extend(state.answer(asked));
        } else {
            let (response, numbers, values) = self.from[worker].pop_front().unwrap();
            self.scheduler.receive(worker, response, &numbers, values);
        }
        self.execute();
        true
    }

    /// Kills `worker`, if it is alive: its requests and responses are lost.
    pub fn kill(&mut self, worker: usize) {
        if self.workers[worker].is_some() {
            self.scheduler.died(worker, RunError::Unreachable("killed".into()));
            self.execute();
        }
    }

    pub fn begin(&mut self, run: u32, spec: &ForwardSpec) {
        self.scheduler.begin(run, spec.clone());
        self.execute();
    }
}

/// Answers with numbers that identify the band: its values are its row numbers, less a half until they are
/// normalised.
#[derive(Default)]
struct FakeWorker {
    open: Option<u32>,
}

impl Worker for FakeWorker {
    fn answer(&mut self, (request, numbers, values): Asked) -> Vec<Said> {
        match request {
            Request::Open { run, .. } => {
                self.open = Some(run);
                Vec::new()
            }
            Request::Band { run, band, goal } => {
                assert_eq!(self.open, Some(run));
                assert_eq!(values.is_some(), goal == Goal::Normalize);
                let progress = (Response::Progress { run, fraction: 0.5 }, Vec::new(), None);
                let rows = band.region.rows;
                let (first, count) = (rows.start as f64, (rows.end - rows.start) as f64);
                let rows: Values = rows.map(|row| f32::from(u16::try_from(row).unwrap())).collect();
                let half = |rows: &Values| rows.iter().map(|row| row - 0.5).collect::<Values>();
                let answer = if goal == Goal::Measure {
                    assert!(numbers.is_empty(), "nothing is known yet");
                    let moments = vec![count, first.powi(2), 0.5];
                    let milliseconds = vec![0.75; 4];
                    (Response::Measured { run, milliseconds }, moments, Some(half(&rows)))
                } else {
                    let mut milliseconds = vec![1.0; 4];
                    if let Some(values) = values {
                        assert!(values == half(&rows) && numbers.len() == 3);
                        milliseconds = vec![0.25; 4];
                    }
                    let rows = (band.job == Job::Workload).then_some(rows);
                    (Response::Band { run, milliseconds }, numbers, rows)
                };
                vec![progress, answer]
            }
            Request::Close { run } => {
                vec![(Response::Closed { run, memory: 1.0 }, Vec::new(), None)]
            }
            Request::Preprocess { .. } => Vec::new(),
        }
    }
}

pub fn spec(side: u32, batch_norm: BatchNorm, plain: &[u32]) -> ForwardSpec {
    let module = Inception::new(InceptionFields::new(3, [64, 96, 128, 16, 32, 32])).unwrap();
    let plain = plain.iter().map(|&kernel_size| PlainSpec { kernel_size, out_channels: 256 });
    let plain = plain.collect();
    let workload = WorkloadSpec::of_module(&module);
    ForwardSpec { workload, height: side, width: side, seed: 1, batch_norm, plain }
}

/// Whether the bands hold each row of each channel once, in order, and the values of their rows.
fn is_whole(output: &WorkloadOutput<Values>) -> bool {
    let bands = || output.bands.iter().map(|band| &band.region);
    let place = |region: &Region| (region.channels.start, region.rows.start);
    let numel: u64 = bands().map(|region| region.values(output.shape.width)).sum();
    let apart =
        |a: &Region, b: &Region| a.channels.end <= b.channels.start || a.rows.end <= b.rows.start;
    let own = |band: &OutputBand<Values>| {
        let rows: Vec<u64> = band.region.rows.clone().collect();
        band.values.iter().map(|&row| f64::from(row)).eq(rows.iter().map(|&row| row as f64))
    };
    let regions: Vec<_> = bands().collect();
    regions.is_sorted_by_key(|region| place(region))
        && regions.iter().enumerate().all(|(at, a)| regions[at + 1..].iter().all(|b| apart(a, b)))
        && output.shape.numel() == Some(numel)
        && output.bands.iter().all(own)
}

/// Reproducible choices.
fn choices(seed: u64) -> impl Iterator<Item = usize> {
    let mut state = seed | 1;
    std::iter::repeat_with(move || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
        usize::from(u16::try_from(state >> 48).unwrap())
    })
}

proptest! {
    #![proptest_config(crate::cases(300))]

    #[test]
    fn every_row_comes_out_once_whatever_happens(
        (workers, side) in (1..=6_usize, 40..=224_u32),
        batch in any::<bool>(),
        seed in any::<u64>(),
        deaths in proptest::collection::btree_map(0..300_usize, 0..6_usize, 0..4),
    ) {
        let norm = if batch { BatchNorm::Batch } else { BatchNorm::Running };
        let spec = spec(side, norm, &[3, 5]);
        let mut simulation = Simulation::new(workers, FakeWorker::default);
        simulation.begin(7, &spec);
        for (at, choice) in choices(seed).take(4000).enumerate() {
            if let Some(&worker) = deaths.get(&at) {
                simulation.kill(worker % workers);
            }
            if !simulation.step(choice) {
                break;
            }
        }
        prop_assert!(!simulation.scheduler.is_running(), "it hangs");
        prop_assert!(simulation.events.iter().all(|(run, _)| *run == 7));
        let last = simulation.events.last().map(|(_, event)| event);
        if let Some(Event::Failed(RunError::Unreachable(_))) = last {
            prop_assert!(!deaths.is_empty());
            return Ok(());
        }
        let Some(Event::Done { memory }) = last else { panic!("{last:?}") };
        prop_assert!(*memory <= workers as f64, "{memory} of {workers} had a band");
        let mut order = Vec::new();
        let mut reported = Vec::new();
        for (_, event) in &simulation.events {
            match event {
                Event::Output(output) => {
                    prop_assert!(is_whole(output), "{output:?}");
                    let bands = output.bands.len() as f64;
                    let time = 4.0 * bands / output.workers as f64;
                    // A band that was measured by a worker that died is measured again.
                    let again = 3.0 * deaths.len() as f64 / output.workers as f64;
                    let late = output.milliseconds - time;
                    prop_assert!(late > -1e-9 && late < again + 1e-9, "{late} for {again}");
                    order.push(0);
                }
                Event::Plain { spec, .. } => order.push(spec.kernel_size),
                Event::Progress { job, fraction } => {
                    prop_assert!((0.0..=1.0).contains(fraction));
                    let before = reported.last().filter(|(before, _)| before == job);
                    prop_assert!(before.is_none_or(|(_, before)| before < fraction));
                    reported.push((*job, *fraction));
                }
                Event::Done { .. } | Event::Failed(_) => {}
            }
        }
        prop_assert_eq!(order, [0, 3, 5]);
    }

    #[test]
    fn what_was_cancelled_is_not_heard_and_the_next_run_is_whole(
        workers in 1..=4_usize,
        seed in any::<u64>(),
        cancelled in 0..60_usize,
        replaced in any::<bool>(),
    ) {
        let spec = spec(112, BatchNorm::Batch, &[]);
        let mut simulation = Simulation::new(workers, FakeWorker::default);
        simulation.begin(1, &spec);
        for (at, choice) in choices(seed).take(4000).enumerate() {
            if at == cancelled {
                if !replaced {
                    simulation.scheduler.cancel();
                }
                simulation.events.clear();
                simulation.begin(2, &spec);
            }
            if !simulation.step(choice) && at >= cancelled {
                break;
            }
        }
        prop_assert!(simulation.events.iter().all(|(run, _)| *run == 2));
        let outputs = simulation.events.iter().filter(|(_, event)| matches!(event, Event::Output(_)));
        prop_assert_eq!(outputs.count(), 1);
        let done = matches!(simulation.events.last(), Some((2, Event::Done { .. })));
        prop_assert!(done);
    }
}

#[test]
fn a_band_that_kills_twice_ends_the_run() {
    let mut simulation = Simulation::new(1, FakeWorker::default);
    simulation.begin(3, &spec(224, BatchNorm::Running, &[]));
    for _ in 0..2 {
        while simulation.to[0].is_empty() {
            assert!(simulation.step(0));
        }
        assert!(simulation.events.is_empty());
        simulation.kill(0);
    }
    let [(3, Event::Failed(RunError::Unreachable(_)))] = &simulation.events[..] else {
        panic!("{:?}", simulation.events);
    };
    assert!(!simulation.scheduler.is_running());
}

#[test]
fn a_silent_worker_is_replaced_and_one_that_does_not_start_is_done_without() {
    let mut simulation = Simulation::new(2, FakeWorker::default);
    simulation.begin(3, &spec(224, BatchNorm::Running, &[]));
    // The second never starts.
    simulation.from[1].clear();
    simulation.kill(1);
    assert!(simulation.workers[1].is_none() && simulation.scheduler.is_running());
    while simulation.to[0].is_empty() {
        assert!(simulation.step(0));
    }
    // The first run sends no further events.
    simulation.to[0].clear();
    for _ in 0..31 {
        simulation.scheduler.tick();
        simulation.execute();
    }
    while simulation.step(0) {}
    assert!(
        matches!(simulation.events.last(), Some((3, Event::Done { .. }))),
        "{:?}",
        simulation.events
    );
}

#[test]
fn where_no_worker_starts_the_run_fails() {
    let mut simulation = Simulation::new(3, FakeWorker::default);
    simulation.begin(3, &spec(224, BatchNorm::Running, &[]));
    for worker in 0..3 {
        assert!(simulation.scheduler.is_running());
        simulation.kill(worker);
    }
    assert!(matches!(&simulation.events[..], [(3, Event::Failed(RunError::Unreachable(_)))]));
    // The next run tries again.
    simulation.begin(4, &spec(224, BatchNorm::Running, &[]));
    while simulation.step(0) {}
    assert!(matches!(simulation.events.last(), Some((4, Event::Done { .. }))));
}

#[test]
fn a_worker_that_dies_while_it_waits_for_the_others_holds_nothing_up() {
    let mut simulation = Simulation::new(3, FakeWorker::default);
    simulation.begin(3, &spec(224, BatchNorm::Batch, &[]));
    // The last two measure all other bands, and wait for the first worker's band.
    let idle = |simulation: &Simulation<FakeWorker>, worker: usize| {
        simulation.to[worker].is_empty() && simulation.from[worker].is_empty()
    };
    while simulation.to[0].is_empty() {
        assert!(simulation.step(0));
    }
    let asked = simulation.to[0].clone();
    simulation.to[0].clear();
    while simulation.step(0) {}
    assert!(simulation.scheduler.is_running() && idle(&simulation, 1) && idle(&simulation, 2));
    simulation.kill(2);
    simulation.to[0] = asked;
    while simulation.step(0) {}
    let [.., (3, Event::Output(output)), (3, Event::Done { .. })] = &simulation.events[..] else {
        panic!("{:?}", simulation.events);
    };
    assert!(is_whole(output), "{output:?}");
    // The bands that it had measured are not measured again.
    let once = 4.0 * output.bands.len() as f64 / output.workers as f64;
    assert!((output.milliseconds - once).abs() < 1e-9);
}
