//! The messages between page and engine, and both ends of the line.
//!
//! [`message`] says what is sent, [`job`] answers a request, `serve` is the worker's end and `client` the
//! page's. A message is an array: a small header (`serde`), then the large buffers, whose memory is
//! transferred and not copied: nothing is shared, so that no special headers are needed.
//!
//! A forward pass is shared by as many workers as it is worth, each with the whole engine: [`schedule`]
//! says who computes which band (of rows, or of channels), [`crew`] what is sent to whom, and `pool` sends it.
//!
//! Invariant: while a run is open a worker keeps its image, and from run to run the weights it packed
//! last, but no band: what waits for a norm waits with the page. All of it can be made anew from the
//! requests, so that a run is cancelled by ending the workers, and a worker that dies is replaced. Whatever
//! goes wrong in one reaches the page as [`Response::Failed`].

pub mod crew;
mod forward;
pub mod job;
pub mod message;
mod plan;
mod run;
pub mod schedule;
mod subject;

pub mod client;
pub mod pool;
pub mod serve;

pub use crew::{Crew, Event, Order, Place};
pub use message::{
    ConvSpec, ForwardSpec, Layer, PlainSpec, Request, Response, RunError, SubjectSpec,
};
pub use plan::{BranchReport, OutputBand, SubjectOutput};

/// The script that starts a worker, relative to the page: the name Trunk gives to the loader of
/// `engine_worker`.
pub const WORKER_URL: &str = "./engine_worker_loader.js";

/// As [`WORKER_URL`], of the build with relaxed vectors, which only some browsers load.
pub const RELAXED_WORKER_URL: &str = "./engine_worker_relaxed_loader.js";
