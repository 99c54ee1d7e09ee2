//! A convolution with batch norm and ReLU, ready to run.

use std::ops::Range;

use crate::arch::{BasicConv2d, Conv2d, Size};

use super::band::{PreparedBranch, Step};
use super::conv::Convolution;
use super::error::{EngineError, check_length};
use super::gemm::Epilogue;
use super::norm::{Affine, BatchNorm, Moments, moments, normalize};
use super::run::{Hooks, UnitRun};
use super::tensor::{ChannelsMut, Tensor, size};
use super::weights::{BatchNormWeights, UnitWeights};

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
        check(unit, weights)?;
        let (bias, bn) = (weights.conv.bias.clone(), &weights.bn);
        Ok(Self {
            convolution: Convolution::new(&unit.conv, input, &weights.conv.weight)?,
            folded: Affine::fold(bn, bias.as_deref()),
            bias,
            bn: bn.clone(),
        })
    }

    /// As [`Self::new`], for the filters `filters` of a unit without groups alone.
    ///
    /// # Errors
    /// As [`Self::new`].
    ///
    /// # Panics
    /// When there are no such filters.
    pub fn of_filters(
        unit: &BasicConv2d,
        input: Size,
        weights: &UnitWeights,
        filters: &Range<usize>,
    ) -> Result<Self, EngineError> {
        if filters.len() as u64 == unit.conv.out_channels {
            return Self::new(unit, input, weights);
        }
        check(unit, weights)?;
        let conv = Conv2d { out_channels: filters.len() as u64, ..unit.conv };
        Self::new(&BasicConv2d { conv }, input, &weights.filters(filters))
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

/// Whether there is a value for each filter, where there must be.
fn check(unit: &BasicConv2d, weights: &UnitWeights) -> Result<(), EngineError> {
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
    let bias = weights.conv.bias.as_ref();
    check_length("conv.bias", channels, bias.map_or(channels, Vec::len))
}
