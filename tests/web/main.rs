//! Component tests that need a browser: `cargo xtask test browser`. One file a topic; `harness` puts a
//! component on a page of its own with the store behind it, `engine` plays the worker.
#![cfg(target_arch = "wasm32")]

mod chart;
mod decode;
mod diagram;
mod engine;
mod harness;
mod kernels;
mod link;
mod messages;
mod notices;
mod number_box;
mod panel;
mod photo;
mod picture;
mod pool;
mod run;
mod slider;
mod store;
mod verdict;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
