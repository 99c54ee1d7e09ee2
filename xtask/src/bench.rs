//! `cargo xtask bench`: measurements, which assert nothing.

use std::path::Path;

use anyhow::{Result, bail};
use xshell::cmd;

use crate::driver::Driver;
use crate::server::{Config, Isolation, Port, Server};
use crate::site::Site;
use crate::workspace::Workspace;
use crate::{bench_page, tools};

/// `cargo xtask bench`
pub fn bench_command(workspace: &Workspace, args: &[String]) -> Result<()> {
    match args {
        [what, page @ ..] if what == "page" => bench_page::page(workspace, page),
        [what, race @ ..] if what == "engine" => engine(workspace, race),
        _ => bail!(
            "`bench` takes what to measure: `page` and its options, or `engine` and its cases"
        ),
    }
}

/// The race of our engine against others.
fn engine(workspace: &Workspace, args: &[String]) -> Result<()> {
    let race = || {
        let shell = &workspace.shell;
        cmd!(shell, "cargo test --quiet --package race --test race -- {args...}")
            .env("RUST_LIB_BACKTRACE", "0")
            .quiet()
    };
    // A mistyped case is reported before anything is built.
    race().arg("--describe").run()?;
    if args.iter().any(|arg| arg == "--describe") {
        return Ok(());
    }
    let site = Site::build(workspace)?;
    let peers = tools::ensure_peers(workspace)?;
    let page = workspace.root.join("benches/race/page");
    let data = workspace.root.join("target/bench/race");
    workspace.shell.create_dir(&data)?;
    build_lane(workspace, &data.join("ours"))?;
    let folders = [
        ("", page.as_path()),
        ("/site", site.folder()),
        ("/peers", peers.as_path()),
        ("/data", data.as_path()),
    ];
    // The peers' threads share memory; our workers share none.
    let isolation = Isolation::CrossOrigin;
    let server = Server::start(&Config { folders: &folders, port: Port::Any, isolation })?;
    let driver = Driver::start(workspace)?;
    Ok(race()
        .env("E2E_URL", format!("{}/", server.url()))
        .env("WEBDRIVER_URL", driver.url())
        .env("RACE_DATA", &data)
        .run()?)
}

/// Builds our engine's lane into `folder`, by the profile that the page runs the same code in.
fn build_lane(workspace: &Workspace, folder: &Path) -> Result<()> {
    let what = ["--package", "race", "--bin", "race_ours"];
    let how = ["--profile", "page", "--target", "wasm32-unknown-unknown"];
    // What Cargo runs of a program is its runner: only Cargo knows where the program lies.
    let runner = "wasm-bindgen --target web --no-typescript --out-name ours";
    let run = cmd!(workspace.shell, "cargo run {what...} {how...} -- --out-dir {folder}");
    Ok(run.env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", runner).run()?)
}
