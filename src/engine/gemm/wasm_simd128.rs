//! The kernel for WebAssembly with 128-bit vectors.
#![allow(
    unsafe_code,
    reason = "vector loads take pointers; the slices' lengths are checked above them"
)]

use core::arch::wasm32::{
    f32x4_add, f32x4_mul, f32x4_splat, v128, v128_load, v128_load32_splat, v128_store,
};

use super::{Kernel, MR, NR, Tile};

/// See the module's documentation.
#[derive(Clone, Copy, Debug)]
pub struct WasmSimd128;

impl Kernel for WasmSimd128 {
    #[inline]
    fn accumulate(a: &[f32], b: &[f32], tile: &mut Tile) {
        let (a, _) = a.as_chunks::<MR>();
        let (b, _) = b.as_chunks::<NR>();
        let mut sums = [[f32x4_splat(0.0); 2]; MR];
        for (a, b) in a.iter().zip(b) {
            // SAFETY: `b` is a reference to 8 floats, so both 16-byte loads are inside it; wasm's vector
            // loads have no alignment to keep.
            let values: [v128; 2] =
                unsafe { [v128_load(b.as_ptr().cast()), v128_load(b.as_ptr().add(4).cast())] };
            for (sums, factor) in sums.iter_mut().zip(a) {
                // SAFETY: `factor` is a reference to the 4 bytes that are read.
                let factor = unsafe { v128_load32_splat(core::ptr::from_ref(factor).cast()) };
                sums[0] = f32x4_add(sums[0], f32x4_mul(factor, values[0]));
                sums[1] = f32x4_add(sums[1], f32x4_mul(factor, values[1]));
            }
        }
        for (row, sums) in tile.iter_mut().zip(sums) {
            let (halves, _) = row.as_chunks_mut::<4>();
            for (half, sum) in halves.iter_mut().zip(sums) {
                let half: *mut v128 = half.as_mut_ptr().cast();
                // SAFETY: `half` is an exclusive reference to 4 floats, read and written as one vector.
                unsafe { v128_store(half, f32x4_add(v128_load(half), sum)) };
            }
        }
    }
}
