//! Receptive field: the part of the input that one output value depends on.

use crate::arch::network::Signal;
use crate::arch::{Layer, Operation, Shape, Size, Window};

/// The window of the first input that one output value sees, and how far it moves from one output
/// value to the next; both in pixels of that input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ReceptiveField {
    /// Height and width of the window; the largest, where windows differ.
    pub size: Size,
    /// Step between neighbouring outputs; the largest, where steps differ.
    pub stride: Size,
    /// Set by adaptive pooling to a size that does not divide the input's size.
    pub uneven: Option<Uneven>,
}

/// Windows that are not spread evenly over the input.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Uneven {
    /// What all output values see together: no window exceeds it.
    pub all: Size,
    /// Whether some windows are larger than others, not only their steps.
    pub differ: bool,
}

/// One side of a window of adaptive pooling: output `i` of `to` sees the inputs ⌊i·from/to⌋ to
/// ⌈(i+1)·from/to⌉ (PyTorch's `adaptive_avg_pool2d`).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Adaptive {
    largest: u64,
    step: u64,
    differ: bool,
    even: bool,
}

impl Adaptive {
    fn new(from: u64, to: u64) -> Self {
        let (from, to) = (from.max(1), to.max(1));
        // With from : to = n : o in lowest terms, window i has ⌈(r + n) / o⌉ values, r being i·n modulo o.
        // Since n and o have no common factor, r takes every value from 0 to o − 1.
        let common = gcd(from, to);
        let (n, o) = (from / common, to / common);
        let (least, largest) = (n.div_ceil(o), n.saturating_add(o - 1).div_ceil(o));
        // The only longer step may be the one behind the last window, which nothing takes.
        let step = if common == 1 && o > 1 && n % o == 1 { n / o } else { n.div_ceil(o) };
        Self { largest, step, differ: least < largest, even: o == 1 }
    }
}

const fn gcd(a: u64, b: u64) -> u64 {
    if b == 0 { a } else { gcd(b, a % b) }
}

impl ReceptiveField {
    /// The input itself: each value sees one pixel.
    pub const INPUT: Self = Self { size: Size::square(1), stride: Size::square(1), uneven: None };

    /// After `window`. Saturates. Where the steps before it are uneven the largest are taken.
    #[must_use]
    pub fn after_window(self, window: &Window) -> Self {
        let span = window
            .kernel_size
            .zip(window.dilation, |taps, dilation| taps.saturating_sub(1).saturating_mul(dilation))
            .zip(self.stride, u64::saturating_mul);
        let size = self.size.zip(span, u64::saturating_add);
        let slides = !window.kernel_size.is_square_of(1);
        let uneven = self.uneven.map(|it| Uneven { differ: it.differ || slides, ..it });
        Self {
            size: uneven.map_or(size, |it| size.zip(it.all, u64::min)),
            stride: self.stride.zip(window.stride, u64::saturating_mul),
            uneven,
        }
    }

    /// What all values of maps of `height` × `width` see together.
    fn all(&self, Shape { height, width, .. }: Shape) -> Size {
        let last = Size::new(height, width)
            .map(|side| side.saturating_sub(1))
            .zip(self.stride, u64::saturating_mul);
        self.uneven.map_or_else(|| self.size.zip(last, u64::saturating_add), |it| it.all)
    }

    /// After adaptive pooling of maps of the shape `input` to `output`.
    fn after_adaptive(self, input: Shape, output: Size) -> Self {
        let (down, across) =
            (Adaptive::new(input.height, output.height), Adaptive::new(input.width, output.width));
        let largest = Window {
            kernel_size: Size::new(down.largest, across.largest),
            stride: Size::new(down.step, across.step),
            padding: Size::square(0),
            dilation: Size::square(1),
        };
        let all = self.all(input);
        let after = self.after_window(&largest);
        if self.uneven.is_none() && down.even && across.even {
            return after;
        }
        let differ = self.uneven.is_some_and(|it| it.differ) || down.differ || across.differ;
        Self { uneven: Some(Uneven { all, differ }), ..after }
    }

    /// After `layer` on an `input`. A linear layer sees all of a vector, or of maps all columns of its row.
    #[must_use]
    pub fn after(self, layer: &Layer, input: Signal) -> Self {
        match layer {
            Layer::Conv2d(conv) => self.after_window(&conv.window()),
            Layer::Pool2d(pool) => self.after_window(&pool.window()),
            Layer::AdaptiveAvgPool2d { output_size } => {
                self.after_adaptive(input.shape, *output_size)
            }
            Layer::Linear { .. } if input.runs_on_rows(layer) => {
                let size = Size { width: self.all(input.shape).width, ..self.size };
                // Each column sees the whole row, so that none is a step from another.
                let all = Size { width: size.width, ..self.all(input.shape) };
                let differ = self.uneven.is_some_and(|it| it.differ);
                Self { size, uneven: Some(Uneven { all, differ }), ..self }
            }
            Layer::Linear { .. } => {
                let sides = Size::new(input.shape.height, input.shape.width);
                let stride = self.stride.zip(sides, u64::saturating_mul);
                Self { size: self.all(input.shape), stride, uneven: None }
            }
            Layer::BatchNorm2d { .. }
            | Layer::ReLU
            | Layer::LocalResponseNorm { .. }
            | Layer::Dropout => self,
        }
    }

    /// Of several branches joined: the widest window. The branches of one module have the same step.
    #[must_use]
    pub fn joined(self, other: Self) -> Self {
        let size = self.size.zip(other.size, u64::max);
        let uneven = match (self.uneven, other.uneven) {
            (Some(one), Some(other)) => Some(Uneven {
                all: one.all.zip(other.all, u64::max),
                differ: one.differ || other.differ,
            }),
            (one, other) => one.or(other),
        };
        Self {
            size,
            stride: self.stride.zip(other.stride, u64::max),
            uneven: uneven.map(|it| Uneven { all: it.all.zip(size, u64::max), ..it }),
        }
    }

    /// After an operation of an Inception branch.
    #[must_use]
    pub fn after_operation(self, operation: &Operation) -> Self {
        self.after_window(&operation.window())
    }

    /// Whether some windows are larger than others, so that [`Self::size`] is the largest.
    #[must_use]
    pub fn differs(&self) -> bool {
        self.uneven.is_some_and(|it| it.differ)
    }

    /// Whether it reaches beyond an `input` of this shape, into the padding.
    #[must_use]
    pub const fn exceeds(&self, input: Shape) -> bool {
        self.size.height > input.height || self.size.width > input.width
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Conv2d, Pool2d};

    fn maps(height: u64, width: u64) -> Signal {
        Signal::maps(Shape::new(3, height, width))
    }

    #[test]
    fn googlenets_stem() {
        // conv 7×7/2 → pool 3×3/2 → conv 1×1 → conv 3×3: 7, then 7 + 2·2 = 11, 11, 11 + 2·4 = 19.
        let conv = |k, stride| {
            Layer::Conv2d(Conv2d { stride: Size::square(stride), ..Conv2d::same(3, 3, k) })
        };
        let pool = Layer::Pool2d(Pool2d {
            stride: Size::square(2),
            padding: Size::square(0),
            ..Pool2d::INCEPTION
        });
        let fields: Vec<_> = [conv(7, 2), pool, conv(1, 1), conv(3, 1)]
            .iter()
            .scan(ReceptiveField::INPUT, |field, layer| {
                *field = field.after(layer, maps(224, 224));
                Some((field.size.side().unwrap(), field.stride.side().unwrap()))
            })
            .collect();
        assert_eq!(fields, [(7, 2), (11, 4), (11, 4), (19, 4)]);
    }

    #[test]
    fn height_and_width_grow_apart_where_windows_are_no_squares() {
        let wide = Layer::Conv2d(Conv2d {
            kernel_size: Size::new(1, 7),
            stride: Size::new(1, 2),
            padding: Size::new(0, 3),
            ..Conv2d::same(3, 3, 1)
        });
        let field = ReceptiveField::INPUT.after(&wide, maps(17, 17)).after(&wide, maps(17, 9));
        assert_eq!((field.size, field.stride), (Size::new(1, 19), Size::new(1, 4)));
        assert!(field.exceeds(Shape::new(3, 17, 17)) && !field.exceeds(Shape::new(3, 1, 19)));
    }

    #[test]
    fn dilation_widens_and_global_pooling_sees_all() {
        let dilated = Layer::Conv2d(Conv2d { dilation: Size::square(3), ..Conv2d::same(3, 3, 3) });
        assert_eq!(ReceptiveField::INPUT.after(&dilated, maps(9, 9)).size, Size::square(7));
        let global = Layer::AdaptiveAvgPool2d { output_size: Size::square(1) };
        let (size, stride) = (Size::square(9), Size::square(9));
        assert_eq!(
            ReceptiveField::INPUT.after(&global, maps(9, 9)),
            ReceptiveField { size, stride, uneven: None }
        );
    }

    #[test]
    fn windows_of_adaptive_pooling_are_pytorchs() {
        let adaptive = |from, to| {
            let Adaptive { largest, step, differ, even } = Adaptive::new(from, to);
            (largest, step, differ, even)
        };
        // 12 to 7: 0..2, 1..4, 3..6, 5..7, 6..9, 8..11, 10..12.
        assert_eq!(adaptive(12, 7), (3, 2, true, false));
        // 14 to 4: 0..4, 3..7, 7..11, 10..14.
        assert_eq!(adaptive(14, 4), (4, 4, false, false));
        assert_eq!(adaptive(14, 7), (2, 2, false, true));
        assert_eq!(adaptive(7, 7), (1, 1, false, true));
        assert_eq!(adaptive(7, 14), (1, 1, false, false));
        for (from, to) in (1..40).flat_map(|from| (1..40).map(move |to| (from, to))) {
            let start = |i: u64| i * from / to;
            let lengths = (0..to).map(|i| ((i + 1) * from).div_ceil(to) - start(i));
            let (least, largest) = (lengths.clone().min().unwrap(), lengths.max().unwrap());
            let step = (1..to).map(|i| start(i) - start(i - 1)).max().unwrap_or(from);
            let even = from % to == 0;
            assert_eq!(
                adaptive(from, to),
                (largest, step, least < largest, even),
                "{from} to {to}"
            );
        }
    }

    #[test]
    fn what_all_values_see_is_never_exceeded() {
        let pool = Layer::AdaptiveAvgPool2d { output_size: Size::square(7) };
        let field = ReceptiveField::INPUT.after(&pool, maps(12, 12));
        assert_eq!((field.size, field.differs()), (Size::square(3), true));
        let conv = Layer::Conv2d(Conv2d::same(3, 3, 7));
        assert_eq!(field.after(&conv, maps(7, 7)).size, Size::square(12));
        let linear = Layer::Linear { in_features: 3 * 49, out_features: 10, bias: true };
        let seen = field.after(&linear, maps(7, 7));
        assert_eq!((seen.size, seen.differs()), (Size::square(12), false));
        let rows = Layer::Linear { in_features: 7, out_features: 10, bias: true };
        assert_eq!(field.after(&rows, maps(7, 7)).size, Size::new(3, 12));
    }
}
