//! The messages between the page and a worker.
//!
//! Every message carries the number of its run, so that a stale response can be dropped. Numbers travel as
//! JavaScript numbers, exact up to 2⁵³.

use std::ops::Range;

use serde::{Deserialize, Serialize};

use crate::engine::{CropRectangle, Region};

use super::error::RunError;
use super::spec::{ForwardSpec, Job};

/// From the page to the worker, with one buffer or none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Make an input from a photograph. Buffer: its RGBA bytes, row by row. Answer: `Preprocessed`.
    Preprocess {
        run: u32,
        /// Columns of the photograph.
        image_width: u32,
        /// Rows of the photograph.
        image_height: u32,
        /// Rows of the input.
        height: u32,
        /// Columns of the input.
        width: u32,
    },
    /// Prepare for bands of this forward pass. Buffer: the normalised image, 3 × height × width floats.
    /// No answer.
    Open {
        run: u32,
        /// The forward pass; checked by the worker.
        forward: ForwardSpec,
    },
    /// Compute a band. Buffers: the moments of the whole image, three numbers a channel, none before they
    /// are known; then an optional `ArrayBuffer` in which the band is returned, and which holds the measured
    /// values if the goal is to normalise them. Answers: `Progress` …, then `Measured` or `Band`.
    Band {
        run: u32,
        band: BandSpec,
        /// How far to compute it.
        goal: Goal,
    },
    /// The run is over: free its image, keep the weights for the next run. Answer: `Closed`.
    Close { run: u32 },
}

/// A part of a job's output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BandSpec {
    pub job: Job,
    #[serde(with = "RegionDef")]
    pub region: Region,
}

/// How far to compute a band.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Goal {
    /// Up to the norms that need the moments of the whole image; answer with the band's moments.
    Measure,
    /// From the measured values to the end.
    Normalize,
    /// From the beginning to the end. Without moments in the request, norms use the band's own: right if the band
    /// is the whole image, enough if the output is discarded.
    Finish,
}

/// From the worker to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Response {
    Ready,
    /// The input. Buffers: the normalised tensor (3 × height × width floats) and the crop (RGBA
    /// bytes).
    Preprocessed {
        run: u32,
        /// The part of the photograph that the crop shows.
        #[serde(with = "CropRectangleDef")]
        rectangle: CropRectangle,
        /// Rows of the input.
        height: u32,
        /// Columns of the input.
        width: u32,
    },
    /// Progress within the band. Sent at most once a frame.
    Progress {
        run: u32,
        /// The share of it that is done, from 0 to 1.
        fraction: f64,
    },
    /// A band is measured. Buffers: three numbers for each channel that waits for its norm, see
    /// [`Moments`](crate::engine::Moments); and the band's values so far (channels × rows × width floats).
    Measured {
        run: u32,
        /// The time of each branch, as in `Band`.
        milliseconds: Vec<f64>,
    },
    /// A band is finished. Buffers, if the output is kept: five numbers a channel, see
    /// [`ChannelSums`](crate::engine::ChannelSums), and the band's values (channels × rows × width floats).
    Band {
        run: u32,
        /// The time of each branch for this request, in the order of the workload's branches. Drawing and
        /// packing weights, the projection and the surrogate image are not counted.
        milliseconds: Vec<f64>,
    },
    /// The worker has freed the run.
    Closed {
        run: u32,
        /// Bytes of the worker's memory. It never shrinks, so this is the most so far.
        memory: f64,
    },
    /// The run ended in an error; no other response of it follows.
    Failed {
        /// Number of the run; 0 where the worker could not read it.
        run: u32,
        error: RunError,
    },
}

impl Request {
    pub const fn run(&self) -> u32 {
        match self {
            Self::Preprocess { run, .. }
            | Self::Open { run, .. }
            | Self::Band { run, .. }
            | Self::Close { run } => *run,
        }
    }
}

impl Response {
    /// Number of the run; none for `Ready`.
    pub const fn run(&self) -> Option<u32> {
        match self {
            Self::Ready => None,
            Self::Preprocessed { run, .. }
            | Self::Progress { run, .. }
            | Self::Measured { run, .. }
            | Self::Band { run, .. }
            | Self::Closed { run, .. }
            | Self::Failed { run, .. } => Some(*run),
        }
    }
}

// The types of `engine` do not know how they travel; these definitions mirror them, and the compiler holds
// them equal.

#[derive(Serialize, Deserialize)]
#[serde(remote = "Region")]
struct RegionDef {
    channels: Range<u64>,
    rows: Range<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "CropRectangle")]
struct CropRectangleDef {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}
