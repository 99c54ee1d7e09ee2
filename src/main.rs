//! Starts the page. Natively, puts the first picture into the `index.html` that Trunk has built.

#[cfg(target_arch = "wasm32")]
fn main() {
    inception_explorer::page::app::start();
}

#[cfg(not(target_arch = "wasm32"))]
fn main() -> std::io::Result<()> {
    // Set by Trunk for its hooks.
    let Some(folder) = std::env::var_os("TRUNK_STAGING_DIR") else {
        eprintln!("The page runs in a browser: cargo xtask serve");
        return Ok(());
    };
    let index = std::path::Path::new(&folder).join("index.html");
    inception_explorer::page::first_picture::insert(&index)
}
