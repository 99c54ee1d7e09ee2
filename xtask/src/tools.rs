//! The build tools: their versions, and a folder for them that all of a user's clones share.

use std::env;
use std::fs::{self, File};
use std::path::PathBuf;

use anyhow::{Context, Result};
use xshell::cmd;

use crate::workspace::Workspace;

enum Version {
    Pinned(&'static str),
    /// Whatever version of the crate of this name Cargo.lock has.
    Locked(&'static str),
}

enum Source {
    /// A crate, built with the dependency versions its author locked.
    CrateLocked,
    /// A crate, built with the newest compatible dependencies.
    Crate,
    Npm,
}

struct Tool {
    name: &'static str,
    version: Version,
    source: Source,
    /// A program whose presence shows that the installation finished.
    program: &'static str,
}

/// Every tool's version, here and nowhere else.
const TOOLS: [Tool; 3] = [
    Tool {
        name: "trunk",
        version: Version::Pinned("0.21.14"),
        source: Source::CrateLocked,
        program: "trunk",
    },
    // Must equal the library's version exactly. Its own lock file names a crate that was withdrawn.
    Tool {
        name: "wasm-bindgen-cli",
        version: Version::Locked("wasm-bindgen"),
        source: Source::Crate,
        program: "wasm-bindgen",
    },
    // Trunk's own download of wasm-opt is an older one.
    Tool {
        name: "binaryen",
        version: Version::Pinned("132"),
        source: Source::Npm,
        program: "wasm-opt",
    },
];

/// The engines that ours is raced against, from npm; no part of the page. Their versions, here and nowhere else.
const PEERS: [&str; 3] = [
    "onnxruntime-web@1.30.0",
    "@tensorflow/tfjs-core@4.22.0",
    "@tensorflow/tfjs-backend-wasm@4.22.0",
];

/// Installs what is missing and puts all the tools on the shell's path.
pub fn ensure(workspace: &Workspace) -> Result<()> {
    TOOLS.iter().try_for_each(|tool| tool.ensure(workspace))
}

/// Installs the peers where they are missing; returns the folder of their packages.
pub fn ensure_peers(workspace: &Workspace) -> Result<PathBuf> {
    let tools = cache_folder()?.join("tools");
    // Other versions are another folder.
    let name = format!("peers-{}", PEERS.join("-").replace(['@', '/'], "_"));
    let folder = tools.join(&name);
    let done = folder.join("complete");
    fs::create_dir_all(&folder)?;
    let lock = File::create(tools.join(format!("{name}.lock")))?;
    lock.lock().context("waiting for another installation")?;
    if !done.exists() {
        eprintln!("Installing {} from npm, once for all clones on this machine.", PEERS.join(", "));
        let npm = ["install", "--no-audit", "--no-fund", "--ignore-scripts", "--prefix"];
        cmd!(workspace.shell, "npm {npm...} {folder} {PEERS...}")
            .run()
            .context("can't install the engines to race against")?;
        fs::write(&done, "")?;
    }
    Ok(folder.join("node_modules"))
}

impl Tool {
    fn ensure(&self, workspace: &Workspace) -> Result<()> {
        let version = self.version(workspace)?;
        let tools = cache_folder()?.join("tools");
        let folder = tools.join(format!("{}-{version}", self.name));
        let programs = match self.source {
            Source::Npm => folder.join("node_modules").join(".bin"),
            Source::Crate | Source::CrateLocked => folder.join("bin"),
        };
        if !programs.join(self.program).exists() {
            fs::create_dir_all(&folder)?;
            // Two clones set up at once would build the same tool twice, or half over each other.
            let lock = File::create(tools.join(format!("{}-{version}.lock", self.name)))?;
            lock.lock().context("waiting for another installation")?;
            if !programs.join(self.program).exists() {
                self.install(workspace, &version, &folder)
                    .with_context(|| format!("can't install {} {version}", self.name))?;
            }
        }
        workspace.put_on_path(&programs)
    }

    fn version(&self, workspace: &Workspace) -> Result<String> {
        match self.version {
            Version::Pinned(version) => Ok(version.to_owned()),
            Version::Locked(name) => {
                let id = cmd!(workspace.shell, "cargo pkgid {name}").quiet().read()?;
                let version = id.rsplit('@').next().context("a package id ends in its version")?;
                Ok(version.to_owned())
            }
        }
    }

    fn install(&self, workspace: &Workspace, version: &str, folder: &PathBuf) -> Result<()> {
        let Self { name, .. } = self;
        let shell = &workspace.shell;
        eprintln!("Installing {name} {version}, once for all clones on this machine.");
        match self.source {
            Source::CrateLocked => {
                eprintln!("Building it takes some minutes.");
                cmd!(shell, "cargo install {name} --version {version} --locked --root {folder}")
                    .run()?;
            }
            Source::Crate => {
                eprintln!("Building it takes some minutes.");
                cmd!(shell, "cargo install {name} --version {version} --root {folder}").run()?;
            }
            Source::Npm => {
                let package = format!("{name}@{version}");
                cmd!(shell, "npm install --no-audit --no-fund --prefix {folder} {package}")
                    .run()?;
            }
        }
        Ok(())
    }
}

fn cache_folder() -> Result<PathBuf> {
    let user_cache = match env::var_os("XDG_CACHE_HOME").filter(|path| !path.is_empty()) {
        Some(path) => PathBuf::from(path),
        None => {
            env::home_dir().context("no home folder to keep the build tools in")?.join(".cache")
        }
    };
    Ok(user_cache.join("inception-explorer"))
}
