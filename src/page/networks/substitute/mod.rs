//! Replacing convolutions: how many, by what, what that saves, and whether it pays.
//!
//! The survey of the network and the curve are computed when the network, the replacement or the metric
//! changes. The slider only selects a point of them.

pub mod candidates;
pub mod controls;
pub mod curve;
pub mod curve_layout;
pub mod curve_legend;
pub mod menu;
pub mod outcome;
pub mod ranked_survey;
pub mod row;
pub mod view;
pub mod words;

pub use view::SubstituteView;
