//! The kernels of WebAssembly against their twins in plain Rust; the native tests see the twins alone.

use core::arch::wasm32::v128;

use inception_explorer::engine::gemm::{
    Kernel, MR, NR, Panels, Portable, Portable4, Vector, WasmRelaxed, WasmSimd128,
};
use wasm_bindgen_test::wasm_bindgen_test;

/// Values between -1 and 1.
fn values(count: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 37 + 11) % 101) as f32 / 50.0 - 1.0).collect()
}

fn product<K: Kernel>(depth: usize, step: usize, panel: usize, count: usize) -> Vec<f32> {
    let (a, b) = (values(depth * MR), values((count - 1) * panel + (depth - 1) * step + NR));
    let row = count * NR + 3;
    let mut out = vec![9.0; MR * row];
    K::multiply(&a, Panels { values: &b, step, panel, count }, &mut out, row);
    out
}

#[wasm_bindgen_test]
fn kernels_multiply_as_their_twin_does() {
    for (depth, count) in [(1, 1), (3, 2), (96, 4), (255, 1), (256, 3), (257, 2), (1000, 1)] {
        for (step, panel) in [(NR, depth * NR), (count * NR + 4, NR)] {
            let expected = product::<Portable>(depth, step, panel, count);
            let plain = product::<WasmSimd128>(depth, step, panel, count);
            assert_eq!(plain, expected, "the same steps in the same order");
            let relaxed = product::<WasmRelaxed>(depth, step, panel, count);
            for (relaxed, expected) in relaxed.iter().zip(expected) {
                assert!((relaxed - expected).abs() < 1e-4, "{relaxed} for {expected}");
            }
        }
    }
}

/// Everything a vector can, and its bits.
fn vectors<V: Vector>() -> Vec<u32> {
    let rows = [
        [1.5, -2.0, 0.0, 4.25],
        [f32::NAN, -0.0, f32::INFINITY, -7.0],
        [1e-40, 3.0, f32::NEG_INFINITY, 0.1],
        [5.0, 6.0, 7.0, 8.0],
    ];
    let [a, b, c, d] = rows.map(|row| V::load(&row));
    let floors = [V::splat(0.0), V::splat(f32::NEG_INFINITY)];
    let cut = [a, b, c, d].into_iter().flat_map(|row| floors.map(|floor| row.zero_below(floor)));
    let arithmetic = [a.plus(d), a.minus(d), a.times(d), c.times(d)];
    let choices = [a.least(b), a.greatest(b), b.least(d), b.greatest(d), a.zeros(), b.zeros()];
    let made = V::transpose([a, b, c, d]).into_iter().chain(arithmetic).chain(choices).chain(cut);
    made.flat_map(|vector| {
        let mut values = [0.0; 4];
        vector.store(&mut values);
        values.map(f32::to_bits)
    })
    .collect()
}

#[wasm_bindgen_test]
fn vectors_do_as_their_twin_does() {
    assert_eq!(vectors::<v128>(), vectors::<Portable4>());
}
