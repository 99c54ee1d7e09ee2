//! The branches of a workload with their weights packed, ready to compute bands.

use std::ops::Range;

use crate::arch::{BasicConv2d, Operation, Pool2d, Shape, Size};

use super::error::EngineError;
use super::norm::BatchNorm;
use super::tensor::size;
use super::unit::PreparedUnit;
use super::weights::UnitWeights;
use super::workload::{BranchOps, Workload};

/// One operation of a branch, ready to run.
#[derive(Clone, Debug)]
pub(super) enum PreparedOp {
    /// Pooling.
    Pool(Pool2d),
    /// Convolution, norm and ReLU.
    Conv(Box<PreparedUnit>),
}

impl PreparedOp {
    pub fn operation(&self) -> Operation {
        match self {
            Self::Pool(pool) => Operation::Pool(*pool),
            Self::Conv(unit) => Operation::Conv(BasicConv2d { conv: *unit.conv() }),
        }
    }

    /// Rows above and below its own that a row of the output sees: all of them where the operation changes
    /// height and width.
    fn reach(&self) -> usize {
        let reach = self.operation().reach();
        reach.and_then(|reach| usize::try_from(reach).ok()).unwrap_or(usize::MAX)
    }
}

/// A branch with its weights packed.
#[derive(Clone, Debug)]
pub struct PreparedBranch {
    /// The operations in the order they run; none where no channel of the branch is computed.
    pub(super) ops: Vec<PreparedOp>,
    in_channels: u64,
    out_channels: usize,
    needs_whole_image: bool,
}

impl PreparedBranch {
    /// Packs the weights of a branch whose input has `in_channels` channels, for inputs of height and width
    /// `input` (others are only slower). `weights` has one element a convolution. Only the channels
    /// `channels` of the branch's output are computed; a branch that ends with a pool computes all of them
    /// or none.
    ///
    /// # Errors
    /// [`EngineError::UnsupportedBranch`] when the operations are none that [`BranchOps::new`] takes, or some
    /// channels of a pool or of a convolution with groups are asked for. Otherwise when a tensor has another
    /// length than its convolution needs, or an allocation fails.
    ///
    /// # Panics
    /// When the output has no such channels.
    pub fn new(
        operations: &[Operation],
        (in_channels, input): (u64, Size),
        weights: &[UnitWeights],
        channels: &Range<usize>,
    ) -> Result<Self, EngineError> {
        let branch = BranchOps::new(operations.to_vec())?;
        let convolutions = operations.iter().filter(|op| matches!(op, Operation::Conv(_))).count();
        super::error::check_length("the branch's weights", convolutions, weights.len())?;
        let all = size(branch.output_shape(input.with_channels(in_channels))?.channels)?;
        let mut prepared = Self {
            ops: Vec::new(),
            in_channels,
            out_channels: channels.len(),
            needs_whole_image: false,
        };
        if channels.is_empty() {
            return Ok(prepared);
        }
        prepared.needs_whole_image = branch.needs_whole_image(BatchNorm::Batch);
        let mut weights = weights.iter();
        for (index, operation) in operations.iter().enumerate() {
            let last = index + 1 == operations.len();
            prepared.ops.push(match operation {
                Operation::Pool(_) if last && channels.len() != all => {
                    let why = "a pool at its end is computed with all of its channels";
                    return Err(EngineError::UnsupportedBranch(why));
                }
                Operation::Pool(pool) => PreparedOp::Pool(*pool),
                Operation::Conv(unit) => {
                    let Some(weights) = weights.next() else { continue };
                    let filters =
                        if last { channels.clone() } else { 0..size(unit.conv.out_channels)? };
                    PreparedOp::Conv(Box::new(PreparedUnit::new(unit, input, weights, &filters)?))
                }
            });
        }
        Ok(prepared)
    }

    /// Packs the branches of `workload`, whose convolutions have these weights, for the channels `channels` of
    /// its output.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn prepare(
        workload: &Workload,
        input: Size,
        weights: &[UnitWeights],
        channels: &Range<usize>,
    ) -> Result<Vec<Self>, EngineError> {
        let (mut rest, mut first) = (weights, 0);
        let mut prepared = Vec::new();
        let shapes = workload.branch_shapes(input)?;
        for (branch, shape) in workload.branches.iter().zip(shapes) {
            let operations = branch.operations();
            let count = operations.iter().filter(|op| matches!(op, Operation::Conv(_))).count();
            let (own, others) = rest.split_at(count.min(rest.len()));
            let end = first + size(shape.channels)?;
            let within = |channel: usize| channel.clamp(first, end) - first;
            let channels = within(channels.start)..within(channels.end);
            let given = (workload.in_channels, input);
            prepared.push(Self::new(operations, given, own, &channels)?);
            (rest, first) = (others, end);
        }
        Ok(prepared)
    }

    /// Channels of its output that it computes.
    pub const fn out_channels(&self) -> usize {
        self.out_channels
    }

    /// Channels of its input.
    pub(super) const fn in_channels(&self) -> u64 {
        self.in_channels
    }

    /// The operations, with as many filters as were packed.
    pub(super) fn operations(&self) -> Vec<Operation> {
        self.ops.iter().map(PreparedOp::operation).collect()
    }

    /// Rows above and below a row that the operations from `from` on see.
    pub(super) fn reach(&self, from: usize) -> usize {
        self.ops[from..].iter().fold(0, |reach, op| reach.saturating_add(op.reach()))
    }

    /// Its first operation, if that is a 1×1 convolution of every pixel.
    pub(super) fn pointwise(&self) -> Option<&PreparedUnit> {
        match self.ops.first() {
            Some(PreparedOp::Conv(unit)) if unit.conv().is_pointwise() => Some(unit),
            _ => None,
        }
    }

    /// The convolution at its end, if its batch norm needs the moments of the whole image.
    pub(super) fn waiting(&self, norm: BatchNorm) -> Option<&PreparedUnit> {
        match self.ops.last() {
            Some(PreparedOp::Conv(unit)) if norm == BatchNorm::Batch && self.needs_whole_image => {
                Some(&**unit)
            }
            _ => None,
        }
    }
}

/// Height and width of the output of `branches` for inputs of `input`.
///
/// # Errors
/// When a window does not fit.
pub fn output_size(branches: &[PreparedBranch], input: Size) -> Result<Size, EngineError> {
    let Some(last) = branches.iter().find_map(|branch| branch.ops.last()) else { return Ok(input) };
    let operation = last.operation();
    let channels = match &operation {
        Operation::Pool(_) => 1,
        Operation::Conv(unit) => unit.conv.in_channels,
    };
    let Shape { height, width, .. } = operation.output_shape(input.with_channels(channels))?;
    Ok(Size { height, width })
}

/// Rows of the input above and below a band that `branches` see.
pub fn reach(branches: &[PreparedBranch]) -> usize {
    branches.iter().map(|branch| branch.reach(0)).max().unwrap_or(0)
}

/// Whether bands of `branches` must be measured before they can be normalised.
pub fn must_be_measured(branches: &[PreparedBranch], norm: BatchNorm) -> bool {
    branches.iter().any(|branch| branch.waiting(norm).is_some())
}
