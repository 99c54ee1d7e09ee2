//! A run that a [crew](super::crew) works on.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::engine::{ChannelSums, Moments, Region};

use super::crew::{Event, Place};
use super::message::{BandSpec, ForwardSpec, Layer, Request, moments_to_numbers};
use super::plan::{LayerPlan, OutputBand, Plan, SubjectOutput};
use super::schedule::{GivenUp, Schedule, Task};

/// A run under way.
#[derive(Debug)]
pub(super) struct Run<B> {
    pub number: u32,
    pub spec: ForwardSpec,
    pub plan: Plan,
    /// The layer being computed, in the order of the plan; beyond it, workers are closing.
    pub at: usize,
    pub schedule: Schedule,
    known: Rc<[f64]>,
    made: Vec<Made<B>>,
    /// The workers that share the layer.
    sharers: BTreeSet<usize>,
    pub told: f64,
}

/// What is there of a band.
#[derive(Debug)]
struct Made<B> {
    /// What each branch took.
    milliseconds: Vec<f64>,
    sums: Vec<ChannelSums>,
    values: Option<B>,
}

/// What a worker is asked next.
pub(super) struct Ask<B> {
    pub request: Request,
    pub numbers: Rc<[f64]>,
    pub place: Place<B>,
}

impl<B> Made<B> {
    /// Of each of `count` bands nothing.
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
    pub fn new(number: u32, spec: ForwardSpec, plan: Plan) -> Self {
        let schedule = plan.layers[0].schedule();
        Self {
            number,
            spec,
            plan,
            at: 0,
            made: Made::none(schedule.bands()),
            schedule,
            known: Rc::default(),
            sharers: BTreeSet::new(),
            told: f64::NEG_INFINITY,
        }
    }

    /// Whether all layers are done.
    pub const fn is_closing(&self) -> bool {
        self.at == self.plan.layers.len()
    }

    /// What `worker`, which is idle, is to do: nothing where others share the layer, as many as may.
    pub fn next(&mut self, worker: usize) -> Option<Ask<B>> {
        let LayerPlan { layer, workers, .. } = *self.plan.layers.get(self.at)?;
        if !self.sharers.contains(&worker) && self.sharers.len() >= workers {
            return None;
        }
        let Task { band, region, goal } = self.schedule.next(worker)?;
        self.sharers.insert(worker);
        // What a plain convolution makes nobody sees.
        let seen = layer == Layer::Subject;
        let values = if seen { region.values(self.plan.shape.width) } else { 0 };
        let place = match self.made[band].values.take() {
            Some(values) => Place::Measured(values),
            None => Place::New(values),
        };
        let band = BandSpec { layer, region };
        let request = Request::Band { run: self.number, band, goal };
        Some(Ask { request, numbers: self.known.clone(), place })
    }

    /// `worker` has died.
    ///
    /// # Errors
    /// As [`Schedule::lost`].
    pub fn lost(&mut self, worker: usize) -> Result<(), GivenUp> {
        self.sharers.remove(&worker);
        self.schedule.lost(worker)
    }

    /// `worker` has measured its band.
    pub fn measured(
        &mut self,
        worker: usize,
        moments: Vec<Moments>,
        milliseconds: &[f64],
        values: Option<B>,
    ) {
        let Some(index) = self.schedule.measured(worker, moments) else { return };
        self.made[index].add(milliseconds);
        self.made[index].values = values;
        self.known = moments_to_numbers(self.schedule.known()).into();
    }

    /// `worker` has finished its band: what the layer has given, if that was the last.
    pub fn finished(
        &mut self,
        worker: usize,
        sums: Vec<ChannelSums>,
        milliseconds: &[f64],
        values: Option<B>,
    ) -> Option<Event<B>> {
        let index = self.schedule.finished(worker)?;
        self.made[index].add(milliseconds);
        (self.made[index].sums, self.made[index].values) = (sums, values);
        if !self.schedule.is_done() {
            return None;
        }
        let event = self.layer_event();
        self.at += 1;
        if let Some(layer) = self.plan.layers.get(self.at) {
            self.schedule = layer.schedule();
            self.made = Made::none(self.schedule.bands());
            (self.known, self.told) = (Rc::default(), f64::NEG_INFINITY);
            self.sharers.clear();
        }
        Some(event)
    }

    /// What the layer whose bands are all there has given.
    fn layer_event(&mut self) -> Event<B> {
        let plan = &self.plan.layers[self.at];
        let made = std::mem::take(&mut self.made);
        let workers = self.sharers.len();
        let mut times = vec![0.0; made.first().map_or(0, |band| band.milliseconds.len())];
        for band in &made {
            times.iter_mut().zip(&band.milliseconds).for_each(|(sum, time)| *sum += time);
        }
        for sum in &mut times {
            *sum /= workers.max(1) as f64;
        }
        if let Layer::Plain(spec) = plan.layer {
            return Event::Plain { spec, milliseconds: times.iter().sum() };
        }
        let index = |channel: u64| usize::try_from(channel).unwrap_or(usize::MAX);
        let mut sums = vec![ChannelSums::default(); index(self.plan.shape.channels)];
        for (band, region) in made.iter().zip(&plan.bands) {
            let own = sums.iter_mut().skip(index(region.channels.start));
            own.zip(&band.sums).for_each(|(sum, part)| *sum = sum.merge(*part));
        }
        let band = |(values, region): (Option<B>, &Region)| {
            Some(OutputBand { region: region.clone(), values: values? })
        };
        let values = made.into_iter().map(|made| made.values).zip(&plan.bands);
        Event::Subject(SubjectOutput {
            lifted: self.plan.in_channels != 3,
            shape: self.plan.shape,
            workers,
            branches: self.plan.branches(&times),
            milliseconds: times.iter().sum(),
            statistics: sums.into_iter().map(ChannelSums::statistics).collect(),
            bands: values.filter_map(band).collect(),
        })
    }
}
