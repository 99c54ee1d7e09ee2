//! Which worker computes which band of a job.
//!
//! An idle worker takes the next band. Where batch norm needs the moments of the whole image, all bands are measured
//! first; then any worker normalises any band, since measured values are kept by the page and no worker keeps more
//! than the band it computes. Moments are merged in the order of the bands.
//!
//! Invariant: each band is finished once, in every order of responses and worker failures.

use crate::engine::{Moments, Region};

use super::message::Goal;

/// Attempts at a band, measured or finished: after two deaths a third is as likely.
const TRIES: u32 = 2;

/// The bands of a job, and the state of each.
#[derive(Debug)]
pub struct BandQueue {
    bands: Vec<Band>,
    /// Whether bands are being measured, not finished.
    measuring: bool,
    /// The moments of the whole image, once they are known.
    known: Vec<Moments>,
}

#[derive(Debug)]
struct Band {
    region: Region,
    state: State,
    /// Whether it is measured and can be normalised.
    measured: bool,
    moments: Vec<Moments>,
    tries: u32,
    /// The share of it that has been computed.
    fraction: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// No worker computes it.
    Waiting,
    Running(usize),
    Done,
}

/// What a worker computes next.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The index of the band.
    pub band: usize,
    /// The part of the output.
    pub region: Region,
    /// How far to compute it.
    pub goal: Goal,
}

/// A band has ended as many workers as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenUp;

impl BandQueue {
    /// The bands of these parts of the output, which exchange moments `sync_points` times (0 or 1).
    pub fn new(bands: Vec<Region>, sync_points: u64) -> Self {
        let band = |region| Band {
            region,
            state: State::Waiting,
            measured: false,
            moments: Vec::new(),
            tries: 0,
            fraction: 0.0,
        };
        let bands = bands.into_iter().map(band).collect();
        Self { bands, measuring: sync_points > 0, known: Vec::new() }
    }

    /// The moments of the whole image; none before they are known.
    pub fn known(&self) -> &[Moments] {
        &self.known
    }

    pub const fn bands(&self) -> usize {
        self.bands.len()
    }

    /// Whether every band is finished.
    pub fn is_done(&self) -> bool {
        !self.measuring && self.bands.iter().all(|band| band.state == State::Done)
    }

    /// The share of the job that has been computed.
    pub fn fraction(&self) -> f64 {
        let done: f64 = self.bands.iter().map(|band| band.fraction).sum();
        done / self.bands.len() as f64
    }

    /// The band that `worker` computes.
    pub fn band_of(&self, worker: usize) -> Option<usize> {
        self.bands.iter().position(|band| band.state == State::Running(worker))
    }

    /// Assigns the next band to `worker`, which is idle.
    pub fn next(&mut self, worker: usize) -> Option<Task> {
        let index = self.bands.iter().position(|band| band.state == State::Waiting)?;
        let band = &mut self.bands[index];
        band.state = State::Running(worker);
        // The measured values are sent to the worker; if it dies, they are lost.
        let goal = match std::mem::take(&mut band.measured) {
            true => Goal::Normalize,
            false if self.measuring => Goal::Measure,
            false => Goal::Finish,
        };
        Some(Task { band: index, region: band.region.clone(), goal })
    }

    /// `worker` has computed this share of its band.
    pub fn progress(&mut self, worker: usize, fraction: f64) {
        if let Some(index) = self.band_of(worker) {
            let band = &mut self.bands[index];
            // A band that is computed again does not reduce the progress.
            band.fraction = band.fraction.max(fraction.min(1.0));
        }
    }

    /// `worker` has measured its band. Returns the index of the band.
    pub fn measured(&mut self, worker: usize, moments: Vec<Moments>) -> Option<usize> {
        let index = self.band_of(worker)?;
        let band = &mut self.bands[index];
        (band.state, band.measured, band.moments) = (State::Done, true, moments);
        if self.bands.iter().all(|band| band.state == State::Done) {
            self.merge();
        }
        Some(index)
    }

    /// Merges the moments once all bands are measured.
    fn merge(&mut self) {
        for band in &mut self.bands {
            self.known.resize(self.known.len().max(band.moments.len()), Moments::default());
            for (sum, part) in self.known.iter_mut().zip(std::mem::take(&mut band.moments)) {
                *sum = sum.merge(part);
            }
            (band.state, band.tries) = (State::Waiting, 0);
        }
        self.measuring = false;
    }

    /// `worker` has finished its band. Returns the index of the band.
    pub fn finished(&mut self, worker: usize) -> Option<usize> {
        let index = self.band_of(worker)?;
        let band = &mut self.bands[index];
        (band.state, band.fraction) = (State::Done, 1.0);
        Some(index)
    }

    /// `worker` has died: its band will be computed again.
    ///
    /// # Errors
    /// When the band has ended a worker before.
    pub fn lost(&mut self, worker: usize) -> Result<(), GivenUp> {
        let Some(index) = self.band_of(worker) else { return Ok(()) };
        let band = &mut self.bands[index];
        (band.state, band.tries) = (State::Waiting, band.tries + 1);
        if band.tries < TRIES { Ok(()) } else { Err(GivenUp) }
    }
}
