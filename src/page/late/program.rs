//! A late program's end of the line.

use yew::html::BaseComponent;
use yew::prelude::*;

use crate::page::crash;

use super::Late;
use super::bridge::{self, Look, Running};

/// Where the page is: at first as it stands in the document, then as the page says. Whoever uses this
/// tells the page that the program runs.
#[hook]
pub fn use_look(program: Late) -> Look {
    let look = use_state_eq(|| Look::of_document(program));
    {
        let look = look.setter();
        use_effect_with((), move |()| {
            let listener = bridge::hear(program, move |now| look.set(now));
            bridge::tell(program, &Running);
            move || drop(listener)
        });
    }
    // Before anything below is rendered: every string is looked up in this language.
    rust_i18n::set_locale(look.lang.code());
    (*look).clone()
}

/// Starts a program in its place of the document.
pub fn start<App: BaseComponent<Properties = ()>>(program: Late) {
    crash::watch();
    if let Some(root) = bridge::root(program) {
        yew::Renderer::<App>::with_root(root.into()).render();
    }
}
