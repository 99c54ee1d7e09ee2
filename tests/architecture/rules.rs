//! The rules, as data.

/// A folder of `src/` and what its files may name.
pub struct Folder {
    pub name: &'static str,
    /// The other folders it may import.
    pub imports: &'static [&'static str],
    /// Whether it may use the crates in [`BROWSER_CRATES`].
    pub browser: bool,
}

/// Every folder of `src/` but `bin`, whose few lines only start a program. The map in `src/lib.rs` says the same.
pub const FOLDERS: [Folder; 8] = [
    Folder { name: "arch", imports: &[], browser: false },
    Folder { name: "cost", imports: &["arch"], browser: false },
    Folder { name: "engine", imports: &["arch"], browser: false },
    Folder { name: "chart", imports: &["arch", "cost"], browser: false },
    Folder { name: "export", imports: &["arch", "cost"], browser: false },
    Folder { name: "state", imports: &["arch", "cost", "export"], browser: false },
    Folder { name: "worker", imports: &["arch", "engine"], browser: true },
    Folder {
        name: "page",
        imports: &["arch", "cost", "engine", "chart", "export", "state", "worker"],
        browser: true,
    },
];

/// Crates that only work in a browser: these, and those whose names continue one of them (`gloo_events`).
pub const BROWSER_CRATES: [&str; 8] = [
    "yew",
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "gloo",
    "plotters_canvas",
    "serde_wasm_bindgen",
    "console_error_panic_hook",
];

pub const MOST_LINES_OF_A_FILE: usize = 400;

/// From `fn` to the closing brace.
pub const MOST_LINES_OF_A_FUNCTION: usize = 73;

/// The circles that exist and are still to be removed. A circle that changes or disappears is changed or
/// removed here too.
pub const KNOWN_CIRCLES: &[&[&str]] = &[
    &["arch/conv.rs", "arch/layer.rs"],
    &["chart/draw.rs", "chart/marks.rs"],
    &["chart/range.rs", "chart/scene.rs"],
    &["cost/substitute/mod.rs", "cost/substitute/proportions.rs", "cost/substitute/replacement.rs"],
    &["engine/band.rs", "engine/run.rs", "engine/unit.rs"],
    &["engine/conv/mod.rs", "engine/conv/winograd/mod.rs", "engine/conv/winograd/tiling.rs"],
    &[
        "engine/gemm/mod.rs",
        "engine/gemm/packed.rs",
        "engine/gemm/portable.rs",
        "engine/gemm/wasm_simd128.rs",
    ],
    &["engine/memory.rs", "engine/split.rs"],
    &["export/network_file/build.rs", "export/network_file/mod.rs"],
    &["export/network_text/mod.rs", "export/network_text/token.rs"],
    &[
        "page/networks/app.rs",
        "page/networks/compare/bars.rs",
        "page/networks/compare/totals.rs",
        "page/networks/compare/view.rs",
        "page/networks/layers/actions.rs",
        "page/networks/layers/inspector.rs",
        "page/networks/layers/list.rs",
        "page/networks/layers/torchsummary.rs",
        "page/networks/layers/view.rs",
        "page/networks/substitute/view.rs",
        "page/networks/summary.rs",
    ],
    &["page/networks/figure/layout.rs", "page/networks/figure/place.rs"],
    &["page/networks/file.rs", "page/networks/store.rs"],
    &["state/networks/link/mod.rs", "state/networks/link/plan.rs"],
    &["worker/crew.rs", "worker/run.rs"],
    &["worker/forward.rs", "worker/job.rs"],
];
