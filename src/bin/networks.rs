//! Starts the Networks view.

#[cfg(target_arch = "wasm32")]
fn main() {
    inception_explorer::page::networks::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The Networks view runs in a browser: cargo xtask serve");
}
