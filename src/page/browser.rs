//! The browser, where there is one. The page is also rendered natively, where web-sys has no window to ask
//! for: code that renders reaches the browser through these functions.

use web_sys::{Document, Storage, Window};

/// The window; `None` outside a browser.
#[must_use]
pub fn window() -> Option<Window> {
    if cfg!(target_arch = "wasm32") { web_sys::window() } else { None }
}

/// The document; `None` outside a browser.
#[must_use]
pub fn document() -> Option<Document> {
    window()?.document()
}

/// The browser's `localStorage`; `None` if it is not available.
fn storage() -> Option<Storage> {
    window()?.local_storage().ok()?
}

/// The value stored under `key`.
#[must_use]
pub fn stored(key: &str) -> Option<String> {
    storage()?.get_item(key).ok()?
}

/// Stores `value` under `key`; returns whether it was stored.
pub fn store(key: &str, value: &str) -> bool {
    storage().is_some_and(|storage| storage.set_item(key, value).is_ok())
}

/// Removes every key that begins with `prefix`.
pub fn forget(prefix: &str) {
    let Some(storage) = storage() else { return };
    let keys = (0..storage.length().unwrap_or(0)).filter_map(|index| storage.key(index).ok()?);
    for key in keys.filter(|key| key.starts_with(prefix)).collect::<Vec<_>>() {
        // Fails only without storage.
        let _ = storage.remove_item(&key);
    }
}
