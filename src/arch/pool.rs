//! Pooling windows.

use super::shape::{Shape, ShapeError};
use super::size::Size;
use super::window::{Window, WindowSide};

/// What a pooling window keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PoolKind {
    /// The largest value (padding counts as −∞).
    Max,
    /// The mean (padding counts as 0, as PyTorch's `count_include_pad=True`).
    Average,
}

/// A pooling window with the arguments of `torch.nn.MaxPool2d` and `AvgPool2d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pool2d {
    /// Maximum or mean.
    pub kind: PoolKind,
    /// Values of the window down and across.
    pub kernel_size: Size,
    /// Step of the window.
    pub stride: Size,
    /// Rows added above and below, columns added left and right.
    pub padding: Size,
    /// Distance between the window's values. `AvgPool2d` has none: there it is 1.
    pub dilation: Size,
    /// Whether a window that only partly fits still gives an output.
    pub ceil_mode: bool,
}

impl Pool2d {
    /// The Inception module's pool: max 3×3, stride 1, padding 1, `ceil_mode=True`.
    pub const INCEPTION: Self = Self {
        padding: Size::square(1),
        ceil_mode: true,
        ..Self::new(PoolKind::Max, Size::square(3), Size::square(1))
    };

    /// A pool without padding or ceil mode.
    #[must_use]
    pub const fn new(kind: PoolKind, kernel_size: Size, stride: Size) -> Self {
        Self {
            kind,
            kernel_size,
            stride,
            padding: Size::square(0),
            dilation: Size::square(1),
            ceil_mode: false,
        }
    }

    /// The window that slides over the input.
    #[must_use]
    pub const fn window(&self) -> Window {
        let Self { kernel_size, stride, padding, dilation, .. } = *self;
        Window { kernel_size, stride, padding, dilation }
    }

    /// Values of the window; saturates.
    #[must_use]
    pub const fn taps(&self) -> u64 {
        self.window().taps()
    }

    /// Whether the output has the height and width of every input.
    #[must_use]
    pub fn keeps_size(&self) -> bool {
        self.window().keeps_size()
    }

    /// Output shape by PyTorch's rule; in ceil mode the last window must start inside the input or
    /// its leading padding.
    ///
    /// # Errors
    /// When a number is 0, the padding is more than half the window, or the window does not fit.
    pub fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        let [down, across] = self.window().sides();
        let (height, width) =
            (self.output_side(down, input.height)?, self.output_side(across, input.width)?);
        Ok(Shape::new(input.channels, height, width))
    }

    fn output_side(&self, side: WindowSide, input: u64) -> Result<u64, ShapeError> {
        let WindowSide { kernel_size, stride, padding, .. } = side;
        let window = side.extent()?;
        if padding > kernel_size / 2 {
            return Err(ShapeError::PoolPadding { padding, kernel_size });
        }
        let padded = side.padded(input)?;
        // In ceil mode a window that misses fewer than `stride` values at the end still counts.
        let partial = if self.ceil_mode { stride - 1 } else { 0 };
        let room = padded.checked_add(partial).ok_or(ShapeError::TooLarge)?.checked_sub(window);
        let last = room.ok_or(ShapeError::WindowTooLarge { window, padded })? / stride;
        let starts_inside =
            last.checked_mul(stride).is_some_and(|start| start < input.saturating_add(padding));
        match (starts_inside || !self.ceil_mode, last) {
            (true, _) => Ok(last + 1),
            (false, 0) => Err(ShapeError::WindowTooLarge { window, padded }),
            (false, _) => Ok(last),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ceil_mode_keeps_a_partial_window_only_if_it_starts_inside() {
        let pool =
            Pool2d { stride: Size::square(2), padding: Size::square(0), ..Pool2d::INCEPTION };
        let side =
            |pool: Pool2d, side| pool.output_shape(Shape::new(1, side, side)).map(|s| s.height);
        // GoogLeNet's pools: 112 → 56, 56 → 28, 28 → 14 only in ceil mode.
        assert_eq!(side(pool, 112), Ok(56));
        assert_eq!(side(Pool2d { ceil_mode: false, ..pool }, 112), Ok(55));
        assert_eq!(side(Pool2d::INCEPTION, 28), Ok(28));
        // torch: MaxPool2d(2, 2, padding=1, ceil_mode=True) on 3 gives 2: a third would start outside.
        let padded = Pool2d { kernel_size: Size::square(2), padding: Size::square(1), ..pool };
        assert_eq!(side(padded, 3), Ok(2));
        // torch: MaxPool2d(3, 2, ceil_mode=True) on 2 gives 1, on 1 it is an error.
        assert_eq!(side(pool, 2), Ok(1));
        assert_eq!(side(pool, 1), Err(ShapeError::WindowTooLarge { window: 3, padded: 1 }));
    }

    #[test]
    fn each_side_has_its_own_window_and_dilation() {
        // torch: MaxPool2d((1, 2), stride=(1, 2)) and MaxPool2d((3, 2), stride=2, dilation=(2, 1)).
        let wide = Pool2d::new(PoolKind::Max, Size::new(1, 2), Size::new(1, 2));
        assert_eq!(wide.output_shape(Shape::new(4, 9, 9)), Ok(Shape::new(4, 9, 4)));
        let pool = Pool2d {
            dilation: Size::new(2, 1),
            ..Pool2d::new(PoolKind::Max, Size::new(3, 2), Size::square(2))
        };
        assert_eq!(pool.output_shape(Shape::new(4, 9, 9)), Ok(Shape::new(4, 3, 4)));
        assert_eq!(pool.taps(), 6);
    }

    #[test]
    fn what_does_not_fit_says_why() {
        let pool = Pool2d { padding: Size::square(2), ..Pool2d::INCEPTION };
        assert_eq!(
            pool.output_shape(Shape::new(1, 9, 9)),
            Err(ShapeError::PoolPadding { padding: 2, kernel_size: 3 })
        );
    }
}
