//! The module's diagram (figure 4): where things stand, how they are drawn, what they compute.

pub mod layout;

pub mod arithmetic;
pub mod card;
pub mod picture;

pub use card::DiagramCard;
