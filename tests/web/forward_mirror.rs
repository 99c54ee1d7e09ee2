//! The Forward view, a program of its own, mirrors the page's model; what it changes is the page's step.

use inception_explorer::arch::Field;
use inception_explorer::page::forward::messages::ModelChanged;
use inception_explorer::page::forward::{app, texts};
use inception_explorer::page::late::Late;
use inception_explorer::page::late::bridge::Look;
use inception_explorer::page::prefs::Lang;
use inception_explorer::page::store::StoreAction;
use inception_explorer::state::{Action, Model, View, link};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlInputElement};
use yew::prelude::*;

use crate::bridge::{Heard, Root};
use crate::harness::{change, stage, text, type_in};

fn looks(model: &Model, open: bool) -> Look {
    Look { lang: Lang::En, open, link: link::write(model) }
}

/// The Forward view as its program shows it, and the links it told.
struct Forward {
    root: Root,
    app: Option<AppHandle<app::App>>,
    told: Heard<ModelChanged>,
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
        // What the last test left behind goes first.
        yew::scheduler::flush().await;
        let root = Root::new(Late::Forward);
        let told = Heard::at(Late::Forward);
        looks(model, true).tell(Late::Forward);
        let app = yew::Renderer::<app::App>::with_root(root.0.clone().into()).render();
        yew::scheduler::flush().await;
        Self { root, app: Some(app), told }
    }

    async fn hear(&self, look: Look) {
        look.tell(Late::Forward);
        yew::scheduler::flush().await;
    }

    fn told(&self) -> Vec<String> {
        self.told.take().into_iter().map(|ModelChanged { link }| link).collect()
    }

    fn find<T: JsCast>(&self, selector: &str) -> T {
        let found = self.root.0.query_selector(selector).expect("a selector");
        found.and_then(|found| found.dyn_into().ok()).expect("an element of the view")
    }

    fn seed(&self) -> String {
        self.find::<HtmlInputElement>("#seed").value()
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
    assert!(text(&forward.find::<Element>("#run")).contains("실행"));
}

#[wasm_bindgen_test]
async fn what_is_changed_in_it_is_told_once() {
    let forward = Forward::start(&seeded(3)).await;
    let input: HtmlInputElement = forward.find("#seed");
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
