//! Matrix products: `out = epilogue(A × B)` with A packed once and B virtual.
//!
//! A is the weights (M filters × K taps), packed into panels of [`MR`] rows by [`PackedRows`]. B is the
//! input as a convolution sees it (K taps × N output pixels); it never exists as a whole: [`Columns`]
//! packs one tile of it at a time into a scratch buffer that stays in the cache. A [`Kernel`] computes
//! one tile of the output in registers. Each instruction set has a file; [`gemm()`] drives them all.

mod kernel;
mod packed;
mod portable;
mod vector;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm_relaxed;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
mod wasm_simd128;

use std::ops::Range;
use std::sync::OnceLock;

pub use kernel::{Kernel, MR, Multiply, NR, Panels};
pub use packed::PackedRows;
pub(crate) use packed::packed_len;
pub use portable::Portable;
pub use vector::{Portable4, Vector};
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use wasm_relaxed::WasmRelaxed;
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub use wasm_simd128::WasmSimd128;

use super::error::EngineError;
use super::tensor::{size, zeroed};

/// Values of a block of B (128 KiB): it stays in the second-level cache while every panel of A is multiplied with it.
const BLOCK: u64 = 32 << 10;
/// The most pixels of a block.
pub(crate) const NC: usize = 256;
/// The kernel of this build unless another is installed.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub type BestKernel = WasmSimd128;
/// The vector type of this build.
#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
pub type BestVector = core::arch::wasm32::v128;
/// The kernel of this build unless another is installed.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub type BestKernel = Portable;
/// The vector type of this build.
#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
pub type BestVector = Portable4;

static INSTALLED: OnceLock<Multiply> = OnceLock::new();

/// Makes every product from now on use kernel `K`; only the first call counts. A program that does not name a kernel
/// does not contain it, so a kernel with instructions that some browsers lack is only in the programs that install it.
pub fn install<K: Kernel>() {
    let _ = INSTALLED.set(K::multiply);
}

/// The kernel that products use.
pub(crate) fn installed() -> Multiply {
    INSTALLED.get().copied().unwrap_or(BestKernel::multiply)
}

/// A virtual K × N matrix that can pack any block of itself.
pub trait Columns {
    /// K.
    fn rows(&self) -> usize;

    /// N.
    fn columns(&self) -> usize;

    /// Writes the columns `first..first + count` to `out`, in panels of [`NR`] columns, each panel K rows
    /// of `NR` values. Columns beyond `count` in the last panel are anything.
    ///
    /// `out` holds K × (`count` rounded up to `NR`) values; `count` is at most `NC`.
    fn pack(&self, first: usize, count: usize, out: &mut [f32]);
}

/// The operation on each sum of row `r` as it is written: `x · scale[r] + shift[r]`, then ReLU.
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

    /// The operation on the values of row `row`; none on rows that do not exist.
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

/// Columns of a block of B, which has `depth` rows and `columns` columns in all.
fn block_columns(depth: u64, columns: u64) -> u64 {
    let most = BLOCK / depth.max(1) / NR as u64 * NR as u64;
    most.clamp(NR as u64, NC as u64).min(columns.next_multiple_of(NR as u64))
}

/// Values of scratch that [`gemm`] needs for a B of `depth` rows and `columns` columns.
pub(crate) fn scratch_len(depth: u64, columns: u64) -> Option<u64> {
    depth.checked_mul(block_columns(depth, columns))
}

/// `out = epilogue(a × b)`, with `out` M × N, row by row. `progress` is called with the share done
/// (0 to 1) after each block of columns.
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
    let most = size(block_columns(depth as u64, columns as u64))?;
    let mut scratch = zeroed(depth * most)?;
    for first in (0..columns).step_by(most) {
        let count = most.min(columns - first);
        let packed = &mut scratch[..depth * count.next_multiple_of(NR)];
        b.pack(first, count, packed);
        multiply::<BestVector>(a, packed, out, first..first + count, epilogue);
        progress((first + count) as f64 / columns as f64);
    }
    Ok(())
}

/// The product's columns `place`. A panel of A stays in the first-level cache while the panels of B, in
/// the second, stream past it: so whole rows of the output are written, and not a few values in each of
/// many rows that lie pages apart.
fn multiply<V: Vector>(
    a: &PackedRows,
    packed: &[f32],
    out: &mut [f32],
    place: Range<usize>,
    epilogue: &Epilogue,
) {
    let (kernel, columns) = (installed(), out.len() / a.rows());
    let panel = a.depth() * NR;
    let b = Panels { values: packed, step: NR, panel, count: packed.len() / panel };
    let mut products = [0.0; MR * NC];
    for (index, (a, out)) in a.panels().zip(out.chunks_mut(MR * columns)).enumerate() {
        kernel(a, b, &mut products, NC);
        let rows = out.chunks_exact_mut(columns).zip(products.chunks_exact(NC));
        for (r, (row, products)) in rows.enumerate() {
            write::<V>(products, &epilogue.row(index * MR + r), &mut row[place.clone()]);
        }
    }
}

/// Applies the epilogue to as many products as `target` holds and writes them there.
#[inline]
fn write<V: Vector>(products: &[f32], finish: &Finish<V>, target: &mut [f32]) {
    let (products, _) = products.as_chunks::<4>();
    let (places, rest) = target.as_chunks_mut::<4>();
    for (place, products) in places.iter_mut().zip(products) {
        finish.apply(V::load(products)).store(place);
    }
    if let Some(products) = products.get(places.len()) {
        let mut made = [0.0; 4];
        finish.apply(V::load(products)).store(&mut made);
        copy_short(&made, rest);
    }
}

/// Fills `to` from the start of `from`. In wasm a copy of unknown length is a call, which takes longer than copying a
/// few values.
#[inline]
pub(crate) fn copy_short(from: &[f32], to: &mut [f32]) {
    let from = &from[..to.len()];
    let ((from, from_rest), (to, to_rest)) = (from.as_chunks::<4>(), to.as_chunks_mut::<4>());
    for (to, from) in to.iter_mut().zip(from) {
        *to = *from;
    }
    for (to, from) in to_rest.iter_mut().zip(from_rest) {
        *to = *from;
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

        fn pack(&self, first: usize, count: usize, out: &mut [f32]) {
            let depth = self.1;
            for (index, value) in out.iter_mut().enumerate() {
                let (panel, within) = (index / (depth * NR), index % (depth * NR));
                let (row, column) = (within / NR, panel * NR + within % NR);
                *value =
                    if column < count { self.0[row * self.2 + first + column] } else { f32::NAN };
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
