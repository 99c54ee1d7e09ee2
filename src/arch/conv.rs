//! Convolutions: PyTorch's `Conv2d`, and the write-up's `BasicConv2d` made of it.

use super::shape::{Shape, ShapeError};
use super::size::Size;
use super::window::{Window, WindowSide};

/// A 2-D convolution with the arguments of `torch.nn.Conv2d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Conv2d {
    /// Channels of the input.
    pub in_channels: u64,
    /// Number of filters.
    pub out_channels: u64,
    /// Taps of the kernel down and across.
    pub kernel_size: Size,
    /// Step of the window.
    pub stride: Size,
    /// Rows of zeros added above and below, columns of zeros added left and right.
    pub padding: Size,
    /// Distance between the kernel's taps.
    pub dilation: Size,
    /// Number of groups; the filters of a group read only that group's input channels.
    pub groups: u64,
    /// Whether each filter adds a constant.
    pub bias: bool,
}

impl Conv2d {
    /// A square stride-1 convolution without bias that keeps height and width (odd kernels).
    #[must_use]
    pub const fn same(in_channels: u64, out_channels: u64, kernel_size: u64) -> Self {
        Self {
            in_channels,
            out_channels,
            kernel_size: Size::square(kernel_size),
            stride: Size::square(1),
            padding: Size::square(kernel_size / 2),
            dilation: Size::square(1),
            groups: 1,
            bias: false,
        }
    }

    /// The window that slides over the input.
    #[must_use]
    pub const fn window(&self) -> Window {
        let Self { kernel_size, stride, padding, dilation, .. } = *self;
        Window { kernel_size, stride, padding, dilation }
    }

    /// Taps of the kernel in one channel; saturates.
    #[must_use]
    pub const fn taps(&self) -> u64 {
        self.window().taps()
    }

    /// The sides of one filter's weights: channels per group, height, width.
    #[must_use]
    pub const fn filter_shape(&self) -> Shape {
        self.kernel_size.with_channels(self.channels_per_group())
    }

    /// Weights of one filter: a tap for each channel of its group; `None` where that does not fit into
    /// 64 bits.
    #[must_use]
    pub fn weights_per_filter(&self) -> Option<u64> {
        self.filter_shape().numel()
    }

    /// Weights of all filters; `None` where that does not fit into 64 bits.
    #[must_use]
    pub fn weights(&self) -> Option<u64> {
        self.weights_per_filter()?.checked_mul(self.out_channels)
    }

    /// Multiply–accumulates that make an `output`, products with padding zeros included; `None` where
    /// that does not fit into 64 bits.
    #[must_use]
    pub fn macs(&self, output: Shape) -> Option<u64> {
        self.weights_per_filter()?.checked_mul(output.numel()?)
    }

    /// Whether the output has the height and width of every input.
    #[must_use]
    pub fn keeps_size(&self) -> bool {
        self.window().keeps_size()
    }

    /// Checks that PyTorch could construct this layer, before any input is known.
    ///
    /// # Errors
    /// When a number that must be at least 1 is 0, or the groups don't divide the channels.
    pub fn check(&self) -> Result<(), ShapeError> {
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
        self.window().sides().iter().try_for_each(|side| side.extent().map(|_| ()))
    }

    /// Output shape by PyTorch's rule: `⌊(side + 2·padding − dilation·(k − 1) − 1) / stride⌋ + 1`.
    ///
    /// # Errors
    /// As [`Self::check`], or when the input has another number of channels, or the window does not fit.
    pub fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        self.check()?;
        if input.channels != self.in_channels {
            return Err(ShapeError::Channels { expected: self.in_channels, given: input.channels });
        }
        let output = |side: WindowSide, input| {
            let (window, padded) = (side.extent()?, side.padded(input)?);
            match padded.checked_sub(window) {
                Some(room) => Ok(room / side.stride + 1),
                None => Err(ShapeError::WindowTooLarge { window, padded }),
            }
        };
        let [down, across] = self.window().sides();
        let (height, width) = (output(down, input.height)?, output(across, input.width)?);
        Ok(Shape::new(self.out_channels, height, width))
    }

    /// Whether each value is made of a single pixel, and each pixel counts once.
    #[must_use]
    pub const fn is_pointwise(&self) -> bool {
        self.window().is_pointwise()
    }

    /// Input channels that each filter sees; none where there are no groups, which [`Self::check`] refuses.
    #[must_use]
    pub const fn channels_per_group(&self) -> u64 {
        match self.in_channels.checked_div(self.groups) {
            Some(channels) => channels,
            None => 0,
        }
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
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shapes_follow_pytorch() {
        let input = Shape::new(3, 224, 224);
        let conv1 =
            Conv2d { stride: Size::square(2), padding: Size::square(3), ..Conv2d::same(3, 64, 7) };
        assert_eq!(conv1.output_shape(input), Ok(Shape::new(64, 112, 112)));
        assert_eq!(Conv2d::same(3, 8, 11).output_shape(input), Ok(Shape::new(8, 224, 224)));
        let dilated =
            Conv2d { dilation: Size::square(2), padding: Size::square(0), ..Conv2d::same(3, 8, 3) };
        assert_eq!(dilated.output_shape(input), Ok(Shape::new(8, 220, 220)));
    }

    #[test]
    fn a_rectangular_kernel_has_taps_padding_and_stride_of_its_own() {
        // Inception v3's Mixed_6b: torch.nn.Conv2d(128, 128, (1, 7), padding=(0, 3)).
        let conv = Conv2d {
            kernel_size: Size::new(1, 7),
            padding: Size::new(0, 3),
            ..Conv2d::same(128, 128, 1)
        };
        let maps = Shape::new(128, 17, 17);
        assert_eq!(conv.output_shape(maps), Ok(maps));
        assert_eq!(
            (conv.taps(), conv.weights(), conv.macs(maps)),
            (7, Some(114_688), Some(33_144_832))
        );
        assert!(conv.keeps_size());
        let strided = Conv2d { stride: Size::new(2, 3), ..conv };
        assert_eq!(strided.output_shape(maps), Ok(Shape::new(128, 9, 6)));
    }

    #[test]
    fn groups_that_do_not_divide_the_channels_are_refused_whatever_arrives() {
        let conv = Conv2d { groups: 24, ..Conv2d::same(3, 24, 3) };
        assert_eq!(conv.check(), Err(ShapeError::Groups { channels: 3, groups: 24 }));
        assert_eq!(
            conv.output_shape(Shape::new(24, 9, 9)),
            conv.check().map(|()| Shape::new(0, 0, 0))
        );
        let depthwise = Conv2d { groups: 24, ..Conv2d::same(24, 48, 3) };
        assert_eq!((depthwise.check(), depthwise.weights_per_filter()), (Ok(()), Some(9)));
    }

    #[test]
    fn what_does_not_fit_says_why() {
        let conv = Conv2d { padding: Size::square(0), ..Conv2d::same(3, 8, 5) };
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
