//! Weights by their `state_dict` names.

use inception_explorer::arch::{BasicConv2d, Conv2d, Inception, Operation};
use inception_explorer::engine::{BatchNormWeights, ConvWeights, UnitWeights};

/// Finds a tensor's values by its name.
pub type Lookup<'a> = &'a dyn Fn(&str) -> Option<Vec<f32>>;

/// The weights of a module (`branch2.0.conv.weight` and so on), one element a convolution.
pub fn module(module: &Inception, get: Lookup) -> Result<Vec<UnitWeights>, String> {
    let mut units = Vec::new();
    for branch in module.branches() {
        for (index, op) in branch.ops.iter().enumerate() {
            if let Operation::Conv(unit) = &op.operation {
                let prefix = format!("{}.", branch.state_dict_prefix(index));
                units.push(basic_conv2d(unit, &prefix, get)?);
            }
        }
    }
    Ok(units)
}

/// The tensors behind `prefix` (empty, or ending in a dot): `conv.weight`, `bn.weight` and so on.
pub fn basic_conv2d(unit: &BasicConv2d, prefix: &str, get: Lookup) -> Result<UnitWeights, String> {
    let channels = unit.conv.out_channels;
    let bn = |name| take(get, &format!("{prefix}bn.{name}"), channels);
    Ok(UnitWeights {
        conv: conv2d(&unit.conv, &format!("{prefix}conv."), get)?,
        bn: BatchNormWeights {
            weight: bn("weight")?,
            bias: bn("bias")?,
            running_mean: bn("running_mean")?,
            running_var: bn("running_var")?,
        },
    })
}

/// The tensors `{prefix}weight` and, where `conv` has one, `{prefix}bias`.
pub fn conv2d(conv: &Conv2d, prefix: &str, get: Lookup) -> Result<ConvWeights, String> {
    let count = conv.weights().ok_or("the convolution is too large")?;
    let weight = take(get, &format!("{prefix}weight"), count)?;
    let bias = conv.bias.then(|| take(get, &format!("{prefix}bias"), conv.out_channels));
    Ok(ConvWeights { weight, bias: bias.transpose()? })
}

fn take(get: Lookup, name: &str, expected: u64) -> Result<Vec<f32>, String> {
    let values = get(name).ok_or_else(|| format!("there is no tensor named {name}"))?;
    let given = values.len() as u64;
    if given == expected {
        Ok(values)
    } else {
        Err(format!("{name} holds {given} values where {expected} are needed"))
    }
}

#[test]
fn a_missing_tensor_and_a_wrong_length_name_the_tensor() {
    let conv = Conv2d::same(2, 3, 1);
    let missing = conv2d(&conv, "conv.", &|_| None).unwrap_err();
    assert_eq!(missing, "there is no tensor named conv.weight");
    let short = conv2d(&conv, "", &|_| Some(vec![0.0; 5])).unwrap_err();
    assert_eq!(short, "weight holds 5 values where 6 are needed");
}
