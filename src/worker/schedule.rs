//! Which worker computes which band of a layer.
//!
//! An idle worker takes the next band; when none is left it takes one over that another has yet to begin,
//! and computes what that one had computed already once more. Bands pass norms by the batch together: the
//! next level begins when all have measured this one. Moments are merged in the order of the bands.
//!
//! Invariant: each band is finished once, whatever the order of answers and deaths.

use std::ops::Range;

use crate::engine::Moments;

use super::message::Goal;

/// Times that a band may be begun at one level: a worker that dies of it twice would do so forever.
const TRIES: u32 = 2;

/// A layer's bands on their way.
#[derive(Debug)]
pub struct Schedule {
    bands: Vec<Band>,
    /// Levels of norms to be measured.
    levels: u32,
    /// The level that is being measured; `levels` where the bands are being finished.
    level: u32,
    /// The moments of the levels that are known.
    known: Vec<Moments>,
}

#[derive(Debug)]
struct Band {
    rows: Range<u32>,
    state: State,
    /// The worker that keeps it, waiting for its next level.
    holder: Option<usize>,
    moments: Vec<Moments>,
    tries: u32,
    /// The share of it that has been computed.
    fraction: f64,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum State {
    /// At this level nobody has begun it.
    Waiting,
    Running(usize),
    Done,
}

/// What a worker is to do.
#[derive(Clone, Debug, PartialEq)]
pub struct Task {
    /// The band's place in the order of bands.
    pub band: usize,
    /// Its rows.
    pub rows: Range<u32>,
    /// How far it is to be computed.
    pub goal: Goal,
    /// The worker that keeps it in vain from now on.
    pub taken_from: Option<usize>,
}

/// A band has killed as many workers as it may.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct GivenUp;

impl Schedule {
    /// Of bands with these rows, which pass `levels` norms by the batch. A band alone knows the whole
    /// image: it waits for nobody.
    pub fn new(bands: Vec<Range<u32>>, levels: u32) -> Self {
        let levels = if bands.len() == 1 { 0 } else { levels };
        let band = |rows| Band {
            rows,
            state: State::Waiting,
            holder: None,
            moments: Vec::new(),
            tries: 0,
            fraction: 0.0,
        };
        let bands = bands.into_iter().map(band).collect();
        Self { bands, levels, level: 0, known: Vec::new() }
    }

    /// The moments of the levels that are known, level after level.
    pub fn known(&self) -> &[Moments] {
        &self.known
    }

    /// How many bands there are.
    pub const fn bands(&self) -> usize {
        self.bands.len()
    }

    /// Whether every band is finished.
    pub fn is_done(&self) -> bool {
        self.level == self.levels && self.bands.iter().all(|band| band.state == State::Done)
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

    /// What `worker`, which is idle, begins now: a band it keeps, one that nobody keeps, or one of
    /// another's, unless all that is left to do is its last norm. It keeps `most` bands at most.
    pub fn next(&mut self, worker: usize, most: u64) -> Option<Task> {
        let waiting = |band: &Band| band.state == State::Waiting;
        let of = |holder: Option<usize>| {
            self.bands.iter().position(|band| waiting(band) && band.holder == holder)
        };
        let measuring = self.level < self.levels;
        let taken_over = || self.bands.iter().rposition(|band| measuring && waiting(band));
        let kept = self.bands.iter().filter(|band| band.holder == Some(worker)).count() as u64;
        let others = || of(None).or_else(taken_over).filter(|_| self.levels == 0 || kept < most);
        let index = of(Some(worker)).or_else(others)?;
        let band = &mut self.bands[index];
        let taken_from = band.holder.replace(worker).filter(|holder| *holder != worker);
        band.state = State::Running(worker);
        let goal = if measuring { Goal::Measure { level: self.level } } else { Goal::Finish };
        Some(Task { band: index, rows: band.rows.clone(), goal, taken_from })
    }

    /// `worker` is at this share of its band.
    pub fn progress(&mut self, worker: usize, fraction: f64) {
        if let Some(index) = self.band_of(worker) {
            let band = &mut self.bands[index];
            // What is computed again is no step back.
            band.fraction = band.fraction.max(fraction.min(1.0));
        }
    }

    /// `worker` has measured its band.
    pub fn measured(&mut self, worker: usize, moments: Vec<Moments>) {
        let Some(index) = self.band_of(worker) else { return };
        let band = &mut self.bands[index];
        (band.state, band.moments) = (State::Done, moments);
        if self.bands.iter().any(|band| band.state != State::Done) {
            return;
        }
        let mut whole: Vec<Moments> = Vec::new();
        for band in &mut self.bands {
            whole.resize(whole.len().max(band.moments.len()), Moments::default());
            for (sum, part) in whole.iter_mut().zip(std::mem::take(&mut band.moments)) {
                *sum = sum.merge(part);
            }
            (band.state, band.tries) = (State::Waiting, 0);
        }
        self.known.extend(whole);
        self.level += 1;
    }

    /// `worker` has finished a band: which.
    pub fn finished(&mut self, worker: usize) -> Option<usize> {
        let index = self.band_of(worker)?;
        let band = &mut self.bands[index];
        (band.state, band.holder, band.fraction) = (State::Done, None, 1.0);
        Some(index)
    }

    /// `worker` has died: what it computed begins anew, what it kept will.
    ///
    /// # Errors
    /// When the band it computed has killed a worker before.
    pub fn lost(&mut self, worker: usize) -> Result<(), GivenUp> {
        let running = self.band_of(worker);
        for band in self.bands.iter_mut().filter(|band| band.holder == Some(worker)) {
            band.holder = None;
        }
        let Some(index) = running else { return Ok(()) };
        let band = &mut self.bands[index];
        (band.state, band.tries) = (State::Waiting, band.tries + 1);
        if band.tries < TRIES { Ok(()) } else { Err(GivenUp) }
    }
}
