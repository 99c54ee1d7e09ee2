//! The window that a convolution or a pool slides over maps, and what follows from its numbers.

use super::shape::{ShapeError, padded, window_extent};
use super::size::Size;

/// Kernel size, stride, padding and dilation, by the names of `torch.nn.Conv2d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Window {
    /// Taps down and across.
    pub kernel_size: Size,
    /// Step of the window.
    pub stride: Size,
    /// Rows added above and below, columns added left and right.
    pub padding: Size,
    /// Distance between the taps.
    pub dilation: Size,
}

impl Window {
    /// Number of taps; saturates.
    #[must_use]
    pub const fn taps(&self) -> u64 {
        self.kernel_size.height.saturating_mul(self.kernel_size.width)
    }

    /// Whether the output has the height and width of every input:
    /// `2·padding = dilation·(kernel_size − 1)` at stride 1.
    #[must_use]
    pub fn keeps_size(&self) -> bool {
        self.stride.is_square_of(1) && self.evenly_padded() == Some(self.padding)
    }

    /// The padding that keeps height and width at stride 1; `None` where one side would need a row or
    /// column more than the other (an even kernel), or has no taps.
    #[must_use]
    pub fn evenly_padded(&self) -> Option<Size> {
        let half = |kernel_size: u64, dilation: u64| {
            let both = kernel_size.checked_sub(1)?.checked_mul(dilation)?;
            both.is_multiple_of(2).then_some(both / 2)
        };
        let Self { kernel_size, dilation, .. } = self;
        Some(Size::new(
            half(kernel_size.height, dilation.height)?,
            half(kernel_size.width, dilation.width)?,
        ))
    }

    /// Whether each output value is made of a single input value, and each of these counts once.
    #[must_use]
    pub const fn is_pointwise(&self) -> bool {
        self.kernel_size.is_square_of(1)
            && self.stride.is_square_of(1)
            && self.padding.is_square_of(0)
    }

    /// The numbers of each side, height first.
    pub(super) const fn sides(&self) -> [WindowSide; 2] {
        let Self { kernel_size, stride, padding, dilation } = *self;
        [
            WindowSide {
                kernel_size: kernel_size.height,
                stride: stride.height,
                padding: padding.height,
                dilation: dilation.height,
            },
            WindowSide {
                kernel_size: kernel_size.width,
                stride: stride.width,
                padding: padding.width,
                dilation: dilation.width,
            },
        ]
    }
}

/// One side of a [`Window`].
#[derive(Clone, Copy, Debug)]
pub(super) struct WindowSide {
    pub kernel_size: u64,
    pub stride: u64,
    pub padding: u64,
    pub dilation: u64,
}

impl WindowSide {
    /// Rows or columns from the first tap to the last, those included.
    ///
    /// # Errors
    /// When kernel size, stride or dilation is 0.
    pub fn extent(&self) -> Result<u64, ShapeError> {
        if self.stride == 0 {
            return Err(ShapeError::Zero("stride"));
        }
        window_extent(self.kernel_size, self.dilation)
    }

    /// The input's side with its padding.
    pub fn padded(&self, input: u64) -> Result<u64, ShapeError> {
        padded(input, self.padding)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const WINDOW: Window = Window {
        kernel_size: Size::new(1, 7),
        stride: Size::square(1),
        padding: Size::new(0, 3),
        dilation: Size::square(1),
    };

    #[test]
    fn a_rectangular_window_may_keep_the_size() {
        assert_eq!(WINDOW.taps(), 7);
        assert!(WINDOW.keeps_size() && !WINDOW.is_pointwise());
        assert!(!Window { padding: Size::square(3), ..WINDOW }.keeps_size());
        let strided = Window { stride: Size::new(1, 2), ..WINDOW };
        assert!(!strided.keeps_size());
        assert_eq!(strided.evenly_padded(), Some(strided.padding));
        let dilated = Window { dilation: Size::new(1, 2), ..WINDOW };
        assert_eq!(dilated.evenly_padded(), Some(Size::new(0, 6)));
        let even = Window { kernel_size: Size::new(2, 7), ..WINDOW };
        assert_eq!(even.evenly_padded(), None);
    }
}
