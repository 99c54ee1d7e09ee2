//! The line between the page and the late programs: texts, sent as events of the element a program lives in.

use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use web_sys::{CustomEvent, CustomEventInit, HtmlElement, window};

use crate::page::prefs::Lang;

use super::Late;

/// What the page and a late program tell each other.
pub trait Message: Sized {
    /// The event it is.
    const EVENT: &'static str;

    /// Its parts; no link and no name of a layer holds a line break, which stands between them.
    fn parts(&self) -> Vec<&str>;

    /// The message with these parts; `None` where there is none.
    fn of_parts(parts: &[&str]) -> Option<Self>;
}

/// The element that a program lives in.
#[must_use]
pub fn root(program: Late) -> Option<HtmlElement> {
    window()?.document()?.get_element_by_id(program.name())?.dyn_into().ok()
}

/// Tells `message` to a program, or to the page by way of the program's element. A program that is not
/// loaded yet does not hear it.
pub fn tell<M: Message>(program: Late, message: &M) {
    send(program, M::EVENT, &message.parts().join(SEPARATOR));
}

/// Hears what is told at a program's element, until the listener is dropped.
#[must_use]
pub fn hear<M: Message>(program: Late, mut hear: impl FnMut(M) + 'static) -> Option<EventListener> {
    listen(program, M::EVENT, move |text| {
        if let Some(message) = M::of_parts(&text.split(SEPARATOR).collect::<Vec<_>>()) {
            hear(message);
        }
    })
}

const SEPARATOR: &str = "\n";

fn send(program: Late, event: &str, text: &str) {
    let options = CustomEventInit::new();
    options.set_detail(&text.into());
    let event = CustomEvent::new_with_event_init_dict(event, &options);
    if let Some((root, event)) = root(program).zip(event.ok()) {
        // Fails only while the same event is under way.
        let _ = root.dispatch_event(&event);
    }
}

fn listen(
    program: Late,
    event: &'static str,
    mut hear: impl FnMut(&str) + 'static,
) -> Option<EventListener> {
    let hear = move |event: &web_sys::Event| {
        let detail = event.dyn_ref::<CustomEvent>().and_then(|event| event.detail().as_string());
        hear(&detail.unwrap_or_default());
    };
    root(program).map(|root| EventListener::new(&root, event, hear))
}

/// A truth as a part of a message.
#[must_use]
pub const fn flag(on: bool) -> &'static str {
    if on { "1" } else { "0" }
}

/// Where the page is, told to every late program; what it was last stands in the document too, for a
/// program that starts.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Look {
    /// The language.
    pub lang: Lang,
    /// Whether the program's view is open.
    pub open: bool,
    /// The link of what the program shows, as the page has it.
    pub link: String,
}

/// The attribute of a program's element with [`Look::link`].
const LINK: &str = "data-link";

impl Look {
    /// Tells it to `program`, and leaves it in the document.
    pub fn tell(&self, program: Late) {
        if let Some(root) = root(program) {
            root.set_hidden(!self.open);
            // Fails only for names that are no attribute names.
            let _ = root.set_attribute(LINK, &self.link);
        }
        tell(program, self);
    }

    /// What the document says.
    #[must_use]
    pub fn of_document(program: Late) -> Self {
        let root = root(program);
        let link = root.as_ref().and_then(|root| root.get_attribute(LINK));
        Self {
            lang: Lang::of_document(),
            open: root.is_none_or(|root| !root.hidden()),
            link: link.unwrap_or_default(),
        }
    }
}

impl Message for Look {
    const EVENT: &'static str = "look";

    fn parts(&self) -> Vec<&str> {
        vec![self.lang.code(), flag(self.open), &self.link]
    }

    fn of_parts(parts: &[&str]) -> Option<Self> {
        let [lang, open, link] = *parts else { return None };
        Some(Self { lang: Lang::of_code(lang), open: open == "1", link: link.to_owned() })
    }
}

/// A late program tells that it runs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Running;

impl Message for Running {
    const EVENT: &'static str = "running";

    fn parts(&self) -> Vec<&str> {
        Vec::new()
    }

    fn of_parts(_: &[&str]) -> Option<Self> {
        Some(Self)
    }
}
