//! Convolutions: PyTorch's `Conv2d`, and the write-up's `BasicConv2d` made of it.

use super::layer::Layer;
use super::shape::{Shape, ShapeError, padded, window_extent};

/// A square 2-D convolution with the arguments of `torch.nn.Conv2d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Conv2d {
    /// Channels of the input.
    pub in_channels: u64,
    /// Number of filters.
    pub out_channels: u64,
    /// Side of the square kernel.
    pub kernel_size: u64,
    /// Step of the window in both directions.
    pub stride: u64,
    /// Zeros added on each of the four sides.
    pub padding: u64,
    /// Distance between the kernel's taps.
    pub dilation: u64,
    /// Groups of channels that don't see each other.
    pub groups: u64,
    /// Whether each filter adds a constant.
    pub bias: bool,
}

impl Conv2d {
    /// A stride-1 convolution without bias that keeps height and width (odd kernels).
    #[must_use]
    pub const fn same(in_channels: u64, out_channels: u64, kernel_size: u64) -> Self {
        Self {
            in_channels,
            out_channels,
            kernel_size,
            stride: 1,
            padding: kernel_size / 2,
            dilation: 1,
            groups: 1,
            bias: false,
        }
    }

    /// Output shape by PyTorch's rule: `⌊(side + 2·padding − dilation·(k − 1) − 1) / stride⌋ + 1`.
    ///
    /// # Errors
    /// When the input has other channels, the groups don't divide them, a number is 0, or the window
    /// does not fit.
    pub fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        if input.channels != self.in_channels {
            return Err(ShapeError::Channels { expected: self.in_channels, given: input.channels });
        }
        if self.stride == 0 {
            return Err(ShapeError::Zero("stride"));
        }
        if self.groups == 0 {
            return Err(ShapeError::Zero("groups"));
        }
        for channels in [self.in_channels, self.out_channels] {
            if channels == 0 {
                return Err(ShapeError::Zero("channels"));
            }
            if !channels.is_multiple_of(self.groups) {
                return Err(ShapeError::Groups { channels, groups: self.groups });
            }
        }
        let window = window_extent(self.kernel_size, self.dilation)?;
        let side = |input| {
            let padded = padded(input, self.padding)?;
            match padded.checked_sub(window) {
                Some(room) => Ok(room / self.stride + 1),
                None => Err(ShapeError::WindowTooLarge { window, padded }),
            }
        };
        Ok(Shape::new(self.out_channels, side(input.height)?, side(input.width)?))
    }

    /// Whether each value is made of a single pixel, and each pixel counts once.
    #[must_use]
    pub const fn is_pointwise(&self) -> bool {
        self.kernel_size == 1 && self.stride == 1 && self.padding == 0
    }

    /// Input channels that each filter sees.
    #[must_use]
    pub const fn channels_per_group(&self) -> u64 {
        self.in_channels / self.groups
    }
}

/// The write-up's `BasicConv2d`: convolution → batch norm (eps 0.001) → ReLU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct BasicConv2d {
    /// The convolution; the write-up's has no bias, since batch norm shifts anyway.
    pub conv: Conv2d,
}

impl BasicConv2d {
    /// Epsilon of the batch norm (the write-up's and torchvision's).
    pub const BN_EPS: f32 = 0.001;

    /// `BasicConv2d(in_channels, out_channels, kernel_size, padding=kernel_size // 2)`.
    #[must_use]
    pub const fn same(in_channels: u64, out_channels: u64, kernel_size: u64) -> Self {
        Self { conv: Conv2d::same(in_channels, out_channels, kernel_size) }
    }

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
    fn shapes_follow_pytorch() {
        let input = Shape::new(3, 224, 224);
        let conv1 = Conv2d { stride: 2, padding: 3, ..Conv2d::same(3, 64, 7) };
        assert_eq!(conv1.output_shape(input), Ok(Shape::new(64, 112, 112)));
        assert_eq!(Conv2d::same(3, 8, 11).output_shape(input), Ok(Shape::new(8, 224, 224)));
        let dilated = Conv2d { dilation: 2, padding: 0, ..Conv2d::same(3, 8, 3) };
        assert_eq!(dilated.output_shape(input), Ok(Shape::new(8, 220, 220)));
    }

    #[test]
    fn what_does_not_fit_says_why() {
        let conv = Conv2d { padding: 0, ..Conv2d::same(3, 8, 5) };
        assert_eq!(
            conv.output_shape(Shape::new(3, 4, 9)),
            Err(ShapeError::WindowTooLarge { window: 5, padded: 4 })
        );
        assert_eq!(
            conv.output_shape(Shape::new(4, 9, 9)),
            Err(ShapeError::Channels { expected: 3, given: 4 })
        );
        let grouped = Conv2d { groups: 2, ..conv };
        assert_eq!(
            grouped.output_shape(Shape::new(3, 9, 9)),
            Err(ShapeError::Groups { channels: 3, groups: 2 })
        );
    }
}
