//! The race, driven: lays the cases out for the page, has the engines run them in turn, reports.

use std::env;
use std::fs;
use std::path::PathBuf;
use std::time::Duration;

use anyhow::{Context, Result, ensure};
use harness::{Page, journey, project};
use race::plan::chain;
use race::report::{Entrant, Machine, Outcome, Raced, Subject, Times, benchmarks};
use race::{Case, Plan};
use serde_json::json;
use thirtyfour::TimeoutConfiguration;

/// The largest error of an output, relative to its greatest value, at which two engines computed the same.
const TOLERANCE: f64 = 1e-4;
/// How long an engine runs in a round, in milliseconds, before the next has its turn.
const TURN: f64 = 400.0;
/// How long an engine may take for its preparation, or for a turn.
const PATIENCE: Duration = Duration::from_mins(5);

/// What becomes of the results.
#[derive(Clone, Copy)]
pub enum Report {
    /// They are printed, and written to `target/bench/engine.json`.
    Print,
    /// `BENCHMARKS.md` gets them too.
    Write,
}

/// Prints what would be run.
pub fn describe(cases: &[Case]) -> Result<()> {
    for case in cases {
        let Plan { name, what, .. } = Plan::new(case)?;
        println!("{name}\n  {what}");
    }
    Ok(())
}

/// Races on each case and reports.
pub async fn race(cases: &[Case], rounds: usize, report: Report) -> Result<()> {
    let mut outcomes = Vec::new();
    let mut machine = Machine { processor: processor(), cores: 0, browser: String::new() };
    for case in cases {
        let plan = lay_out(case)?;
        // A session of its own: no engine still holds memory of the case before.
        journey("bench-engine", async |page| {
            page.open("").await?;
            (machine.cores, machine.browser) = page.js(BROWSER, vec![]).await?;
            let outcome = run(page, &plan, rounds).await?;
            print!("{}", outcome.table());
            outcomes.push(outcome);
            Ok(())
        })
        .await
        .with_context(|| plan.name.clone())?;
    }
    let file = project().join("target/bench/engine.json");
    let all = json!({ "machine": machine, "cases": outcomes });
    fs::write(&file, serde_json::to_string_pretty(&all)?)?;
    println!("\n{} cores of an {}, {}", machine.cores, machine.processor, machine.browser);
    if let Report::Write = report {
        let file = project().join("BENCHMARKS.md");
        let before = fs::read_to_string(&file).unwrap_or_else(|_| "# Benchmarks\n".to_owned());
        fs::write(&file, benchmarks(&before, &machine, &outcomes))?;
    }
    Ok(())
}

const BROWSER: &str = "
    const version = navigator.userAgent.match(/Chrom[a-z]*\\/(\\d+)/)?.[1] ?? '';
    return [navigator.hardwareConcurrency, `Chromium ${version}`];";

/// Writes the case to where the page finds it.
fn lay_out(case: &Case) -> Result<Plan> {
    let folder = env::var("RACE_DATA").context("run `cargo xtask bench engine`")?;
    let folder = PathBuf::from(folder);
    let plan = Plan::new(case)?;
    fs::write(folder.join("case.json"), serde_json::to_string(&plan)?)?;
    fs::write(folder.join("case.bin"), plan.bytes())?;
    Ok(plan)
}

async fn run(page: &Page, plan: &Plan, rounds: usize) -> Result<Outcome> {
    // Large cases take long, the first time above all.
    let limits = TimeoutConfiguration::new(Some(PATIENCE), None, None);
    page.driver.update_timeouts(limits).await?;
    let count: usize = page.js("return race.start()", vec![]).await?;
    let mut worst = 0.0_f64;
    let mut raced = Vec::new();
    for index in 0..count {
        let (entrant, error) = prepare(page, index).await?;
        worst = worst.max(error);
        raced.push(Raced { entrant, rounds: Vec::new() });
    }
    for round in 0..rounds {
        for place in 0..count {
            // The order changes, so that no engine always runs after the same one.
            let index = (place + round) % count;
            if raced[index].entrant.unable.is_none() {
                let turn = vec![json!(index), json!(TURN)];
                let times: Times =
                    page.js("return race.run(arguments[0], arguments[1])", turn).await?;
                raced[index].rounds.push(times);
            }
        }
    }
    let subject = Subject {
        case: plan.name.clone(),
        what: plan.what.clone(),
        macs: plan.macs,
        branches: plan.branches.iter().map(|steps| chain(steps)).collect(),
    };
    Ok(Outcome::new(subject, worst, raced))
}

/// Starts an engine; its output's error against the first one's, which must be small.
async fn prepare(page: &Page, index: usize) -> Result<(Entrant, f64)> {
    let (entrant, error): (Entrant, Option<f64>) =
        page.js("return race.prepare(arguments[0])", vec![json!(index)]).await?;
    if entrant.unable.is_some() {
        return Ok((entrant, 0.0));
    }
    // JSON writes NaN and infinities as null.
    let error = error.unwrap_or(f64::NAN);
    let Entrant { name, threads, .. } = &entrant;
    ensure!(
        error <= TOLERANCE,
        "{name} on {threads} threads computes something else: its error is {error:.1e}"
    );
    Ok((entrant, error))
}

/// The processor's name where the system tells it, its family otherwise.
fn processor() -> String {
    let info = fs::read_to_string("/proc/cpuinfo").unwrap_or_default();
    let name = info.lines().find_map(|line| line.strip_prefix("model name")?.split_once(':'));
    name.map_or(env::consts::ARCH, |(_, name)| name.trim()).to_owned()
}
