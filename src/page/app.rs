//! The page's frame: state, preferences, header, and the view that is open.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent, window};
use yew::prelude::*;

use crate::state::{View, link as fragment};

use super::crash;
use super::header::Header;
use super::late::Late;
use super::late::host::{LateHost, use_messages, use_prefetch};
use super::link::{self, use_link};
use super::module_view::ModuleView;
use super::notices::Notices;
use super::origin::Origin;
use super::prefs::{Lang, Prefs, use_prefs};
use super::step::Step;
use super::store::{Dispatch, Store};

/// Whether keys belong to a text that is being typed.
fn is_typing(event: &KeyboardEvent) -> bool {
    let Some(target) = event.target() else {
        return false;
    };
    match target.dyn_ref::<HtmlInputElement>() {
        // A number box that holds no draft has nothing of its own to take back.
        Some(input) => input.type_() == "text" && input.has_attribute("data-draft"),
        None => target.dyn_ref::<HtmlElement>().is_some_and(HtmlElement::is_content_editable),
    }
}

/// Ctrl+Z (⌘Z) takes back, Ctrl+Shift+Z and Ctrl+Y bring again.
fn shortcut(event: &KeyboardEvent) -> Option<Step> {
    if !(event.ctrl_key() || event.meta_key()) || event.alt_key() || is_typing(event) {
        return None;
    }
    match (event.key().to_ascii_lowercase().as_str(), event.shift_key()) {
        ("z", false) => Some(Step::Undo),
        ("z", true) | ("y", false) => Some(Step::Redo),
        _ => None,
    }
}

#[hook]
fn use_shortcuts(view: View, dispatch: Dispatch) {
    use_effect_with(view, move |view| {
        let view = *view;
        let listener = window().map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                    return;
                };
                if let Some(step) = shortcut(event) {
                    event.prevent_default();
                    step.take(view, &dispatch);
                }
            })
        });
        move || drop(listener)
    });
}

/// A file that is dropped beside its place must not be opened instead of the page.
#[hook]
fn use_drop_guard() {
    use_effect_with((), |()| {
        let guard = |kind: &'static str| {
            window().map(|window| {
                let options = EventListenerOptions::enable_prevent_default();
                EventListener::new_with_options(&window, kind, options, |event| {
                    event.prevent_default();
                })
            })
        };
        let listeners = (guard("dragover"), guard("drop"));
        move || drop(listeners)
    });
}

/// The whole page.
#[component]
pub fn App() -> Html {
    let store = use_reducer_eq(|| Store::new(fragment::read(&link::fragment())));
    let prefs = use_prefs();
    let dispatch = store.dispatcher();
    use_link(*store.history.committed(), store.networks.link.clone().into(), dispatch.clone());
    use_shortcuts(store.history.shown().view, dispatch.clone());
    use_drop_guard();
    use_messages(dispatch.clone());
    use_prefetch();

    let model = *store.history.shown();
    let link =
        use_memo(*store.history.committed(), |model| AttrValue::from(fragment::write(model)));
    html! {
        <ContextProvider<Lang> context={prefs.lang}>
        <ContextProvider<Prefs> context={prefs}>
        <ContextProvider<Dispatch> context={dispatch}>
            // The links in it are those of the last step, so that a drag doesn't write them anew.
            <Header
                model={*store.history.committed()}
                networks={store.networks.clone()}
                can_undo={store.history.can_undo()}
                can_redo={store.history.can_redo()}
            />
            <Notices notices={store.notices.clone()} />
            if let Some(path) = store.origin.clone().filter(|_| model.view == View::Module) {
                <Origin {path} model={*store.history.committed()} />
            }
            <main class={classes!("view", (model.view != View::Module).then_some("away"))}>
                <ModuleView {model} open={model.view == View::Module} refusal={store.refusal} />
            </main>
            <LateHost program={Late::Forward} open={model.view == View::Forward} link={(*link).clone()} />
            <LateHost program={Late::Networks} open={model.view == View::Networks} link={store.networks.link.clone()} />
        </ContextProvider<Dispatch>>
        </ContextProvider<Prefs>>
        </ContextProvider<Lang>>
    }
}

/// Starts the page in its place of the document.
pub fn start() {
    crash::watch();
    let root = window().and_then(|window| window.document()?.get_element_by_id("page"));
    match root {
        Some(root) => yew::Renderer::<App>::with_root(root).render(),
        None => yew::Renderer::<App>::new().render(),
    };
}
