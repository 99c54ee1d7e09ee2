//! VGG's table of configurations (figure 1 of the write-up) and their accuracy against their cost
//! (figure 2).

pub mod columns;
pub mod columns_table;
pub mod error_chart;
pub mod findings;
pub mod scatter;
pub mod view;

pub use view::ConfigurationsView;
