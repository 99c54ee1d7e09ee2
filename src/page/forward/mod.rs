//! The Forward view: a photograph, what preprocessing makes of it, the module at work, what comes out.
//!
//! `photo` takes a picture in, `input` has it preprocessed, `run` has the module run; both talk to
//! workers of their own, so that the page never waits. The rest shows what they hold.
//!
//! It is a program of its own, loaded when it is first opened: see `late`.

#[cfg(target_arch = "wasm32")]
pub mod app;
#[cfg(target_arch = "wasm32")]
pub mod decode;
#[cfg(target_arch = "wasm32")]
pub mod input;
#[cfg(target_arch = "wasm32")]
pub mod maps;
#[cfg(target_arch = "wasm32")]
pub mod messages;
#[cfg(target_arch = "wasm32")]
pub mod photo;
#[cfg(target_arch = "wasm32")]
pub mod picture;
#[cfg(target_arch = "wasm32")]
pub mod preprocessing;
#[cfg(target_arch = "wasm32")]
pub mod results;
#[cfg(target_arch = "wasm32")]
pub mod run;
#[cfg(target_arch = "wasm32")]
pub mod settings;
pub mod texts;
#[cfg(target_arch = "wasm32")]
pub mod view;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub use app::start;
