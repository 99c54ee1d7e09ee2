//! The address bar: the committed documents are written into the fragment, and a fragment from outside is read
//! into the store.

use std::rc::Rc;

use gloo_events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{PopStateEvent, Window};
use yew::prelude::*;

use crate::arch::Named;
use crate::state::View;
use crate::state::link::{self, Link, Reading};

use super::browser::window;
use super::networks::kept::kept;
use super::store::{Dispatch, StoreAction};

/// The fragment in the address bar, without its `#`.
#[must_use]
pub fn fragment() -> String {
    let hash = window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// Reads the address; a network that was too long for it is read from the browser's storage.
#[must_use]
pub fn read() -> Reading {
    link::read(&fragment()).completed(kept)
}

/// The address of the page with this fragment.
#[must_use]
pub fn address(fragment: &str) -> String {
    let href = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let page = href.split('#').next().unwrap_or_default();
    format!("{page}#{fragment}")
}

/// The view of an entry of the browser's history that this page made; an address typed by hand has none.
fn view_of(state: &JsValue) -> Option<View> {
    View::by_name(&state.as_string()?)
}

/// How the address is written.
#[derive(Clone, Copy)]
enum Entry {
    /// As a new entry of the browser's history, which Back returns from.
    New,
    /// In the place of the current entry.
    Current,
}

fn write(window: &Window, link: &Link, view: View, entry: Entry) {
    let Ok(history) = window.history() else {
        return;
    };
    let (mark, fragment) = (JsValue::from_str(view.name()), format!("#{}", link.showing(view)));
    // A browser may refuse too many changes at once; the next one brings the address up to date.
    let _ = match entry {
        Entry::New => history.push_state_with_url(&mark, "", Some(&fragment)),
        Entry::Current => history.replace_state_with_url(&mark, "", Some(&fragment)),
    };
}

/// Keeps the address bar and the store together. Edits replace the address; opening a view makes an entry that
/// Back returns from, without undoing edits made since.
#[hook]
pub fn use_link(link: Rc<Link>, view: View, dispatch: Dispatch) {
    let written = use_mut_ref(|| None::<View>);
    {
        let written = written.clone();
        use_effect_with((link, view), move |(link, view)| {
            let before = written.replace(Some(*view));
            if let Some(window) = window() {
                let opened = before.is_some_and(|before| before != *view);
                write(&window, link, *view, if opened { Entry::New } else { Entry::Current });
            }
        });
    }
    use_effect_with((), move |()| {
        let listener = window().map(|target| {
            EventListener::new(&target, "popstate", move |event| {
                let state = event.dyn_ref::<PopStateEvent>().map(PopStateEvent::state);
                if let Some(view) = state.as_ref().and_then(view_of) {
                    // This view is in the browser's history already.
                    written.replace(Some(view));
                    dispatch.dispatch(StoreAction::Navigate(view));
                    return;
                }
                let reading = read();
                // The browser has made an entry for what was typed: it becomes the page's own.
                if let Some(window) = window() {
                    let link = Link::new(&reading.model, &reading.networks);
                    write(&window, &link, reading.view, Entry::Current);
                }
                written.replace(Some(reading.view));
                dispatch.dispatch(StoreAction::Read(Box::new(reading)));
            })
        });
        move || drop(listener)
    });
}
