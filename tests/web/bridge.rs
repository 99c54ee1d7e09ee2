//! The page and the late programs tell each other what happens; here is the page's side of it, by the
//! Networks view.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use inception_explorer::arch::Field;
use inception_explorer::page::late::Late;
use inception_explorer::page::late::bridge::{self, Look, Message, Running};
use inception_explorer::page::late::host::{LateHost, use_messages};
use inception_explorer::page::networks::messages::{FromNetworks, NetworksState, ToNetworks};
use inception_explorer::page::origin::Origin;
use inception_explorer::page::prefs::Lang;
use inception_explorer::page::step::Step;
use inception_explorer::page::store::{Store, StoreAction, use_dispatch};
use inception_explorer::state::{Action, Model, View, link as page_link};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{CustomEvent, CustomEventInit, Element, HtmlElement};
use yew::prelude::*;

use crate::harness::{Stage, document, stage, until};

/// The element of a late program in the document. It goes when it is dropped.
pub struct Root(pub HtmlElement);

impl Root {
    pub fn new(program: Late) -> Self {
        // What a test that failed left behind goes first: a panic here drops nothing.
        if let Some(left) = bridge::root(program) {
            left.remove();
        }
        let root: HtmlElement =
            document().create_element("div").expect("a div").dyn_into().expect("an element");
        root.set_id(program.name());
        document().body().expect("a body").append_child(&root).expect("a place");
        Self(root)
    }

    /// Sends what no program of this version does.
    fn send(&self, name: &str, detail: &str) {
        let options = CustomEventInit::new();
        options.set_detail(&detail.into());
        let event = CustomEvent::new_with_event_init_dict(name, &options).expect("an event");
        self.0.dispatch_event(&event).expect("an event that is not under way");
    }
}

impl Drop for Root {
    fn drop(&mut self) {
        self.0.remove();
    }
}

/// All that was heard, and the listener, which hears until it is dropped.
pub struct Heard<T>(Rc<RefCell<Vec<T>>>, Option<EventListener>);

impl<T: Message + 'static> Heard<T> {
    pub fn at(program: Late) -> Self {
        let heard = Rc::default();
        let into: Rc<RefCell<Vec<T>>> = Rc::clone(&heard);
        let listener = bridge::hear(program, move |message| into.borrow_mut().push(message));
        Self(heard, listener)
    }

    /// What was heard since the last time.
    pub fn take(&self) -> Vec<T> {
        self.0.take()
    }
}

fn to_networks() -> Heard<ToNetworks> {
    Heard::at(Late::Networks)
}

fn from_networks() -> Heard<FromNetworks> {
    Heard::at(Late::Networks)
}

fn look(lang: Lang, open: bool, link: &str) -> Look {
    Look { lang, open, link: link.into() }
}

/// The message after this one: a variant that is added has its place here or the test does not compile.
fn next(message: Option<&ToNetworks>) -> Option<ToNetworks> {
    Some(match message {
        None => ToNetworks::Read("netown=c16-r&netname=%EA%B0%80+%0A".into()),
        Some(ToNetworks::Read(part)) if part.is_empty() => ToNetworks::Undo,
        Some(ToNetworks::Read(_)) => ToNetworks::Read(String::new()),
        Some(ToNetworks::Undo) => ToNetworks::Redo,
        Some(ToNetworks::Redo) => ToNetworks::Reset,
        Some(ToNetworks::Reset) => {
            ToNetworks::Put { path: "a.0.b_1".into(), module: "v=1&in=192".into() }
        }
        Some(ToNetworks::Put { .. }) => return None,
    })
}

#[wasm_bindgen_test]
fn whatever_the_page_tells_is_heard() {
    let _root = Root::new(Late::Networks);
    let (heard, other) = (to_networks(), from_networks());
    let all: Vec<_> = std::iter::successors(next(None), |it| next(Some(it))).collect();
    assert_eq!(all.len(), 6);
    for message in &all {
        bridge::tell(Late::Networks, message);
    }
    assert_eq!(heard.take(), all);
    assert_eq!(other.take(), [], "the page does not hear itself");
    let Heard(heard, listener) = heard;
    drop(listener);
    bridge::tell(Late::Networks, &ToNetworks::Undo);
    assert_eq!(heard.take(), [], "nobody listens any more");
}

#[wasm_bindgen_test]
fn whatever_the_view_tells_is_heard() {
    let _root = Root::new(Late::Networks);
    let (heard, other) = (from_networks(), to_networks());
    let flags = [(false, false), (false, true), (true, false), (true, true)];
    let states = flags.map(|(can_undo, can_redo)| {
        let link = if can_undo { String::new() } else { "net=vgg11&nettab=compare".into() };
        FromNetworks::State(NetworksState { link, can_undo, can_redo })
    });
    let open = FromNetworks::Open { path: "inception3a".into(), module: "v=1".into() };
    let all: Vec<_> = states.into_iter().chain([open]).collect();
    for message in &all {
        bridge::tell(Late::Networks, message);
    }
    assert_eq!(heard.take(), all);
    assert_eq!(other.take(), []);
}

#[wasm_bindgen_test]
fn each_program_hears_where_the_page_is_and_it_stands_in_the_document() {
    for program in Late::ALL {
        let root = Root::new(program);
        let heard = Heard::<Look>::at(program);
        for now in [look(Lang::En, false, "v=1&in=3"), look(Lang::Ko, true, "")] {
            now.tell(program);
            assert_eq!(heard.take(), std::slice::from_ref(&now));
            let Look { open, link, .. } = Look::of_document(program);
            assert_eq!((open, link), (now.open, now.link));
            assert_eq!(root.0.hidden(), !now.open);
        }
    }
}

#[wasm_bindgen_test]
fn what_is_no_message_is_not_heard() {
    let root = Root::new(Late::Networks);
    let (page, networks) = (from_networks(), to_networks());
    for detail in ["", "wat", "undo\n1", "look\nen", "put\na", "state\nnet=x\n1", "open"] {
        root.send("to-networks", detail);
        root.send("from-networks", detail);
    }
    assert_eq!((page.take(), networks.take()), (vec![], vec![]));
    // Without the element nobody hears, and nothing breaks.
    drop(root);
    bridge::tell(Late::Networks, &ToNetworks::Undo);
    assert!(bridge::hear(Late::Networks, |_: ToNetworks| {}).is_none());
}

#[wasm_bindgen_test]
async fn a_module_is_put_back_where_it_came_from() {
    let _root = Root::new(Late::Networks);
    let heard = to_networks();
    let stage = stage(Model::default(), |store| {
        html! { <Origin path="inception4e" model={*store.history.committed()} /> }
    })
    .await;
    assert!(stage.text(".origin").contains("inception4e"));
    stage.commit(Action::Set(Field::Ch3x3, 384)).await;
    let module = page_link::write(&stage.committed());
    stage.press("Put it into the network").await;
    assert_eq!(heard.take(), [ToNetworks::Put { path: "inception4e".into(), module }]);
    assert_eq!(stage.shown().view, View::Networks);

    stage.dispatch(StoreAction::Navigate(View::Module)).await;
    stage.press("← Back to the network").await;
    assert_eq!(heard.take(), [], "nothing is put by a look at where it came from");
    assert_eq!(stage.shown().view, View::Networks);
}

#[wasm_bindgen_test]
async fn a_step_is_taken_by_the_view_that_is_open() {
    let _root = Root::new(Late::Networks);
    let heard = to_networks();
    let stage = stage(Model::default(), |_| html! {}).await;
    let first = stage.committed();
    stage.commit(Action::Set(Field::InChannels, 64)).await;
    let changed = stage.committed();
    let take = async |step: Step, view| {
        step.take(view, &stage.dispatcher());
        yew::scheduler::flush().await;
        stage.committed()
    };
    for view in [View::Module, View::Forward] {
        assert_eq!(take(Step::Undo, view).await, first);
        assert_eq!(take(Step::Redo, view).await, changed);
        assert_eq!(take(Step::Reset, view).await, first);
        assert_eq!(take(Step::Undo, view).await, changed);
    }
    assert_eq!(heard.take(), []);
    for (step, message) in [
        (Step::Undo, ToNetworks::Undo),
        (Step::Redo, ToNetworks::Redo),
        (Step::Reset, ToNetworks::Reset),
    ] {
        assert_eq!(take(step, View::Networks).await, changed, "the page's own stays");
        assert_eq!(heard.take(), [message]);
    }
}

#[derive(Properties, PartialEq)]
struct HostedProps {
    store: Store,
}

#[component]
fn Hosted(HostedProps { store }: &HostedProps) -> Html {
    let dispatch = use_dispatch();
    use_messages(dispatch);
    let open = store.history.shown().view == View::Networks;
    html! { <LateHost program={Late::Networks} {open} link={store.networks.link.clone()} /> }
}

fn host(store: &Store) -> Html {
    html! { <Hosted store={store.clone()} /> }
}

fn script_text(script: &Element) -> String {
    script.text_content().unwrap_or_default()
}

/// How often the program was asked for.
fn scripts() -> Vec<Element> {
    let found = document().query_selector_all("script[type=module]").expect("a selector");
    let scripts = (0..found.length()).filter_map(|at| found.get(at)?.dyn_into::<Element>().ok());
    scripts.filter(|script| script_text(script).contains("'./networks.js")).collect()
}

fn styles() -> Vec<Element> {
    let found = document().query_selector_all("link[href='./networks.css']").expect("a selector");
    (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
}

/// A stage with the place of the view, which is not open, and its root.
async fn hosted() -> (Root, Stage, Heard<Look>) {
    scripts().iter().chain(&styles()).for_each(Element::remove);
    let root = Root::new(Late::Networks);
    let heard = Heard::at(Late::Networks);
    let stage = stage(Model::default(), host).await;
    (root, stage, heard)
}

#[wasm_bindgen_test]
async fn the_view_is_loaded_when_it_is_opened_and_a_failure_can_be_tried_again() {
    let (root, stage, heard) = hosted().await;
    assert!(root.0.hidden() && scripts().is_empty());
    assert_eq!(heard.take(), [look(Lang::En, false, "")]);
    let moved = NetworksState { link: "net=vgg11".into(), ..NetworksState::default() };
    stage.dispatch(StoreAction::NetworksMoved(moved)).await;
    assert_eq!(heard.take(), [look(Lang::En, false, "net=vgg11")]);
    stage.dispatch(StoreAction::Navigate(View::Networks)).await;
    assert_eq!(stage.text("[role=status]"), "Loading …");
    assert!(!root.0.hidden());
    assert_eq!(heard.take(), [look(Lang::En, true, "net=vgg11")]);
    assert_eq!(Look::of_document(Late::Networks).link, "net=vgg11");
    assert_eq!(scripts().len(), 1);
    // There is no such program here.
    until("the failure is said", || stage.maybe::<Element>("[role=alert]").is_some()).await;
    until("its looks have failed, too", || styles().is_empty()).await;
    let first = script_text(&scripts()[0]);
    stage.press("Try again").await;
    assert_eq!(stage.text("[role=status]"), "Loading …");
    assert_eq!((scripts().len(), styles().len()), (2, 1));
    assert_ne!(script_text(&scripts()[1]), first, "not from the browser's memory");
    until("it fails again", || stage.maybe::<Element>("[role=alert]").is_some()).await;
}

#[wasm_bindgen_test]
async fn a_view_that_runs_is_shown_and_tells_the_page() {
    let (root, stage, heard) = hosted().await;
    stage.dispatch(StoreAction::Navigate(View::Networks)).await;
    bridge::tell(Late::Networks, &Running);
    let now = NetworksState { link: "net=vgg19".into(), can_undo: true, can_redo: false };
    bridge::tell(Late::Networks, &FromNetworks::State(now.clone()));
    yew::scheduler::flush().await;
    assert_eq!(stage.store().networks, now);
    assert!(stage.maybe::<Element>(".splash").is_none());
    heard.take();

    let model = Model { view: View::Module, ..Model::default() };
    let model = model.apply(Action::Set(Field::InChannels, 528)).expect("allowed");
    let open = FromNetworks::Open { path: "inception4e".into(), module: page_link::write(&model) };
    bridge::tell(Late::Networks, &open);
    yew::scheduler::flush().await;
    assert_eq!(stage.shown(), model);
    assert_eq!(stage.store().origin.as_deref(), Some("inception4e"));
    assert!(root.0.hidden());
    assert_eq!(heard.take(), [look(Lang::En, false, "net=vgg19")]);
    // Opened again it is there, and not loaded once more.
    let loaded = scripts().len();
    stage.dispatch(StoreAction::Navigate(View::Networks)).await;
    assert!(!root.0.hidden() && stage.maybe::<Element>(".splash").is_none());
    assert_eq!(scripts().len(), loaded);
}

#[wasm_bindgen_test]
async fn a_link_that_is_read_while_the_view_loads_is_the_one_it_starts_with() {
    let (_root, stage, _heard) = hosted().await;
    stage.dispatch(StoreAction::Navigate(View::Networks)).await;
    let link = || Look::of_document(Late::Networks).link;
    assert_eq!(link(), "");
    // Nobody hears what the page tells yet.
    let reading = page_link::read("view=networks&net=vgg19");
    stage.dispatch(StoreAction::Read(Box::new(reading))).await;
    assert_eq!(link(), "net=vgg19");
}
