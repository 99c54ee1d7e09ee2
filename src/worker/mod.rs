//! Forward passes by a pool of Web Workers.
//!
//! # Who computes
//! Each worker holds the whole engine. A forward pass is a list of *jobs*: the workload whose output the page shows,
//! then plain convolutions for comparison, one job after the other. A job is cut into *bands* (of output rows or of
//! channels), and each idle worker is given the next one.
//!
//! | file | holds |
//! |---|---|
//! | [`message`], [`spec`], [`error`], [`codec`] | the messages: requests and responses, what is run, the errors, numbers in buffers |
//! | `schedule` | the jobs of a run, and how each is cut into bands |
//! | [`band_queue`] | which worker computes which band of a job |
//! | `run` | a run under way: its queue and the finished bands |
//! | [`scheduler`] | the states of all workers: receives their responses, returns [`command`]s |
//! | `pool`, `client` | the page's end: starts the workers, carries out the commands, calls the page with [`event`]s |
//! | `serve` | the worker's end: receives requests |
//! | [`service`], `open_run` | computes the answers, without JavaScript |
//!
//! # What crosses
//! A message is an array: a header (`serde`), then the large buffers, whose memory is transferred, not copied. Nothing
//! is shared, so no special HTTP headers are needed. Order of a run: `Open` (the image), `Band` for each band, `Close`.
//! Where batch norm needs the moments of the whole image, bands are measured first; the page merges the moments
//! and sends them back with each band to be normalised.
//!
//! # When a worker dies
//! A worker keeps the run's image and the weights it packed last, never a band: partial results are on the page. So
//! cancelling a run terminates its busy workers, and a worker that dies is replaced by a new one that is sent the same
//! requests. A band that ends two workers ends the run. Every error reaches the page as [`Response::Failed`].

pub mod band_queue;
pub mod codec;
pub mod command;
pub mod error;
pub mod event;
pub mod message;
mod open_run;
mod run;
mod schedule;
pub mod scheduler;
pub mod service;
pub mod spec;

pub mod client;
pub mod pool;
pub mod serve;

pub use command::{BandBuffer, Command};
pub use error::RunError;
pub use event::{BranchReport, Event, OutputBand, WorkloadOutput};
pub use message::{Request, Response};
pub use scheduler::Scheduler;
pub use spec::{ForwardSpec, Job, OperationSpec, PlainSpec, WorkloadSpec};

/// The script that starts a worker, relative to the page: Trunk's name for the loader of `engine_worker`.
pub const WORKER_URL: &str = "./engine_worker_loader.js";

/// As [`WORKER_URL`], for the build with relaxed SIMD, which only some browsers load.
pub const RELAXED_WORKER_URL: &str = "./engine_worker_relaxed_loader.js";
