//! The build tools and their versions; each is put on the shell's path, and installed where it is missing.

mod install;
mod peers;
mod version;

use std::env;
use std::fs::{self, File};
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xshell::cmd;

use crate::workspace::Workspace;

pub use peers::ensure_peers;

enum Version {
    Pinned(&'static str),
    /// The version that Cargo.lock has of the crate of this name.
    Locked(&'static str),
}

enum Source {
    Crate {
        /// Options of `cargo install`.
        options: &'static [&'static str],
        /// How long the build takes on two cores.
        minutes: u32,
    },
    Npm,
}

struct Tool {
    /// Of the crate or the npm package.
    name: &'static str,
    version: Version,
    source: Source,
    programs: &'static [&'static str],
}

/// Every tool's version, here and nowhere else.
const TOOLS: [Tool; 3] = [
    Tool {
        name: "trunk",
        version: Version::Pinned("0.21.14"),
        // No features: TLS and the check for updates are for what Trunk downloads, and it downloads nothing here.
        source: Source::Crate { options: &["--locked", "--no-default-features"], minutes: 4 },
        programs: &["trunk"],
    },
    // Must equal the library's version exactly. Not `--locked`: its lock file names a withdrawn crate. No
    // features: the test runner talks to a driver on this machine, without TLS.
    Tool {
        name: "wasm-bindgen-cli",
        version: Version::Locked("wasm-bindgen"),
        source: Source::Crate {
            options: &[
                "--no-default-features",
                "--bin",
                "wasm-bindgen",
                "--bin",
                "wasm-bindgen-test-runner",
            ],
            minutes: 2,
        },
        programs: &["wasm-bindgen", "wasm-bindgen-test-runner"],
    },
    // Trunk's own download of wasm-opt is an older one.
    Tool {
        name: "binaryen",
        version: Version::Pinned("132"),
        source: Source::Npm,
        programs: &["wasm-opt"],
    },
];

/// Puts all the tools on the shell's path, after installing the missing ones.
pub fn ensure(workspace: &Workspace) -> Result<()> {
    TOOLS.iter().try_for_each(|tool| tool.ensure(workspace))
}

impl Tool {
    /// Takes the tool from the cache, else from the user's path, else installs it into the cache.
    fn ensure(&self, workspace: &Workspace) -> Result<()> {
        let version = self.version(workspace)?;
        let tools = tools_folder()?;
        let folder = tools.join(format!("{}-{version}", self.name));
        let programs = match self.source {
            Source::Npm => folder.join("node_modules").join(".bin"),
            Source::Crate { .. } => folder.join("bin"),
        };
        if !self.is_in(&programs) {
            if self.is_on_path(workspace, &version) {
                return Ok(());
            }
            // Two clones set up at once would build the same tool twice, or half over each other.
            let _lock = lock(&tools, &format!("{}-{version}", self.name))?;
            if !self.is_in(&programs) {
                install::install(self, workspace, &version, &folder)
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

    fn is_in(&self, folder: &Path) -> bool {
        self.programs.iter().all(|program| folder.join(program).is_file())
    }

    /// Whether the path has every program of the tool in exactly this version; says which one differs.
    fn is_on_path(&self, workspace: &Workspace, version: &str) -> bool {
        self.programs.iter().all(|program| {
            let Some(file) = workspace.find(program) else { return false };
            let output = cmd!(workspace.shell, "{file} --version").quiet().ignore_stderr().read();
            let found = output.ok().and_then(|output| version::of_output(&output));
            let matches = found.as_deref() == Some(version);
            if !matches {
                let found = found.as_deref().unwrap_or("of an unknown version");
                eprintln!("Ignoring {}: it is {found}, not {version}.", file.display());
            }
            matches
        })
    }
}

/// The folder of the cache that all of a user's clones share.
fn tools_folder() -> Result<PathBuf> {
    let user_cache = match env::var_os("XDG_CACHE_HOME").filter(|path| !path.is_empty()) {
        Some(path) => PathBuf::from(path),
        None => {
            env::home_dir().context("no home folder to keep the build tools in")?.join(".cache")
        }
    };
    Ok(user_cache.join("inception-explorer").join("tools"))
}

/// Waits until no other process installs `name`; the lock holds as long as the returned file.
fn lock(tools: &Path, name: &str) -> Result<File> {
    fs::create_dir_all(tools)?;
    let file = File::create(tools.join(format!("{name}.lock")))?;
    file.lock().context("waiting for another installation")?;
    Ok(file)
}
