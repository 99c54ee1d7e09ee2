//! Our engine against others in one browser: `cargo xtask bench engine`.
//! A measurement; the only thing asserted is that all engines compute the same.

mod drive;

use anyhow::{Result, bail};
use race::Case;
use race::case::NAMED;

use drive::Report;

/// What the command line asks for.
struct Options {
    rounds: usize,
    cases: Vec<Case>,
    action: Action,
}

/// What to do with the cases.
enum Action {
    /// Say what would be run.
    Describe,
    /// Run them.
    Race(Report),
}

impl Options {
    /// Fewer could be one slow phase of a shared machine.
    const LEAST_ROUNDS: usize = 3;

    fn read(mut args: impl Iterator<Item = String>) -> Result<Self> {
        let mut options =
            Self { rounds: 5, cases: Vec::new(), action: Action::Race(Report::Print) };
        while let Some(arg) = args.next() {
            match arg.as_str() {
                "--rounds" => {
                    let given = args.next().unwrap_or_default();
                    options.rounds = match given.parse() {
                        Ok(rounds) if rounds >= Self::LEAST_ROUNDS => rounds,
                        _ => bail!("`--rounds` takes a number from 3 on, not `{given}`"),
                    };
                }
                "--write" => options.action = Action::Race(Report::Write),
                "--describe" => options.action = Action::Describe,
                flag if flag.starts_with('-') => {
                    bail!("there is no `{flag}`; there are `--rounds N` and `--write`")
                }
                case => options.cases.push(case.parse()?),
            }
        }
        if options.cases.is_empty() {
            options.cases =
                NAMED.iter().map(|(letter, _)| letter.parse()).collect::<Result<_, _>>()?;
        }
        Ok(options)
    }
}

#[tokio::main(flavor = "current_thread")]
async fn main() -> Result<()> {
    let Options { rounds, cases, action } = Options::read(std::env::args().skip(1))?;
    match action {
        Action::Describe => drive::describe(&cases),
        Action::Race(report) => drive::race(&cases, rounds, report).await,
    }
}
