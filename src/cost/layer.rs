//! The cost of one layer on one image.

use crate::arch::{Conv2d, Layer, Shape, ShapeError};

use super::convention::Convention;
use super::{CostError, product, sum};

/// Bytes of a float32.
pub const BYTES_PER_VALUE: u64 = 4;

/// Parameters by kind; kinds that the convention excludes are 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct ParamParts {
    /// Weights of convolutions and linear layers.
    pub weights: u64,
    /// Their biases.
    pub bias: u64,
    /// Scale and shift of batch norm.
    pub batch_norm: u64,
}

/// Multiply–accumulates by kind; kinds that the convention excludes are 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MacParts {
    /// Convolutions and linear layers. Multiplications by padding zeros count, as in every tool.
    pub weights: u64,
    /// Adding biases.
    pub bias: u64,
    /// Batch norm.
    pub batch_norm: u64,
    /// `ReLU`, pooling, sums and products of branches.
    pub elementwise: u64,
}

impl ParamParts {
    /// All parameters counted.
    ///
    /// # Errors
    /// When they don't fit into 64 bits.
    pub fn total(&self) -> Result<u64, CostError> {
        sum([self.weights, self.bias, self.batch_norm])
    }
}

impl MacParts {
    /// All multiply–accumulates counted.
    ///
    /// # Errors
    /// When they don't fit into 64 bits.
    pub fn total(&self) -> Result<u64, CostError> {
        sum([self.weights, self.bias, self.batch_norm, self.elementwise])
    }
}

/// What one layer costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct LayerCost {
    /// Shape of its output.
    pub output: Shape,
    /// Its parameters.
    pub params: ParamParts,
    /// Its work on one image.
    pub macs: MacParts,
    /// Bytes of the tensor it makes; batch norm, `ReLU` and dropout work in place and make none.
    pub bytes: u64,
}

/// Counts the parameters of `layer`, which don't depend on its input, by `convention`.
///
/// # Errors
/// When they don't fit into 64 bits.
pub fn layer_params(layer: &Layer, convention: Convention) -> Result<ParamParts, CostError> {
    let mut params = ParamParts::default();
    let bias = |built, out| if convention.params.bias.counts(built) { out } else { 0 };
    match *layer {
        // PyTorch builds no convolution whose groups don't divide its channels: it has no parameters.
        Layer::Conv2d(conv) if conv.check().is_ok() => {
            params.weights = product(&weight_shape(&conv))?;
            params.bias = bias(conv.bias, conv.out_channels);
        }
        Layer::Linear { in_features, out_features, bias: built } => {
            params.weights =
                product(&[("in_features", in_features), ("out_features", out_features)])?;
            params.bias = bias(built, out_features);
        }
        Layer::BatchNorm2d { num_features } if convention.params.batch_norm => {
            params.batch_norm = product(&[("num_features", num_features), ("scale", 2)])?;
        }
        _ => {}
    }
    Ok(params)
}

/// Counts `layer` on an `input`, by `convention`.
///
/// # Errors
/// When the layer can't take the input, or a count does not fit into 64 bits.
pub fn layer_cost(
    layer: &Layer,
    input: Shape,
    convention: Convention,
) -> Result<LayerCost, CostError> {
    let output = layer.output_shape(input)?;
    let values = numel(output)?;
    let mut cost = LayerCost {
        output,
        params: layer_params(layer, convention)?,
        macs: MacParts::default(),
        bytes: if works_in_place(layer) { 0 } else { tensor_bytes(output)? },
    };
    let elementwise = |work| if convention.ops.elementwise { work } else { 0 };
    match *layer {
        Layer::Conv2d(conv) => {
            let [filters, channels, rows, columns] = weight_shape(&conv);
            let (height, width) = (("height", output.height), ("width", output.width));
            cost.macs.weights = product(&[filters, channels, rows, columns, height, width])?;
            if convention.ops.bias.counts(conv.bias) {
                cost.macs.bias = values;
            }
        }
        Layer::Linear { in_features, bias, .. } => {
            cost.macs.weights = product(&[("in_features", in_features), ("out_features", values)])?;
            cost.macs.bias = if convention.ops.bias.counts(bias) { values } else { 0 };
        }
        Layer::BatchNorm2d { .. } => {
            if convention.ops.batch_norm {
                cost.macs.batch_norm = product(&[("activations", values), ("scale", 2)])?;
            }
        }
        Layer::ReLU => cost.macs.elementwise = elementwise(values),
        Layer::Pool2d(_) | Layer::AdaptiveAvgPool2d { .. } | Layer::LocalResponseNorm { .. } => {
            cost.macs.elementwise = elementwise(numel(input)?);
        }
        Layer::Dropout => {}
    }
    Ok(cost)
}

/// The sides of a convolution's weights, by the fields they come from.
const fn weight_shape(conv: &Conv2d) -> [(&'static str, u64); 4] {
    let Shape { channels, height, width } = conv.filter_shape();
    [
        ("out_channels", conv.out_channels),
        ("in_channels", channels),
        ("kernel_size", height),
        ("kernel_size", width),
    ]
}

/// Whether `layer` writes its output over its input and makes no tensor. Dropout does nothing in inference.
pub(super) const fn works_in_place(layer: &Layer) -> bool {
    matches!(layer, Layer::BatchNorm2d { .. } | Layer::ReLU | Layer::Dropout)
}

/// Bytes of a float32 tensor of this shape.
///
/// # Errors
/// When they don't fit into 64 bits.
pub(super) fn tensor_bytes(shape: Shape) -> Result<u64, CostError> {
    product(&[("activations", numel(shape)?), ("bytes", BYTES_PER_VALUE)])
}

/// Values of a tensor of this shape.
pub(super) fn numel(shape: Shape) -> Result<u64, CostError> {
    shape.numel().ok_or(CostError::Shape(ShapeError::TooLarge))
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::arch::Pool2d;
    use crate::cost::{Bias, OpTerms};

    #[test]
    fn the_write_ups_large_convolution() {
        // Its text says 1,849,668,064 and 73,856: a slip of one digit, and the count of a 64 → 128 layer.
        let conv = Conv2d { bias: true, ..Conv2d::same(128, 128, 3) };
        let cost =
            layer_cost(&Layer::Conv2d(conv), Shape::new(128, 112, 112), Convention::default());
        let cost = cost.unwrap();
        assert_eq!(cost.macs.total(), Ok(1_849_688_064));
        assert_eq!(cost.params.total(), Ok(147_584));
    }

    #[rstest]
    #[case::none(OpTerms { batch_norm: false, bias: Bias::Ignored, elementwise: false }, [0, 0, 0, 0])]
    #[case::all(OpTerms { batch_norm: true, bias: Bias::Assumed, elementwise: true }, [800, 1600, 800, 300])]
    fn what_is_counted_beside_weights(#[case] ops: OpTerms, #[case] expected: [u64; 4]) {
        let convention = Convention { ops, ..Convention::default() };
        let input = Shape::new(3, 10, 10);
        let maps = Shape::new(8, 10, 10);
        let conv = layer_cost(&Layer::Conv2d(Conv2d::same(3, 8, 3)), input, convention).unwrap();
        let bn = layer_cost(&Layer::BatchNorm2d { num_features: 8 }, maps, convention).unwrap();
        let relu = layer_cost(&Layer::ReLU, maps, convention).unwrap();
        let pool = layer_cost(&Layer::Pool2d(Pool2d::INCEPTION), input, convention).unwrap();
        let counted =
            [conv.macs.bias, bn.macs.batch_norm, relu.macs.elementwise, pool.macs.elementwise];
        assert_eq!(counted, expected);
        assert_eq!([conv.bytes, bn.bytes, relu.bytes, pool.bytes], [3200, 0, 0, 1200]);
    }

    #[test]
    fn too_large_to_count_names_the_field() {
        let conv = Conv2d::same(1 << 20, 1 << 40, 11);
        let cost =
            layer_cost(&Layer::Conv2d(conv), Shape::new(1 << 20, 8, 8), Convention::default());
        assert_eq!(cost, Err(CostError::TooLarge { field: "out_channels" }));
    }
}
