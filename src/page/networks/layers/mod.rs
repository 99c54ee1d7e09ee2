//! Layer by layer: the table beside the architecture.

pub mod table;
pub mod torchsummary;
pub mod view;

pub use view::LayersView;
