//! A run that a [crew](super::crew) works on.

use std::collections::BTreeSet;
use std::ops::Range;
use std::rc::Rc;

use crate::engine::{ChannelSums, Moments};

use super::crew::Event;
use super::message::{ForwardSpec, Layer, moments_to_numbers};
use super::plan::{ModuleOutput, OutputBand, Plan};
use super::schedule::Schedule;

/// A run under way.
#[derive(Debug)]
pub(super) struct Run<B> {
    pub number: u32,
    pub spec: ForwardSpec,
    pub plan: Plan,
    /// The layer being computed, in the order of the plan; beyond it, workers are closing.
    pub at: usize,
    pub schedule: Schedule,
    pub known: Rc<[f64]>,
    made: Vec<Option<Made<B>>>,
    shared_by: BTreeSet<usize>,
    pub told: f64,
}

/// A finished band.
#[derive(Debug)]
pub(super) struct Made<B> {
    pub milliseconds: Vec<f64>,
    pub sums: Vec<ChannelSums>,
    pub values: Option<B>,
}

impl<B> Run<B> {
    pub fn new(number: u32, spec: ForwardSpec, plan: Plan) -> Self {
        let schedule = plan.layers[0].schedule();
        Self {
            number,
            spec,
            plan,
            at: 0,
            made: (0..schedule.bands()).map(|_| None).collect(),
            schedule,
            known: Rc::default(),
            shared_by: BTreeSet::new(),
            told: f64::NEG_INFINITY,
        }
    }

    /// Whether all layers are done.
    pub const fn is_closing(&self) -> bool {
        self.at == self.plan.layers.len()
    }

    /// `worker` has measured its band.
    pub fn measured(&mut self, worker: usize, moments: Vec<Moments>) {
        self.schedule.measured(worker, moments);
        self.known = moments_to_numbers(self.schedule.known()).into();
    }

    /// `worker` has finished its band: what the layer has given, if that was the last.
    pub fn finished(&mut self, worker: usize, band: Made<B>) -> Option<Event<B>> {
        let index = self.schedule.finished(worker)?;
        self.made[index] = Some(band);
        self.shared_by.insert(worker);
        if !self.schedule.is_done() {
            return None;
        }
        let event = self.layer_event();
        self.at += 1;
        if let Some(layer) = self.plan.layers.get(self.at) {
            self.schedule = layer.schedule();
            self.made = (0..self.schedule.bands()).map(|_| None).collect();
            (self.known, self.told) = (Rc::default(), f64::NEG_INFINITY);
            self.shared_by.clear();
        }
        Some(event)
    }

    /// What the layer whose bands are all there has given.
    fn layer_event(&mut self) -> Event<B> {
        let plan = &self.plan.layers[self.at];
        let made: Vec<Made<B>> = self.made.drain(..).flatten().collect();
        let workers = self.shared_by.len();
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
        let mut sums = vec![ChannelSums::default(); made.first().map_or(0, |band| band.sums.len())];
        for band in &made {
            sums.iter_mut().zip(&band.sums).for_each(|(sum, part)| *sum = sum.merge(*part));
        }
        let band = |(values, rows): (Option<B>, &Range<u32>)| {
            let (first, rows) = (u64::from(rows.start), u64::from(rows.end - rows.start));
            Some(OutputBand { first, rows, values: values? })
        };
        let values = made.into_iter().map(|made| made.values).zip(&plan.bands);
        Event::Module(ModuleOutput {
            lifted: self.spec.module.in_channels != 3,
            shape: self.plan.shape,
            workers,
            branches: self.plan.branches(&times),
            milliseconds: times.iter().sum(),
            statistics: sums.into_iter().map(ChannelSums::statistics).collect(),
            bands: values.filter_map(band).collect(),
        })
    }
}
