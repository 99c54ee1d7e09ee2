//! What must be on the machine besides Rust: checked, and installed where that is possible.

use anyhow::{Context, Result, bail};
use xshell::cmd;

use crate::workspace::Workspace;

/// A need of the machine, and the Debian packages that meet it.
struct Need {
    /// Any one of these programs will do.
    programs: &'static [&'static str],
    packages: &'static [&'static str],
}

const NODE: Need = Need { programs: &["npm"], packages: &["nodejs", "npm"] };
const BROWSER: Need = Need {
    programs: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
    packages: &["chromium"],
};
const DRIVER: Need = Need { programs: &["chromedriver"], packages: &["chromium-driver"] };
/// Korean text shows as boxes in screenshots without it; nothing else depends on it.
const FONTS: &str = "fonts-noto-cjk";

/// The wasm32 standard library.
pub fn ensure_target(workspace: &Workspace) -> Result<()> {
    let shell = &workspace.shell;
    let libraries = cmd!(shell, "rustc --print target-libdir --target wasm32-unknown-unknown")
        .quiet()
        .read()?;
    if !shell.path_exists(&libraries) {
        eprintln!("Adding Rust's wasm32 target.");
        cmd!(shell, "rustup target add wasm32-unknown-unknown")
            .run()
            .context("the target wasm32-unknown-unknown is missing, and rustup could not add it")?;
    }
    Ok(())
}

/// npm, for the tools that come from there.
pub fn ensure_npm(workspace: &Workspace) -> Result<()> {
    ensure_packages(workspace, &[NODE])
}

/// rustfmt and clippy.
pub fn ensure_lint(workspace: &Workspace) -> Result<()> {
    let shell = &workspace.shell;
    for (command, component) in [("fmt", "rustfmt"), ("clippy", "clippy")] {
        if cmd!(shell, "cargo {command} --version").quiet().ignore_stderr().read().is_err() {
            eprintln!("Adding {component}.");
            cmd!(shell, "rustup component add {component}")
                .run()
                .with_context(|| format!("{component} is missing, and rustup could not add it"))?;
        }
    }
    Ok(())
}

/// A Chromium, its driver and a Korean font.
pub fn ensure_browser(workspace: &Workspace) -> Result<()> {
    ensure_packages(workspace, &[BROWSER, DRIVER])?;
    if !has_package(workspace, FONTS) && can_install(workspace) {
        install(workspace, &[FONTS])?;
    }
    Ok(())
}

fn ensure_packages(workspace: &Workspace, needs: &[Need]) -> Result<()> {
    let missing: Vec<&Need> = needs
        .iter()
        .filter(|need| need.programs.iter().all(|program| workspace.find(program).is_none()))
        .collect();
    if missing.is_empty() {
        return Ok(());
    }
    let packages: Vec<&str> = missing.iter().flat_map(|need| need.packages).copied().collect();
    if can_install(workspace) {
        return install(workspace, &packages);
    }
    let programs: Vec<String> = missing.iter().map(|need| need.programs.join(" or ")).collect();
    bail!(
        "please install {}; on Debian and Ubuntu: sudo apt-get install {}",
        programs.join(", and "),
        packages.join(" ")
    )
}

fn install(workspace: &Workspace, packages: &[&str]) -> Result<()> {
    let shell = &workspace.shell;
    eprintln!("Installing {}.", packages.join(", "));
    let _noninteractive = shell.push_env("DEBIAN_FRONTEND", "noninteractive");
    cmd!(shell, "apt-get update --quiet").ignore_stdout().run()?;
    cmd!(shell, "apt-get install --quiet --yes --no-install-recommends {packages...}").run()?;
    Ok(())
}

fn can_install(workspace: &Workspace) -> bool {
    let user = cmd!(workspace.shell, "id -u").quiet().read();
    workspace.find("apt-get").is_some() && user.is_ok_and(|id| id == "0")
}

fn has_package(workspace: &Workspace, package: &str) -> bool {
    let format = "${db:Status-Status}";
    let status = cmd!(workspace.shell, "dpkg-query --show --showformat={format} {package}");
    status.quiet().ignore_stderr().read().is_ok_and(|status| status == "installed")
}
