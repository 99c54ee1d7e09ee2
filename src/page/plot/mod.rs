//! What the page's plots share: axes, bars, the cursor, and the data table for screen readers.

pub mod axis;
pub mod bar;
pub mod cursor;
pub mod data_table;
pub mod keys;
pub mod surface;

pub use self::{
    axis::{x_axis, y_axis},
    bar::bar,
    cursor::{Cursor, CursorAction, Hovered, PlotElement, pointer_at, use_cursor},
    data_table::DataTable,
    surface::use_surface,
};
