//! THE PAGE: Yew components, one folder a view, shared controls and hooks beside them.
//!
//! `app` holds the state and the frame; data flows down as properties, actions flow up through the
//! `store`'s dispatcher. No component writes another's state. All of it compiles natively too, and renders
//! there to text: code that renders reaches the browser through `browser` alone.

pub mod app;
pub mod browser;
pub mod chart;
pub mod controls;
pub mod counts;
pub mod crash;
pub mod diagram;
pub mod downloads;
pub mod experiments;
#[cfg(not(target_arch = "wasm32"))]
pub mod first_picture;
pub mod format;
pub mod forward;
pub mod header;
pub mod link;
pub mod module_view;
pub mod networks;
pub mod notices;
pub mod origin;
pub mod plot;
pub mod prefs;
pub mod store;
pub mod text;
pub mod verdict;
pub mod visit;
pub mod words;
