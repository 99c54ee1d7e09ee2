//! The crossover chart on the page: the canvas and its pointer, the legend, the table.

pub mod card;
pub mod cursor;
pub mod legend;
pub mod plot;
pub mod readout;
pub mod surface;

pub use card::ChartCard;
