//! The kernel for WebAssembly with relaxed SIMD: multiplies and adds in one instruction where the processor has one.
//!
//! A browser without relaxed SIMD refuses the whole program, so this kernel is only in programs that install it.

use core::arch::wasm32::f32x4_relaxed_madd;

use super::kernel::{Kernel, Panels};
use super::wasm_simd128;

/// The kernel with `f32x4.relaxed_madd`.
#[derive(Clone, Copy, Debug)]
pub struct WasmRelaxed;

impl Kernel for WasmRelaxed {
    // LLVM merges target features within a module, so compiling this in the library would allow relaxed
    // instructions everywhere. `#[inline]` moves it into the binary's own codegen unit.
    #[inline]
    #[target_feature(enable = "relaxed-simd")]
    fn multiply(a: &[f32], b: Panels, out: &mut [f32], row: usize) {
        wasm_simd128::multiply(a, b, out, row, |factor, value, sum| {
            f32x4_relaxed_madd(factor, value, sum)
        });
    }
}
