//! Weights, drawn from a seed as PyTorch draws them (`init`).

mod init;

use std::ops::Range;

use crate::arch::{BasicConv2d, Conv2d};

use super::error::EngineError;
use super::tensor::size;
pub use init::TorchGenerator;

/// Seed of the projection, the fixed 1×1 convolution that makes a workload's input channels from an image's three
/// (the year of the paper). It does not depend on the seed of the weights, so that two seeds can be compared on the
/// same input.
pub const PROJECTION_SEED: u32 = 2014;

/// Parameters of a `Conv2d`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConvWeights {
    /// `out_channels × in_channels/groups × k × k` values.
    pub weight: Vec<f32>,
    /// A constant for each filter, if there is one.
    pub bias: Option<Vec<f32>>,
}

/// Parameters and running statistics of a `BatchNorm2d`, a value for each channel.
#[derive(Clone, Debug, PartialEq)]
pub struct BatchNormWeights {
    /// Factors (γ).
    pub weight: Vec<f32>,
    /// Constants (β).
    pub bias: Vec<f32>,
    /// Running means.
    pub running_mean: Vec<f32>,
    /// Running variances.
    pub running_var: Vec<f32>,
}

/// Weights of a `BasicConv2d`.
#[derive(Clone, Debug, PartialEq)]
pub struct UnitWeights {
    /// The convolution's.
    pub conv: ConvWeights,
    /// The batch norm's.
    pub bn: BatchNormWeights,
}

impl ConvWeights {
    /// Drawn as `Conv2d.reset_parameters` does: weight, then bias, each uniform in ±1/√fan-in.
    ///
    /// # Errors
    /// When the weights can't be addressed or allocated.
    pub fn draw(conv: &Conv2d, generator: &mut TorchGenerator) -> Result<Self, EngineError> {
        let (count, filters) = lengths(conv)?;
        let fan_in = (count / filters.max(1)) as f64;
        let weight = generator.uniform(init::kaiming_bound(fan_in), count)?;
        let bias =
            if conv.bias { Some(generator.uniform(1.0 / fan_in.sqrt(), filters)?) } else { None };
        Ok(Self { weight, bias })
    }

    /// The weights of the projection `Conv2d(3, channels, 1, bias=False)`, drawn from [`PROJECTION_SEED`].
    ///
    /// # Errors
    /// When the weights can't be addressed or allocated.
    pub fn projection(channels: u64) -> Result<Self, EngineError> {
        Self::draw(&Conv2d::same(3, channels, 1), &mut TorchGenerator::new(PROJECTION_SEED))
    }
}

impl BatchNormWeights {
    /// As PyTorch initialises them: nothing is scaled or shifted, and nothing drawn.
    pub fn identity(channels: usize) -> Self {
        Self {
            weight: vec![1.0; channels],
            bias: vec![0.0; channels],
            running_mean: vec![0.0; channels],
            running_var: vec![1.0; channels],
        }
    }
}

impl UnitWeights {
    /// The weights that `torch.manual_seed(seed)` gives convolutions that are built in this order.
    ///
    /// # Errors
    /// When the weights can't be addressed or allocated.
    pub fn from_seed<'a>(
        units: impl IntoIterator<Item = &'a BasicConv2d>,
        seed: u32,
    ) -> Result<Vec<Self>, EngineError> {
        let mut generator = TorchGenerator::new(seed);
        let draw = |unit: &BasicConv2d| {
            let bn = BatchNormWeights::identity(size(unit.conv.out_channels)?);
            Ok(Self { conv: ConvWeights::draw(&unit.conv, &mut generator)?, bn })
        };
        units.into_iter().map(draw).collect()
    }

    /// The weights of the filters `filters`, for a convolution without groups.
    ///
    /// # Panics
    /// When there are no such filters.
    #[must_use]
    pub fn filters(&self, filters: &Range<usize>) -> Self {
        let taps = self.conv.weight.len() / self.bn.weight.len().max(1);
        let part = |values: &[f32]| values[filters.clone()].to_vec();
        Self {
            conv: ConvWeights {
                weight: self.conv.weight[filters.start * taps..filters.end * taps].to_vec(),
                bias: self.conv.bias.as_deref().map(part),
            },
            bn: BatchNormWeights {
                weight: part(&self.bn.weight),
                bias: part(&self.bn.bias),
                running_mean: part(&self.bn.running_mean),
                running_var: part(&self.bn.running_var),
            },
        }
    }
}

/// The number of values of a convolution's weight, and of its filters.
fn lengths(conv: &Conv2d) -> Result<(usize, usize), EngineError> {
    let count = conv.weights().ok_or(EngineError::TooLarge)?;
    Ok((size(count)?, size(conv.out_channels)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_convolution_draws_after_the_one_before() {
        let units = [(3, 4), (3, 2), (2, 5)].map(|(from, to)| BasicConv2d::same(from, to, 1));
        let weights = UnitWeights::from_seed(&units, 7).unwrap();
        let mut generator = TorchGenerator::new(7);
        let first = generator.uniform(1.0 / 3.0_f64.sqrt(), 4 * 3).unwrap();
        assert_eq!(weights[0].conv.weight, first);
        let drawn = generator.uniform(init::kaiming_bound(3.0), 2 * 3).unwrap();
        assert_eq!(weights[1].conv.weight, drawn);
        let alone = UnitWeights::from_seed(&units[..1], 7).unwrap();
        assert_eq!(alone, weights[..1], "the same seed and the same first convolution");
    }
}
