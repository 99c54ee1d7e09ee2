//! Running a module or a plain convolution, with its time and how far it is.
//!
//! Preparing packs the weights; running is what is timed. The clock comes from outside, since there is
//! none on wasm that this layer may know.

use std::ops::Range;

use crate::arch::{BasicConv2d, Branch, BranchId, Conv2d, Inception, Operation, Shape, Size};

use super::band::{Band, Norms, PreparedBranch, Step, Strip};
use super::conv::Convolution;
use super::error::{EngineError, check_length};
use super::gemm::Epilogue;
use super::norm::BatchNorm;
use super::tensor::{Tensor, size};
use super::unit::PreparedUnit;
use super::weights::{ConvWeights, ModuleWeights, UnitWeights};

/// Steps in which a run reports: enough for a smooth bar, few enough to cost nothing.
const REPORTS: f64 = 50.0;

/// What a run asks of its surroundings.
pub struct Hooks<'a> {
    now: &'a dyn Fn() -> f64,
    progress: &'a mut dyn FnMut(f64),
    reported: f64,
}

impl<'a> Hooks<'a> {
    /// Hooks of a clock in milliseconds and of a listener, which hears about fifty times which share of
    /// the run is done, from 0 to 1.
    pub fn new(now: &'a dyn Fn() -> f64, progress: &'a mut dyn FnMut(f64)) -> Self {
        Self { now, progress, reported: 0.0 }
    }

    pub(super) fn now(&self) -> f64 {
        (self.now)()
    }

    pub(super) fn report(&mut self, fraction: f64) {
        if fraction - self.reported >= 1.0 / REPORTS {
            self.reported = fraction;
            (self.progress)(fraction);
        }
    }
}

/// One branch after a run.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct BranchRun {
    /// Which of the four.
    pub id: BranchId,
    /// Shape of its output.
    pub shape: Shape,
    /// How long it took.
    pub milliseconds: f64,
}

/// A module after a run.
#[derive(Clone, Debug, PartialEq)]
pub struct ModuleRun {
    /// The branches' outputs concatenated along channels.
    pub output: Tensor,
    /// The branches that exist, in order.
    pub branches: Vec<BranchRun>,
    /// How long all of it took.
    pub milliseconds: f64,
}

/// A plain convolution after a run.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitRun {
    /// Its output.
    pub output: Tensor,
    /// How long it took.
    pub milliseconds: f64,
}

/// An Inception module with its weights packed.
#[derive(Clone, Debug)]
pub struct PreparedInception {
    branches: Vec<PreparedBranch>,
}

impl PreparedInception {
    /// Packs the weights, for inputs of height and width `input` (others are only slower).
    ///
    /// # Errors
    /// When a tensor is missing or has another length than `module` needs, or an allocation fails.
    pub fn new(
        module: &Inception,
        input: Size,
        weights: &ModuleWeights,
    ) -> Result<Self, EngineError> {
        Self::of_channels(module, input, weights, &(0..size(module.out_channels())?))
    }

    /// As [`Self::new`], for some channels of the output alone: what no branch makes of them is left out. A
    /// branch that ends with a pool must make all of its channels or none.
    ///
    /// # Errors
    /// As [`Self::new`].
    pub fn of_channels(
        module: &Inception,
        input: Size,
        weights: &ModuleWeights,
        channels: &Range<usize>,
    ) -> Result<Self, EngineError> {
        let mut units = weights.units.iter();
        let mut branches = Vec::new();
        let mut first = 0;
        for branch in module.branches() {
            let shape = branch.output_shape(input.with_channels(module.in_channels))?;
            let end = first + size(shape.channels)?;
            let own = |channel: usize| channel.clamp(first, end) - first;
            let own = own(channels.start)..own(channels.end);
            let steps = steps(&branch, input, &mut units, &own)?;
            branches.push(PreparedBranch { id: Some(branch.id), out_channels: own.len(), steps });
            first = end;
        }
        Ok(Self { branches })
    }

    /// Runs the module on `input`; each branch writes straight into its channels of the output.
    ///
    /// # Errors
    /// When `input` has other channels, or an allocation fails.
    pub fn run(
        &self,
        input: &Tensor,
        batch_norm: BatchNorm,
        hooks: &mut Hooks,
    ) -> Result<ModuleRun, EngineError> {
        let start = hooks.now();
        let (layer, strip) = (&self.branches[..], Strip::whole(input));
        let sides = (input.images(), input.height(), input.width());
        let norms = match batch_norm {
            BatchNorm::Running => Norms::Running,
            BatchNorm::Batch => Norms::of_batch(layer, input)?,
        };
        let mut band = Band::new(layer, sides, 0..input.height(), Vec::new())?;
        let moments = band.measure(layer, &norms, strip, hooks)?;
        band.normalize(layer, batch_norm, &moments, hooks)?;
        let (output, times) = band.finish();
        let runs = layer.iter().zip(times).filter_map(|(branch, milliseconds)| {
            let shape = input.size().with_channels(branch.out_channels as u64);
            Some(BranchRun { id: branch.id?, shape, milliseconds })
        });
        let branches = runs.collect();
        Ok(ModuleRun { output, branches, milliseconds: hooks.now() - start })
    }

    /// The layer of its branches.
    pub fn into_layer(self) -> Vec<PreparedBranch> {
        self.branches
    }
}

/// The steps of a branch that make its channels `own`, with the next of `units`.
fn steps<'a>(
    branch: &Branch,
    input: Size,
    units: &mut impl Iterator<Item = &'a UnitWeights>,
    own: &Range<usize>,
) -> Result<Vec<Step>, EngineError> {
    let mut steps = Vec::new();
    for (index, op) in branch.ops.iter().enumerate() {
        let last = index + 1 == branch.ops.len();
        match &op.operation {
            Operation::Pool(pool) => steps.push(Step::Pool(*pool)),
            Operation::Conv(unit) => {
                let missing = || EngineError::MissingWeight(branch.state_dict_prefix(index));
                let weights = units.next().ok_or_else(missing)?;
                if !own.is_empty() {
                    let unit = if last {
                        PreparedUnit::of_filters(unit, input, weights, own)?
                    } else {
                        PreparedUnit::new(unit, input, weights)?
                    };
                    steps.push(Step::Conv(Box::new(unit)));
                }
            }
        }
    }
    Ok(if own.is_empty() { Vec::new() } else { steps })
}

/// Packs and runs a module.
///
/// # Errors
/// As [`PreparedInception::new`] and [`PreparedInception::run`].
pub fn run_inception(
    module: &Inception,
    weights: &ModuleWeights,
    input: &Tensor,
    batch_norm: BatchNorm,
    hooks: &mut Hooks,
) -> Result<ModuleRun, EngineError> {
    PreparedInception::new(module, input.size(), weights)?.run(input, batch_norm, hooks)
}

/// Packs and runs a plain convolution with batch norm and ReLU.
///
/// # Errors
/// As [`PreparedUnit::new`] and [`PreparedUnit::run`].
pub fn run_plain(
    unit: &BasicConv2d,
    weights: &UnitWeights,
    input: &Tensor,
    batch_norm: BatchNorm,
    hooks: &mut Hooks,
) -> Result<UnitRun, EngineError> {
    PreparedUnit::new(unit, input.size(), weights)?.run(input, batch_norm, hooks)
}

/// Packs and runs a bare `Conv2d`.
///
/// # Errors
/// When a tensor has another length than `conv` needs, the input another shape than it takes, or an
/// allocation fails.
pub fn run_conv(
    conv: &Conv2d,
    weights: &ConvWeights,
    input: &Tensor,
) -> Result<Tensor, EngineError> {
    let bias = weights.bias.as_deref();
    let channels = size(conv.out_channels)?;
    check_length("bias", channels, bias.map_or(channels, <[f32]>::len))?;
    let mut output = Tensor::zeros(input.images(), conv.output_shape(input.shape())?)?;
    let epilogue = Epilogue { shift: bias, ..Epilogue::default() };
    let convolution = Convolution::new(conv, input.size(), &weights.weight)?;
    convolution.run(input, &mut output.all_channels_mut(), &epilogue, &mut |_| {})?;
    Ok(output)
}

/// The fixed layer of [`ConvWeights::lift`] with its weights packed: it makes a module's input channels
/// from an image's three, bare, with no norm and no ReLU. Where a module takes three channels nothing is
/// lifted.
#[derive(Clone, Debug)]
pub struct PreparedLift(Convolution);

impl PreparedLift {
    /// To so many channels.
    ///
    /// # Errors
    /// When an allocation fails.
    pub fn new(channels: u64, input: Size) -> Result<Self, EngineError> {
        let weights = ConvWeights::lift(channels)?;
        Ok(Self(Convolution::new(&Conv2d::same(3, channels, 1), input, &weights.weight)?))
    }

    /// Rows `rows` of `image`, lifted.
    ///
    /// # Errors
    /// When `image` hasn't three channels or no such rows, or an allocation fails.
    pub fn run(&self, image: &Tensor, rows: &Range<usize>) -> Result<Tensor, EngineError> {
        let shape = self.0.conv().output_shape(image.shape())?;
        let shape = Shape { height: rows.len() as u64, ..shape };
        let mut made = Tensor::over(image.images(), shape, Vec::new())?;
        let mut out = made.all_channels_mut();
        self.0.run_rows(image, rows.start, &mut out, &Epilogue::default(), &mut |_| {})?;
        Ok(made)
    }
}
