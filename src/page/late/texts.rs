//! The words of the late programs, in files of their own: the page's first load does not carry them.

use std::borrow::Cow;
use std::sync::RwLock;

use rust_i18n::Backend;

/// The name that all keys of such files stand below.
const NAMESPACE: &str = "late";

/// A file's words, as `rust_i18n::i18n!` makes them.
pub type Texts = &'static dyn Backend;

/// What is installed. A program has one of its own; the tests show the views of all, and `rust_i18n` itself
/// can be extended only once.
static INSTALLED: RwLock<Vec<Texts>> = RwLock::new(Vec::new());

/// All that is installed, as one.
struct Installed;

impl Backend for Installed {
    fn available_locales(&self) -> Vec<Cow<'_, str>> {
        let first = INSTALLED.read().ok().and_then(|texts| texts.first().copied());
        first.map(Backend::available_locales).unwrap_or_default()
    }

    fn translate(&self, locale: &str, key: &str) -> Option<Cow<'_, str>> {
        let installed = INSTALLED.read().ok()?;
        installed.iter().copied().find_map(|texts| texts.translate(locale, key))
    }

    fn messages_for_locale(&self, locale: &str) -> Option<Vec<(Cow<'_, str>, Cow<'_, str>)>> {
        let installed = INSTALLED.read().ok()?;
        let messages =
            installed.iter().copied().filter_map(|texts| texts.messages_for_locale(locale));
        Some(messages.flatten().collect())
    }
}

/// Lets `t!` find these words; more than once does no harm.
pub fn install(texts: Texts) {
    let Ok(mut installed) = INSTALLED.write() else {
        return;
    };
    if installed.is_empty() {
        crate::_rust_i18n_extend(&Installed, NAMESPACE);
    }
    if !installed.iter().any(|other| std::ptr::addr_eq(*other, texts)) {
        installed.push(texts);
    }
}

/// All installed words in a language: key and text.
#[must_use]
pub fn messages(language: &str) -> Vec<(String, String)> {
    let messages = Installed.messages_for_locale(language).unwrap_or_default();
    let below = |key: &str| Some(key.strip_prefix(NAMESPACE)?.strip_prefix('.')?.to_owned());
    messages.into_iter().filter_map(|(key, text)| Some((below(&key)?, text.into_owned()))).collect()
}
