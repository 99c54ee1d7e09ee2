//! Starts the engine's worker.

#[cfg(target_arch = "wasm32")]
fn main() {
    inception_explorer::worker::serve::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("the engine's worker runs in a browser: cargo xtask serve");
}
