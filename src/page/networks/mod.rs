//! The Networks view: whole networks read, drawn, compared, rebuilt and taken away.
//!
//! It is a program of its own, loaded when it is first opened: see `late`. What knows no browser
//! (which rows a table shows, the figure's layout) is compiled and tested natively too.

#[cfg(target_arch = "wasm32")]
pub mod app;
pub mod arithmetic;
pub mod compare;
pub mod configurations;
pub mod figure;
#[cfg(target_arch = "wasm32")]
pub mod file;
#[cfg(target_arch = "wasm32")]
pub mod layers;
#[cfg(target_arch = "wasm32")]
pub mod messages;
pub mod rows;
#[cfg(target_arch = "wasm32")]
pub mod store;
pub mod substitute;
#[cfg(target_arch = "wasm32")]
pub mod summary;
pub mod texts;
#[cfg(target_arch = "wasm32")]
pub mod toolbar;
#[cfg(target_arch = "wasm32")]
pub mod window;
pub mod words;

#[cfg(target_arch = "wasm32")]
pub use app::start;
