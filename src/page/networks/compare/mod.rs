//! Two networks beside each other: what they cost, and where.

pub mod bars;
pub mod sides;
pub mod totals;
pub mod view;

pub use view::CompareView;
