//! Layer by layer: the table beside the architecture.

pub mod actions;
pub mod choice;
pub mod export;
pub mod inspector;
pub mod list;
pub mod notes;
pub mod table;
pub mod torchsummary;
pub mod view;

pub use view::LayersView;
