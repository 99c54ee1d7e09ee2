//! The kernel for WebAssembly with 128-bit vectors.
#![allow(
    unsafe_code,
    reason = "vector loads take pointers; the slices' lengths are checked above them"
)]

use core::arch::wasm32::{
    f32x4_add, f32x4_lt, f32x4_mul, f32x4_splat, f32x4_sub, i32x4_shuffle, v128, v128_andnot,
    v128_load, v128_load32_splat, v128_store,
};

use super::{Kernel, MR, NR, Tile, Vector};

/// See the module's documentation.
#[derive(Clone, Copy, Debug)]
pub struct WasmSimd128;

impl Kernel for WasmSimd128 {
    #[inline]
    fn accumulate(a: &[f32], b: &[f32], stride: usize, tile: &mut Tile) {
        accumulate(a, b, stride, tile, |factor, value, sum| {
            f32x4_add(sum, f32x4_mul(factor, value))
        });
    }
}

/// The loop of [`Kernel::accumulate`] around an instruction that multiplies and adds.
#[inline(always)]
pub(super) fn accumulate(
    a: &[f32],
    b: &[f32],
    stride: usize,
    tile: &mut Tile,
    multiply_add: impl Fn(v128, v128, v128) -> v128,
) {
    let (a, _) = a.as_chunks::<MR>();
    let Some(steps) = a.len().checked_sub(1) else { return };
    assert!(steps * stride + NR <= b.len(), "rows of B");
    let mut sums = [[f32x4_splat(0.0); 2]; MR];
    let mut row = b.as_ptr();
    for a in a {
        // SAFETY: `row` is at most `steps * stride` floats into `b`, where the assertion leaves `NR` of
        // them: both 16-byte loads are inside. Wasm's vector loads have no alignment to keep.
        let values: [v128; 2] = unsafe { [v128_load(row.cast()), v128_load(row.add(4).cast())] };
        // Never read beyond the last step.
        row = row.wrapping_add(stride);
        for (sums, factor) in sums.iter_mut().zip(a) {
            // SAFETY: `factor` is a reference to the 4 bytes that are read.
            let factor = unsafe { v128_load32_splat(core::ptr::from_ref(factor).cast()) };
            sums[0] = multiply_add(factor, values[0], sums[0]);
            sums[1] = multiply_add(factor, values[1], sums[1]);
        }
    }
    for (row, sums) in tile.iter_mut().zip(sums) {
        let (halves, _) = row.as_chunks_mut::<4>();
        for (half, sum) in halves.iter_mut().zip(sums) {
            v128::load(half).plus(sum).store(half);
        }
    }
}

impl Vector for v128 {
    #[inline]
    fn splat(value: f32) -> Self {
        f32x4_splat(value)
    }

    #[inline]
    fn load(from: &[f32; 4]) -> Self {
        // SAFETY: `from` is a reference to the 16 bytes that are read.
        unsafe { v128_load(core::ptr::from_ref(from).cast()) }
    }

    #[inline]
    fn store(self, to: &mut [f32; 4]) {
        // SAFETY: `to` is an exclusive reference to the 16 bytes that are written.
        unsafe { v128_store(core::ptr::from_mut(to).cast(), self) }
    }

    #[inline]
    fn plus(self, other: Self) -> Self {
        f32x4_add(self, other)
    }

    #[inline]
    fn minus(self, other: Self) -> Self {
        f32x4_sub(self, other)
    }

    #[inline]
    fn times(self, other: Self) -> Self {
        f32x4_mul(self, other)
    }

    #[inline]
    fn zero_below(self, floor: Self) -> Self {
        v128_andnot(self, f32x4_lt(self, floor))
    }

    #[inline]
    fn transpose([a, b, c, d]: [Self; 4]) -> [Self; 4] {
        let (ab, cd) = (i32x4_shuffle::<0, 4, 1, 5>(a, b), i32x4_shuffle::<0, 4, 1, 5>(c, d));
        let (ab2, cd2) = (i32x4_shuffle::<2, 6, 3, 7>(a, b), i32x4_shuffle::<2, 6, 3, 7>(c, d));
        [
            i32x4_shuffle::<0, 1, 4, 5>(ab, cd),
            i32x4_shuffle::<2, 3, 6, 7>(ab, cd),
            i32x4_shuffle::<0, 1, 4, 5>(ab2, cd2),
            i32x4_shuffle::<2, 3, 6, 7>(ab2, cd2),
        ]
    }
}
