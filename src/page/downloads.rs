//! Exports: to the clipboard, or as a file.

use js_sys::Array;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, BlobPropertyBag, Clipboard, HtmlElement, Url};

use super::browser::window;

/// The clipboard; a page that came over plain HTTP has none.
fn clipboard() -> Option<Clipboard> {
    let navigator = window()?.navigator();
    let clipboard = js_sys::Reflect::get(&navigator, &"clipboard".into()).ok()?;
    (!clipboard.is_undefined()).then(|| clipboard.unchecked_into())
}

/// Copies `text`; returns whether the browser allowed it.
pub async fn copy(text: &str) -> bool {
    match clipboard() {
        Some(clipboard) => JsFuture::from(clipboard.write_text(text)).await.is_ok(),
        None => false,
    }
}

/// A file of text to be saved.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct TextFile {
    /// The name that is proposed.
    pub name: String,
    pub media_type: &'static str,
    pub text: String,
}

/// Saves `file` as a download.
///
/// # Errors
/// The browser's error.
pub fn save(file: &TextFile) -> Result<(), JsValue> {
    let options = BlobPropertyBag::new();
    options.set_type(file.media_type);
    let parts = Array::of1(&JsValue::from_str(&file.text));
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options)?;
    let address = Url::create_object_url_with_blob(&blob)?;
    let document = window().and_then(|window| window.document()).ok_or(JsValue::NULL)?;
    let link = document.create_element("a")?;
    link.set_attribute("href", &address)?;
    link.set_attribute("download", &file.name)?;
    link.unchecked_into::<HtmlElement>().click();
    // Revoked in the next task, when the browser has begun to read it.
    gloo_timers::callback::Timeout::new(10_000, move || {
        let _ = Url::revoke_object_url(&address);
    })
    .forget();
    Ok(())
}

/// `text` with only characters that file names allow.
#[must_use]
pub fn file_name(text: &str, extension: &str) -> String {
    let plain = |c: char| if c.is_alphanumeric() || matches!(c, '-' | '_') { c } else { '-' };
    let name: String = text.trim().chars().take(60).map(plain).collect();
    let name = name.trim_matches('-');
    format!("{}.{extension}", if name.is_empty() { "network" } else { name })
}
