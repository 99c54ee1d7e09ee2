//! `cargo xtask bench`: measurements, which assert nothing.

use anyhow::{Result, bail};
use xshell::cmd;

use crate::driver::Driver;
use crate::server::Port;
use crate::site::Site;
use crate::weight;
use crate::workspace::Workspace;

/// `cargo xtask bench page`: the weight of the first view, then its speed in a browser.
pub fn bench_command(workspace: &Workspace, args: &[String]) -> Result<()> {
    match args {
        [what] if what == "page" => page(workspace),
        _ => bail!("`bench` takes what to measure: `page`"),
    }
}

fn page(workspace: &Workspace) -> Result<()> {
    let site = Site::build(workspace)?;
    weight::report(site.folder())?;
    let server = site.serve("", Port::Any)?;
    let driver = Driver::start(workspace)?;
    let bench = cmd!(workspace.shell, "cargo test --quiet --package e2e --test bench");
    Ok(bench
        .env("E2E_URL", format!("{}/", server.url()))
        .env("WEBDRIVER_URL", driver.url())
        .env("RUST_LIB_BACKTRACE", "0")
        .run()?)
}
