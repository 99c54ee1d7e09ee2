//! Component tests that need a browser: `cargo xtask test browser`. One file a topic; `harness` puts a
//! component on a page of its own with the store behind it, `layers_stage` the networks' layers with
//! their style sheet; `engine` plays the worker.
#![cfg(target_arch = "wasm32")]

mod app;
mod chart;
mod decode;
mod diagram;
mod engine;
mod harness;
mod kernels;
mod layers_stage;
mod link;
mod messages;
mod network_figure;
mod networks_compare;
mod networks_configurations;
mod networks_file;
mod networks_inspector;
mod networks_kept;
mod networks_layers;
mod networks_substitute;
mod networks_table;
mod notices;
mod number_box;
mod panel;
mod photo;
mod picture;
mod pool;
mod run;
mod slider;
mod verdict;
#[allow(dead_code, reason = "each test crate uses a part of it")]
#[path = "../support/whole_image.rs"]
mod whole_image;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
