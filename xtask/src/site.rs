//! The release page: built into `dist/`, and served.

use std::path::{Path, PathBuf};

use anyhow::{Context, Result, bail};
use xshell::cmd;

use crate::server::{Config, Isolation, Port, Server};
use crate::workspace::Workspace;
use crate::{system, tools};

const DEFAULT_PORT: u16 = 8080;

/// The built page.
pub struct Site {
    folder: PathBuf,
}

impl Site {
    /// Builds the page with what it needs; quick when nothing changed.
    pub fn build(workspace: &Workspace) -> Result<Self> {
        system::ensure_target(workspace)?;
        tools::ensure(workspace)?;
        eprintln!(
            "Building the release page: about 3 min on two cores the first time, then what changed."
        );
        cmd!(workspace.shell, "trunk build --release").run()?;
        Ok(Self { folder: workspace.root.join("dist") })
    }

    /// Where it lies.
    pub fn folder(&self) -> &Path {
        &self.folder
    }

    /// Serves it at `mount` (empty: the root).
    pub fn serve(&self, mount: &str, port: Port) -> Result<Server> {
        let folders = [(mount, self.folder.as_path())];
        Server::start(&Config { folders: &folders, port, isolation: Isolation::None })
    }
}

/// `cargo xtask dist`
pub fn dist_command(workspace: &Workspace, args: &[String]) -> Result<()> {
    if let Some(arg) = args.first() {
        bail!("`dist` takes no arguments, but was given `{arg}`");
    }
    let site = Site::build(workspace)?;
    println!("The site is in {}", site.folder.display());
    Ok(())
}

/// `cargo xtask serve`
pub fn serve_command(workspace: &Workspace, args: &[String]) -> Result<()> {
    let port = match args {
        [] => Port::From(DEFAULT_PORT),
        [flag, port] if flag == "--port" => Port::Exactly(
            port.parse()
                .with_context(|| format!("a port is a number up to 65535, not `{port}`"))?,
        ),
        _ => bail!("`serve` takes `--port N` or nothing"),
    };
    let server = Site::build(workspace)?.serve("", port)?;
    println!("Inception Explorer is at {}/ (stop with Ctrl-C)", server.url());
    server.join()
}
