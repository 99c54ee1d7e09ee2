//! The view's words, in files of their own: the page's first load does not carry them.

rust_i18n::i18n!("locales/networks", fallback = "en");

/// All of the view's words in a language: key and text.
#[must_use]
pub fn messages(language: &str) -> Vec<(String, String)> {
    let messages = _rust_i18n_backend().messages_for_locale(language).unwrap_or_default();
    let below = |key: &str| Some(key.strip_prefix(NAMESPACE)?.strip_prefix('.')?.to_owned());
    messages.into_iter().filter_map(|(key, text)| Some((below(&key)?, text.into_owned()))).collect()
}

/// The name that all keys of the view's files stand below.
const NAMESPACE: &str = "networks";

/// Lets `t!` find the view's words; more than once does no harm.
pub fn install() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| crate::_rust_i18n_extend(_rust_i18n_backend(), NAMESPACE));
}
