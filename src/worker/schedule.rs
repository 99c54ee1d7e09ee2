//! Which worker computes which band of a layer.
//!
//! An idle worker takes the next band. Where norms by the batch must know the whole image, all bands are
//! measured first; then any worker normalises any of them, since what is measured waits with the page, so
//! that no worker keeps more than the band it works on. Moments are merged in the order of the bands.
//!
//! Invariant: each band is finished once, whatever the order of answers and deaths.

use crate::engine::{Moments, Region};

use super::message::Goal;

/// Times that a band may be begun at one level: a worker that dies of it twice would do so forever.
const TRIES: u32 = 2;

/// A layer's bands on their way.
#[derive(Debug)]
pub struct Schedule {
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
    /// Whether what was measured of it waits to be normalised.
    waits: bool,
    moments: Vec<Moments>,
    tries: u32,
    /// The share of it that has been computed.
    fraction: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// Nobody has begun it.
    Waiting,
    Running(usize),
    Done,
}

/// What a worker is to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The band's place in the order of bands.
    pub band: usize,
    /// Which of the output.
    pub region: Region,
    /// How far it is to be computed.
    pub goal: Goal,
}

/// A band has killed as many workers as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenUp;

impl Schedule {
    /// Of bands that are these parts of the output, and wait for each other so many times, once at most.
    pub fn new(bands: Vec<Region>, exchanges: u64) -> Self {
        let band = |region| Band {
            region,
            state: State::Waiting,
            waits: false,
            moments: Vec::new(),
            tries: 0,
            fraction: 0.0,
        };
        let bands = bands.into_iter().map(band).collect();
        Self { bands, measuring: exchanges > 0, known: Vec::new() }
    }

    /// The moments of the whole image; none before they are known.
    pub fn known(&self) -> &[Moments] {
        &self.known
    }

    /// How many bands there are.
    pub const fn bands(&self) -> usize {
        self.bands.len()
    }

    /// Whether every band is finished.
    pub fn is_done(&self) -> bool {
        !self.measuring && self.bands.iter().all(|band| band.state == State::Done)
    }

    /// The share of the layer that has been computed.
    pub fn fraction(&self) -> f64 {
        let done: f64 = self.bands.iter().map(|band| band.fraction).sum();
        done / self.bands.len() as f64
    }

    /// The band that `worker` computes.
    pub fn band_of(&self, worker: usize) -> Option<usize> {
        self.bands.iter().position(|band| band.state == State::Running(worker))
    }

    /// What `worker`, which is idle, begins now.
    pub fn next(&mut self, worker: usize) -> Option<Task> {
        let index = self.bands.iter().position(|band| band.state == State::Waiting)?;
        let band = &mut self.bands[index];
        band.state = State::Running(worker);
        // What was measured goes to the worker: if it dies, that is lost.
        let goal = match std::mem::take(&mut band.waits) {
            true => Goal::Normalize,
            false if self.measuring => Goal::Measure,
            false => Goal::Finish,
        };
        Some(Task { band: index, region: band.region.clone(), goal })
    }

    /// `worker` is at this share of its band.
    pub fn progress(&mut self, worker: usize, fraction: f64) {
        if let Some(index) = self.band_of(worker) {
            let band = &mut self.bands[index];
            // What is computed again is no step back.
            band.fraction = band.fraction.max(fraction.min(1.0));
        }
    }

    /// `worker` has measured a band: which.
    pub fn measured(&mut self, worker: usize, moments: Vec<Moments>) -> Option<usize> {
        let index = self.band_of(worker)?;
        let band = &mut self.bands[index];
        (band.state, band.waits, band.moments) = (State::Done, true, moments);
        if self.bands.iter().all(|band| band.state == State::Done) {
            self.merge();
        }
        Some(index)
    }

    /// All bands are measured.
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

    /// `worker` has finished a band: which.
    pub fn finished(&mut self, worker: usize) -> Option<usize> {
        let index = self.band_of(worker)?;
        let band = &mut self.bands[index];
        (band.state, band.fraction) = (State::Done, 1.0);
        Some(index)
    }

    /// `worker` has died: what it computed begins anew.
    ///
    /// # Errors
    /// When the band it computed has killed a worker before.
    pub fn lost(&mut self, worker: usize) -> Result<(), GivenUp> {
        let Some(index) = self.band_of(worker) else { return Ok(()) };
        let band = &mut self.bands[index];
        (band.state, band.tries) = (State::Waiting, band.tries + 1);
        if band.tries < TRIES { Ok(()) } else { Err(GivenUp) }
    }
}
