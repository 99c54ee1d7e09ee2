//! The kernel for WebAssembly with 128-bit vectors.
#![allow(
    unsafe_code,
    reason = "vector loads take pointers; the slices' lengths are checked above them"
)]

use core::arch::wasm32::{
    f32x4_add, f32x4_eq, f32x4_lt, f32x4_mul, f32x4_pmax, f32x4_pmin, f32x4_splat, f32x4_sub,
    i32x4_shuffle, v128, v128_and, v128_andnot, v128_load, v128_load32_splat, v128_store,
};

use super::kernel::{Kernel, MR, NR, Panels, RUN};
use super::vector::Vector;

/// See the module's documentation.
#[derive(Clone, Copy, Debug)]
pub struct WasmSimd128;

impl Kernel for WasmSimd128 {
    fn multiply(a: &[f32], b: Panels, out: &mut [f32], row: usize) {
        multiply(a, b, out, row, |factor, value, sum| f32x4_add(sum, f32x4_mul(factor, value)));
    }
}

/// The loops of [`Kernel::multiply`] around an instruction that multiplies and adds.
#[inline]
pub(super) fn multiply(
    a: &[f32],
    b: Panels,
    out: &mut [f32],
    row: usize,
    multiply_add: impl Fn(v128, v128, v128) -> v128,
) {
    let (a, _) = a.as_chunks::<MR>();
    let (Some(steps), Some(panels)) = (a.len().checked_sub(1), b.count.checked_sub(1)) else {
        return;
    };
    assert!(panels * b.panel + steps * b.step + NR <= b.values.len(), "values of B");
    assert!((MR - 1) * row + b.count * NR <= out.len(), "values of the product");
    for panel in 0..b.count {
        let mut values = b.values[panel * b.panel..].as_ptr();
        let mut tile = [[f32x4_splat(0.0); 2]; MR];
        for a in a.chunks(RUN) {
            let mut sums = [[f32x4_splat(0.0); 2]; MR];
            for a in a {
                // SAFETY: this is the panel's next step, and the first assertion says that there are
                // `NR` values of it: both 16-byte loads are inside. Vector loads of wasm have no
                // alignment to keep.
                let pair = unsafe { [v128_load(values.cast()), v128_load(values.add(4).cast())] };
                values = values.wrapping_add(b.step);
                for (sums, factor) in sums.iter_mut().zip(a) {
                    // SAFETY: `factor` is a reference to the 4 bytes that are read.
                    let factor = unsafe { v128_load32_splat(core::ptr::from_ref(factor).cast()) };
                    sums[0] = multiply_add(factor, pair[0], sums[0]);
                    sums[1] = multiply_add(factor, pair[1], sums[1]);
                }
            }
            for (total, sum) in tile.as_flattened_mut().iter_mut().zip(sums.as_flattened()) {
                *total = f32x4_add(*total, *sum);
            }
        }
        for (r, values) in tile.iter().enumerate() {
            let (places, _) = out[r * row + panel * NR..][..NR].as_chunks_mut::<4>();
            for (place, value) in places.iter_mut().zip(values) {
                value.store(place);
            }
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
    fn least(self, other: Self) -> Self {
        f32x4_pmin(self, other)
    }

    #[inline]
    fn greatest(self, other: Self) -> Self {
        f32x4_pmax(self, other)
    }

    #[inline]
    fn zeros(self) -> Self {
        v128_and(f32x4_eq(self, f32x4_splat(0.0)), f32x4_splat(1.0))
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
