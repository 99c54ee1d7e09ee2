//! The controls: sliders with number boxes, chips, the preset menu, and the panel that holds them.

pub mod chip;
pub mod number_box;
pub mod panel;
pub mod preset_menu;
pub mod slider;

pub use chip::Chip;
pub use number_box::NumberBox;
pub use panel::Panel;
pub use slider::SliderField;
