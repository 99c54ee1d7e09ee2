//! What a run consists of, and what it gives.

use std::ops::Range;

use crate::arch::{BranchId, Op, OpRole, Operation, Shape, Size};
use crate::engine::band::cut;
use crate::engine::memory::{self, BUDGET_BYTES, LayerOps};
use crate::engine::{ChannelStatistics, Split, split};

use super::forward::check;
use super::message::{ForwardSpec, Layer, RunError};
use super::schedule::Schedule;

/// The layers of a run, one after the other.
#[derive(Debug)]
pub(super) struct Plan {
    pub layers: Vec<LayerPlan>,
    /// The most that share one.
    pub workers: usize,
    /// Shape of the module's output.
    pub shape: Shape,
    /// The branches and their shapes.
    branches: Vec<(BranchId, Shape)>,
}

/// How a layer is shared out.
#[derive(Debug)]
pub(super) struct LayerPlan {
    pub layer: Layer,
    pub bands: Vec<Range<u32>>,
    pub workers: usize,
    /// Whether its bands wait for each other.
    exchanges: u64,
}

impl Plan {
    /// For at most `workers` workers.
    ///
    /// # Errors
    /// When the numbers are invalid or the run would not fit into memory.
    pub fn new(spec: &ForwardSpec, workers: usize) -> Result<Self, RunError> {
        let (module, plain) = check(spec)?;
        let size = Size { height: spec.height.into(), width: spec.width.into() };
        let most = workers as u64;
        let need = memory::forward(&module, size, &plain, spec.batch_norm, most);
        let needed = need.map_or(u64::MAX, |need| need.peak);
        if needed > BUDGET_BYTES {
            return Err(RunError::too_much_memory(needed, BUDGET_BYTES));
        }
        let invalid = |error: &dyn ToString| RunError::InvalidModule(error.to_string());
        let shape = module.output_shape(size).map_err(|error| invalid(&error))?;
        let branches = module.branches();
        let ops = branches.iter().map(|branch| &branch.ops[..]).collect();
        let of_module = LayerOps {
            in_channels: module.in_channels,
            branches: ops,
            batch_norm: spec.batch_norm,
        };
        let mut layers = vec![LayerPlan::new(Layer::Module, &of_module, size, most)];
        for (&layer, unit) in spec.plain.iter().zip(&plain) {
            let op = [Op { role: OpRole::Conv1x1, operation: Operation::Conv(*unit) }];
            let ops = LayerOps { branches: vec![&op], ..of_module };
            layers.push(LayerPlan::new(Layer::Plain(layer), &ops, size, most));
        }
        let input = size.with_channels(module.in_channels);
        let shapes: Result<Vec<_>, _> = branches
            .iter()
            .map(|branch| Ok((branch.id, branch.output_shape(input)?)))
            .collect::<Result<_, crate::arch::ShapeError>>();
        let workers = layers.iter().map(|layer| layer.workers).max().unwrap_or(1);
        Ok(Self { layers, workers, shape, branches: shapes.map_err(|error| invalid(&error))? })
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

impl LayerPlan {
    fn new(layer: Layer, ops: &LayerOps, size: Size, workers: u64) -> Self {
        let Split { workers, bands } = ops.split(size, workers);
        let index = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let row = |row: usize| u32::try_from(row).unwrap_or(u32::MAX);
        let bands = cut(index(size.height), index(bands));
        Self {
            layer,
            bands: bands.into_iter().map(|rows| row(rows.start)..row(rows.end)).collect(),
            workers: index(workers),
            exchanges: split::exchanges(&ops.branches, ops.batch_norm),
        }
    }

    pub fn schedule(&self) -> Schedule {
        Schedule::new(self.bands.clone(), self.exchanges)
    }
}

/// The output of a module, in bands of rows.
#[derive(Clone, Debug)]
pub struct ModuleOutput<B> {
    /// Whether the fixed 1×1 layer made the module's input channels from the image's three.
    pub lifted: bool,
    /// Shape of the concatenation.
    pub shape: Shape,
    /// Workers that shared it.
    pub workers: usize,
    /// The branches that exist, in the order they are concatenated.
    pub branches: Vec<BranchReport>,
    /// How long all branches took together. Times are those of all bands by the number of workers that
    /// shared them; drawing and packing the weights and the lift don't count.
    pub milliseconds: f64,
    /// A value for each channel.
    pub statistics: Vec<ChannelStatistics>,
    /// Its rows, from the first to the last.
    pub bands: Vec<OutputBand<B>>,
}

/// Some rows of an output.
#[derive(Clone, Debug)]
pub struct OutputBand<B> {
    /// The first of them.
    pub first: u64,
    /// How many.
    pub rows: u64,
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
