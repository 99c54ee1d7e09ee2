//! Running a module or a plain convolution, with its time and how far it is.
//!
//! Preparing packs the weights; running is what is timed. The clock comes from outside, since there is
//! none on wasm that this layer may know.

use std::ops::Range;

use crate::arch::{BasicConv2d, BranchId, Conv2d, Inception, Operation, Shape, Size};

use super::band::{Band, Norms, PreparedBranch, Step, Strip};
use super::conv::Convolution;
use super::error::{EngineError, check_length};
use super::gemm::Epilogue;
use super::norm::{Affine, BatchNorm, Moments, moments, normalize};
use super::tensor::{ChannelsMut, Tensor, size};
use super::weights::{BatchNormWeights, ConvWeights, ModuleWeights, UnitWeights};

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

/// A `BasicConv2d` with its weights packed.
#[derive(Clone, Debug)]
pub struct PreparedUnit {
    convolution: Convolution,
    bias: Option<Vec<f32>>,
    bn: BatchNormWeights,
    folded: Affine,
}

impl PreparedUnit {
    /// Packs the weights, for inputs of height and width `input` (others are only slower).
    ///
    /// # Errors
    /// When a tensor has another length than `unit` needs, or an allocation fails.
    pub fn new(
        unit: &BasicConv2d,
        input: Size,
        weights: &UnitWeights,
    ) -> Result<Self, EngineError> {
        let channels = size(unit.conv.out_channels)?;
        let bn = &weights.bn;
        for (name, values) in [
            ("bn.weight", &bn.weight),
            ("bn.bias", &bn.bias),
            ("bn.running_mean", &bn.running_mean),
            ("bn.running_var", &bn.running_var),
        ] {
            check_length(name, channels, values.len())?;
        }
        let bias = weights.conv.bias.clone();
        check_length("conv.bias", channels, bias.as_ref().map_or(channels, Vec::len))?;
        Ok(Self {
            convolution: Convolution::new(&unit.conv, input, &weights.conv.weight)?,
            folded: Affine::fold(bn, bias.as_deref()),
            bias,
            bn: bn.clone(),
        })
    }

    /// The convolution's numbers.
    pub const fn conv(&self) -> &Conv2d {
        self.convolution.conv()
    }

    /// Its norm by the running statistics.
    pub(super) const fn running(&self) -> &Affine {
        &self.folded
    }

    /// Its norm by the statistics of the batch: the moments of what it makes with none.
    pub(super) fn of_batch(&self, moments: &[Moments]) -> Affine {
        Affine::of_batch(&self.bn, self.bias.as_deref(), moments)
    }

    /// Normalises what it made with no norm, and applies ReLU.
    pub(super) fn normalize(&self, moments: &[Moments], out: &mut ChannelsMut) {
        normalize(&self.bn, moments, out);
    }

    /// Writes rows from `first` on, as many as `out` has: the convolution, and norm and ReLU if there is
    /// a norm.
    pub(super) fn run_rows(
        &self,
        input: &Tensor,
        first: usize,
        norm: Option<&Affine>,
        out: &mut ChannelsMut,
        progress: &mut dyn FnMut(f64),
    ) -> Result<(), EngineError> {
        let epilogue = match norm {
            Some(Affine { scale, shift }) => {
                Epilogue { scale: Some(scale), shift: Some(shift), relu: true }
            }
            None => Epilogue { shift: self.bias.as_deref(), ..Epilogue::default() },
        };
        self.convolution.run_rows(input, first, out, &epilogue, progress)
    }

    /// Runs it as a plain convolution.
    ///
    /// # Errors
    /// When `input` has other channels, or an allocation fails.
    pub fn run(
        &self,
        input: &Tensor,
        batch_norm: BatchNorm,
        hooks: &mut Hooks,
    ) -> Result<UnitRun, EngineError> {
        let start = hooks.now();
        let shape = self.conv().output_shape(input.shape())?;
        let mut output = Tensor::zeros(input.images(), shape)?;
        let mut out = output.all_channels_mut();
        let norm = (batch_norm == BatchNorm::Running).then_some(&self.folded);
        self.run_rows(input, 0, norm, &mut out, &mut |share| hooks.report(share))?;
        if batch_norm == BatchNorm::Batch {
            let moments = moments(&mut out);
            normalize(&self.bn, &moments, &mut out);
        }
        Ok(UnitRun { output, milliseconds: hooks.now() - start })
    }

    /// The layer that it is alone.
    ///
    /// # Errors
    /// When its channels can't be addressed.
    pub fn into_layer(self) -> Result<Vec<PreparedBranch>, EngineError> {
        let out_channels = size(self.conv().out_channels)?;
        Ok(vec![PreparedBranch { id: None, out_channels, steps: vec![Step::Conv(Box::new(self))] }])
    }
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
        let mut units = weights.units.iter();
        let mut branches = Vec::new();
        for branch in module.branches() {
            let shape = branch.output_shape(input.with_channels(module.in_channels))?;
            let mut steps = Vec::new();
            for (index, op) in branch.ops.iter().enumerate() {
                steps.push(match &op.operation {
                    Operation::Pool(pool) => Step::Pool(*pool),
                    Operation::Conv(unit) => {
                        let missing =
                            || EngineError::MissingWeight(branch.state_dict_prefix(index));
                        let weights = units.next().ok_or_else(missing)?;
                        Step::Conv(Box::new(PreparedUnit::new(unit, input, weights)?))
                    }
                });
            }
            let out_channels = size(shape.channels)?;
            branches.push(PreparedBranch { id: Some(branch.id), out_channels, steps });
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
