//! The Networks view's words.

use crate::page::late::texts;

rust_i18n::i18n!("locales/networks", fallback = "en");

/// Lets `t!` find them.
pub fn install() {
    texts::install(_rust_i18n_backend());
}
