//! The crossover chart on the page: the canvas with its cursor, the legend, the table.

pub mod canvas;
pub mod card;
#[cfg(not(target_arch = "wasm32"))]
pub mod first_picture;
pub mod legend;
pub mod paint;
pub mod readout;

pub use card::ChartCard;
