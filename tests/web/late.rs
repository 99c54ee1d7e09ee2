//! Views that are programs of their own: the page loads them, and the Forward view mirrors its model.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_events::EventListener;
use inception_explorer::arch::Field;
use inception_explorer::page::forward::messages::ModelChanged;
use inception_explorer::page::forward::{app, texts};
use inception_explorer::page::late::bridge::{self, Look, Running};
use inception_explorer::page::late::{Late, host::LateHost};
use inception_explorer::page::prefs::Lang;
use inception_explorer::page::store::StoreAction;
use inception_explorer::state::{Action, Model, View, link};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::harness::{Host, change, document, stage, text, type_in, until};

/// The element of a late program, which the page's document has beside the page's.
struct Root(Host);

impl Root {
    async fn new(program: Late) -> Self {
        let host = Host::new().await;
        host.element().set_id(program.name());
        Self(host)
    }

    fn element(&self) -> HtmlElement {
        self.0.element()
    }
}

fn looks(model: &Model, open: bool) -> Look {
    Look { lang: Lang::En, open, link: link::write(model) }
}

/// The Forward view as its program shows it, and the links it told.
struct Forward {
    root: Root,
    app: Option<AppHandle<app::App>>,
    told: Rc<RefCell<Vec<String>>>,
    _listener: EventListener,
}

impl Drop for Forward {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
    }
}

impl Forward {
    async fn start(model: &Model) -> Self {
        texts::install();
        let root = Root::new(Late::Forward).await;
        looks(model, true).tell(Late::Forward);
        let told = Rc::<RefCell<Vec<String>>>::default();
        let heard = told.clone();
        let listener =
            bridge::hear(Late::Forward, move |ModelChanged { link }| heard.borrow_mut().push(link));
        let app = yew::Renderer::<app::App>::with_root(root.element().into()).render();
        yew::scheduler::flush().await;
        Self { root, app: Some(app), told, _listener: listener.expect("the program's element") }
    }

    async fn hear(&self, look: Look) {
        look.tell(Late::Forward);
        yew::scheduler::flush().await;
    }

    fn told(&self) -> Vec<String> {
        self.told.borrow_mut().drain(..).collect()
    }

    fn seed(&self) -> String {
        self.root.0.input("#seed").value()
    }
}

fn seeded(seed: u64) -> Model {
    let model = Model { view: View::Forward, ..Model::default() };
    model.apply(Action::Set(Field::Seed, seed)).expect("a seed")
}

#[wasm_bindgen_test]
async fn it_shows_what_the_page_tells() {
    let forward = Forward::start(&seeded(3)).await;
    assert_eq!(forward.seed(), "3");
    forward.hear(looks(&seeded(4), true)).await;
    assert_eq!(forward.seed(), "4");
    assert_eq!(forward.told(), Vec::<String>::new(), "what the page tells is not told back");
    forward.hear(Look { lang: Lang::Ko, ..looks(&seeded(4), true) }).await;
    assert!(forward.root.0.text("#run").contains("실행"));
}

#[wasm_bindgen_test]
async fn what_is_changed_in_it_is_told_once() {
    let forward = Forward::start(&seeded(3)).await;
    let input = forward.root.0.input("#seed");
    type_in(&input, "5").await;
    assert_eq!(forward.told(), Vec::<String>::new(), "nothing is told while it is typed");
    change(&input).await;
    assert_eq!(forward.told(), [link::write(&seeded(5))]);
    // The page takes it and says so.
    forward.hear(looks(&seeded(5), true)).await;
    assert_eq!((forward.seed().as_str(), forward.told().len()), ("5", 0));
    // The page goes a step back.
    forward.hear(looks(&seeded(3), true)).await;
    assert_eq!((forward.seed().as_str(), forward.told().len()), ("3", 0));
}

#[wasm_bindgen_test]
async fn what_the_forward_view_changes_is_one_step_of_the_page() {
    let stage = stage(seeded(3), |_| html! {}).await;
    stage.dispatch(StoreAction::Navigate(View::Module)).await;
    stage.dispatch(StoreAction::ModelChanged(link::write(&seeded(5)))).await;
    let model = stage.committed();
    assert_eq!((model.get(Field::Seed), model.view), (5, View::Module), "the view stays");
    assert_eq!(stage.steps(), 1);
    stage.dispatch(StoreAction::ModelChanged(link::write(&seeded(5)))).await;
    assert_eq!(stage.steps(), 1, "an echo is no step");
}

/// There are no late programs in the tests' page: whatever is loaded is not found.
#[wasm_bindgen_test]
async fn a_view_that_can_not_be_loaded_offers_another_try() {
    let root = Root::new(Late::Networks).await;
    let stage = stage(Model::default(), |store| {
        let open = store.history.shown().view == View::Networks;
        html! { <LateHost program={Late::Networks} {open} link="net=d" /> }
    })
    .await;
    assert!(root.element().hidden() && stage.maybe::<Element>(".splash").is_none());
    let scripts = || document().query_selector_all("script[src^='./networks_loader']");
    assert_eq!(scripts().expect("a selector").length(), 0, "nothing is loaded before it is opened");
    stage.dispatch(StoreAction::Navigate(View::Networks)).await;
    assert_eq!(Look::of_document(Late::Networks).link, "net=d");
    assert!(!root.element().hidden());
    let failed = || stage.maybe::<Element>(".splash[role='alert']").map(|splash| text(&splash));
    until("a failure", || failed().is_some()).await;
    stage.press("Try again").await;
    until("another", || failed().is_some()).await;
    assert_eq!(scripts().expect("a selector").length(), 2);
    // Should the program come to run all the same, it stands alone.
    bridge::tell(Late::Networks, &Running);
    until("the program alone", || stage.maybe::<Element>(".splash").is_none()).await;
}
