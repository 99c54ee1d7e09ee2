//! The controls: sliders with number boxes, chips, the preset menu, and the panel that holds them.

pub mod chip;
pub mod drag;
pub mod number_box;
pub mod number_field;
pub mod panel;
pub mod popup;
pub mod preset_menu;
pub mod slider;
pub mod typed;

pub use self::{
    chip::Chip,
    drag::{Drag, use_drag},
    number_box::NumberBox,
    number_field::{NumberField, ValueField},
    panel::Panel,
    popup::Popup,
    slider::SliderField,
};
