//! Our engine's lane of the race, for JavaScript to start: a program of the race alone.

#[cfg(target_arch = "wasm32")]
mod engine;

#[cfg(target_arch = "wasm32")]
fn main() {}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The race's lane runs in a browser: cargo xtask bench engine");
}
