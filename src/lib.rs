//! Inception Explorer: a page that teaches what a 1×1 convolution in front of an expensive convolution saves.
//!
//! | folder | holds | may import |
//! |---|---|---|
//! | [`arch`] | WHAT a network is: layers, containers, the Inception module, published networks as plain data; shape inference; limits | – |
//! | [`cost`] | WHAT IT COSTS: parameters, MACs, memory, receptive field; torchsummary's table; crossovers; replacing convolutions | `arch` |
//! | [`engine`] | RUNNING IT: f32 tensors, convolution kernels, pooling, workloads, preprocessing, weights | `arch` |
//! | [`chart`] | DRAWING NUMBERS: a scene (plain data) and one draw function over any plotters backend | `arch`, `cost` |
//! | [`export`] | IN AND OUT: networks as files and as text for links; tables as CSV, Markdown and LaTeX | `arch`, `cost` |
//! | [`state`] | WHAT THE PAGE SHOWS: module and networks with their histories, actions, the link | `arch`, `cost`, `export` |
//! | [`worker`] | the messages between page and engine, the scheduling of runs, the engine's end | `arch`, `engine` |
//! | [`page`] | THE PAGE: Yew components, one folder a view, shared controls and hooks beside them | everything |
//!
//! Imports run one way: `arch ← cost ← {chart, export ← state} ← page` and `arch ← engine ← worker ← page`.
//! Nothing outside `page/` and `worker/` uses Yew, web-sys or JavaScript, so all of it compiles and is tested
//! natively. `tests/architecture` checks these rules. Without the feature `page` (in the default set) the library has
//! only what the engine's workers need: `arch`, `engine` and `worker`. `ARCHITECTURE.md` has the phases that data goes
//! through, the glossary and the lists "How to add".

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
