//! Replacing convolutions: how many, by what, what that saves, and whether it pays.
//!
//! The survey of the network and the curve are computed when the network, the replacement or the metric
//! changes. The slider only selects a point of them.

#[cfg(target_arch = "wasm32")]
pub mod candidates;
#[cfg(target_arch = "wasm32")]
pub mod controls;
#[cfg(target_arch = "wasm32")]
pub mod curve;
pub mod curve_layout;
#[cfg(target_arch = "wasm32")]
pub mod curve_legend;
#[cfg(target_arch = "wasm32")]
pub mod menu;
#[cfg(target_arch = "wasm32")]
pub mod outcome;
pub mod ranked_survey;
#[cfg(target_arch = "wasm32")]
pub mod row;
#[cfg(target_arch = "wasm32")]
pub mod view;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub use view::SubstituteView;
