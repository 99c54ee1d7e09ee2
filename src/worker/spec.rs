//! The specification of a forward pass, as it is sent to workers; checked before anything is computed.

use serde::{Deserialize, Serialize};

use crate::arch::pool::PoolKind;
use crate::arch::{
    BasicConv2d, Conv2d, Field, Inception, Layer, LayerField, Operation, Pool2d, Size,
};
use crate::engine::memory::{self, BUDGET_BYTES};
use crate::engine::{BatchNorm, BranchOps, Workload};

use super::error::RunError;

/// A forward pass: a workload whose output is kept, then plain convolutions on the same input.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForwardSpec {
    /// The workload whose output is kept.
    pub workload: WorkloadSpec,
    /// Rows of the input.
    pub height: u32,
    /// Columns of the input.
    pub width: u32,
    /// Seed of the weights, for `torch.manual_seed`.
    pub seed: u32,
    /// The statistics that batch norm normalises by.
    pub batch_norm: BatchNorm,
    pub plain: Vec<PlainSpec>,
}

/// Branches of operations on one input.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct WorkloadSpec {
    /// Channels of the input.
    pub in_channels: u64,
    /// The operations of each branch.
    pub branches: Vec<Vec<OperationSpec>>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum OperationSpec {
    /// Convolution, batch norm and ReLU.
    Conv(#[serde(with = "Conv2dDef")] Conv2d),
    Pool(#[serde(with = "Pool2dDef")] Pool2d),
}

/// A plain `BasicConv2d` that keeps height and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlainSpec {
    /// Side of the kernel.
    pub kernel_size: u32,
    /// Number of filters.
    pub out_channels: u32,
}

/// One of the workloads that a forward pass computes, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Job {
    /// The workload whose output is kept.
    Workload,
    /// A plain convolution, for its time: its output is discarded.
    Plain(PlainSpec),
}

/// The workloads of a [`ForwardSpec`] whose numbers have been checked.
pub(super) struct Checked {
    pub workload: Workload,
    pub plain: Vec<Workload>,
}

impl ForwardSpec {
    /// Height and width of the input.
    pub(super) fn size(&self) -> Size {
        Size { height: self.height.into(), width: self.width.into() }
    }

    /// The workload of a job.
    pub(super) fn job(&self, job: Job) -> WorkloadSpec {
        match job {
            Job::Workload => self.workload.clone(),
            Job::Plain(PlainSpec { kernel_size, out_channels }) => {
                let in_channels = self.workload.in_channels;
                let unit = BasicConv2d::same(in_channels, out_channels.into(), kernel_size.into());
                WorkloadSpec::of_conv(unit.conv)
            }
        }
    }

    /// The workloads, if they can be run by `workers` workers.
    ///
    /// # Errors
    /// When a number is outside its limits, the engine can't run a branch, or the run needs too much memory.
    pub(super) fn check(&self, workers: u64) -> Result<Checked, RunError> {
        let size = self.size();
        check_size(size)?;
        let workload = self.workload.check()?;
        workload.output_shape(size).map_err(RunError::invalid)?;
        let plain = |&plain: &PlainSpec| {
            Field::PlainKernel.check(plain.kernel_size.into()).map_err(RunError::invalid)?;
            Field::PlainOut.check(plain.out_channels.into()).map_err(RunError::invalid)?;
            self.job(Job::Plain(plain)).check()
        };
        let plain: Vec<_> = self.plain.iter().map(plain).collect::<Result<_, _>>()?;
        let workload = workload.keep_output(self.batch_norm);
        let need = memory::forward(&workload, size, &plain, workers);
        let needed = need.map_or(u64::MAX, |need| need.peak);
        if needed > BUDGET_BYTES {
            return Err(RunError::too_much_memory(needed, BUDGET_BYTES));
        }
        Ok(Checked { workload, plain })
    }
}

impl WorkloadSpec {
    /// The branches of a module.
    pub fn of_module(module: &Inception) -> Self {
        let operation = |operation: Operation| match operation {
            Operation::Conv(unit) => OperationSpec::Conv(unit.conv),
            Operation::Pool(pool) => OperationSpec::Pool(pool),
        };
        let branches = module.branches().into_iter();
        let branches =
            branches.map(|branch| branch.ops.iter().map(|op| operation(op.operation)).collect());
        Self { in_channels: module.in_channels, branches: branches.collect() }
    }

    /// A single convolution, with batch norm and ReLU.
    pub fn of_conv(conv: Conv2d) -> Self {
        Self { in_channels: conv.in_channels, branches: vec![vec![OperationSpec::Conv(conv)]] }
    }

    /// The workload, for timing only.
    ///
    /// # Errors
    /// When a number is outside its limits, or the engine can't run a branch.
    pub(super) fn check(&self) -> Result<Workload, RunError> {
        LayerField::InChannels.check(self.in_channels).map_err(RunError::invalid)?;
        let branch = |operations: &Vec<OperationSpec>| {
            let operations = operations.iter().map(OperationSpec::check);
            Ok(BranchOps::new(operations.collect::<Result<_, _>>()?)?)
        };
        let branches: Vec<_> = self.branches.iter().map(branch).collect::<Result<_, RunError>>()?;
        Ok(Workload::new(self.in_channels, branches))
    }
}

impl OperationSpec {
    fn check(&self) -> Result<Operation, RunError> {
        let layer = match *self {
            Self::Conv(conv) => Layer::Conv2d(conv),
            Self::Pool(pool) => Layer::Pool2d(pool),
        };
        for field in layer.fields() {
            if let Some(value) = layer.get(*field) {
                layer.with(*field, value).map_err(RunError::invalid)?;
            }
        }
        Ok(match *self {
            Self::Conv(conv) => Operation::Conv(BasicConv2d { conv }),
            Self::Pool(pool) => Operation::Pool(pool),
        })
    }
}

pub(super) fn check_size(size: Size) -> Result<(), RunError> {
    Field::Height.check(size.height).map_err(RunError::invalid)?;
    Field::Width.check(size.width).map_err(RunError::invalid)?;
    Ok(())
}

// The types of `arch` do not know serde; these definitions mirror them, and the compiler holds them equal.

#[derive(Serialize, Deserialize)]
#[serde(remote = "Conv2d")]
struct Conv2dDef {
    in_channels: u64,
    out_channels: u64,
    #[serde(with = "SizeDef")]
    kernel_size: Size,
    #[serde(with = "SizeDef")]
    stride: Size,
    #[serde(with = "SizeDef")]
    padding: Size,
    #[serde(with = "SizeDef")]
    dilation: Size,
    groups: u64,
    bias: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Pool2d")]
struct Pool2dDef {
    #[serde(with = "PoolKindDef")]
    kind: PoolKind,
    #[serde(with = "SizeDef")]
    kernel_size: Size,
    #[serde(with = "SizeDef")]
    stride: Size,
    #[serde(with = "SizeDef")]
    padding: Size,
    #[serde(with = "SizeDef")]
    dilation: Size,
    ceil_mode: bool,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "PoolKind")]
enum PoolKindDef {
    Max,
    Average,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Size")]
struct SizeDef {
    height: u64,
    width: u64,
}
