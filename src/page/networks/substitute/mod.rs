//! Replacing convolutions: how many, by what, what that saves, and whether it pays.
//!
//! The survey of the network and the curve are worked out once a change of the network, the replacement
//! or the count; a slider that moves only picks other places of them.

pub mod controls;
pub mod curve;
pub mod marks;
pub mod menu;
pub mod outcome;
pub mod plot;
pub mod row;
pub mod standing;
pub mod table;
pub mod view;
pub mod words;

pub use view::SubstituteView;
