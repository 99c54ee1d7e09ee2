//! The Forward view: photograph, preprocessing, run of the module, feature maps.
//!
//! `photo` chooses a photograph, `input` preprocesses it, `run` runs the module; the latter two use workers, so the
//! page stays responsive. The other files show their state.

pub mod decode;
pub mod input;
pub mod maps;
pub mod photo;
pub mod picture;
pub mod preprocessing;
pub mod results;
pub mod run;
pub mod settings;
pub mod view;
pub mod words;
