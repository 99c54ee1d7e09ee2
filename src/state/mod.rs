//! WHAT THE PAGE SHOWS: one serialisable model, the actions that change it, its history and its link.
//!
//! A control sends an [`Action`]; [`Model::apply`] answers with the next model or says why there is
//! none; [`History`] keeps the steps; [`link`] writes and reads the model as a link's fragment.
//!
//! Whole networks are a document of their own: [`networks`].
//!
//! Invariant: a [`Model`] that exists is valid and can be counted, drawn and written as a link.

pub mod action;
pub mod experiment;
pub mod history;
pub mod link;
pub mod model;
pub mod networks;

pub use action::{Action, Term};
pub use experiment::Experiment;
pub use history::{Document, History};
pub use model::{AxisScale, BatchNormMode, Diagram, Kernels, Model, Photo, RunSettings, View};
