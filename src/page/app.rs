//! The page's frame: state, preferences, header, and the view that is open.

use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{HtmlElement, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::cost::Convention;
use crate::state::View;
use crate::state::link::{Link, Reading};

use super::browser::{document, window};
use super::crash;
use super::forward::view::{ForwardView, ForwardViewProps};
use super::header::Header;
use super::link::{self, use_link};
use super::module_view::{ModuleView, ModuleViewProps};
use super::networks::kept::use_keeping;
use super::networks::view::{NetworksView, NetworksViewProps};
use super::notices::Notices;
use super::origin::origin;
use super::prefs::{Lang, Prefs, use_prefs};
use super::store::{Dispatch, Store, StoreAction};
use super::visit::{Visit, use_visit};

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
fn shortcut(event: &KeyboardEvent) -> Option<StoreAction> {
    if !(event.ctrl_key() || event.meta_key()) || event.alt_key() || is_typing(event) {
        return None;
    }
    match (event.key().to_ascii_lowercase().as_str(), event.shift_key()) {
        ("z", false) => Some(StoreAction::Undo),
        ("z", true) | ("y", false) => Some(StoreAction::Redo),
        _ => None,
    }
}

#[hook]
fn use_shortcuts(dispatch: Dispatch) {
    use_effect_with((), move |()| {
        let listener = window().map(|window| {
            let options = EventListenerOptions::enable_prevent_default();
            EventListener::new_with_options(&window, "keydown", options, move |event| {
                let Some(event) = event.dyn_ref::<KeyboardEvent>() else {
                    return;
                };
                if let Some(action) = shortcut(event) {
                    event.prevent_default();
                    dispatch.dispatch(action);
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

/// `now` while a view is open, and what it was last once the view is closed, so that a closed view is not
/// rendered for what it would show. `None` before the view is first opened.
#[hook]
fn use_while_open<T: Clone + 'static>(is_open: bool, now: T) -> Option<T> {
    let last = use_mut_ref(|| None);
    if is_open {
        last.replace(Some(now));
    }
    last.borrow().clone()
}

#[component]
pub fn App() -> Html {
    let visit = use_visit();
    let store = use_reducer_eq(|| {
        let reading = link::read();
        Store::new(match visit {
            Some(Visit { view, .. }) => Reading { view, ..reading },
            None => reading,
        })
    });
    let prefs = use_prefs();
    let dispatch = store.dispatcher();
    // The link changes with committed documents only, so a drag does not rewrite it.
    let committed = (store.module.share_committed(), store.networks.share_committed());
    let link = use_memo(committed, |(model, networks)| Link::new(model, networks));
    use_link(link.clone(), store.view, dispatch.clone());
    use_keeping(store.networks.share_committed());
    use_shortcuts(dispatch.clone());
    use_drop_guard();
    html! {
        <ContextProvider<Lang> context={prefs.lang}>
        <ContextProvider<Prefs> context={prefs}>
        <ContextProvider<Dispatch> context={dispatch}>
        <ContextProvider<Convention> context={store.module.shown().convention}>
            <Header view={store.view} {link} can_undo={store.can_undo()} can_redo={store.can_redo()} />
            <Notices notices={store.notices.clone()} />
            if let Some(block) = store.block.clone().filter(|_| store.view == View::Module) {
                { origin(&block, &store.dispatcher()) }
            }
            <Views store={(*store).clone()} />
        </ContextProvider<Convention>>
        </ContextProvider<Dispatch>>
        </ContextProvider<Prefs>>
        </ContextProvider<Lang>>
    }
}

#[derive(Properties, PartialEq)]
struct ViewsProps {
    store: Store,
}

/// The views: each is mounted when it is first opened, and keeps its own state while it is closed.
#[component]
fn Views(ViewsProps { store }: &ViewsProps) -> Html {
    let is_open = |view: View| store.view == view;
    let (model, refusal) = (*store.module.shown(), store.module_refusal);
    let module = use_while_open(is_open(View::Module), ModuleViewProps { model, refusal });
    let forward = {
        let is_open = is_open(View::Forward);
        use_while_open(is_open, ForwardViewProps { model, open: true, refusal })
    };
    let networks = NetworksViewProps {
        networks: store.networks.share_shown(),
        refusal: store.networks_refusal.clone(),
    };
    let networks = use_while_open(is_open(View::Networks), networks);
    html! {
        <>
            <main class="view" hidden={!is_open(View::Module)}>
                { for module.map(|props| html! { <ModuleView ..props /> }) }
            </main>
            <main class="view" hidden={!is_open(View::Forward)}>
                { for forward.map(|props| html! { <ForwardView open={is_open(View::Forward)} ..props /> }) }
            </main>
            <main class="view" hidden={!is_open(View::Networks)}>
                { for networks.map(|props| html! { <NetworksView ..props /> }) }
            </main>
        </>
    }
}

/// Starts the page in its place of the document.
pub fn start() {
    crash::watch();
    let root = document().and_then(|document| document.get_element_by_id("page"));
    match root {
        Some(root) => yew::Renderer::<App>::with_root(root).render(),
        None => yew::Renderer::<App>::new().render(),
    };
}
