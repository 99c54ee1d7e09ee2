//! Headings and times for work that goes step by step.

use std::time::{Duration, Instant};

use anyhow::{Context, Result};

/// Runs steps one after another and remembers how long each took.
pub struct Steps {
    started: Instant,
    done: Vec<(&'static str, Duration)>,
}

impl Steps {
    /// Starts the clock.
    pub fn new() -> Self {
        Self { started: Instant::now(), done: Vec::new() }
    }

    /// Runs one step under a heading; its error names the step.
    pub fn run<T>(&mut self, title: &'static str, step: impl FnOnce() -> Result<T>) -> Result<T> {
        eprintln!("\n=== {title}");
        let started = Instant::now();
        let value = step().with_context(|| format!("failed: {title}"))?;
        let took = started.elapsed();
        eprintln!("    took {:.1} s", took.as_secs_f64());
        self.done.push((title, took));
        Ok(value)
    }

    /// Prints every step's time and the whole.
    pub fn summary(&self) {
        eprintln!("\n=== All passed");
        for (title, took) in &self.done {
            eprintln!("{:8.1} s  {title}", took.as_secs_f64());
        }
        eprintln!("{:8.1} s  in all", self.started.elapsed().as_secs_f64());
    }
}
