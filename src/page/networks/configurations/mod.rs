//! VGG's table of configurations (figure 1 of the write-up) and their accuracy against their cost
//! (figure 2).

#[cfg(target_arch = "wasm32")]
pub mod chart;
pub mod figure;
pub mod findings;
pub mod plot;
#[cfg(target_arch = "wasm32")]
pub mod table;
#[cfg(target_arch = "wasm32")]
pub mod view;

#[cfg(target_arch = "wasm32")]
pub use view::ConfigurationsView;
