//! The engines that ours is raced against, from npm; no part of the page.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use xshell::cmd;

use super::{lock, tools_folder};
use crate::system;
use crate::workspace::Workspace;

/// Their versions, here and nowhere else.
const PEERS: [&str; 3] = [
    "onnxruntime-web@1.30.0",
    "@tensorflow/tfjs-core@4.22.0",
    "@tensorflow/tfjs-backend-wasm@4.22.0",
];

/// Installs the peers where they are missing; returns the folder of their packages.
pub fn ensure_peers(workspace: &Workspace) -> Result<PathBuf> {
    let tools = tools_folder()?;
    // Other versions are another folder.
    let name = format!("peers-{}", PEERS.join("-").replace(['@', '/'], "_"));
    let folder = tools.join(&name);
    let done = folder.join("complete");
    let _lock = lock(&tools, &name)?;
    if !done.exists() {
        eprintln!("Installing {} from npm, once for all clones on this machine.", PEERS.join(", "));
        system::ensure_npm(workspace)?;
        let npm = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"];
        cmd!(workspace.shell, "npm {npm...} {folder} {PEERS...}")
            .run()
            .context("can't install the engines to race against")?;
        fs::write(&done, "")?;
    }
    Ok(folder.join("node_modules"))
}
