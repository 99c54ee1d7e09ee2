//! Starts the page.

fn main() {
    if cfg!(target_arch = "wasm32") {
        inception_explorer::page::app::start();
    } else {
        eprintln!("The page runs in a browser: cargo xtask serve");
    }
}
