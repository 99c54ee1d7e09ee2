//! The architecture of a whole network: where its blocks stand, how they are drawn, moved and walked.
//!
//! [`layout`] places every block, [`walk`] goes from one to the next, [`caption`] names them, [`viewport`]
//! says which part is in view and [`gesture`] how pointers move it; `view` holds the state and draws
//! by `picture`, box by `block`.
//!
//! Invariant: the area filled in a box is in exact proportion to what the box costs, wherever it stands.

pub mod caption;
pub mod gesture;
pub mod layout;
mod place;
pub mod viewport;
pub mod walk;

pub mod block;
pub mod picture;
pub mod view;

pub use view::NetworkFigure;
