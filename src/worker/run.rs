//! A run under way: the queue of the current job, and its finished bands.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::engine::{ChannelSums, Moments, Region};

use super::band_queue::{BandQueue, GivenUp, Task};
use super::codec::moments_to_numbers;
use super::command::BandBuffer;
use super::event::{BranchReport, Event, OutputBand, WorkloadOutput};
use super::message::{BandSpec, Request};
use super::schedule::{JobSchedule, Schedule};
use super::spec::{ForwardSpec, Job};

#[derive(Debug)]
pub(super) struct Run<B> {
    pub number: u32,
    pub spec: ForwardSpec,
    pub schedule: Schedule,
    /// The index of the current job; the number of jobs while workers are closing.
    pub at: usize,
    pub queue: BandQueue,
    known: Rc<[f64]>,
    results: Vec<BandResult<B>>,
    /// The workers that share the current job.
    sharers: BTreeSet<usize>,
    /// The progress last reported.
    pub reported: f64,
}

/// The state of a band.
#[derive(Debug)]
struct BandResult<B> {
    /// The time of each branch.
    milliseconds: Vec<f64>,
    sums: Vec<ChannelSums>,
    values: Option<B>,
}

/// The next request to a worker.
pub(super) struct Assignment<B> {
    pub request: Request,
    pub numbers: Rc<[f64]>,
    pub buffer: BandBuffer<B>,
}

impl<B> BandResult<B> {
    /// `count` bands, none computed yet.
    fn none(count: usize) -> Vec<Self> {
        let none = |_| Self { milliseconds: Vec::new(), sums: Vec::new(), values: None };
        (0..count).map(none).collect()
    }

    fn add(&mut self, milliseconds: &[f64]) {
        self.milliseconds.resize(self.milliseconds.len().max(milliseconds.len()), 0.0);
        self.milliseconds.iter_mut().zip(milliseconds).for_each(|(sum, part)| *sum += part);
    }
}

impl<B> Run<B> {
    pub fn new(number: u32, spec: ForwardSpec, schedule: Schedule) -> Self {
        let queue = schedule.jobs[0].queue();
        Self {
            number,
            spec,
            schedule,
            at: 0,
            results: BandResult::none(queue.bands()),
            queue,
            known: Rc::default(),
            sharers: BTreeSet::new(),
            reported: f64::NEG_INFINITY,
        }
    }

    /// Whether all jobs are done.
    pub const fn is_closing(&self) -> bool {
        self.at == self.schedule.jobs.len()
    }

    /// The next request to `worker`, which is idle; none if the job is already shared by as many workers as it
    /// may be.
    pub fn next(&mut self, worker: usize) -> Option<Assignment<B>> {
        let JobSchedule { job, workers, .. } = *self.schedule.jobs.get(self.at)?;
        if !self.sharers.contains(&worker) && self.sharers.len() >= workers {
            return None;
        }
        let Task { band, region, goal } = self.queue.next(worker)?;
        self.sharers.insert(worker);
        // The output of a plain convolution is discarded.
        let keep_output = job == Job::Workload;
        let values = if keep_output { region.values(self.schedule.shape.width) } else { 0 };
        let buffer = match self.results[band].values.take() {
            Some(values) => BandBuffer::Measured(values),
            None => BandBuffer::New(values),
        };
        let band = BandSpec { job, region };
        let request = Request::Band { run: self.number, band, goal };
        Some(Assignment { request, numbers: self.known.clone(), buffer })
    }

    /// `worker` has died.
    ///
    /// # Errors
    /// As [`BandQueue::lost`].
    pub fn lost(&mut self, worker: usize) -> Result<(), GivenUp> {
        self.sharers.remove(&worker);
        self.queue.lost(worker)
    }

    /// `worker` has measured its band.
    pub fn measured(
        &mut self,
        worker: usize,
        moments: Vec<Moments>,
        milliseconds: &[f64],
        values: Option<B>,
    ) {
        let Some(index) = self.queue.measured(worker, moments) else { return };
        self.results[index].add(milliseconds);
        self.results[index].values = values;
        self.known = moments_to_numbers(self.queue.known()).into();
    }

    /// `worker` has finished its band. Returns the result of the job, if that was its last band.
    pub fn finished(
        &mut self,
        worker: usize,
        sums: Vec<ChannelSums>,
        milliseconds: &[f64],
        values: Option<B>,
    ) -> Option<Event<B>> {
        let index = self.queue.finished(worker)?;
        self.results[index].add(milliseconds);
        (self.results[index].sums, self.results[index].values) = (sums, values);
        if !self.queue.is_done() {
            return None;
        }
        let event = self.job_event();
        self.at += 1;
        if let Some(job) = self.schedule.jobs.get(self.at) {
            self.queue = job.queue();
            self.results = BandResult::none(self.queue.bands());
            (self.known, self.reported) = (Rc::default(), f64::NEG_INFINITY);
            self.sharers.clear();
        }
        Some(event)
    }

    /// The result of the current job, all of whose bands are finished.
    fn job_event(&mut self) -> Event<B> {
        let job = &self.schedule.jobs[self.at];
        let results = std::mem::take(&mut self.results);
        let workers = self.sharers.len();
        let mut times = vec![0.0; results.first().map_or(0, |band| band.milliseconds.len())];
        for band in &results {
            times.iter_mut().zip(&band.milliseconds).for_each(|(sum, time)| *sum += time);
        }
        for sum in &mut times {
            *sum /= workers.max(1) as f64;
        }
        if let Job::Plain(spec) = job.job {
            return Event::Plain { spec, milliseconds: times.iter().sum() };
        }
        let shape = self.schedule.shape;
        let index = |channel: u64| usize::try_from(channel).unwrap_or(usize::MAX);
        let mut sums = vec![ChannelSums::default(); index(shape.channels)];
        for (band, region) in results.iter().zip(&job.bands) {
            let own = sums.iter_mut().skip(index(region.channels.start));
            own.zip(&band.sums).for_each(|(sum, part)| *sum = sum.merge(*part));
        }
        let band = |(values, region): (Option<B>, &Region)| {
            Some(OutputBand { region: region.clone(), values: values? })
        };
        let values = results.into_iter().map(|band| band.values).zip(&job.bands);
        let branches = self.schedule.branches.iter().zip(&times);
        let report = |(&shape, &milliseconds)| BranchReport { shape, milliseconds };
        Event::Output(WorkloadOutput {
            projected: self.schedule.in_channels != 3,
            shape,
            workers,
            branches: branches.map(report).collect(),
            milliseconds: times.iter().sum(),
            statistics: sums.into_iter().map(ChannelSums::statistics).collect(),
            bands: values.filter_map(band).collect(),
        })
    }
}
