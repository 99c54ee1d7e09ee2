//! DRAWING NUMBERS: what the crossover chart shows as plain data, one function that draws it on any plotters
//! backend, and what every plot of the page shares: points and rectangles, scales, ticks, short numbers.
//!
//! A [`Scene`] is built from a cost [`Answer`](crate::cost::Answer): curves, crossings, ranges, a table for
//! screen readers. A [`ChartLayout`] puts it on a surface of so many CSS pixels and maps between pixels and
//! channels; with the page's [`Labels`] and a [`Theme`] they are a [`Figure`], which [`draw`] paints in
//! [`CanvasLayer`]s.
//!
//! Invariants: nothing here contains text of a language, measures a text (on a canvas each measurement is a
//! forced layout of the page) or reads anything but its arguments: the same scene, layout, labels and theme
//! give the same calls.

mod collision;
mod draw;
mod geometry;
mod layout;
mod marks;
mod number;
mod pen;
mod picture;
mod range;
mod scale;
mod scene;
mod series;
mod stroke;
mod table;
mod text;
mod theme;
mod ticks;

pub use collision::first_free;
pub use draw::{CanvasLayer, Figure, draw};
pub use geometry::{Point, Rect};
pub use layout::{ChartLayout, Surface};
pub use range::Axes;
pub use scale::{Scale, Spacing};
pub use scene::{Crossing, Scene, SceneOptions};
pub use series::{Series, SeriesId};
pub use table::Row;
pub use text::Labels;
pub use theme::{RGBColor, Theme};
pub use ticks::{Tick, nice_range, nice_step, nice_ticks};
