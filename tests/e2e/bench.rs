//! How fast the release page is, in a real browser: `cargo xtask bench page`.
//! A measurement, not a test: nothing is asserted about the numbers.

use ::harness;

mod bench {
    mod conditions;
    mod drag;
    mod first_load;
    mod forward;
    mod load;
    mod options;
    mod report;
    mod subject;
    mod table;
    mod views;

    pub use conditions::SLOW_DOWN;
    pub use drag::drag;
    pub use first_load::first_load;
    pub use forward::forward;
    pub use options::Options;
    pub use report::Report;
    pub use views::views;
}

use anyhow::Result;
use bench::{Options, Report};

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let Options { rounds, json } = Options::read(std::env::args().skip(1))?;
    let mut report = Report::open(json)?;
    println!("\nThe processor is {}× slower, but for the forward pass.", bench::SLOW_DOWN);
    for table in bench::first_load(rounds).await? {
        report.add(&table)?;
    }
    report.add(&bench::views(rounds).await?)?;
    for table in bench::drag(rounds).await? {
        report.add(&table)?;
    }
    report.add(&bench::forward(rounds).await?)
}
