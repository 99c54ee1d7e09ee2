//! A convolution with batch norm and ReLU, ready to run.

use std::ops::Range;

use crate::arch::{BasicConv2d, Conv2d, Size};

use super::conv::Convolution;
use super::error::{EngineError, check_length};
use super::gemm::Epilogue;
use super::norm::{Affine, Moments, normalize};
use super::tensor::{ChannelsMut, Tensor, size};
use super::weights::{BatchNormWeights, UnitWeights};

/// A `BasicConv2d` with its weights packed.
#[derive(Clone, Debug)]
pub(super) struct PreparedUnit {
    convolution: Convolution,
    bias: Option<Vec<f32>>,
    bn: BatchNormWeights,
    folded: Affine,
}

impl PreparedUnit {
    /// Packs the weights of the filters `filters`, for inputs of height and width `input` (others are only
    /// slower).
    ///
    /// # Errors
    /// When a tensor has another length than `unit` needs, some filters of a convolution with groups are
    /// asked for, or an allocation fails.
    ///
    /// # Panics
    /// When there are no such filters.
    pub fn new(
        unit: &BasicConv2d,
        input: Size,
        weights: &UnitWeights,
        filters: &Range<usize>,
    ) -> Result<Self, EngineError> {
        check(unit, weights)?;
        let count = filters.len() as u64;
        if count == unit.conv.out_channels {
            return Self::pack(&unit.conv, input, weights);
        }
        if unit.conv.groups != 1 {
            let why = "a convolution with groups is computed with all of its filters";
            return Err(EngineError::UnsupportedBranch(why));
        }
        let conv = Conv2d { out_channels: count, ..unit.conv };
        Self::pack(&conv, input, &weights.filters(filters))
    }

    fn pack(conv: &Conv2d, input: Size, weights: &UnitWeights) -> Result<Self, EngineError> {
        let (bias, bn) = (weights.conv.bias.clone(), &weights.bn);
        Ok(Self {
            convolution: Convolution::new(conv, input, &weights.conv.weight)?,
            folded: Affine::fold(bn, bias.as_deref()),
            bias,
            bn: bn.clone(),
        })
    }

    /// The convolution, with as many filters as were packed.
    pub const fn conv(&self) -> &Conv2d {
        self.convolution.conv()
    }

    /// Its norm by the running statistics.
    pub const fn running_norm(&self) -> &Affine {
        &self.folded
    }

    /// Its norm by the statistics of the batch, given the moments of the convolution's output.
    pub fn batch_norm(&self, moments: &[Moments]) -> Affine {
        Affine::of_batch(&self.bn, self.bias.as_deref(), moments)
    }

    /// Normalises the convolution's output by its moments, and applies ReLU.
    pub fn normalize(&self, moments: &[Moments], out: &mut ChannelsMut) {
        normalize(&self.bn, moments, out);
    }

    /// Writes the output rows from `first` on, as many as `out` has: the convolution alone if there is no
    /// `norm`, norm and ReLU included otherwise.
    pub fn run_rows(
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
}

/// Checks that there is a value for each filter where there must be one.
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
