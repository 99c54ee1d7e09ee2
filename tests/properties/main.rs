//! Properties of every model, every link and every number, tested natively.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod chart;
mod cost;
mod crossover;
mod history;
mod limits;
mod link;
mod network_edit;
mod network_figure;
mod network_file;
mod network_memory;
mod network_plan;
mod network_strategy;
mod networks_link;
mod scheduler;
mod scheduler_engine;
mod strategy;
mod substitution;
#[allow(dead_code, reason = "each test crate uses a part of it")]
#[path = "../support/whole_image.rs"]
mod whole_image;

use proptest::test_runner::Config;

/// So many cases; a case that fails is printed, and belongs into a unit test rather than into a file.
fn cases(cases: u32) -> Config {
    Config { cases, failure_persistence: None, ..Config::default() }
}
