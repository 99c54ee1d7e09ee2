//! Installs one tool into the cache: downloaded where that is possible, otherwise built from source.

use std::path::Path;

use anyhow::Result;
use xshell::cmd;

use super::{Source, Tool};
use crate::system;
use crate::workspace::Workspace;

/// Overrides of the tools' own release profiles (Trunk's has fat LTO and one codegen unit). Building is what
/// takes long; the tools themselves run for seconds.
const QUICK_BUILD: [(&str, &str); 4] = [
    ("CARGO_PROFILE_RELEASE_CODEGEN_UNITS", "16"),
    ("CARGO_PROFILE_RELEASE_DEBUG", "0"),
    ("CARGO_PROFILE_RELEASE_LTO", "off"),
    ("CARGO_PROFILE_RELEASE_OPT_LEVEL", "1"),
];

/// Installs `tool` in exactly this version below `folder`.
pub fn install(tool: &Tool, workspace: &Workspace, version: &str, folder: &Path) -> Result<()> {
    let name = tool.name;
    eprintln!("Installing {name} {version}, once for all clones on this machine.");
    match tool.source {
        Source::Crate { options, minutes } => {
            if download(workspace, name, version, folder) && tool.is_in(&folder.join("bin")) {
                return Ok(());
            }
            eprintln!("Building it from source: about {minutes} min on two cores.");
            build(workspace, name, version, folder, options)
        }
        Source::Npm => {
            system::ensure_npm(workspace)?;
            let package = format!("{name}@{version}");
            cmd!(workspace.shell, "npm install --no-audit --no-fund --prefix {folder} {package}")
                .run()?;
            Ok(())
        }
    }
}

/// Fetches the crate's published programs by `cargo binstall`, where that is installed; whether it could.
fn download(workspace: &Workspace, name: &str, version: &str, folder: &Path) -> bool {
    if workspace.find("cargo-binstall").is_none() {
        return false;
    }
    let options = ["--no-confirm", "--disable-strategies", "compile"];
    cmd!(workspace.shell, "cargo binstall {options...} --root {folder} {name}@={version}")
        .run()
        .is_ok()
}

fn build(
    workspace: &Workspace,
    name: &str,
    version: &str,
    folder: &Path,
    options: &[&str],
) -> Result<()> {
    cmd!(workspace.shell, "cargo install {name} --version {version} --root {folder} {options...}")
        .envs(QUICK_BUILD)
        .run()?;
    Ok(())
}
