//! Starts the engine's worker with relaxed vectors, which not every browser loads.

#[cfg(all(target_arch = "wasm32", target_feature = "simd128"))]
fn main() {
    use inception_explorer::engine::gemm::{WasmRelaxed, install};

    install::<WasmRelaxed>();
    inception_explorer::worker::serve::start();
}

#[cfg(not(all(target_arch = "wasm32", target_feature = "simd128")))]
fn main() {
    eprintln!("the engine's worker runs in a browser: cargo xtask serve");
}
