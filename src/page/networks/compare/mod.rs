//! Two networks beside each other: what they cost, and where.

#[cfg(target_arch = "wasm32")]
pub mod bars;
pub mod sides;
#[cfg(target_arch = "wasm32")]
pub mod totals;
#[cfg(target_arch = "wasm32")]
pub mod view;

#[cfg(target_arch = "wasm32")]
pub use view::CompareView;
