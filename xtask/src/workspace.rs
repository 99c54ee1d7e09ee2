//! The project's folder, and a shell in it with the pinned tools on its path.

use std::env;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};
use xshell::Shell;

/// The project's folder and a shell in it.
pub struct Workspace {
    /// The folder with the project's `Cargo.toml`.
    pub root: PathBuf,
    /// In `root`; [`Workspace::put_on_path`] extends its `PATH`.
    pub shell: Shell,
}

impl Workspace {
    /// Finds the project from where this crate was compiled.
    pub fn new() -> Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR"))
            .parent()
            .context("xtask lies in the project's folder")?
            .to_path_buf();
        let shell = Shell::new()?;
        shell.change_dir(&root);
        Ok(Self { root, shell })
    }

    /// Lets the shell's commands, and what they start, find the programs in `folder` first.
    pub fn put_on_path(&self, folder: &Path) -> Result<()> {
        let path = self.shell.var_os("PATH").unwrap_or_default();
        let folders = std::iter::once(folder.to_path_buf()).chain(env::split_paths(&path));
        self.shell.set_var("PATH", env::join_paths(folders)?);
        Ok(())
    }

    /// The program's place, if the shell's path has it.
    pub fn find(&self, program: &str) -> Option<PathBuf> {
        let path = self.shell.var_os("PATH")?;
        env::split_paths(&path).map(|folder| folder.join(program)).find(|file| file.is_file())
    }
}
