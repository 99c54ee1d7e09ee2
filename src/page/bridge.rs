//! The bridge between the page and the Networks view, which is a program of its own so that nobody
//! loads it before they open it: a second instance of WebAssembly beside the page's, in an element
//! beside the page's root. (Inside the root, both would take the events of its elements for theirs.)
//!
//! They send each other texts, as events of that element. Whoever speaks holds its own state; what
//! crosses is a link's part, which is how either's state is written down anyway.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{CustomEvent, CustomEventInit, Element, window};

use super::prefs::Lang;

/// The id of the element that the Networks view lives in.
pub const ROOT: &str = "networks";

/// The attribute of the root with the part of the link that the view starts with.
pub const LINK: &str = "data-link";

/// What the page tells the Networks view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToNetworks {
    /// A link was read: this is its part about networks.
    Read(String),
    /// The view was opened or left, or the language is another.
    Look {
        /// The language.
        lang: Lang,
        /// Whether the view is open.
        open: bool,
    },
    /// One step back.
    Undo,
    /// One step forth.
    Redo,
    /// Back to the first state.
    Reset,
    /// Puts a module, described by a link, in the place of the block at this path.
    Put {
        /// The names from the network down to the block, joined by dots.
        path: String,
        /// The module's link.
        module: String,
    },
}

/// What the Networks view tells the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromNetworks {
    /// Where the view is now.
    State(NetworksState),
    /// Opens a block in the Module view.
    Open {
        /// The names from the network down to the block, joined by dots.
        path: String,
        /// The module's link.
        module: String,
    },
}

/// The Networks view as the page knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworksState {
    /// Its part of the link.
    pub link: String,
    /// Whether it has a step back.
    pub can_undo: bool,
    /// Whether it has a step forth.
    pub can_redo: bool,
}

const TO: &str = "to-networks";
const FROM: &str = "from-networks";

/// Between a message's parts; no link and no name of a layer holds one.
const SEPARATOR: char = '\n';

/// The element that the Networks view lives in.
#[must_use]
pub fn root() -> Option<Element> {
    window()?.document()?.get_element_by_id(ROOT)
}

fn send(name: &str, parts: &[&str]) {
    let options = CustomEventInit::new();
    options.set_detail(&parts.join(&SEPARATOR.to_string()).into());
    let event = CustomEvent::new_with_event_init_dict(name, &options);
    if let Some((root, event)) = root().zip(event.ok()) {
        // Fails only while the same event is under way.
        let _ = root.dispatch_event(&event);
    }
}

fn listen(name: &'static str, mut hear: impl FnMut(&[&str]) + 'static) -> Option<EventListener> {
    let hear = move |event: &web_sys::Event| {
        let detail = event.dyn_ref::<CustomEvent>().and_then(|event| event.detail().as_string());
        let detail = detail.unwrap_or_default();
        hear(&detail.split(SEPARATOR).collect::<Vec<_>>());
    };
    root().map(|root| EventListener::new(&root, name, hear))
}

const fn flag(on: bool) -> &'static str {
    if on { "1" } else { "0" }
}

/// Tells the Networks view; a view that is not loaded yet does not hear it.
pub fn tell_networks(message: &ToNetworks) {
    match message {
        ToNetworks::Read(link) => send(TO, &["read", link]),
        ToNetworks::Look { lang, open } => send(TO, &["look", lang.code(), flag(*open)]),
        ToNetworks::Undo => send(TO, &["undo"]),
        ToNetworks::Redo => send(TO, &["redo"]),
        ToNetworks::Reset => send(TO, &["reset"]),
        ToNetworks::Put { path, module } => send(TO, &["put", path, module]),
    }
}

/// Hears what the page tells, until the listener is dropped.
#[must_use]
pub fn hear_page(mut hear: impl FnMut(ToNetworks) + 'static) -> Option<EventListener> {
    listen(TO, move |parts| {
        let message = match *parts {
            ["read", link] => ToNetworks::Read(link.to_owned()),
            ["look", lang, open] => {
                ToNetworks::Look { lang: Lang::of_code(lang), open: open == "1" }
            }
            ["undo"] => ToNetworks::Undo,
            ["redo"] => ToNetworks::Redo,
            ["reset"] => ToNetworks::Reset,
            ["put", path, module] => {
                ToNetworks::Put { path: path.to_owned(), module: module.to_owned() }
            }
            _ => return,
        };
        hear(message);
    })
}

/// Tells the page.
pub fn tell_page(message: &FromNetworks) {
    match message {
        FromNetworks::State(NetworksState { link, can_undo, can_redo }) => {
            send(FROM, &["state", link, flag(*can_undo), flag(*can_redo)]);
        }
        FromNetworks::Open { path, module } => send(FROM, &["open", path, module]),
    }
}

/// Hears what the Networks view tells, until the listener is dropped.
#[must_use]
pub fn hear_networks(mut hear: impl FnMut(FromNetworks) + 'static) -> Option<EventListener> {
    listen(FROM, move |parts| {
        let message = match *parts {
            ["state", link, undo, redo] => FromNetworks::State(NetworksState {
                link: link.to_owned(),
                can_undo: undo == "1",
                can_redo: redo == "1",
            }),
            ["open", path, module] => {
                FromNetworks::Open { path: path.to_owned(), module: module.to_owned() }
            }
            _ => return,
        };
        hear(message);
    })
}
