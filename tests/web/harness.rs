//! A stage: a component in the page, inside the contexts that the app provides, with a real store.

use std::cell::RefCell;
use std::ops::Deref;
use std::rc::Rc;

use gloo_timers::future::sleep;
use inception_explorer::arch::Named;
use inception_explorer::page::prefs::{Lang, Prefs, Theme};
use inception_explorer::page::store::{Change, Dispatch, Store, StoreAction};
use inception_explorer::state::link::{Link, Reading};
use inception_explorer::state::networks::Networks;
use inception_explorer::state::{Model, View};
use wasm_bindgen::JsCast;
use web_sys::{
    Document, Element, Event, EventInit, FocusEvent, HtmlElement, HtmlInputElement, InputEvent,
    InputEventInit, KeyboardEvent, KeyboardEventInit, window,
};
use yew::prelude::*;

/// The part of the store that the stage shows, and the store as it was last rendered.
#[derive(Clone, PartialEq, Properties)]
struct FrameProps {
    first: Rc<Reading>,
    lang: Lang,
    view: Callback<Store, Html>,
    seen: Seen,
}

type SeenParts = Option<(Store, Dispatch)>;

#[derive(Clone)]
struct Seen(Rc<RefCell<SeenParts>>);

impl PartialEq for Seen {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[component]
fn Frame(props: &FrameProps) -> Html {
    let store = use_reducer_eq(|| Store::new((*props.first).clone()));
    let dispatch = store.dispatcher();
    *props.seen.0.borrow_mut() = Some(((*store).clone(), dispatch.clone()));
    rust_i18n::set_locale(props.lang.name());
    let prefs = Prefs {
        lang: props.lang,
        theme: Theme::Light,
        switch_lang: Callback::noop(),
        switch_theme: Callback::noop(),
    };
    html! {
        <ContextProvider<Lang> context={prefs.lang}>
        <ContextProvider<Prefs> context={prefs}>
        <ContextProvider<Dispatch> context={dispatch}>
            { props.view.emit((*store).clone()) }
        </ContextProvider<Dispatch>>
        </ContextProvider<Prefs>>
        </ContextProvider<Lang>>
    }
}

/// An element of the page for a component. Dropping it removes the element.
pub struct Host(pub HtmlElement);

impl Drop for Host {
    fn drop(&mut self) {
        self.0.remove();
    }
}

/// A component in the page. Dropping the stage removes it.
pub struct Stage {
    host: Host,
    app: Option<AppHandle<Frame>>,
    seen: Seen,
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
    }
}

impl Deref for Stage {
    type Target = Host;

    fn deref(&self) -> &Host {
        &self.host
    }
}

pub fn document() -> Document {
    window().and_then(|window| window.document()).expect("a document")
}

/// A stage in English.
pub async fn stage(first: Model, view: impl Fn(&Store) -> Html + 'static) -> Stage {
    stage_in(Lang::En, first, view).await
}

pub async fn stage_in(lang: Lang, first: Model, view: impl Fn(&Store) -> Html + 'static) -> Stage {
    stage_of(lang, Reading { model: first, ..Reading::default() }, view).await
}

/// A stage of the Networks view.
pub async fn networks_stage(
    lang: Lang,
    first: Networks,
    view: impl Fn(&Rc<Networks>) -> Html + 'static,
) -> Stage {
    let first = Reading { view: View::Networks, networks: first, ..Reading::default() };
    stage_of(lang, first, move |store| view(&store.networks.share_shown())).await
}

/// A stage whose store starts with `first`.
pub async fn stage_of(
    lang: Lang,
    first: Reading,
    view: impl Fn(&Store) -> Html + 'static,
) -> Stage {
    let host = Host::new().await;
    let seen = Seen(Rc::default());
    let view = Callback::from(move |store| view(&store));
    let props = FrameProps { first: Rc::new(first), lang, view, seen: seen.clone() };
    let app = yew::Renderer::<Frame>::with_root_and_props(host.0.clone().into(), props).render();
    yew::scheduler::flush().await;
    Stage { host, app: Some(app), seen }
}

/// The link of the networks alone: what stands behind the opening module.
pub fn networks_link(networks: &Networks) -> String {
    let of = |networks: &_| Link::new(&Model::default(), networks).showing(View::Module);
    let opening = of(&Networks::default());
    of(networks)[opening.len()..].trim_start_matches('&').to_owned()
}

impl Stage {
    pub fn store(&self) -> Store {
        self.seen.0.borrow().as_ref().expect("a store that was rendered").0.clone()
    }

    /// The model that the page shows, previews included.
    pub fn shown(&self) -> Model {
        *self.store().module.shown()
    }

    /// The networks that the page shows, previews included.
    pub fn networks(&self) -> Networks {
        self.store().networks.shown().clone()
    }

    pub fn committed(&self) -> Model {
        *self.store().module.committed()
    }

    /// How many steps back there are in the open view.
    pub fn steps(&self) -> usize {
        let mut store = self.store();
        std::iter::from_fn(|| {
            let can_undo = store.can_undo();
            store = store.after(StoreAction::Undo);
            can_undo.then_some(())
        })
        .count()
    }

    pub fn dispatcher(&self) -> Dispatch {
        self.seen.0.borrow().as_ref().expect("a store").1.clone()
    }

    pub async fn dispatch(&self, action: StoreAction) {
        self.dispatcher().dispatch(action);
        yew::scheduler::flush().await;
    }

    /// Makes a change: one step. One of the networks must be possible.
    pub async fn commit(&self, change: impl Into<Change>) {
        self.dispatch(StoreAction::commit(change)).await;
        assert_eq!(self.store().networks_refusal, None);
    }
}

impl Host {
    pub async fn new() -> Self {
        // Removes the remains of the last test.
        yew::scheduler::flush().await;
        let host: HtmlElement =
            document().create_element("div").expect("a div").dyn_into().expect("an element");
        host.set_attribute("style", "width:640px").expect("a style");
        document().body().expect("a body").append_child(&host).expect("a place");
        Self(host)
    }

    pub fn all<T: JsCast>(&self, selector: &str) -> Vec<T> {
        let found = self.0.query_selector_all(selector).expect("a selector");
        (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
    }

    pub fn maybe<T: JsCast>(&self, selector: &str) -> Option<T> {
        self.all(selector).into_iter().next()
    }

    pub fn find<T: JsCast>(&self, selector: &str) -> T {
        self.maybe(selector).unwrap_or_else(|| panic!("no {selector} in {}", self.0.inner_html()))
    }

    pub fn input(&self, selector: &str) -> HtmlInputElement {
        self.find(selector)
    }

    /// The text of the first element that matches.
    pub fn text(&self, selector: &str) -> String {
        text(&self.find(selector))
    }

    /// The button with this text.
    pub fn button(&self, label: &str) -> HtmlElement {
        let buttons: Vec<HtmlElement> = self.all("button");
        let found = buttons.into_iter().find(|button| text(button) == label);
        found.unwrap_or_else(|| panic!("no button “{label}” in {}", self.0.inner_html()))
    }

    pub async fn press(&self, label: &str) {
        self.button(label).click();
        yew::scheduler::flush().await;
    }
}

pub fn text(element: &Element) -> String {
    element.text_content().unwrap_or_default()
}

/// Sends an event and waits until its changes are rendered. Returns whether the default action follows.
pub async fn send(target: &Element, event: &Event) -> bool {
    let goes_on = target.dispatch_event(event).expect("an event that is not under way");
    yew::scheduler::flush().await;
    goes_on
}

/// Sets what an input holds, as typing or dragging does.
pub async fn type_in(input: &HtmlInputElement, text: &str) {
    input.set_value(text);
    let init = InputEventInit::new();
    init.set_bubbles(true);
    let event = InputEvent::new_with_event_init_dict("input", &init).expect("an event");
    send(input, &event).await;
}

/// The `change` event: an input loses the focus, a thumb is released, or another option is chosen.
pub async fn change(input: &Element) {
    let init = EventInit::new();
    init.set_bubbles(true);
    let event = Event::new_with_event_init_dict("change", &init).expect("an event");
    send(input, &event).await;
}

/// Presses a key; returns whether the default action follows.
pub async fn key(target: &Element, key: &str) -> bool {
    send(target, &key_event("keydown", key)).await
}

/// Lets a key go.
pub async fn release(target: &Element, key: &str) {
    send(target, &key_event("keyup", key)).await;
}

fn key_event(kind: &str, key: &str) -> KeyboardEvent {
    let init = KeyboardEventInit::new();
    init.set_bubbles(true);
    init.set_cancelable(true);
    init.set_key(key);
    KeyboardEvent::new_with_keyboard_event_init_dict(kind, &init).expect("an event")
}

/// Focus that arrives, without asking whether the window has it.
pub async fn focus(target: &Element) {
    send(target, &FocusEvent::new("focus").expect("an event")).await;
}

/// Waits up to two seconds for an asynchronous effect of the browser.
pub async fn until(what: &str, mut holds: impl FnMut() -> bool) {
    for _ in 0..200 {
        yew::scheduler::flush().await;
        if holds() {
            return;
        }
        sleep(std::time::Duration::from_millis(10)).await;
    }
    panic!("waited in vain: {what}");
}
