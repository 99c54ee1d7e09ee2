//! The module's diagram (figure 4): where things stand, how they are drawn, what they compute.

pub mod layout;

#[cfg(target_arch = "wasm32")]
pub mod arithmetic;
#[cfg(target_arch = "wasm32")]
pub mod card;
#[cfg(target_arch = "wasm32")]
pub mod picture;

#[cfg(target_arch = "wasm32")]
pub use card::DiagramCard;
