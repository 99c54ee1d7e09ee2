//! The transforms of a Winograd convolution in one dimension (Lavin and Gray 2015, arXiv:1509.09308).
//!
//! A tile of p inputs and a filter of r taps become polynomials' values at p points, are multiplied there, and
//! the products give m = p + 1 − r outputs back. The points of [`Six`] are 0, ±½√2, ±√2 and ∞: beside the usual
//! 0, ±1, ±2 and ∞ the powers stay closer together, and with them the magnitudes that rounding acts on; and
//! since (½√2 · √2)² = 1, no step is added. The points of [`Four`] are 0, ±1 and ∞.

use std::f64::consts::{FRAC_1_SQRT_2, SQRT_2};

use crate::engine::gemm::Vector;
use crate::engine::norm::narrow;

/// A tile of `P` points that gives `M` outputs.
pub(super) trait Tile<const M: usize, const P: usize> {
    /// Values of a tile's polynomial at the points (`Bᵀd`).
    fn input<V: Vector>(d: [V; P]) -> [V; P];

    /// The outputs that the products at the points give (`Aᵀm`).
    fn output<V: Vector>(m: [V; P]) -> [V; M];
}

/// Six points: four outputs of three taps, two of five.
pub(super) struct Six;

/// Four points: two outputs of three taps.
pub(super) struct Four;

/// The finite points of a transform in its order; ∞ is the last.
const fn finite(points: usize) -> &'static [f64] {
    match points {
        4 => &[0.0, 1.0, -1.0],
        _ => &[0.0, FRAC_1_SQRT_2, -FRAC_1_SQRT_2, SQRT_2, -SQRT_2],
    }
}

const NEAR: f32 = std::f32::consts::FRAC_1_SQRT_2;
const FAR: f32 = std::f32::consts::SQRT_2;

impl<const M: usize> Tile<M, 6> for Six {
    #[inline]
    fn input<V: Vector>(d: [V; 6]) -> [V; 6] {
        let (half, two, both) = (V::splat(0.5), V::splat(2.0), V::splat(2.5));
        let near = d[4].minus(d[2].times(two));
        let near_odd = d[3].minus(d[1].times(two)).times(V::splat(NEAR));
        let far = d[4].minus(d[2].times(half));
        let far_odd = d[3].minus(d[1].times(half)).times(V::splat(FAR));
        [
            d[0].plus(d[4]).minus(d[2].times(both)),
            near.plus(near_odd),
            near.minus(near_odd),
            far.plus(far_odd),
            far.minus(far_odd),
            d[1].plus(d[5]).minus(d[3].times(both)),
        ]
    }

    #[inline]
    fn output<V: Vector>(m: [V; 6]) -> [V; M] {
        let (near, near_odd) = (m[1].plus(m[2]), m[1].minus(m[2]));
        let (far, far_odd) = (m[3].plus(m[4]), m[3].minus(m[4]));
        let sum = |near: V, near_factor, far: V, far_factor| {
            near.times(V::splat(near_factor)).plus(far.times(V::splat(far_factor)))
        };
        std::array::from_fn(|power| {
            let made = match power {
                0 => m[0].plus(near.plus(far)),
                1 => sum(near_odd, NEAR, far_odd, FAR),
                2 => sum(near, 0.5, far, 2.0),
                _ => sum(near_odd, 0.5 * NEAR, far_odd, 2.0 * FAR),
            };
            if power + 1 == M { made.plus(m[5]) } else { made }
        })
    }
}

impl Tile<2, 4> for Four {
    #[inline]
    fn input<V: Vector>(d: [V; 4]) -> [V; 4] {
        [d[2].minus(d[0]), d[2].plus(d[1]), d[2].minus(d[1]), d[3].minus(d[1])]
    }

    #[inline]
    fn output<V: Vector>(m: [V; 4]) -> [V; 2] {
        [m[0].plus(m[1]).plus(m[2]), m[1].minus(m[2]).plus(m[3])]
    }
}

/// Values of a filter's polynomial at the points (`Gg`), scaled as the other two transforms need it.
pub(super) fn filter<const P: usize>(taps: &[f64]) -> [f64; P] {
    let (mut values, finite) = ([0.0; P], finite(P));
    for (index, (value, point)) in values.iter_mut().zip(finite).enumerate() {
        let others = finite[..index].iter().chain(&finite[index + 1..]);
        let scale: f64 = others.map(|other| point - other).product();
        *value = taps.iter().rev().fold(0.0, |sum, tap| sum * point + tap) / scale;
    }
    values[P - 1] = taps.last().copied().unwrap_or_default();
    values
}

/// The filters' transform as a matrix (`G`), points × taps: a layer has many thousand filters.
pub(super) struct FilterTransform<const P: usize> {
    kernel: usize,
    rows: [[f64; MOST_TAPS]; P],
}

/// Taps of the largest filter in one dimension.
const MOST_TAPS: usize = 5;

impl<const P: usize> FilterTransform<P> {
    /// For filters of `kernel` taps in one dimension.
    pub fn new(kernel: usize) -> Self {
        let mut rows = [[0.0; MOST_TAPS]; P];
        for tap in 0..kernel {
            let mut unit = [0.0; MOST_TAPS];
            unit[tap] = 1.0;
            for (row, value) in rows.iter_mut().zip(filter::<P>(&unit[..kernel])) {
                row[tap] = value;
            }
        }
        Self { kernel, rows }
    }

    /// A square filter in both dimensions: `GgGᵀ`, row by row. In f64, since it happens once and its
    /// rounding would be in every output.
    pub fn square(&self, taps: &[f32]) -> [[f32; P]; P] {
        let columns: [[f64; MOST_TAPS]; P] = self.rows.map(|row| {
            let mut sums = [0.0; MOST_TAPS];
            for (taps, factor) in taps.chunks_exact(self.kernel).zip(row) {
                for (sum, &tap) in sums.iter_mut().zip(taps) {
                    *sum += factor * f64::from(tap);
                }
            }
            sums
        });
        columns.map(|column| {
            self.rows
                .map(|row| narrow(row.iter().zip(column).map(|(factor, tap)| factor * tap).sum()))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn one_dimension<T: Tile<M, P>, const M: usize, const P: usize>() {
        let taps: Vec<f64> = (0..P + 1 - M).map(|i| (i as f64 * 1.7 + 0.3).sin()).collect();
        let d: [f32; P] = std::array::from_fn(|i| (i as f32 * 0.9 + 0.1).cos());
        let products = {
            let (d, g) = (T::input(d.map(|value| [value; 4])), filter::<P>(&taps));
            std::array::from_fn(|i| d[i].times([narrow(g[i]); 4]))
        };
        for (y, made) in T::output::<[f32; 4]>(products).into_iter().enumerate() {
            let terms = taps.iter().enumerate().map(|(i, tap)| tap * f64::from(d[y + i]));
            let expected: f64 = terms.sum();
            assert!((f64::from(made[2]) - expected).abs() < 1e-6, "{made:?} for {expected}");
        }
    }

    #[test]
    fn the_transforms_make_a_convolution_of_three_and_of_five_taps() {
        one_dimension::<Six, 4, 6>();
        one_dimension::<Six, 2, 6>();
        one_dimension::<Four, 2, 4>();
    }
}
