//! Matrix products: `out = epilogue(A × B)` with A packed once and B virtual.
//!
//! A is the weights (M filters × K taps), packed into panels of [`MR`] rows by [`PackedRows`]. B is the
//! input as a convolution sees it (K taps × N output pixels); it never exists as a whole: [`Columns`]
//! packs one tile of it at a time into a scratch buffer that stays in the cache. A [`Kernel`] computes
//! one [`Tile`] of the output in registers; there is one file an instruction set, and one driver
//! around them all.

mod packed;
mod portable;
mod vector;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm_relaxed;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm_simd128;

use std::sync::OnceLock;

pub use packed::PackedRows;
pub use portable::Portable;
pub use vector::{Portable4, Vector};
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use wasm_relaxed::WasmRelaxed;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use wasm_simd128::WasmSimd128;

use super::error::EngineError;
use super::tensor::zeroed;

/// Rows (filters) of a tile.
pub const MR: usize = 4;
/// Columns (pixels) of a tile. 4 × 8 values are eight 128-bit accumulators: with the operands beside
/// them larger tiles spill in today's wasm engines and fall to half the speed.
pub const NR: usize = 8;
/// Taps in one block at most: a block of B for one tile (7.5 KiB) stays in the first-level cache.
const KC: usize = 240;
/// Pixels in one block: KC × NC values (120 KiB) stay in the second-level cache.
pub(crate) const NC: usize = 128;

/// Sums of one register tile, row by row.
pub type Tile = [[f32; NR]; MR];

/// The kernel this build runs where no other is installed.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub type BestKernel = WasmSimd128;
/// The vector this build works with.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub type BestVector = core::arch::wasm32::v128;
/// The kernel this build runs where no other is installed.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub type BestKernel = Portable;
/// The vector this build works with.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub type BestVector = Portable4;

/// Computes one register tile.
pub trait Kernel {
    /// Adds `Σ_k a[k][row] · b[k][column]` to each value of `tile`.
    ///
    /// `a` holds K × [`MR`] values, one step after the other; in `b` each step's [`NR`] values start
    /// `stride` after those of the step before.
    ///
    /// # Panics
    /// When `b` ends before K steps do.
    fn accumulate(a: &[f32], b: &[f32], stride: usize, tile: &mut Tile);
}

/// [`Kernel::accumulate`] of some kernel.
pub type Accumulate = fn(&[f32], &[f32], usize, &mut Tile);

static INSTALLED: OnceLock<Accumulate> = OnceLock::new();

/// Makes every product from now on use kernel `K`; only the first call counts. A program that never
/// names a kernel doesn't contain it: one that holds instructions some browsers lack must not.
pub fn install<K: Kernel>() {
    let _ = INSTALLED.set(K::accumulate);
}

/// The kernel that products use.
pub(crate) fn installed() -> Accumulate {
    INSTALLED.get().copied().unwrap_or(BestKernel::accumulate)
}

/// A virtual K × N matrix that can pack any block of itself.
pub trait Columns {
    /// K.
    fn rows(&self) -> usize;

    /// N.
    fn columns(&self) -> usize;

    /// Writes rows `first_row..first_row + depth` of the columns `first_column..first_column + count`
    /// to `out`, in panels of [`NR`] columns, each panel `depth` rows of `NR` values. Columns beyond
    /// `count` in the last panel are 0.
    ///
    /// `out` holds `depth` × (`count` rounded up to `NR`) values; `count` is at most `NC`.
    fn pack(
        &self,
        first_row: usize,
        depth: usize,
        first_column: usize,
        count: usize,
        out: &mut [f32],
    );
}

/// What happens to each sum of row `r` as it is written: `x · scale[r] + shift[r]`, then ReLU.
#[derive(Clone, Copy, Debug, Default)]
pub struct Epilogue<'a> {
    /// A factor for each row (folded batch norm).
    pub scale: Option<&'a [f32]>,
    /// A constant for each row (bias or folded batch norm).
    pub shift: Option<&'a [f32]>,
    /// Whether negative values become 0.
    pub relu: bool,
}

impl<'a> Epilogue<'a> {
    /// The part for the rows `first..first + count`.
    #[must_use]
    pub fn rows(&self, first: usize, count: usize) -> Self {
        let part = |values: Option<&'a [f32]>| values.map(|values| &values[first..first + count]);
        Self { scale: part(self.scale), shift: part(self.shift), relu: self.relu }
    }

    /// What happens to the values of row `row`. Rows that do not exist are left alone.
    pub(crate) fn row<V: Vector>(&self, row: usize) -> Finish<V> {
        let value = |values: Option<&[f32]>, absent| {
            V::splat(values.and_then(|values| values.get(row)).copied().unwrap_or(absent))
        };
        Finish {
            scale: value(self.scale, 1.0),
            shift: value(self.shift, 0.0),
            floor: V::splat(if self.relu { 0.0 } else { f32::NEG_INFINITY }),
        }
    }
}

/// An [`Epilogue`] for one row, in vectors.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Finish<V> {
    scale: V,
    shift: V,
    floor: V,
}

impl<V: Vector> Finish<V> {
    #[inline]
    pub(crate) fn apply(&self, value: V) -> V {
        value.times(self.scale).plus(self.shift).zero_below(self.floor)
    }
}

/// Scratch that [`gemm`] needs for a product over `depth` taps, in values.
pub(crate) const fn scratch_len(depth: usize) -> usize {
    (if depth < KC { depth } else { KC }) * NC
}

/// `out = epilogue(a × b)`, with `out` M × N, row by row. `progress` hears the share done (0 to 1)
/// after each block of columns.
///
/// # Errors
/// When the scratch can't be allocated.
///
/// # Panics
/// When `out` is not M × N or the matrices' K differ.
pub fn gemm(
    a: &PackedRows,
    b: &impl Columns,
    out: &mut [f32],
    epilogue: &Epilogue,
    progress: &mut dyn FnMut(f64),
) -> Result<(), EngineError> {
    let (columns, depth) = (b.columns(), b.rows());
    assert_eq!(depth, a.depth(), "K of both matrices");
    assert_eq!(out.len(), a.rows() * columns, "values of the product");
    let mut scratch = zeroed(scratch_len(depth))?;
    for first in (0..columns).step_by(NC) {
        let count = NC.min(columns - first);
        for block in a.blocks() {
            let packed = &mut scratch[..block.depth * count.next_multiple_of(NR)];
            b.pack(block.first, block.depth, first, count, packed);
            let place = Place { columns, first, count, starts: block.first == 0 };
            let last = block.first + block.depth == depth;
            let epilogue = if last { *epilogue } else { Epilogue::default() };
            multiply::<BestVector>(installed(), &block, packed, out, &place, &epilogue);
        }
        progress((first + count) as f64 / columns as f64);
    }
    Ok(())
}

/// Where a block of columns goes in the product.
struct Place {
    /// Columns of the whole product.
    columns: usize,
    /// First column of the block.
    first: usize,
    /// Columns of the block.
    count: usize,
    /// Whether this is the first block of taps, so that nothing is there to add to.
    starts: bool,
}

/// One block of taps for one block of columns. A panel of A stays in the first-level cache while the
/// panels of B, in the second, stream past it: so whole rows of the output are written, and not a few
/// values in each of many rows that lie pages apart.
fn multiply<V: Vector>(
    accumulate: Accumulate,
    block: &packed::Block,
    packed: &[f32],
    out: &mut [f32],
    place: &Place,
    epilogue: &Epilogue,
) {
    let panels = block.panels().zip(out.chunks_mut(MR * place.columns));
    for (index, (a, out)) in panels.enumerate() {
        let finish: [Finish<V>; MR] = std::array::from_fn(|r| epilogue.row(index * MR + r));
        for (panel, b) in packed.chunks_exact(block.depth * NR).enumerate() {
            let column = place.first + panel * NR;
            let width = NR.min(place.first + place.count - column);
            let mut tile = Tile::default();
            if !place.starts {
                for (row, sums) in out.chunks_exact(place.columns).zip(&mut tile) {
                    sums[..width].copy_from_slice(&row[column..][..width]);
                }
            }
            accumulate(a, b, NR, &mut tile);
            let rows = out.chunks_exact_mut(place.columns).zip(&tile);
            for ((row, sums), finish) in rows.zip(&finish) {
                write(sums, finish, &mut row[column..][..width]);
            }
        }
    }
}

/// Finishes one row of a tile and writes as much of it as `target` has room for.
#[inline]
fn write<V: Vector>(sums: &[f32; NR], finish: &Finish<V>, target: &mut [f32]) {
    let mut made = [0.0; NR];
    // A full row needs no array between.
    let full = <&mut [f32; NR]>::try_from(&mut *target);
    let whole = full.is_ok();
    let place = full.unwrap_or(&mut made);
    let (sums, _) = sums.as_chunks::<4>();
    let (places, _) = place.as_chunks_mut::<4>();
    for (place, sums) in places.iter_mut().zip(sums) {
        finish.apply(V::load(sums)).store(place);
    }
    if !whole {
        target.copy_from_slice(&made[..target.len()]);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A K × N matrix in row-major order.
    struct Dense<'a>(&'a [f32], usize, usize);

    impl Columns for Dense<'_> {
        fn rows(&self) -> usize {
            self.1
        }

        fn columns(&self) -> usize {
            self.2
        }

        fn pack(
            &self,
            first_row: usize,
            depth: usize,
            first: usize,
            count: usize,
            out: &mut [f32],
        ) {
            for (index, value) in out.iter_mut().enumerate() {
                let (panel, within) = (index / (depth * NR), index % (depth * NR));
                let (row, column) = (first_row + within / NR, panel * NR + within % NR);
                *value = if column < count { self.0[row * self.2 + first + column] } else { 0.0 };
            }
        }
    }

    #[test]
    fn products_of_many_shapes_match_the_definition() {
        for (m, k, n) in
            [(1, 1, 1), (4, 8, 8), (5, 3, 9), (7, 241, 129), (3, 480, 7), (9, 500, 260)]
        {
            let value = |i: usize| ((i * 37 + 11) % 23) as f32 / 8.0 - 1.0;
            let a: Vec<f32> = (0..m * k).map(value).collect();
            let b: Vec<f32> = (0..k * n).map(|i| value(i + 5)).collect();
            let shift: Vec<f32> = (0..m).map(value).collect();
            let epilogue = Epilogue { shift: Some(&shift), relu: true, ..Epilogue::default() };
            let packed = PackedRows::new(&a, m, k).unwrap();
            let mut out = vec![f32::NAN; m * n];
            gemm(&packed, &Dense(&b, k, n), &mut out, &epilogue, &mut |_| {}).unwrap();
            for (i, &given) in out.iter().enumerate() {
                let (row, column) = (i / n, i % n);
                let sum: f64 = (0..k)
                    .map(|t| f64::from(a[row * k + t]) * f64::from(b[t * n + column]))
                    .sum::<f64>()
                    + f64::from(shift[row]);
                let error = (f64::from(given) - sum.max(0.0)).abs();
                assert!(error < 1e-3, "{m}×{k}×{n} at {i}: {given} for {sum}");
            }
        }
    }
}
