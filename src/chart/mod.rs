//! DRAWING NUMBERS: what the crossover chart shows as plain data, and one function that draws it on any
//! plotters backend.
//!
//! A [`Scene`] is built from a cost [`Answer`](crate::cost::Answer): curves, crossings, ranges, a table
//! for those who can't see. A [`Layout`] puts it on a surface of so many CSS pixels and maps between
//! pixels and channels; with the page's [`Labels`] and a [`Theme`] they are a [`Figure`], which [`draw`] paints
//! in [`Layer`]s: a drag moves two that are little, and leaves the third.
//!
//! Invariants: nothing here holds a word of any language, measures a text (on a canvas each measurement
//! is a forced layout of the page) or reads anything but its arguments: the same scene, layout, labels
//! and theme give the same calls.

mod draw;
mod layout;
mod marks;
mod pen;
mod place;
mod range;
mod scale;
mod scene;
mod stroke;
mod table;
mod text;
mod theme;
mod ticks;

pub use draw::{Figure, Layer, draw};
pub use layout::{Layout, Rect, Surface};
pub use range::Axes;
pub use scale::{Scale, Spacing};
pub use scene::{Crossing, Scene, SceneOptions, Series, SeriesId};
pub use table::Row;
pub use text::Labels;
pub use theme::{RGBColor, Theme};
pub use ticks::{Tick, Unit};
