//! The kernel for WebAssembly with relaxed vectors: multiplies and adds in one step where the machine can,
//! in two where not.
//!
//! A browser that doesn't know the instruction refuses the whole program, so this kernel runs only where
//! a program installs it.

use core::arch::wasm32::f32x4_relaxed_madd;

use super::{Kernel, Panels, wasm_simd128};

/// See the module's documentation.
#[derive(Clone, Copy, Debug)]
pub struct WasmRelaxed;

impl Kernel for WasmRelaxed {
    // Inlined so that it is compiled with the program that names it. Beside the rest of this crate it would
    // give its feature to all: LLVM lets the functions of a module have the same ones, and then chooses
    // relaxed instructions in any of them.
    #[inline]
    #[target_feature(enable = "relaxed-simd")]
    fn multiply(a: &[f32], b: Panels, out: &mut [f32], row: usize) {
        wasm_simd128::multiply(a, b, out, row, |factor, value, sum| {
            f32x4_relaxed_madd(factor, value, sum)
        });
    }
}
