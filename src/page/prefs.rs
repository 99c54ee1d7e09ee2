//! Preferences: language and theme, kept in the browser's storage if there is one.

use crate::arch::Named;
use strum::{IntoStaticStr, VariantArray};
use yew::prelude::*;

use super::browser::{store, stored, window};

/// The languages of the page, named by the codes of the locale files and of `<html lang>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Lang {
    /// English.
    En,
    /// Korean.
    Ko,
}

/// Light or dark, named as in `<html data-theme>`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Theme {
    Light,
    Dark,
}

/// The key under which the browser keeps the language.
pub const LANG_KEY: &str = "lang";
/// The key under which the browser keeps the theme.
pub const THEME_KEY: &str = "theme";

impl Lang {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::En => Self::Ko,
            Self::Ko => Self::En,
        }
    }

    /// The language chosen before, or the first of the browser's languages that the page has.
    fn preferred() -> Self {
        let chosen = stored(LANG_KEY);
        let of_code = |code: &str| Self::by_name(code.get(..2)?);
        let languages = window().map(|window| window.navigator().languages());
        let mut languages = languages.iter().flat_map(|all| all.iter());
        chosen
            .as_deref()
            .and_then(of_code)
            .or_else(|| languages.find_map(|code| of_code(&code.as_string()?)))
            .unwrap_or(Self::En)
    }
}

impl Theme {
    /// The other one.
    #[must_use]
    pub const fn other(self) -> Self {
        match self {
            Self::Light => Self::Dark,
            Self::Dark => Self::Light,
        }
    }

    fn chosen() -> Option<Self> {
        Self::by_name(&stored(THEME_KEY)?)
    }
}

/// The preferences in force, and how to change them.
#[derive(Clone, PartialEq)]
pub struct Prefs {
    pub lang: Lang,
    pub theme: Theme,
    /// Switches to the other language.
    pub switch_lang: Callback<MouseEvent>,
    /// Switches to the other theme.
    pub switch_theme: Callback<MouseEvent>,
}

fn dark_query() -> Option<web_sys::MediaQueryList> {
    window()?.match_media("(prefers-color-scheme: dark)").ok().flatten()
}

fn set_root_attribute(name: &str, value: &str) {
    let root = window().and_then(|window| window.document()?.document_element());
    if let Some(root) = root {
        // Fails only for names that are no attribute names.
        let _ = root.set_attribute(name, value);
    }
}

/// The system's theme, followed as it changes.
#[hook]
fn use_system_theme() -> Theme {
    let of_query = |query: &web_sys::MediaQueryList| {
        if query.matches() { Theme::Dark } else { Theme::Light }
    };
    let theme = use_state_eq(|| dark_query().as_ref().map_or(Theme::Light, of_query));
    {
        let theme = theme.clone();
        use_effect_with((), move |()| {
            let listener = dark_query().map(|query| {
                let target = query.clone();
                gloo_events::EventListener::new(&target, "change", move |_| {
                    theme.set(of_query(&query));
                })
            });
            move || drop(listener)
        });
    }
    *theme
}

/// The page's preferences: chosen before, else the browser's.
#[hook]
pub fn use_prefs() -> Prefs {
    // Given where the page is rendered without a browser.
    let given = use_context::<Lang>();
    let lang = use_state_eq(|| given.unwrap_or_else(Lang::preferred));
    let chosen = use_state_eq(Theme::chosen);
    let system = use_system_theme();
    let theme = chosen.unwrap_or(system);

    // Set before the components below are rendered, since they look their texts up in this language.
    rust_i18n::set_locale(lang.name());
    use_effect_with(*lang, |lang| set_root_attribute("lang", lang.name()));
    use_effect_with(theme, |theme| set_root_attribute("data-theme", theme.name()));

    let switch_lang = use_callback(lang.clone(), |_, lang| {
        let next = lang.other();
        // Without storage the choice lasts for this visit.
        store(LANG_KEY, next.name());
        lang.set(next);
    });
    let switch_theme = use_callback((theme, chosen.setter()), |_, (theme, chosen)| {
        let next = theme.other();
        store(THEME_KEY, next.name());
        chosen.set(Some(next));
    });
    Prefs { lang: *lang, theme, switch_lang, switch_theme }
}

/// The language in force. Every component that shows text calls this, so that it is rendered again when the
/// language changes.
#[hook]
pub fn use_lang() -> Lang {
    use_context::<Lang>().unwrap_or(Lang::En)
}

/// The theme in force.
#[hook]
pub fn use_theme() -> Theme {
    use_context::<Prefs>().map_or(Theme::Light, |prefs| prefs.theme)
}
