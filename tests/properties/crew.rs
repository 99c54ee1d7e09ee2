//! A crew computes every row once and ends, whatever the order of answers and deaths.

use std::collections::VecDeque;

use inception_explorer::arch::InceptionFields;
use inception_explorer::engine::{BatchNorm, Region};
use inception_explorer::worker::message::{ForwardSpec, Goal, Layer, PlainSpec, Request, Response};
use inception_explorer::worker::{
    Crew, Event, Order, OutputBand, Place, RunError, SubjectOutput, SubjectSpec,
};
use proptest::prelude::*;

pub type Values = Vec<f32>;
pub type Said = (Response, Vec<f64>, Option<Values>);
/// A request, the moments and the values that go with it.
pub type Asked = (Request, Vec<f64>, Option<Values>);

/// What a worker does with a request.
pub trait Mind {
    fn answer(&mut self, asked: Asked) -> Vec<Said>;
}

/// The workers of a crew, and what is on its way between them.
pub struct Stage<M> {
    crew: Crew<Values>,
    minds: Vec<Option<M>>,
    to: Vec<VecDeque<Asked>>,
    from: Vec<VecDeque<Said>>,
    pub events: Vec<(u32, Event<Values>)>,
    make: fn() -> M,
}

impl<M: Mind> Stage<M> {
    pub fn new(workers: usize, make: fn() -> M) -> Self {
        let none = |_| None;
        Self {
            crew: Crew::new(workers),
            minds: (0..workers).map(none).collect(),
            to: vec![VecDeque::new(); workers],
            from: vec![VecDeque::new(); workers],
            events: Vec::new(),
            make,
        }
    }

    fn obey(&mut self) {
        for order in self.crew.orders() {
            match order {
                Order::Start(worker) => {
                    assert!(self.minds[worker].is_none(), "worker {worker} is there already");
                    self.minds[worker] = Some((self.make)());
                    self.from[worker].push_back((Response::Ready, Vec::new(), None));
                }
                Order::Stop(worker) => {
                    self.minds[worker] = None;
                    self.to[worker].clear();
                    self.from[worker].clear();
                }
                Order::Post { worker, request, numbers, place } => {
                    assert!(self.minds[worker].is_some(), "worker {worker} is not there");
                    let values = match place {
                        Place::Measured(values) => Some(values),
                        Place::New(_) => None,
                    };
                    self.to[worker].push_back((request, numbers.to_vec(), values));
                }
                Order::Say(run, event) => self.events.push((run, event)),
            }
        }
    }

    /// Lets one worker read a request or one answer arrive, of those that could; whether any could.
    pub fn step(&mut self, choice: usize) -> bool {
        let workers = 0..self.minds.len();
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
            let mind = self.minds[worker].as_mut().unwrap();
            self.from[worker].extend(mind.answer(asked));
        } else {
            let (response, numbers, values) = self.from[worker].pop_front().unwrap();
            self.crew.heard(worker, response, &numbers, values);
        }
        self.obey();
        true
    }

    /// Worker `worker` dies, if it lives, with all it was sent and would have said.
    pub fn kill(&mut self, worker: usize) {
        if self.minds[worker].is_some() {
            self.crew.died(worker, RunError::Unreachable("killed".into()));
            self.obey();
        }
    }

    pub fn begin(&mut self, run: u32, spec: &ForwardSpec) {
        self.crew.begin(run, spec.clone());
        self.obey();
    }
}

/// Answers as a worker would, with numbers that tell the band: its values are its rows, less a half until
/// they are normalised.
#[derive(Default)]
struct Clerk {
    open: Option<u32>,
}

impl Mind for Clerk {
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
                    let rows = (band.layer == Layer::Subject).then_some(rows);
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
    let module = InceptionFields::new(3, [64, 96, 128, 16, 32, 32]);
    let plain = plain.iter().map(|&kernel_size| PlainSpec { kernel_size, out_channels: 256 });
    let plain = plain.collect();
    let subject = SubjectSpec::Module(module);
    ForwardSpec { subject, height: side, width: side, seed: 1, batch_norm, plain }
}

/// Whether the bands hold each row of each channel once, in order, and the values of their rows.
fn is_whole(output: &SubjectOutput<Values>) -> bool {
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
        let mut stage = Stage::new(workers, Clerk::default);
        stage.begin(7, &spec);
        for (at, choice) in choices(seed).take(4000).enumerate() {
            if let Some(&worker) = deaths.get(&at) {
                stage.kill(worker % workers);
            }
            if !stage.step(choice) {
                break;
            }
        }
        prop_assert!(!stage.crew.is_running(), "it hangs");
        prop_assert!(stage.events.iter().all(|(run, _)| *run == 7));
        let last = stage.events.last().map(|(_, event)| event);
        if let Some(Event::Failed(RunError::Unreachable(_))) = last {
            prop_assert!(!deaths.is_empty());
            return Ok(());
        }
        let Some(Event::Done { memory }) = last else { panic!("{last:?}") };
        prop_assert!(*memory <= workers as f64, "{memory} of {workers} had a band");
        let mut order = Vec::new();
        let mut told = Vec::new();
        for (_, event) in &stage.events {
            match event {
                Event::Subject(output) => {
                    prop_assert!(is_whole(output), "{output:?}");
                    let bands = output.bands.len() as f64;
                    let time = 4.0 * bands / output.workers as f64;
                    // What died with a worker after it was measured is measured once more.
                    let again = 3.0 * deaths.len() as f64 / output.workers as f64;
                    let late = output.milliseconds - time;
                    prop_assert!(late > -1e-9 && late < again + 1e-9, "{late} for {again}");
                    order.push(0);
                }
                Event::Plain { spec, .. } => order.push(spec.kernel_size),
                Event::Progress { layer, fraction } => {
                    prop_assert!((0.0..=1.0).contains(fraction));
                    let before = told.last().filter(|(before, _)| before == layer);
                    prop_assert!(before.is_none_or(|(_, before)| before < fraction));
                    told.push((*layer, *fraction));
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
        let mut stage = Stage::new(workers, Clerk::default);
        stage.begin(1, &spec);
        for (at, choice) in choices(seed).take(4000).enumerate() {
            if at == cancelled {
                if !replaced {
                    stage.crew.cancel();
                }
                stage.events.clear();
                stage.begin(2, &spec);
            }
            if !stage.step(choice) && at >= cancelled {
                break;
            }
        }
        prop_assert!(stage.events.iter().all(|(run, _)| *run == 2));
        let outputs = stage.events.iter().filter(|(_, event)| matches!(event, Event::Subject(_)));
        prop_assert_eq!(outputs.count(), 1);
        let done = matches!(stage.events.last(), Some((2, Event::Done { .. })));
        prop_assert!(done);
    }
}

#[test]
fn a_band_that_kills_twice_ends_the_run() {
    let mut stage = Stage::new(1, Clerk::default);
    stage.begin(3, &spec(224, BatchNorm::Running, &[]));
    for _ in 0..2 {
        while stage.to[0].is_empty() {
            assert!(stage.step(0));
        }
        assert!(stage.events.is_empty());
        stage.kill(0);
    }
    let [(3, Event::Failed(RunError::Unreachable(_)))] = &stage.events[..] else {
        panic!("{:?}", stage.events);
    };
    assert!(!stage.crew.is_running());
}

#[test]
fn a_silent_worker_is_replaced_and_one_that_does_not_start_is_done_without() {
    let mut stage = Stage::new(2, Clerk::default);
    stage.begin(3, &spec(224, BatchNorm::Running, &[]));
    // The second never starts.
    stage.from[1].clear();
    stage.kill(1);
    assert!(stage.minds[1].is_none() && stage.crew.is_running());
    while stage.to[0].is_empty() {
        assert!(stage.step(0));
    }
    // The first says nothing any more.
    stage.to[0].clear();
    for _ in 0..31 {
        stage.crew.tick();
        stage.obey();
    }
    while stage.step(0) {}
    assert!(matches!(stage.events.last(), Some((3, Event::Done { .. }))), "{:?}", stage.events);
}

#[test]
fn where_no_worker_starts_the_run_fails() {
    let mut stage = Stage::new(3, Clerk::default);
    stage.begin(3, &spec(224, BatchNorm::Running, &[]));
    for worker in 0..3 {
        assert!(stage.crew.is_running());
        stage.kill(worker);
    }
    assert!(matches!(&stage.events[..], [(3, Event::Failed(RunError::Unreachable(_)))]));
    // The next run tries again.
    stage.begin(4, &spec(224, BatchNorm::Running, &[]));
    while stage.step(0) {}
    assert!(matches!(stage.events.last(), Some((4, Event::Done { .. }))));
}

#[test]
fn a_worker_that_dies_while_it_waits_for_the_others_holds_nothing_up() {
    let mut stage = Stage::new(3, Clerk::default);
    stage.begin(3, &spec(224, BatchNorm::Batch, &[]));
    // The last two measure all there is but what the first has in hand, and wait.
    let idle = |stage: &Stage<Clerk>, worker: usize| {
        stage.to[worker].is_empty() && stage.from[worker].is_empty()
    };
    while stage.to[0].is_empty() {
        assert!(stage.step(0));
    }
    let asked = stage.to[0].clone();
    stage.to[0].clear();
    while stage.step(0) {}
    assert!(stage.crew.is_running() && idle(&stage, 1) && idle(&stage, 2));
    stage.kill(2);
    stage.to[0] = asked;
    while stage.step(0) {}
    let [.., (3, Event::Subject(output)), (3, Event::Done { .. })] = &stage.events[..] else {
        panic!("{:?}", stage.events);
    };
    assert!(is_whole(output), "{output:?}");
    // What it had measured is not measured again.
    let once = 4.0 * output.bands.len() as f64 / output.workers as f64;
    assert!((output.milliseconds - once).abs() < 1e-9);
}
