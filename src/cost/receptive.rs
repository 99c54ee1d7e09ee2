//! Receptive field: how much of the input one output value sees.

use crate::arch::{Layer, Operation, Shape};

/// The window of the first input that one output value sees, and how far it moves from one output
/// value to the next; both in pixels of that input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceptiveField {
    /// Side of the window.
    pub size: u64,
    /// Step between neighbouring outputs.
    pub stride: u64,
}

impl ReceptiveField {
    /// The input itself: each value sees one pixel.
    pub const INPUT: Self = Self { size: 1, stride: 1 };

    /// After a window of `kernel_size` taps, `dilation` apart, moved by `stride`. Saturates.
    #[must_use]
    pub const fn after_window(self, kernel_size: u64, stride: u64, dilation: u64) -> Self {
        let span = kernel_size.saturating_sub(1).saturating_mul(dilation);
        Self {
            size: self.size.saturating_add(span.saturating_mul(self.stride)),
            stride: self.stride.saturating_mul(stride),
        }
    }

    /// After `layer` on an `input`. Adaptive pooling is taken with the windows' nominal size, and a
    /// linear layer sees all of its input.
    #[must_use]
    pub const fn after(self, layer: &Layer, input: Shape) -> Self {
        let longest = if input.height > input.width { input.height } else { input.width };
        match layer {
            Layer::Conv2d(conv) => self.after_window(conv.kernel_size, conv.stride, conv.dilation),
            Layer::Pool2d(pool) => self.after_window(pool.kernel_size, pool.stride, 1),
            Layer::AdaptiveAvgPool2d { height, width } => {
                let rows = if *height == 0 { 1 } else { input.height.div_ceil(*height) };
                let columns = if *width == 0 { 1 } else { input.width.div_ceil(*width) };
                let window = if rows > columns { rows } else { columns };
                self.after_window(window, window, 1)
            }
            Layer::Linear { .. } => self.after_window(longest, longest, 1),
            Layer::BatchNorm2d { .. }
            | Layer::ReLU
            | Layer::LocalResponseNorm { .. }
            | Layer::Dropout => self,
        }
    }

    /// Of several branches joined: the widest window. Branches of one module step alike.
    #[must_use]
    pub const fn joined(self, other: Self) -> Self {
        Self {
            size: if self.size > other.size { self.size } else { other.size },
            stride: if self.stride > other.stride { self.stride } else { other.stride },
        }
    }

    /// After an operation of an Inception branch.
    #[must_use]
    pub const fn after_operation(self, operation: &Operation) -> Self {
        match operation {
            Operation::Conv(unit) => {
                self.after_window(unit.conv.kernel_size, unit.conv.stride, unit.conv.dilation)
            }
            Operation::Pool(pool) => self.after_window(pool.kernel_size, pool.stride, 1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Conv2d, Pool2d};

    #[test]
    fn googlenets_stem() {
        // conv 7×7/2 → pool 3×3/2 → conv 1×1 → conv 3×3: 7, then 7 + 2·2 = 11, 11, 11 + 2·4 = 19.
        let conv = |k, stride| Layer::Conv2d(Conv2d { stride, ..Conv2d::same(3, 3, k) });
        let pool = Layer::Pool2d(Pool2d { stride: 2, padding: 0, ..Pool2d::INCEPTION });
        let fields: Vec<_> = [conv(7, 2), pool, conv(1, 1), conv(3, 1)]
            .iter()
            .scan(ReceptiveField::INPUT, |field, layer| {
                *field = field.after(layer, Shape::new(3, 224, 224));
                Some((field.size, field.stride))
            })
            .collect();
        assert_eq!(fields, [(7, 2), (11, 4), (11, 4), (19, 4)]);
    }

    #[test]
    fn dilation_widens_and_global_pooling_sees_all() {
        let dilated = Layer::Conv2d(Conv2d { dilation: 3, ..Conv2d::same(3, 3, 3) });
        let maps = Shape::new(3, 9, 9);
        assert_eq!(ReceptiveField::INPUT.after(&dilated, maps).size, 7);
        let global = Layer::AdaptiveAvgPool2d { height: 1, width: 1 };
        assert_eq!(
            ReceptiveField::INPUT.after(&global, maps),
            ReceptiveField { size: 9, stride: 9 }
        );
    }
}
