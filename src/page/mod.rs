//! THE PAGE: Yew components, one folder a view, shared controls and hooks beside them.
//!
//! `app` holds the state and the frame; data flows down as properties, actions flow up through the
//! `store`'s dispatcher. No component writes another's state. What knows no browser (numbers as
//! text, the diagram's layout) is compiled and tested natively too.

pub mod format;

#[cfg(target_arch = "wasm32")]
pub mod app;
#[cfg(target_arch = "wasm32")]
pub mod chart;
pub mod controls;
#[cfg(target_arch = "wasm32")]
pub mod counts;
#[cfg(target_arch = "wasm32")]
pub mod crash;
pub mod diagram;
#[cfg(target_arch = "wasm32")]
pub mod experiments;
pub mod forward;
#[cfg(target_arch = "wasm32")]
pub mod header;
pub mod late;
#[cfg(target_arch = "wasm32")]
pub mod link;
#[cfg(target_arch = "wasm32")]
pub mod module_view;
pub mod networks;
#[cfg(target_arch = "wasm32")]
pub mod notices;
#[cfg(target_arch = "wasm32")]
pub mod origin;
pub mod plot;
#[cfg(target_arch = "wasm32")]
pub mod prefs;
#[cfg(target_arch = "wasm32")]
pub mod step;
#[cfg(target_arch = "wasm32")]
pub mod store;
#[cfg(target_arch = "wasm32")]
pub mod take_away;
#[cfg(target_arch = "wasm32")]
pub mod verdict;
pub mod words;
