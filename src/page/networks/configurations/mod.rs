//! VGG's table of configurations (figure 1 of the write-up) and their accuracy against their cost
//! (figure 2).

pub mod chart;
pub mod figure;
pub mod findings;
pub mod plot;
pub mod table;
pub mod view;

pub use view::ConfigurationsView;
