//! `cargo xtask test`: every check there is, in the order in which they fail fastest.

use anyhow::{Result, bail};
use xshell::cmd;

use crate::driver::Driver;
use crate::server::Port;
use crate::site::Site;
use crate::steps::Steps;
use crate::workspace::Workspace;
use crate::{instructions, system, tools};

/// The journeys run on the page as it lies on a project site: under a sub-path.
const MOUNT: &str = "/inception-explorer";

/// The runner's default is too short for an engine without optimisation.
const PATIENCE_SECONDS: &str = "300";

type Part = fn(&Workspace, &mut Steps, &[&str]) -> Result<()>;

const PARTS: [(&str, Part); 4] =
    [("lint", lint), ("native", native), ("browser", browser), ("e2e", e2e)];

/// `cargo xtask test`
pub fn test_command(workspace: &Workspace, args: &[String]) -> Result<()> {
    let mut steps = Steps::new();
    match args.split_first() {
        None => PARTS.iter().try_for_each(|(_, part)| part(workspace, &mut steps, &[]))?,
        Some((name, filter)) => {
            let Some((_, part)) = PARTS.iter().find(|(part, _)| part == name) else {
                bail!(
                    "there is no part `{name}`; the parts are {}",
                    PARTS.map(|part| part.0).join(", ")
                );
            };
            let filter: Vec<&str> = filter.iter().map(String::as_str).collect();
            part(workspace, &mut steps, &filter)?;
        }
    }
    steps.summary();
    Ok(())
}

fn lint(workspace: &Workspace, steps: &mut Steps, _filter: &[&str]) -> Result<()> {
    let shell = &workspace.shell;
    steps.run("Format", || {
        system::ensure_lint(workspace)?;
        Ok(cmd!(shell, "cargo fmt --all --check").run()?)
    })?;
    steps.run("Clippy, native", || {
        cmd!(shell, "cargo clippy --workspace --all-targets -- -D warnings").run()?;
        // `--all-targets` leaves out what plain `cargo test` does not run.
        Ok(cmd!(
            shell,
            "cargo clippy --workspace --test e2e --test bench --test race -- -D warnings"
        )
        .run()?)
    })?;
    steps.run("Clippy, wasm32", || {
        system::ensure_target(workspace)?;
        let targets = ["--lib", "--bins", "--test", "web"];
        let wasm32 = ["--target", "wasm32-unknown-unknown"];
        cmd!(shell, "cargo clippy {wasm32...} {targets...} -- -D warnings").run()?;
        // The library as the engine's workers are built with it.
        let workers = ["--no-default-features", "--lib", "--bins"];
        cmd!(shell, "cargo clippy {wasm32...} {workers...} -- -D warnings").run()?;
        let lane = ["--package", "race", "--bin", "race_ours"];
        Ok(cmd!(shell, "cargo clippy {wasm32...} {lane...} -- -D warnings").run()?)
    })
}

fn native(workspace: &Workspace, steps: &mut Steps, filter: &[&str]) -> Result<()> {
    let shell = &workspace.shell;
    steps
        .run("Native tests", || Ok(cmd!(shell, "cargo test --workspace -- {filter...}").run()?))?;
    // As the engine ships: optimised code may round differently.
    steps.run("Reference tests, optimised", || {
        Ok(cmd!(shell, "cargo test --release --test reference -- {filter...}").run()?)
    })
}

fn browser(workspace: &Workspace, steps: &mut Steps, filter: &[&str]) -> Result<()> {
    let shell = &workspace.shell;
    steps.run("Tools", || {
        system::ensure_target(workspace)?;
        system::ensure_browser(workspace)?;
        tools::ensure(workspace)
    })?;
    steps.run("Browser tests", || {
        let driver = workspace.find("chromedriver").unwrap_or_default();
        // The runner takes its browser from webdriver.json, as the journeys do.
        let test =
            cmd!(shell, "cargo test --target wasm32-unknown-unknown --test web -- {filter...}");
        let test = test.env("WASM_BINDGEN_TEST_TIMEOUT", PATIENCE_SECONDS);
        Ok(test.env("CHROMEDRIVER", driver).run()?)
    })?;
    // As the engine ships: what its workers take of time and memory shows only there.
    steps.run("Browser tests of the workers, optimised", || {
        let driver = workspace.find("chromedriver").unwrap_or_default();
        let test = cmd!(
            shell,
            "cargo test --release --target wasm32-unknown-unknown --test web -- pool::"
        );
        let test = test.env("WASM_BINDGEN_TEST_TIMEOUT", PATIENCE_SECONDS);
        Ok(test.env("CHROMEDRIVER", driver).run()?)
    })
}

fn e2e(workspace: &Workspace, steps: &mut Steps, filter: &[&str]) -> Result<()> {
    let site = steps.run("Release page", || Site::build(workspace))?;
    steps.run("Instructions of its programs", || instructions::check(site.folder()))?;
    steps.run("Journeys, end to end", || {
        let server = site.serve(MOUNT, Port::Any)?;
        let driver = Driver::start(workspace)?;
        let tests = cmd!(
            workspace.shell,
            "cargo test --workspace --test e2e -- --test-threads=2 {filter...}"
        );
        Ok(tests
            .env("E2E_URL", format!("{}{MOUNT}/", server.url()))
            .env("WEBDRIVER_URL", driver.url())
            // An error of a journey names its place in words; a trace through its futures says nothing.
            .env("RUST_LIB_BACKTRACE", "0")
            .run()?)
    })
}
