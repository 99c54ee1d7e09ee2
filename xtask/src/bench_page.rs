//! `cargo xtask bench page`: the weight of what the page loads, then its speed in a browser beside a bare page's.

use std::fs;
use std::path::{self, PathBuf};

use anyhow::{Context, Result, bail};
use serde_json::json;
use xshell::cmd;

use crate::driver::Driver;
use crate::precompress::precompress;
use crate::server::{Config, Isolation, Port, Server};
use crate::site::Site;
use crate::weight;
use crate::workspace::Workspace;

/// What the command line asks for.
struct Options {
    /// The site to measure; none: the one that is built from this code.
    site: Option<PathBuf>,
    /// The file that gets all figures.
    json: PathBuf,
    /// How often to measure, where that is given.
    rounds: Option<String>,
}

impl Options {
    fn read(workspace: &Workspace, args: &[String]) -> Result<Self> {
        let json = workspace.root.join("target/bench-page.json");
        let mut options = Self { site: None, json, rounds: None };
        for pair in args.chunks(2) {
            match pair {
                [flag, folder] if flag == "--site" => options.site = Some(path::absolute(folder)?),
                [flag, file] if flag == "--json" => options.json = path::absolute(file)?,
                [flag, rounds] if flag == "--rounds" => options.rounds = Some(rounds.clone()),
                _ => bail!("`bench page` takes `--site FOLDER`, `--json FILE` and `--rounds N`"),
            }
        }
        Ok(options)
    }
}

/// Measures a site as a host would serve it.
pub fn page(workspace: &Workspace, args: &[String]) -> Result<()> {
    let Options { site, json: file, rounds } = Options::read(workspace, args)?;
    let site = match site {
        Some(folder) => folder,
        None => Site::build(workspace)?.folder().to_path_buf(),
    };
    let page = workspace.root.join("target/bench/page");
    let floor = workspace.root.join("target/bench/floor");
    precompress(&site, &page)?;
    precompress(&workspace.root.join("tests/e2e/bench/floor"), &floor)?;

    let bytes = weight::report(&page)?;
    let report = serde_json::to_string_pretty(&json!({ "bytes": bytes }))?;
    fs::write(&file, report).with_context(|| file.display().to_string())?;

    let folders = [("", page.as_path()), ("/floor", floor.as_path())];
    let config = Config { folders: &folders, port: Port::Any, isolation: Isolation::None };
    let server = Server::start(&config)?;
    let driver = Driver::start(workspace)?;
    let rounds = rounds.iter().flat_map(|rounds| ["--rounds", rounds]);
    let bench =
        cmd!(workspace.shell, "cargo test --quiet --package e2e --test bench -- --json {file}");
    bench
        .args(rounds)
        .env("E2E_URL", format!("{}/", server.url()))
        .env("WEBDRIVER_URL", driver.url())
        .env("RUST_LIB_BACKTRACE", "0")
        .run()?;
    println!("\nAll figures are in {}", file.display());
    Ok(())
}
