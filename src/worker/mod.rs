//! The messages between page and engine, and both ends of the line.
//!
//! [`message`] says what is sent, [`job`] answers one request, `serve` is the worker's end and
//! `client` the page's. A message is an array: a small header (`serde`), then the large buffers, whose
//! memory is transferred and not copied.
//!
//! Invariant: the worker keeps nothing between two requests, so a run is cancelled by ending the worker
//! and starting another; and whatever goes wrong in it reaches the page as [`Response::Failed`].

pub mod job;
pub mod message;

#[cfg(target_arch = "wasm32")]
pub mod client;
#[cfg(target_arch = "wasm32")]
pub mod serve;

pub use message::{BranchReport, PlainSpec, Request, Response, RunError};

/// The script that starts a worker, relative to the page: the name Trunk gives to the loader of
/// `engine_worker`.
pub const WORKER_URL: &str = "./engine_worker_loader.js";

/// As [`WORKER_URL`], of the build with relaxed vectors, which only some browsers load.
pub const RELAXED_WORKER_URL: &str = "./engine_worker_relaxed_loader.js";
