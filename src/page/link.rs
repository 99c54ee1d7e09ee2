//! The address bar: the committed model stands in the fragment, and a fragment that comes from
//! outside becomes the model.

use gloo_events::EventListener;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{PopStateEvent, Window, window};
use yew::prelude::*;

use crate::state::{Model, View, link};

use super::late::{Late, bridge};
use super::networks::messages::ToNetworks;
use super::store::{Dispatch, StoreAction};

/// The fragment in the address bar, without its `#`.
#[must_use]
pub fn fragment() -> String {
    let hash = window().and_then(|window| window.location().hash().ok()).unwrap_or_default();
    hash.trim_start_matches('#').to_owned()
}

/// The fragment of the page showing `model` and, by `networks`, its part of the link, the networks.
#[must_use]
pub fn whole(model: &Model, networks: &str) -> String {
    let model = link::write(model);
    if networks.is_empty() { model } else { format!("{model}&{networks}") }
}

/// The address of the page with this fragment.
#[must_use]
pub fn address(fragment: &str) -> String {
    let href = window().and_then(|window| window.location().href().ok()).unwrap_or_default();
    let page = href.split('#').next().unwrap_or_default();
    format!("{page}#{fragment}")
}

/// Marks the entries of the browser's history that this page made; an address typed by hand has none.
const VIEWS: [(View, &str); 3] =
    [(View::Module, "module"), (View::Forward, "forward"), (View::Networks, "networks")];

fn mark(view: View) -> JsValue {
    let name = VIEWS.iter().find(|(each, _)| *each == view).map_or("", |(_, name)| name);
    JsValue::from_str(name)
}

fn marked(state: &JsValue) -> Option<View> {
    let name = state.as_string()?;
    VIEWS.iter().find(|(_, each)| *each == name).map(|(view, _)| *view)
}

fn write(window: &Window, model: &Model, networks: &str, opened: bool) {
    let Ok(history) = window.history() else {
        return;
    };
    let fragment = format!("#{}", whole(model, networks));
    // A browser may refuse too many changes at once; the next one brings the address up to date.
    let _ = if opened {
        history.push_state_with_url(&mark(model.view), "", Some(&fragment))
    } else {
        history.replace_state_with_url(&mark(model.view), "", Some(&fragment))
    };
}

/// Keeps the address bar and the model together. Edits replace the address; opening a view makes an
/// entry that Back returns from, without taking back what was edited meanwhile.
#[hook]
pub fn use_link(committed: Model, networks: AttrValue, dispatch: Dispatch) {
    let written = use_mut_ref(|| None::<Model>);
    {
        let written = written.clone();
        use_effect_with((committed, networks), move |(model, networks)| {
            let before = written.replace(Some(*model));
            if let Some(window) = window() {
                let opened = before.is_some_and(|before| before.view != model.view);
                write(&window, model, networks, opened);
            }
        });
    }
    use_effect_with((), move |()| {
        let listener = window().map(|target| {
            EventListener::new(&target, "popstate", move |event| {
                let state = event.dyn_ref::<PopStateEvent>().map(PopStateEvent::state);
                if let Some(view) = state.as_ref().and_then(marked) {
                    if let Some(written) = written.borrow_mut().as_mut() {
                        // Already in the browser's history: not to be pushed once more.
                        written.view = view;
                    }
                    dispatch.dispatch(StoreAction::Navigate(view));
                    return;
                }
                let reading = link::read(&fragment());
                // The browser has made an entry for what was typed: it becomes the page's own.
                if let Some(window) = window() {
                    write(&window, &reading.model, &reading.networks, false);
                }
                written.replace(Some(reading.model));
                bridge::tell(Late::Networks, &ToNetworks::Read(reading.networks.clone()));
                dispatch.dispatch(StoreAction::Read(Box::new(reading)));
            })
        });
        move || drop(listener)
    });
}
