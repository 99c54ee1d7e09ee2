//! The page as one program: its views are mounted when they are first opened, and keep their own state.

use inception_explorer::page::app::App;
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, window};
use yew::prelude::*;

use crate::harness::{Host, change, text, type_in, until};

/// The whole page. Dropping it removes the page.
struct Page {
    host: Host,
    app: Option<AppHandle<App>>,
}

impl Drop for Page {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
    }
}

impl Page {
    /// Opens the page at an address with this fragment, in English.
    async fn open(fragment: &str) -> Self {
        let window = window().expect("a window");
        let storage = window.local_storage().expect("a storage").expect("a storage");
        storage.clear().expect("an empty storage");
        storage.set_item("lang", "en").expect("a place");
        let history = window.history().expect("a history");
        let address = format!("?#{fragment}");
        history.replace_state_with_url(&JsValue::NULL, "", Some(&address)).expect("an address");
        let host = Host::new().await;
        let app = yew::Renderer::<App>::with_root(host.0.clone().into()).render();
        yew::scheduler::flush().await;
        Self { host, app: Some(app) }
    }

    /// Opens a view by its tab.
    async fn turn_to(&self, view: &str) {
        let tabs: Vec<HtmlElement> = self.host.all("header nav a");
        tabs.iter().find(|tab| text(tab) == view).expect("a tab").click();
        yew::scheduler::flush().await;
    }

    fn has(&self, selector: &str) -> bool {
        self.host.maybe::<Element>(selector).is_some()
    }

    /// The names of the views that are not hidden, by what is in them.
    fn visible(&self) -> Vec<String> {
        let shown = self.host.all::<Element>("main:not([hidden]) > div");
        shown.iter().map(Element::class_name).collect()
    }

    async fn step(&self, label: &str) {
        self.host.find::<HtmlElement>(&format!("button[aria-label^={label}]")).click();
        yew::scheduler::flush().await;
    }
}

#[wasm_bindgen_test]
async fn a_view_is_mounted_when_it_is_first_opened_and_kept() {
    let page = Page::open("").await;
    assert_eq!(page.visible(), ["module-view"]);
    assert!(!page.has(".forward-view") && !page.has(".networks-view"));
    page.turn_to("Networks").await;
    assert_eq!(page.visible(), ["networks-view"]);
    assert!(page.has(".module-view") && !page.has(".forward-view"));
    // A view's own state is kept while another view is open.
    page.host.press("torchsummary").await;
    assert!(page.has("#torchsummary"));
    page.turn_to("Module").await;
    page.turn_to("Networks").await;
    assert!(page.has("#torchsummary"));
}

#[wasm_bindgen_test]
async fn a_closed_view_is_not_rendered() {
    let page = Page::open("view=networks").await;
    assert!(page.host.text("#net-summary").contains("138,357,544"));
    window().expect("a window").location().set_hash("net=vgg11").expect("an address");
    until("the Module view", || page.visible() == ["module-view"]).await;
    assert!(page.host.text("#net-summary").contains("138,357,544"), "it is closed");
    page.turn_to("Networks").await;
    assert!(page.host.text("#net-summary").contains("132,863,336"));
}

#[wasm_bindgen_test]
async fn the_header_steps_through_the_history_of_the_open_view() {
    let page = Page::open("net=vgg11").await;
    let input = page.host.input("#in_channels");
    type_in(&input, "64").await;
    change(&input).await;
    page.turn_to("Networks").await;
    assert!(page.has("button[aria-label^=Undo]:disabled"), "the networks have no step");
    page.host.press("New").await;
    assert!(page.host.text("#net-summary").contains(" 0 parameters"));
    page.step("Undo").await;
    assert!(page.host.text("#net-summary").contains("132,863,336"));
    page.turn_to("Module").await;
    assert_eq!(page.host.input("#in_channels").value(), "64");
    page.step("Undo").await;
    assert_eq!(page.host.input("#in_channels").value(), "192");
    page.turn_to("Forward pass").await;
    page.step("Redo").await;
    page.turn_to("Module").await;
    assert_eq!(page.host.input("#in_channels").value(), "64");
}

#[wasm_bindgen_test]
async fn every_view_counts_by_the_page_s_convention() {
    let page = Page::open("view=networks&net=vgg16_bn").await;
    assert!(page.host.text("#net-summary").contains("138,365,992"));
    // The first switch of parameters is batch norm's.
    page.host.find::<HtmlElement>("#net-terms .chip").click();
    yew::scheduler::flush().await;
    assert!(page.host.text("#net-summary").contains("138,357,544"));
    page.turn_to("Module").await;
    let switch = page.host.find::<HtmlElement>("#terms .chip");
    assert_eq!(switch.get_attribute("aria-pressed").as_deref(), Some("false"));
}

#[wasm_bindgen_test]
async fn the_peak_of_memory_is_said_with_the_row_that_needs_it() {
    let page = Page::open("view=networks&netby=peak").await;
    let summary = page.host.text("#net-summary");
    assert!(summary.contains("Peak memory 24.5 MiB, while features.2 runs."), "{summary}");
    assert!(page.has("#net-figure-parts"), "areas are of the activations");
    assert!(!page.has("#net-terms"), "no switch changes it");
    assert_eq!(page.host.text(".net-table td.share.peak .text"), "24.5 MiB");
}
