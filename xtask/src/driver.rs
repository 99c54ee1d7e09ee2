//! The process through which tests drive a browser.

use std::io::{BufRead, BufReader, Read};
use std::process::{Child, Command, Stdio};
use std::thread;

use anyhow::{Context, Result};
use xshell::cmd;

use crate::system;
use crate::workspace::Workspace;

/// A running chromedriver; stopped when dropped.
pub struct Driver {
    process: Child,
    port: u16,
}

impl Driver {
    /// Starts one on a port of its own choice.
    pub fn start(workspace: &Workspace) -> Result<Self> {
        system::ensure_browser(workspace)?;
        let mut process = Command::from(cmd!(workspace.shell, "chromedriver --port=0"))
            .stdout(Stdio::piped())
            .spawn()
            .context("can't start chromedriver")?;
        let output = process.stdout.take().context("chromedriver's output is piped")?;
        let mut output = BufReader::new(output);
        let mut driver = Self { process, port: 0 };
        driver.port = read_port(&mut output)?;
        // A full pipe would block chromedriver.
        thread::spawn(move || output.read_to_end(&mut Vec::new()));
        Ok(driver)
    }

    /// Its address.
    pub fn url(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }
}

impl Drop for Driver {
    fn drop(&mut self) {
        // It may have ended by itself: then there is nothing left to stop.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}

/// Reads on until chromedriver says where it listens.
fn read_port(output: &mut impl BufRead) -> Result<u16> {
    let mut said = String::new();
    while output.read_line(&mut said)? > 0 {
        let line = said.lines().last().unwrap_or_default();
        if let Some((_, port)) = line.rsplit_once("started successfully on port ") {
            return port.trim_end_matches('.').parse().context("chromedriver's port");
        }
    }
    anyhow::bail!("chromedriver did not start:\n{said}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_port_is_read_off_the_banner() {
        let mut banner = "Starting ChromeDriver 156.0 (ab) on port 0\n\
            ChromeDriver was started successfully on port 39273.\n"
            .as_bytes();
        assert_eq!(read_port(&mut banner).unwrap(), 39273);
    }

    #[test]
    fn an_early_end_shows_what_was_said() {
        let error = read_port(&mut "no display\n".as_bytes()).unwrap_err();
        assert!(error.to_string().contains("no display"));
    }
}
