//! How fast the release page is, in a real browser: `cargo xtask bench page`.
//! A measurement, not a test: nothing is asserted about the numbers.

use ::harness;

mod bench {
    mod drag;
    mod first_load;
    mod forward;
    mod summary;
    mod views;

    pub use drag::drag;
    pub use first_load::first_load;
    pub use forward::forward;
    pub use views::views;
}

use anyhow::Result;

/// How many times slower than this machine the processor is made, to stand for a cheap laptop or phone.
const SLOW_DOWN: f64 = 4.0;

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    bench::first_load(SLOW_DOWN).await?;
    bench::views(SLOW_DOWN).await?;
    bench::drag(SLOW_DOWN).await?;
    bench::forward().await
}
