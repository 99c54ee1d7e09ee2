//! What the page's plots share: axes, bars, the cursor, and the table for those who can't see the plot.

#[cfg(target_arch = "wasm32")]
pub mod axis;
#[cfg(target_arch = "wasm32")]
pub mod bar;
#[cfg(target_arch = "wasm32")]
pub mod cursor;
#[cfg(target_arch = "wasm32")]
pub mod data_table;
pub mod keys;
#[cfg(target_arch = "wasm32")]
pub mod surface;

#[cfg(target_arch = "wasm32")]
pub use self::{
    axis::{x_axis, y_axis},
    bar::bar,
    cursor::{Cursor, CursorAction, Hovered, PlotElement, pointer_at, use_cursor},
    data_table::DataTable,
    surface::use_surface,
};
