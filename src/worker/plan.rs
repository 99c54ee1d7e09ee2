//! What a run consists of, and what it gives.

use crate::arch::{Branch, BranchId, Shape, ShapeError, Size};
use crate::engine::memory::{self, BUDGET_BYTES};
use crate::engine::split::LayerOps;
use crate::engine::{Axis, ChannelStatistics, Region};

use super::message::{ForwardSpec, Layer, RunError};
use super::schedule::Schedule;
use super::subject::{Subject, check, invalid};

/// The layers of a run, one after the other.
#[derive(Debug)]
pub(super) struct Plan {
    pub layers: Vec<LayerPlan>,
    /// The most that share one.
    pub workers: usize,
    /// Channels of the input.
    pub in_channels: u64,
    /// Shape of the subject's output.
    pub shape: Shape,
    /// The module's branches and their shapes; a convolution has none.
    branches: Vec<(BranchId, Shape)>,
}

/// How a layer is shared out.
#[derive(Debug)]
pub(super) struct LayerPlan {
    pub layer: Layer,
    pub bands: Vec<Region>,
    pub workers: usize,
    /// How often its bands wait for each other.
    exchanges: u64,
}

impl Plan {
    /// For at most `workers` workers.
    ///
    /// # Errors
    /// When the numbers are invalid or the run would not fit into memory.
    pub fn new(spec: &ForwardSpec, workers: usize) -> Result<Self, RunError> {
        let (subject, plain) = check(spec)?;
        let size = Size { height: spec.height.into(), width: spec.width.into() };
        let most = workers as u64;
        let ops = subject.ops().seen(spec.batch_norm);
        let need = memory::forward(&ops, size, &plain, most);
        let needed = need.map_or(u64::MAX, |need| need.peak);
        if needed > BUDGET_BYTES {
            return Err(RunError::too_much_memory(needed, BUDGET_BYTES));
        }
        let shape = ops.output_shape(size).map_err(invalid)?;
        // Workers that the subject can't afford don't come for the others either.
        let most = ops.affordable(size, most);
        let mut layers = vec![LayerPlan::new(Layer::Subject, &ops, size, most)];
        for (&layer, unit) in spec.plain.iter().zip(&plain) {
            // It runs for its time alone: each band's norm takes as long by the band's own moments.
            let ops = LayerOps::of_conv(unit);
            layers.push(LayerPlan::new(Layer::Plain(layer), &ops, size, most));
        }
        let workers = layers.iter().map(|layer| layer.workers).max().unwrap_or(1);
        let branches = branches(&subject, size).map_err(invalid)?;
        Ok(Self { layers, workers, in_channels: subject.in_channels(), shape, branches })
    }

    /// The branches with the time that each took.
    pub fn branches(&self, times: &[f64]) -> Vec<BranchReport> {
        let report = |(&(id, shape), &milliseconds): (&(BranchId, Shape), &f64)| BranchReport {
            id,
            shape,
            milliseconds,
        };
        self.branches.iter().zip(times).map(report).collect()
    }
}

fn branches(subject: &Subject, size: Size) -> Result<Vec<(BranchId, Shape)>, ShapeError> {
    let Subject::Module(module) = subject else { return Ok(Vec::new()) };
    let input = size.with_channels(module.in_channels);
    let shape = |branch: Branch| Ok((branch.id, branch.output_shape(input)?));
    module.branches().into_iter().map(shape).collect()
}

impl LayerPlan {
    fn new(layer: Layer, ops: &LayerOps, size: Size, workers: u64) -> Self {
        let split = ops.split(size, workers);
        let bands = ops.regions(size, split);
        // A band that has all rows knows the whole image: it waits for nobody.
        let waits = split.along == Axis::Rows && bands.len() > 1;
        let exchanges = if waits { ops.exchanges } else { 0 };
        let workers = usize::try_from(split.workers).unwrap_or(usize::MAX).min(bands.len());
        Self { layer, bands, workers, exchanges }
    }

    pub fn schedule(&self) -> Schedule {
        Schedule::new(self.bands.clone(), self.exchanges)
    }
}

/// The output of a module or of a convolution, in bands of rows or of channels.
#[derive(Clone, Debug)]
pub struct SubjectOutput<B> {
    /// Whether the fixed 1×1 layer made the layer's input channels from the image's three.
    pub lifted: bool,
    /// Shape of all of it.
    pub shape: Shape,
    /// Workers that shared it.
    pub workers: usize,
    /// The branches of a module that exist, in the order they are concatenated.
    pub branches: Vec<BranchReport>,
    /// How long all of it took. Times are those of all bands by the number of workers that
    /// shared them. Drawing and packing the weights, the lift and what is asked of the image once don't
    /// count, nor that bands are handed over.
    pub milliseconds: f64,
    /// A value for each channel.
    pub statistics: Vec<ChannelStatistics>,
    /// Its parts, from the first to the last.
    pub bands: Vec<OutputBand<B>>,
}

/// A part of an output.
#[derive(Clone, Debug)]
pub struct OutputBand<B> {
    /// Which.
    pub region: Region,
    /// Channels × rows × width values.
    pub values: B,
}

/// One branch of a module that has run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BranchReport {
    /// Which of the four.
    pub id: BranchId,
    /// Shape of its output.
    pub shape: Shape,
    /// How long it took.
    pub milliseconds: f64,
}
