//! The module's diagram (figure 4): layout, drawing, arithmetic.

pub mod layout;

pub mod arithmetic;
pub mod card;
pub mod picture;

pub use card::DiagramCard;
