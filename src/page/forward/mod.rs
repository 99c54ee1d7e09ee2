//! The Forward view: photograph, preprocessing, run of the module, feature maps.
//!
//! `photo` chooses a photograph, `input` has it preprocessed, `run` has the module run; both talk to
//! workers of their own, so that the page never waits. The rest shows what they hold.

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
