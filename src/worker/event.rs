//! The events of a run, for the page.

use crate::arch::Shape;
use crate::engine::{ChannelStatistics, Region};

use super::error::RunError;
use super::spec::{Job, PlainSpec};

/// An event of a run. `B` holds the values of a band.
#[derive(Debug)]
pub enum Event<B> {
    Progress {
        job: Job,
        /// The share of it that is done, from 0 to 1.
        fraction: f64,
    },
    Output(WorkloadOutput<B>),
    /// A plain convolution has run.
    Plain {
        spec: PlainSpec,
        /// Its time: the sum over all bands, divided by the number of workers that shared them.
        milliseconds: f64,
    },
    Done {
        /// Bytes of all workers' memories.
        memory: f64,
    },
    /// The run ended in an error.
    Failed(RunError),
}

/// The output of a workload, in bands of rows or of channels.
#[derive(Clone, Debug)]
pub struct WorkloadOutput<B> {
    /// Whether the fixed 1×1 convolution made the workload's input channels from the image's three.
    pub projected: bool,
    /// Shape of the whole output.
    pub shape: Shape,
    /// Workers that shared it.
    pub workers: usize,
    /// The branches in the order they are concatenated.
    pub branches: Vec<BranchReport>,
    /// The time: the sum over all bands, divided by the number of workers that shared them. Drawing and packing
    /// weights, the projection, the surrogate image and the transfer of bands are not counted.
    pub milliseconds: f64,
    /// Statistics of each channel.
    pub statistics: Vec<ChannelStatistics>,
    pub bands: Vec<OutputBand<B>>,
}

/// A part of an output.
#[derive(Clone, Debug)]
pub struct OutputBand<B> {
    pub region: Region,
    /// Channels × rows × width values.
    pub values: B,
}

/// One branch of a workload that has run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BranchReport {
    /// Shape of its output.
    pub shape: Shape,
    /// Its time, as [`WorkloadOutput::milliseconds`].
    pub milliseconds: f64,
}
