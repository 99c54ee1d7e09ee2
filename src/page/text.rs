//! Texts of the page in the language in force.
//!
//! `t!` of `rust_i18n` writes its whole look-up out at each of its several hundred uses; here it is compiled
//! once, which saves a few percent of the page's program.

use std::fmt::Display;

use yew::AttrValue;

/// The text of `key`.
#[inline(never)]
#[must_use]
pub fn text(key: &str) -> AttrValue {
    AttrValue::from(&*rust_i18n::t!(key))
}

/// The text of `key` with its placeholders replaced by `values`, which are given by name.
#[inline(never)]
#[must_use]
pub fn text_with(key: &str, values: &[(&str, &dyn Display)]) -> AttrValue {
    let names: Vec<&str> = values.iter().map(|(name, _)| *name).collect();
    let values: Vec<String> = values.iter().map(|(_, value)| value.to_string()).collect();
    AttrValue::from(rust_i18n::replace_patterns(&rust_i18n::t!(key), &names, &values))
}

/// The text of a key. Placeholders `%{name}` in it are replaced by values given as `name = value`.
#[macro_export]
macro_rules! t {
    ($key:expr) => {
        $crate::page::text::text(::core::convert::AsRef::<str>::as_ref(&$key))
    };
    ($key:expr, $($name:ident = $value:expr),+ $(,)?) => {
        $crate::page::text::text_with(
            ::core::convert::AsRef::<str>::as_ref(&$key),
            &[$((::core::stringify!($name), &$value as &dyn ::std::fmt::Display)),+],
        )
    };
}
