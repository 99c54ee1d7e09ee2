//! What the command line asks for.

use std::path::PathBuf;

use anyhow::{Context, Result, bail};

/// How often to measure, and where the figures go.
pub struct Options {
    /// How many times each thing is measured in turn.
    pub rounds: usize,
    /// The file that gets all figures as JSON, beside what is in it already.
    pub json: PathBuf,
}

impl Options {
    /// Reads `--json FILE` and `--rounds N`.
    pub fn read(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let mut rounds = 7;
        let mut json = None;
        while let Some(arg) = args.next() {
            let given = args.next().with_context(|| format!("`{arg}` takes a value"))?;
            match arg.as_str() {
                "--json" => json = Some(PathBuf::from(given)),
                "--rounds" => {
                    rounds =
                        given.parse().ok().filter(|rounds| *rounds > 0).with_context(|| {
                            format!("`--rounds` takes a number from 1 on, not `{given}`")
                        })?;
                }
                _ => bail!("there is no `{arg}`; there are `--json FILE` and `--rounds N`"),
            }
        }
        Ok(Self { rounds, json: json.context("`--json FILE` is missing")? })
    }
}
