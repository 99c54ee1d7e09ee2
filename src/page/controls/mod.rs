//! The controls: sliders with number boxes, chips, the preset menu, and the panel that holds them.

#[cfg(target_arch = "wasm32")]
pub mod chip;
#[cfg(target_arch = "wasm32")]
pub mod drag;
#[cfg(target_arch = "wasm32")]
pub mod number_box;
#[cfg(target_arch = "wasm32")]
pub mod number_field;
#[cfg(target_arch = "wasm32")]
pub mod panel;
#[cfg(target_arch = "wasm32")]
pub mod popup;
#[cfg(target_arch = "wasm32")]
pub mod preset_menu;
#[cfg(target_arch = "wasm32")]
pub mod slider;
pub mod typed;

#[cfg(target_arch = "wasm32")]
pub use self::{
    chip::Chip,
    drag::{Drag, use_drag},
    number_box::NumberBox,
    number_field::{NumberField, ValueField},
    panel::Panel,
    popup::Popup,
    slider::SliderField,
};
