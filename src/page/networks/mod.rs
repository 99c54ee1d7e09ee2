//! The Networks view: networks counted, drawn, compared, edited and exported.
//!

pub mod arithmetic;
pub mod compare;
pub mod configurations;
pub mod counted;
pub mod figure;
pub mod file;
pub mod kept;
pub mod layers;
pub mod rows;
pub mod substitute;
pub mod summary;
pub mod toolbar;
pub mod view;
pub mod window;
pub mod words;
