//! The project's own commands; `cargo xtask` lists them.

mod bench;
mod bench_page;
mod driver;
mod instructions;
mod precompress;
mod server;
mod site;
mod steps;
mod suite;
mod system;
mod tools;
mod weight;
mod workspace;

use std::process::ExitCode;

use anyhow::{Result, bail};

use crate::workspace::Workspace;

struct Command {
    usage: &'static str,
    about: &'static str,
    run: fn(&Workspace, &[String]) -> Result<()>,
}

const COMMANDS: &[Command] = &[
    Command {
        usage: "serve [--port N]",
        about: "build the release page, serve it, print the address",
        run: site::serve_command,
    },
    Command {
        usage: "dist",
        about: "build the static site into dist/, ready for any sub-path",
        run: site::dist_command,
    },
    Command {
        usage: "test [lint|native|browser|e2e] [FILTER]",
        about: "run every check, or one part of them",
        run: suite::test_command,
    },
    Command {
        usage: "bench page [--site FOLDER] [--json FILE] [--rounds N]",
        about: "measure the page or a built site: bytes, first load, views, a slider's frames, a forward pass",
        run: bench::bench_command,
    },
    Command {
        usage: "bench engine [--rounds N] [--write] [CASES…]",
        about: "race the engine against others in one browser: A to E, inception:…@…, conv:…@…",
        run: bench::bench_command,
    },
];

fn main() -> ExitCode {
    let args: Vec<String> = std::env::args().skip(1).collect();
    match run(&args) {
        Ok(()) => ExitCode::SUCCESS,
        // The causes in one line: a backtrace does not help against a mistyped command.
        Err(error) => {
            eprintln!("error: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run(args: &[String]) -> Result<()> {
    let Some((name, rest)) = args.split_first() else {
        print!("{}", help());
        return Ok(());
    };
    let named = |command: &&Command| command.usage.split(' ').next() == Some(name.as_str());
    match COMMANDS.iter().find(named) {
        Some(command) => (command.run)(&Workspace::new()?, rest),
        None => bail!("there is no command `{name}`\n\n{}", help()),
    }
}

fn help() -> String {
    let lines = COMMANDS
        .iter()
        .map(|command| format!("  cargo xtask {:58} {}\n", command.usage, command.about));
    format!("Each command sets up what it needs and is missing.\n\n{}", lines.collect::<String>())
}
