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

pub use chip::Chip;
pub use drag::{Drag, use_drag};
pub use number_box::NumberBox;
pub use number_field::{NumberField, PairField};
pub use panel::Panel;
pub use popup::Popup;
pub use slider::SliderField;
