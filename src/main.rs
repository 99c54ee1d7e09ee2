//! Starts the page.

#[cfg(target_arch = "wasm32")]
fn main() {
    inception_explorer::page::app::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() {
    eprintln!("The page runs in a browser: cargo xtask serve");
}
