//! Inception Explorer: the map of the house.
//!
//! | folder | holds | may import |
//! |---|---|---|
//! | [`arch`] | WHAT a network is: convolutions, the Inception module, VGG, GoogLeNet as plain data; shape inference; presets | – |
//! | [`cost`] | WHAT IT COSTS: parameters, MACs, memory, receptive field; summary tables; crossover algebra | `arch` |
//! | [`engine`] | RUNNING IT: f32 tensors, convolution kernels, pooling, modules, preprocessing, weights | `arch` |
//! | [`chart`] | DRAWING NUMBERS: a scene (plain data) and one draw function over any plotters backend | `arch`, `cost` |
//! | [`export`] | HANDING IT ON: networks as files and as text for links | `arch`, `cost` |
//! | [`state`] | WHAT THE PAGE SHOWS: one serialisable model, actions, history, the link | `arch`, `cost`, `export` |
//! | [`worker`] | the messages between page and engine, and the engine's side of them | `arch`, `engine` |
//! | [`page`] | THE PAGE: Yew components, one folder a view, shared controls and hooks beside them | everything |
//!
//! Imports run one way: `arch ← cost ← {chart, export ← state} ← page` and `arch ← engine ← worker ← page`.
//! Nothing outside `page/` and `worker/` knows Yew, web-sys or JavaScript: all of it compiles and is
//! tested natively. `tests/house` checks this. Without the feature `page` (in the default set) the library is
//! what the engine's workers need: `arch`, `engine` and `worker`.

#[cfg(feature = "page")]
rust_i18n::i18n!("locales", fallback = "en");

pub mod arch;
#[cfg(feature = "page")]
pub mod chart;
#[cfg(feature = "page")]
pub mod cost;
pub mod engine;
#[cfg(feature = "page")]
pub mod export;
#[cfg(feature = "page")]
pub mod page;
#[cfg(feature = "page")]
pub mod state;
pub mod worker;
