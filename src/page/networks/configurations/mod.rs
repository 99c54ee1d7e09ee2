//! VGG's table of configurations (figure 1 of the write-up) and their accuracy against their cost
//! (figure 2).

pub mod columns;
#[cfg(target_arch = "wasm32")]
pub mod columns_table;
#[cfg(target_arch = "wasm32")]
pub mod error_chart;
pub mod findings;
pub mod scatter;
#[cfg(target_arch = "wasm32")]
pub mod view;

#[cfg(target_arch = "wasm32")]
pub use view::ConfigurationsView;
