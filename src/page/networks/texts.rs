//! The view's words, in files of their own: the page's first load does not carry them.

rust_i18n::i18n!("locales/networks", fallback = "en");

/// The name that all keys of the view's files stand below.
const NAMESPACE: &str = "networks";

/// Lets `t!` find the view's words; more than once does no harm.
pub fn install() {
    static ONCE: std::sync::Once = std::sync::Once::new();
    ONCE.call_once(|| crate::_rust_i18n_extend(_rust_i18n_backend(), NAMESPACE));
}
