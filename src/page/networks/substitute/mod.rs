//! Replacing convolutions: how many, by what, what that saves, and whether it pays.
//!
//! The survey of the network and the curve are worked out once a change of the network, the replacement
//! or the count; a slider that moves only picks other places of them.

#[cfg(target_arch = "wasm32")]
pub mod controls;
pub mod curve;
#[cfg(target_arch = "wasm32")]
pub mod marks;
#[cfg(target_arch = "wasm32")]
pub mod menu;
#[cfg(target_arch = "wasm32")]
pub mod outcome;
#[cfg(target_arch = "wasm32")]
pub mod plot;
#[cfg(target_arch = "wasm32")]
pub mod row;
pub mod standing;
#[cfg(target_arch = "wasm32")]
pub mod table;
#[cfg(target_arch = "wasm32")]
pub mod view;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub use view::SubstituteView;
