//! Running a module or a plain convolution, with its time and how far it is.
//!
//! Preparing packs the weights; running is what is timed. The clock comes from outside, since there is
//! none on wasm that this layer may know.

use crate::arch::{BasicConv2d, Branch, BranchId, Conv2d, Inception, Op, Operation, Shape, Size};

use super::conv::Convolution;
use super::error::{EngineError, check_length};
use super::gemm::Epilogue;
use super::norm::{Affine, BatchNorm, normalize_by_batch};
use super::pool::pool;
use super::tensor::{ChannelsMut, Tensor, size};
use super::weights::{BatchNormWeights, ConvWeights, ModuleWeights, UnitWeights};

/// Steps in which a stage reports: enough for a smooth bar, few enough to cost nothing.
const REPORTS: f64 = 50.0;

/// What is being computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Stage {
    /// The fixed layer that makes the module's input channels from the image's three.
    Lift,
    /// A branch of the module.
    Branch(BranchId),
    /// A plain convolution of this kernel size.
    Plain {
        /// Side of the kernel.
        kernel_size: u64,
    },
}

/// How far a stage is.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Progress {
    /// What is being computed.
    pub stage: Stage,
    /// The share of it that is done, from 0 to 1. The last report of a stage is 1.
    pub fraction: f64,
}

/// What a run asks of its surroundings.
pub struct Hooks<'a> {
    /// A clock in milliseconds.
    pub now: &'a dyn Fn() -> f64,
    /// Hears how far the run is, about fifty times a stage.
    pub progress: &'a mut dyn FnMut(Progress),
}

impl<'a> Hooks<'a> {
    /// Hooks of a clock and a listener.
    pub fn new(now: &'a dyn Fn() -> f64, progress: &'a mut dyn FnMut(Progress)) -> Self {
        Self { now, progress }
    }

    /// Runs `work` as a stage; returns what it made and how long it took in milliseconds.
    fn stage<T>(
        &mut self,
        stage: Stage,
        work: impl FnOnce(&mut dyn FnMut(f64)) -> Result<T, EngineError>,
    ) -> Result<(T, f64), EngineError> {
        let start = (self.now)();
        let mut reported = 0.0;
        let made = work(&mut |fraction| {
            if fraction < 1.0 && fraction - reported >= 1.0 / REPORTS {
                reported = fraction;
                (self.progress)(Progress { stage, fraction });
            }
        })?;
        let milliseconds = (self.now)() - start;
        (self.progress)(Progress { stage, fraction: 1.0 });
        Ok((made, milliseconds))
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

    /// Writes convolution, batch norm and ReLU of `input` to `out`.
    ///
    /// # Errors
    /// As [`Convolution::run`].
    pub fn run_into(
        &self,
        input: &Tensor,
        batch_norm: BatchNorm,
        out: &mut ChannelsMut,
        progress: &mut dyn FnMut(f64),
    ) -> Result<(), EngineError> {
        match batch_norm {
            BatchNorm::Running => {
                let Affine { scale, shift } = &self.folded;
                let epilogue = Epilogue { scale: Some(scale), shift: Some(shift), relu: true };
                self.convolution.run(input, out, &epilogue, progress)
            }
            BatchNorm::Batch => {
                let epilogue = Epilogue { shift: self.bias.as_deref(), ..Epilogue::default() };
                self.convolution.run(input, out, &epilogue, progress)?;
                normalize_by_batch(&self.bn, out);
                Ok(())
            }
        }
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
        let conv = self.convolution.conv();
        let mut output = Tensor::zeros(input.images(), conv.output_shape(input.shape())?)?;
        let stage = Stage::Plain { kernel_size: conv.kernel_size };
        let ((), milliseconds) = hooks.stage(stage, |progress| {
            self.run_into(input, batch_norm, &mut output.all_channels_mut(), progress)
        })?;
        Ok(UnitRun { output, milliseconds })
    }
}

/// An Inception module with its weights packed.
#[derive(Clone, Debug)]
pub struct PreparedInception {
    module: Inception,
    branches: Vec<(Branch, Vec<PreparedUnit>)>,
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
            let mut prepared = Vec::new();
            for (index, op) in branch.ops.iter().enumerate() {
                if let Operation::Conv(unit) = &op.operation {
                    let missing = || EngineError::MissingWeight(branch.state_dict_prefix(index));
                    prepared.push(PreparedUnit::new(
                        unit,
                        input,
                        units.next().ok_or_else(missing)?,
                    )?);
                }
            }
            branches.push((branch, prepared));
        }
        Ok(Self { module: *module, branches })
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
        let start = (hooks.now)();
        let mut output = Tensor::zeros(input.images(), self.module.output_shape(input.size())?)?;
        let mut runs = Vec::new();
        let mut first = 0;
        for (branch, units) in &self.branches {
            let shape = branch.output_shape(input.shape())?;
            let channels = usize::try_from(shape.channels).map_err(|_| EngineError::TooLarge)?;
            let mut out = output.channels_mut(first, channels);
            let ((), milliseconds) = hooks.stage(Stage::Branch(branch.id), |progress| {
                run_branch(branch, units, input, batch_norm, &mut out, progress)
            })?;
            runs.push(BranchRun { id: branch.id, shape, milliseconds });
            first += channels;
        }
        let milliseconds = (hooks.now)() - start;
        Ok(ModuleRun { output, branches: runs, milliseconds })
    }
}

/// Runs the operations of one branch, the last one into `out`.
fn run_branch(
    branch: &Branch,
    units: &[PreparedUnit],
    input: &Tensor,
    batch_norm: BatchNorm,
    out: &mut ChannelsMut,
    progress: &mut dyn FnMut(f64),
) -> Result<(), EngineError> {
    let work: Vec<f64> = branch.ops.iter().map(work).collect();
    let total: f64 = work.iter().sum();
    let mut units = units.iter();
    let mut between: Option<Tensor> = None;
    let mut done = 0.0;
    for (index, op) in branch.ops.iter().enumerate() {
        let source = between.as_ref().unwrap_or(input);
        let mut progress = |fraction| progress((done + fraction * work[index]) / total);
        let mut run = |out: &mut ChannelsMut| match &op.operation {
            Operation::Pool(window) => pool(window, source, out, &mut progress),
            Operation::Conv(_) => match units.next() {
                Some(unit) => unit.run_into(source, batch_norm, out, &mut progress),
                None => Err(EngineError::MissingWeight(branch.state_dict_prefix(index))),
            },
        };
        if index + 1 == branch.ops.len() {
            run(out)?;
        } else {
            let shape = op.operation.output_shape(source.shape())?;
            let mut made = Tensor::zeros(source.images(), shape)?;
            run(&mut made.all_channels_mut())?;
            between = Some(made);
        }
        done += work[index];
    }
    Ok(())
}

/// The work of an operation relative to the others of its branch, for the progress bar: multiplications
/// a pixel, and for a pool about what it costs beside a 1×1.
fn work(op: &Op) -> f64 {
    match op.operation {
        Operation::Conv(BasicConv2d { conv }) => {
            (conv.kernel_size.pow(2) * conv.in_channels * conv.out_channels) as f64
        }
        Operation::Pool(pool) => (pool.kernel_size.pow(2) * 4) as f64,
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
    conv_into_new(conv, weights, input, &mut |_| {})
}

fn conv_into_new(
    conv: &Conv2d,
    weights: &ConvWeights,
    input: &Tensor,
    progress: &mut dyn FnMut(f64),
) -> Result<Tensor, EngineError> {
    let bias = weights.bias.as_deref();
    let channels = size(conv.out_channels)?;
    check_length("bias", channels, bias.map_or(channels, <[f32]>::len))?;
    let mut output = Tensor::zeros(input.images(), conv.output_shape(input.shape())?)?;
    let epilogue = Epilogue { shift: bias, ..Epilogue::default() };
    let convolution = Convolution::new(conv, input.size(), &weights.weight)?;
    convolution.run(input, &mut output.all_channels_mut(), &epilogue, progress)?;
    Ok(output)
}

/// Makes `channels` channels of an image's three by the fixed layer of [`ConvWeights::lift`], bare: no
/// norm, no ReLU. Where a module takes three channels nothing is lifted.
///
/// # Errors
/// When `image` hasn't three channels, or an allocation fails.
pub fn lift(image: &Tensor, channels: u64, hooks: &mut Hooks) -> Result<Tensor, EngineError> {
    let conv = Conv2d::same(3, channels, 1);
    let weights = ConvWeights::lift(channels)?;
    let (lifted, _) =
        hooks.stage(Stage::Lift, |progress| conv_into_new(&conv, &weights, image, progress))?;
    Ok(lifted)
}
