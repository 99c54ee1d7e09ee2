//! Weights: drawn from a seed as PyTorch would (`init`), or taken by their `state_dict` names.

mod init;

use std::ops::Range;

use crate::arch::{BasicConv2d, Conv2d, Inception, Operation};

use super::error::{EngineError, check_length};
use super::tensor::size;
pub use init::TorchGenerator;

/// Seed of the fixed 1×1 layer that makes a module's input channels from an image's three, the year of
/// the paper. Fixed and not the module's seed, so that two seeds can be compared on the same input.
pub const LIFT_SEED: u32 = 2014;

/// Parameters of a `Conv2d`.
#[derive(Clone, Debug, PartialEq)]
pub struct ConvWeights {
    /// `out_channels × in_channels/groups × k × k` values.
    pub weight: Vec<f32>,
    /// A constant for each filter.
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

/// Weights of an Inception module.
#[derive(Clone, Debug, PartialEq)]
pub struct ModuleWeights {
    /// One a convolution: branch by branch, in each branch in the order they run.
    pub units: Vec<UnitWeights>,
}

/// Finds a tensor's values by its `state_dict` name.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<Vec<f32>>;

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

    /// The fixed layer `Conv2d(3, channels, 1, bias=False)`, drawn from [`LIFT_SEED`].
    ///
    /// # Errors
    /// When the weights can't be addressed or allocated.
    pub fn lift(channels: u64) -> Result<Self, EngineError> {
        Self::draw(&Conv2d::same(3, channels, 1), &mut TorchGenerator::new(LIFT_SEED))
    }

    /// The tensors `{prefix}weight` and, where `conv` has one, `{prefix}bias`.
    ///
    /// # Errors
    /// When one is missing or of another length.
    pub fn from_state_dict(conv: &Conv2d, prefix: &str, get: Lookup) -> Result<Self, EngineError> {
        let (count, filters) = lengths(conv)?;
        let weight = take(get, &format!("{prefix}weight"), count)?;
        let bias =
            if conv.bias { Some(take(get, &format!("{prefix}bias"), filters)?) } else { None };
        Ok(Self { weight, bias })
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

    /// The four tensors behind `prefix`.
    ///
    /// # Errors
    /// When one is missing or of another length.
    pub fn from_state_dict(
        channels: usize,
        prefix: &str,
        get: Lookup,
    ) -> Result<Self, EngineError> {
        let take = |name| take(get, &format!("{prefix}{name}"), channels);
        Ok(Self {
            weight: take("weight")?,
            bias: take("bias")?,
            running_mean: take("running_mean")?,
            running_var: take("running_var")?,
        })
    }
}

impl UnitWeights {
    /// Those of `torch.manual_seed(seed)` followed by building the unit.
    ///
    /// # Errors
    /// When the weights can't be addressed or allocated.
    pub fn from_seed(unit: &BasicConv2d, seed: u32) -> Result<Self, EngineError> {
        Self::draw(unit, &mut TorchGenerator::new(seed))
    }

    fn draw(unit: &BasicConv2d, generator: &mut TorchGenerator) -> Result<Self, EngineError> {
        Ok(Self {
            conv: ConvWeights::draw(&unit.conv, generator)?,
            bn: BatchNormWeights::identity(size(unit.conv.out_channels)?),
        })
    }

    /// The tensors behind `prefix` (empty, or ending in a dot): `conv.weight`, `bn.weight` and so on.
    ///
    /// # Errors
    /// When one is missing or of another length.
    pub fn from_state_dict(
        unit: &BasicConv2d,
        prefix: &str,
        get: Lookup,
    ) -> Result<Self, EngineError> {
        let channels = size(unit.conv.out_channels)?;
        Ok(Self {
            conv: ConvWeights::from_state_dict(&unit.conv, &format!("{prefix}conv."), get)?,
            bn: BatchNormWeights::from_state_dict(channels, &format!("{prefix}bn."), get)?,
        })
    }
}

impl UnitWeights {
    /// Those of the filters `filters` alone, for a unit without groups.
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

impl ModuleWeights {
    /// Those of `torch.manual_seed(seed)` followed by the write-up's constructor, which builds the
    /// branches in order.
    ///
    /// # Errors
    /// When the weights can't be addressed or allocated.
    pub fn from_seed(module: &Inception, seed: u32) -> Result<Self, EngineError> {
        let mut generator = TorchGenerator::new(seed);
        Self::collect(module, |_, unit| UnitWeights::draw(unit, &mut generator))
    }

    /// The tensors of the module's `state_dict` (`branch2.0.conv.weight` and so on).
    ///
    /// # Errors
    /// When one is missing or of another length.
    pub fn from_state_dict(module: &Inception, get: Lookup) -> Result<Self, EngineError> {
        Self::collect(module, |prefix, unit| {
            UnitWeights::from_state_dict(unit, &format!("{prefix}."), get)
        })
    }

    fn collect(
        module: &Inception,
        mut make: impl FnMut(&str, &BasicConv2d) -> Result<UnitWeights, EngineError>,
    ) -> Result<Self, EngineError> {
        let mut units = Vec::new();
        for branch in module.branches() {
            for (index, op) in branch.ops.iter().enumerate() {
                if let Operation::Conv(unit) = &op.operation {
                    units.push(make(&branch.state_dict_prefix(index), unit)?);
                }
            }
        }
        Ok(Self { units })
    }
}

/// Values of a convolution's weight, and its filters.
fn lengths(conv: &Conv2d) -> Result<(usize, usize), EngineError> {
    let count = conv.weights().ok_or(EngineError::TooLarge)?;
    Ok((size(count)?, size(conv.out_channels)?))
}

fn take(get: Lookup, name: &str, expected: usize) -> Result<Vec<f32>, EngineError> {
    let values = get(name).ok_or_else(|| EngineError::MissingWeight(name.to_owned()))?;
    check_length(name, expected, values.len())?;
    Ok(values)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::InceptionFields;

    #[test]
    fn the_draws_run_on_from_branch_to_branch() {
        let module = Inception::new(InceptionFields::new(3, [4, 2, 5, 3, 6, 7])).unwrap();
        let weights = ModuleWeights::from_seed(&module, 7).unwrap();
        assert_eq!(weights.units.len(), 6);
        let mut generator = TorchGenerator::new(7);
        let first = generator.uniform(1.0 / 3.0_f64.sqrt(), 4 * 3).unwrap();
        assert_eq!(weights.units[0].conv.weight, first);
        let drawn = generator.uniform(init::kaiming_bound(3.0), 2 * 3).unwrap();
        assert_eq!(weights.units[1].conv.weight, drawn);
        let plain = UnitWeights::from_seed(&BasicConv2d::same(3, 4, 1), 7).unwrap();
        assert_eq!(plain, weights.units[0], "the same seed and the same first layer");
    }

    #[test]
    fn a_missing_tensor_and_a_wrong_length_name_the_tensor() {
        let conv = Conv2d::same(2, 3, 1);
        let missing = ConvWeights::from_state_dict(&conv, "conv.", &|_| None);
        assert_eq!(missing, Err(EngineError::MissingWeight("conv.weight".into())));
        let short = ConvWeights::from_state_dict(&conv, "", &|_| Some(vec![0.0; 5]));
        let error = EngineError::Length { what: "weight".into(), expected: 6, given: 5 };
        assert_eq!(short, Err(error));
    }
}
