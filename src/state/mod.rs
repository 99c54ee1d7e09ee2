//! WHAT THE PAGE SHOWS: its documents, the actions that change them, their histories and their link.
//!
//! A control sends a [`StoreAction`]; [`Store::after`] answers with the next state. [`Model::apply`] and
//! [`Networks::apply`](networks::Networks) apply a change to the module and to the networks; [`History`] keeps
//! the steps of each; [`link`] writes and reads both as one link.
//!
//! Invariant: a [`Model`] or a [`Networks`](networks::Networks) that exists is valid and can be counted,
//! drawn and written as a link.

pub mod action;
pub mod counting;
pub mod experiment;
pub mod history;
pub mod link;
pub mod model;
pub mod networks;
pub mod store;
pub mod term;

pub use action::Action;
pub use counting::Counting;
pub use experiment::Experiment;
pub use history::{Document, History};
pub use model::{AxisScale, BatchNormMode, Diagram, Kernels, Model, Photo, RunSettings, View};
pub use store::{Block, Change, Refusal, Store, StoreAction};
pub use term::Term;
