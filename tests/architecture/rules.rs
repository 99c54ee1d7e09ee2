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
