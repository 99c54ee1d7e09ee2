//! The crossover chart on the page: the canvas with its cursor, the legend, the table.

pub mod canvas;
pub mod card;
pub mod legend;
pub mod paint;
pub mod readout;

pub use card::ChartCard;
