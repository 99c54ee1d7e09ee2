//! Starts the Forward view.

#[cfg(target_arch = "wasm32")]
fn main() {
    inception_explorer::page::forward::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The Forward view runs in a browser: cargo xtask serve");
}
