//! What a race found out: as a table, as JSON, as a part of `BENCHMARKS.md`.

use std::fmt::Write;

use serde::{Deserialize, Serialize};

use crate::statistics::{Spread, ratio};

/// Where the race was run.
#[derive(Clone, Debug, Serialize)]
pub struct Machine {
    /// The processor's name.
    pub processor: String,
    /// Its cores, as the browser counts them.
    pub cores: u32,
    /// The browser's name and version.
    pub browser: String,
}

/// Somebody who raced, as the page names it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Entrant {
    /// Name and version.
    pub name: String,
    /// Whether it is the engine that the others are measured against.
    pub ours: bool,
    /// Threads, or of ours workers, that it may use.
    pub threads: u32,
    /// Why it can't run the case; then it has no times.
    pub unable: Option<String>,
}

/// An entrant's times in one round, in milliseconds.
#[derive(Clone, Debug, Default, Serialize, Deserialize)]
pub struct Times {
    /// From handing the input over until the output can be read by the page.
    pub page: Vec<f64>,
    /// Of these, what the engine itself says it computed for, run by run, branch by branch: of several
    /// workers, the time of all by their number. Empty where it doesn't say.
    pub inside: Vec<Vec<f64>>,
}

impl Times {
    /// What the engine says it computed for, run by run.
    fn inside(&self) -> Vec<f64> {
        self.inside.iter().map(|branches| branches.iter().sum()).collect()
    }
}

/// An entrant with its times, round by round; none where it was unable.
#[derive(Clone, Debug, Serialize)]
pub struct Raced {
    /// Who.
    #[serde(flatten)]
    pub entrant: Entrant,
    /// Its times.
    pub rounds: Vec<Times>,
}

impl Raced {
    fn page(&self) -> Vec<Vec<f64>> {
        self.rounds.iter().map(|times| times.page.clone()).collect()
    }

    fn inside(&self) -> Vec<Vec<f64>> {
        self.rounds.iter().map(Times::inside).collect()
    }

    /// The median of each branch's time.
    fn branches(&self) -> Vec<f64> {
        let runs: Vec<_> = self.rounds.iter().flat_map(|times| &times.inside).collect();
        let branches = runs.first().map_or(0, |run| run.len());
        let median = |branch: usize| {
            let times: Vec<_> = runs.iter().filter_map(|run| run.get(branch).copied()).collect();
            Spread::of(&times).map(|spread| spread.median)
        };
        (0..branches).filter_map(median).collect()
    }
}

/// What is raced on.
#[derive(Clone, Debug, Serialize)]
pub struct Subject {
    /// The case.
    pub case: String,
    /// What exactly is run.
    pub what: String,
    /// Multiply–accumulates, each convolution done plainly.
    pub macs: u64,
    /// What each branch is.
    pub branches: Vec<String>,
}

/// One case, raced.
#[derive(Clone, Debug, Serialize)]
pub struct Outcome {
    /// The case.
    #[serde(flatten)]
    pub subject: Subject,
    /// The largest error of an output relative to the greatest value.
    pub error: f64,
    /// Everybody.
    pub raced: Vec<Raced>,
    /// Ours beside the fastest other on the same number of threads.
    pub ratios: Vec<Ratio>,
}

/// Ours ÷ the fastest other on the same number of threads, round by round.
#[derive(Clone, Debug, Serialize)]
pub struct Ratio {
    /// Threads of both.
    pub threads: u32,
    /// Of the times from input to readable output.
    pub page: Spread,
    /// Of the time our engine itself says it computed for, beside the others' whole.
    pub inside: Option<Spread>,
}

impl Outcome {
    /// Sums up who raced.
    pub fn new(subject: Subject, error: f64, raced: Vec<Raced>) -> Self {
        let ratios = raced.iter().filter(|one| one.entrant.ours).filter_map(|ours| {
            let threads = ours.entrant.threads;
            let others: Vec<_> = raced
                .iter()
                .filter(|one| !one.entrant.ours && one.entrant.threads == threads)
                .filter(|one| one.entrant.unable.is_none())
                .map(Raced::page)
                .collect();
            let page = ratio(&ours.page(), &others)?;
            Some(Ratio { threads, page, inside: ratio(&ours.inside(), &others) })
        });
        Self { ratios: ratios.collect(), subject, error, raced }
    }

    /// The case's table, as the terminal shows it.
    pub fn table(&self) -> String {
        let Self { subject: Subject { case, what, macs, .. }, error, .. } = self;
        let mut table = format!(
            "\n{case}\n  {what}\n  {:.3} GFLOP; outputs agree to {error:.1e}\n  {:34} {:>7} {:>9} {:>19} {:>8} {:>9}\n",
            2e-9 * *macs as f64,
            "",
            "threads",
            "ms",
            "rounds",
            "GFLOP/s",
            "inside ms"
        );
        for raced in &self.raced {
            let Entrant { name, threads, unable, .. } = &raced.entrant;
            let times = match (unable, Spread::of_rounds(&raced.page())) {
                (Some(why), _) => why.clone(),
                (None, None) => "no times".to_owned(),
                (None, Some(Spread { low, median, high })) => {
                    let inside = Spread::of_rounds(&raced.inside())
                        .map_or(String::new(), |spread| format!("{:9.2}", spread.median));
                    let rounds = format!("{low:.2} – {high:.2}");
                    let speed = 2e-6 * *macs as f64 / median;
                    format!("{median:9.2} {rounds:>19} {speed:8.1} {inside}")
                }
            };
            let _ = writeln!(table, "  {name:34} {threads:7} {times}");
        }
        for Ratio { threads, page, inside } in &self.ratios {
            let show = |Spread { low, median, high }: &Spread| {
                format!("{median:.2} ({low:.2} – {high:.2})")
            };
            let one = if *threads == 1 { "" } else { "s" };
            let _ =
                write!(table, "  ours ÷ the faster other, {threads} thread{one}: {}", show(page));
            if let Some(inside) = inside {
                let _ = write!(table, "; its inside alone {}", show(inside));
            }
            table.push('\n');
        }
        table + self.profile().as_str()
    }

    /// Where ours spends its time: in its branches, and between the page and the workers.
    fn profile(&self) -> String {
        let mut profile = String::new();
        for ours in self.raced.iter().filter(|one| one.entrant.ours) {
            let (branches, Some(page)) = (ours.branches(), Spread::of_rounds(&ours.page())) else {
                continue;
            };
            let on_the_way = page.median - branches.iter().sum::<f64>();
            let names = self.subject.branches.iter();
            let parts: Vec<_> =
                names.zip(&branches).map(|(name, time)| format!("{name} {time:.2}")).collect();
            let (threads, parts) = (ours.entrant.threads, parts.join(", "));
            let one = if threads == 1 { "" } else { "s" };
            let _ = writeln!(
                profile,
                "  ours, {threads} thread{one}: {parts}, between page and workers {on_the_way:.2} ms"
            );
        }
        profile
    }

    /// The case's rows of the table in `BENCHMARKS.md`.
    fn rows(&self) -> String {
        let rows = self.raced.iter().filter_map(|raced| {
            let entrant = &raced.entrant;
            let Spread { low, median, high } = Spread::of_rounds(&raced.page())?;
            let inside = Spread::of_rounds(&raced.inside())
                .map_or(String::new(), |spread| format!("{:.2}", spread.median));
            let ratio = self.ratios.iter().find(|ratio| ratio.threads == entrant.threads);
            let ratio = ratio.filter(|_| entrant.ours);
            let ratio = ratio.map_or(String::new(), |ratio| format!("{:.2}", ratio.page.median));
            Some(format!(
                "| `{}` | {} | {} | {median:.2} | {low:.2} – {high:.2} | {inside} | {ratio} |\n",
                self.subject.case, entrant.name, entrant.threads
            ))
        });
        rows.collect()
    }
}

const START: &str = "<!-- race: written by `cargo xtask bench engine --write` -->";
const END: &str = "<!-- /race -->";

/// `document` with the race in its place, which is the end where it has none yet.
pub fn benchmarks(document: &str, machine: &Machine, outcomes: &[Outcome]) -> String {
    let Machine { processor, cores, browser } = machine;
    let rows: String = outcomes.iter().map(Outcome::rows).collect();
    let work = |Outcome { subject: Subject { case, what, .. }, .. }: &Outcome| {
        format!("- `{case}`: {what}\n")
    };
    let works: String = outcomes.iter().map(work).collect();
    let profile =
        outcomes.iter().map(|outcome| format!("`{}`\n{}", outcome.subject.case, outcome.profile()));
    let profile: String = profile.collect::<Vec<_>>().join("\n");
    let race = format!(
        "{START}\n## The engine beside others\n\n\
        {browser}, headless; {cores} cores ({processor}). Milliseconds from handing the input over until the page can\n\
        read the output: the median of the rounds' medians, and the least and greatest of these. Ours runs as the page\n\
        runs it: a pool of workers, as many as there are threads. `inside` is what they say they computed for, the time\n\
        of all by their number. The last column is ours ÷ the faster peer on as many threads, round by round. Every\n\
        output was compared with the others' before.\n\n{works}\n\
        | case | engine | threads | ms | rounds | inside | ratio |\n|---|---|---|---|---|---|---|\n{rows}\n\
        Where the time of ours goes, each branch's median:\n\n```text\n{profile}```\n{END}"
    );
    let place = document.find(START).zip(document.find(END));
    match place.filter(|(start, end)| start < end) {
        Some((start, end)) => {
            format!("{}{race}{}", &document[..start], &document[end + END.len()..])
        }
        None => format!("{document}\n{race}\n"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn raced(name: &str, ours: bool, threads: u32, rounds: &[f64]) -> Raced {
        let entrant = Entrant { name: name.to_owned(), ours, threads, unable: None };
        let times = |&time: &f64| Times {
            page: vec![time],
            inside: if ours { vec![vec![time / 8.0, time * 3.0 / 8.0]] } else { Vec::new() },
        };
        Raced { entrant, rounds: rounds.iter().map(times).collect() }
    }

    fn subject(case: &str, macs: u64) -> Subject {
        let branches = ["1×1", "pool → 1×1"].map(str::to_owned).to_vec();
        Subject { case: case.into(), what: "one convolution".into(), macs, branches }
    }

    fn outcome() -> Outcome {
        let raced = vec![
            raced("ours", true, 1, &[4.0, 40.0, 4.0]),
            raced("first", false, 1, &[10.0, 100.0, 10.0]),
            raced("second", false, 1, &[8.0, 80.0, 8.0]),
            raced("ours", true, 2, &[3.0, 3.0, 6.0]),
            raced("second", false, 2, &[4.0, 4.0, 4.0]),
        ];
        Outcome::new(subject("D", 4_000_000), 1e-7, raced)
    }

    #[test]
    fn ours_is_measured_against_the_faster_on_as_many_threads() {
        let outcome = outcome();
        let ratios = outcome.ratios.iter().map(|ratio| {
            let inside = ratio.inside.expect("ours says it");
            (ratio.threads, ratio.page.median, inside.median)
        });
        assert_eq!(ratios.collect::<Vec<_>>(), [(1, 0.5, 0.25), (2, 0.75, 0.375)]);
        let table = outcome.table();
        assert!(table.contains("1 thread: 0.50 (0.50 – 0.50); its inside alone 0.25"), "{table}");
        assert!(table.contains("2 threads: 0.75 (0.75 – 1.50); its inside alone 0.38"), "{table}");
        assert!(table.contains("2.0"), "8 MFLOP in 4 ms: {table}");
    }

    #[test]
    fn the_profile_leaves_nothing_of_the_time_out() {
        let profile = outcome().profile();
        let one = "ours, 1 thread: 1×1 0.50, pool → 1×1 1.50, between page and workers 2.00 ms";
        let two = "ours, 2 threads: 1×1 0.38, pool → 1×1 1.12, between page and workers 1.50 ms";
        assert_eq!(profile, format!("  {one}\n  {two}\n"));
    }

    #[test]
    fn who_is_unable_has_no_ratio_and_says_why() {
        let Outcome { mut raced, .. } = outcome();
        for ours in raced.iter_mut().filter(|one| one.entrant.ours) {
            ours.entrant.unable = Some("it has no stride".to_owned());
            ours.rounds = Vec::new();
        }
        let outcome = Outcome::new(subject("conv:3,4,3,s2@7", 1), 0.0, raced);
        assert!(outcome.ratios.is_empty(), "{:?}", outcome.ratios);
        assert_eq!(outcome.table().matches("it has no stride").count(), 2);
        assert!(!outcome.rows().contains("ours"));
    }

    #[test]
    fn a_second_report_takes_the_first_ones_place() {
        let machine = Machine { processor: "P".into(), cores: 2, browser: "B".into() };
        let once = benchmarks("# Benchmarks\n", &machine, &[outcome()]);
        assert!(once.starts_with("# Benchmarks\n"), "{once}");
        for row in [
            "| `D` | ours | 1 | 4.00 | 4.00 – 40.00 | 2.00 | 0.50 |",
            "| `D` | ours | 2 | 3.00 | 3.00 – 6.00 | 1.50 | 0.75 |",
            "| `D` | second | 2 | 4.00 | 4.00 – 4.00 |  |  |",
        ] {
            assert!(once.contains(row), "{row} in {once}");
        }
        let after = format!("{once}\nMore.\n");
        assert_eq!(benchmarks(&after, &machine, &[outcome()]), after);
    }
}
