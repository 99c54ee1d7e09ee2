//! Pooling windows.

use super::shape::{Shape, ShapeError, padded, window_extent};

/// What a pooling window keeps.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum PoolKind {
    /// The largest value (padding counts as −∞).
    Max,
    /// The mean (padding counts as 0, as PyTorch's `count_include_pad=True`).
    Average,
}

/// A square pooling window with the arguments of `torch.nn.MaxPool2d` and `AvgPool2d`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Pool2d {
    /// Maximum or mean.
    pub kind: PoolKind,
    /// Side of the square window.
    pub kernel_size: u64,
    /// Step of the window in both directions.
    pub stride: u64,
    /// Rows and columns added on each side.
    pub padding: u64,
    /// Whether a window that only partly fits still gives an output.
    pub ceil_mode: bool,
}

impl Pool2d {
    /// The Inception module's pool: max 3×3, stride 1, padding 1, `ceil_mode=True`.
    pub const INCEPTION: Self =
        Self { kind: PoolKind::Max, kernel_size: 3, stride: 1, padding: 1, ceil_mode: true };

    /// Output shape by PyTorch's rule; in ceil mode the last window must start inside the input or
    /// its leading padding.
    ///
    /// # Errors
    /// When a number is 0, the padding is more than half the window, or the window does not fit.
    pub fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        if self.stride == 0 {
            return Err(ShapeError::Zero("stride"));
        }
        let window = window_extent(self.kernel_size, 1)?;
        if self.padding > self.kernel_size / 2 {
            return Err(ShapeError::PoolPadding {
                padding: self.padding,
                kernel_size: self.kernel_size,
            });
        }
        let side = |input: u64| {
            let padded = padded(input, self.padding)?;
            // In ceil mode a window that misses fewer than `stride` values at the end still counts.
            let partial = if self.ceil_mode { self.stride - 1 } else { 0 };
            let room = padded.checked_add(partial).ok_or(ShapeError::TooLarge)?.checked_sub(window);
            let last = room.ok_or(ShapeError::WindowTooLarge { window, padded })? / self.stride;
            let starts_inside = last
                .checked_mul(self.stride)
                .is_some_and(|start| start < input.saturating_add(self.padding));
            match (starts_inside || !self.ceil_mode, last) {
                (true, _) => Ok(last + 1),
                (false, 0) => Err(ShapeError::WindowTooLarge { window, padded }),
                (false, _) => Ok(last),
            }
        };
        Ok(Shape::new(input.channels, side(input.height)?, side(input.width)?))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ceil_mode_keeps_a_partial_window_only_if_it_starts_inside() {
        let pool = Pool2d { stride: 2, padding: 0, ..Pool2d::INCEPTION };
        let side =
            |pool: Pool2d, side| pool.output_shape(Shape::new(1, side, side)).map(|s| s.height);
        // GoogLeNet's pools: 112 → 56, 56 → 28, 28 → 14 only in ceil mode.
        assert_eq!(side(pool, 112), Ok(56));
        assert_eq!(side(Pool2d { ceil_mode: false, ..pool }, 112), Ok(55));
        assert_eq!(side(Pool2d::INCEPTION, 28), Ok(28));
        // torch: MaxPool2d(2, 2, padding=1, ceil_mode=True) on 3 gives 2: a third would start outside.
        let padded = Pool2d { kernel_size: 2, stride: 2, padding: 1, ..pool };
        assert_eq!(side(padded, 3), Ok(2));
        // torch: MaxPool2d(3, 2, ceil_mode=True) on 2 gives 1, on 1 it is an error.
        assert_eq!(side(pool, 2), Ok(1));
        assert_eq!(side(pool, 1), Err(ShapeError::WindowTooLarge { window: 3, padded: 1 }));
    }

    #[test]
    fn what_does_not_fit_says_why() {
        let pool = Pool2d { padding: 2, ..Pool2d::INCEPTION };
        assert_eq!(
            pool.output_shape(Shape::new(1, 9, 9)),
            Err(ShapeError::PoolPadding { padding: 2, kernel_size: 3 })
        );
    }
}
