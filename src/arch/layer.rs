//! The layers of networks and their output shapes.

use super::conv::{BasicConv2d, Conv2d};
use super::pool::{Pool2d, PoolKind};
use super::shape::{Shape, ShapeError};
use super::size::Size;

/// One layer, named as in `torch.nn`. Concatenation joins several inputs: see
/// [`concatenate`](super::concatenate).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Layer {
    /// Convolution.
    Conv2d(Conv2d),
    /// Normalises each channel, then scales and shifts it.
    BatchNorm2d {
        /// Channels of the input.
        num_features: u64,
    },
    /// `max(x, 0)`.
    ReLU,
    /// Max or average pooling with a fixed window.
    Pool2d(Pool2d),
    /// Average pooling to a fixed output size, for any input size.
    AdaptiveAvgPool2d {
        /// Height and width of the output.
        output_size: Size,
    },
    /// Local response normalisation across `size` neighbouring channels.
    LocalResponseNorm {
        /// Channels in the window.
        size: u64,
    },
    /// Zeroes a share of the values while training.
    Dropout,
    /// Fully connected, on the last axis: on maps of that width each row for itself, so that the output is
    /// channels × height × `out_features`. Maps of as many values in all are flattened first, where PyTorch
    /// needs a `Flatten`; the output is `out_features` × 1 × 1.
    Linear {
        /// Values of the last axis, or of the flattened input.
        in_features: u64,
        /// Neurons.
        out_features: u64,
        /// Whether each neuron adds a constant.
        bias: bool,
    },
}

impl Layer {
    /// The name of its class in `torch.nn`.
    #[must_use]
    pub const fn class_name(&self) -> &'static str {
        match self {
            Self::Conv2d(_) => "Conv2d",
            Self::BatchNorm2d { .. } => "BatchNorm2d",
            Self::ReLU => "ReLU",
            Self::Pool2d(Pool2d { kind: PoolKind::Max, .. }) => "MaxPool2d",
            Self::Pool2d(Pool2d { kind: PoolKind::Average, .. }) => "AvgPool2d",
            Self::AdaptiveAvgPool2d { .. } => "AdaptiveAvgPool2d",
            Self::LocalResponseNorm { .. } => "LocalResponseNorm",
            Self::Dropout => "Dropout",
            Self::Linear { .. } => "Linear",
        }
    }

    /// The output shape for `input`.
    ///
    /// # Errors
    /// When the layer can't take `input`; the error has the given and the expected number.
    pub fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        match *self {
            Self::Conv2d(conv) => conv.output_shape(input),
            Self::Pool2d(pool) => pool.output_shape(input),
            Self::BatchNorm2d { num_features } if num_features != input.channels => {
                Err(ShapeError::Channels { expected: num_features, given: input.channels })
            }
            Self::AdaptiveAvgPool2d { output_size: Size { height, width } } => {
                if height == 0 || width == 0 {
                    return Err(ShapeError::Zero("output_size"));
                }
                Ok(Shape { height, width, ..input })
            }
            Self::Linear { in_features, out_features, .. } => {
                if in_features == input.width {
                    return Ok(Shape { width: out_features, ..input });
                }
                let given = input.numel().ok_or(ShapeError::TooLarge)?;
                if given != in_features {
                    return Err(ShapeError::Channels { expected: in_features, given });
                }
                Ok(Shape::new(out_features, 1, 1))
            }
            Self::BatchNorm2d { .. }
            | Self::ReLU
            | Self::LocalResponseNorm { .. }
            | Self::Dropout => Ok(input),
        }
    }
}

impl BasicConv2d {
    /// The three layers in the order they run.
    #[must_use]
    pub const fn layers(&self) -> [Layer; 3] {
        [
            Layer::Conv2d(self.conv),
            Layer::BatchNorm2d { num_features: self.conv.out_channels },
            Layer::ReLU,
        ]
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_end_of_vgg16_flattens() {
        let maps = Shape::new(512, 14, 14);
        let pooled = Layer::AdaptiveAvgPool2d { output_size: Size::square(7) }.output_shape(maps);
        assert_eq!(pooled, Ok(Shape::new(512, 7, 7)));
        let linear = Layer::Linear { in_features: 25_088, out_features: 4096, bias: true };
        assert_eq!(linear.output_shape(Shape::new(512, 7, 7)), Ok(Shape::new(4096, 1, 1)));
        let rows = Layer::Linear { in_features: 14, out_features: 10, bias: true };
        assert_eq!(rows.output_shape(maps), Ok(Shape::new(512, 14, 10)));
        assert_eq!(
            linear.output_shape(maps),
            Err(ShapeError::Channels { expected: 25_088, given: 100_352 })
        );
        assert_eq!(
            Layer::BatchNorm2d { num_features: 64 }.output_shape(maps),
            Err(ShapeError::Channels { expected: 64, given: 512 })
        );
    }
}
