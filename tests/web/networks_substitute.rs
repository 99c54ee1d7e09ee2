//! The Replace tab: the slider, the curve, the rows and what comes of them.

use std::cell::RefCell;
use std::rc::Rc;

use inception_explorer::cost::{Convention, Replacement, network_cost};
use inception_explorer::page::networks::app::Counted;
use inception_explorer::page::networks::store::{Dispatch, Store, StoreAction};
use inception_explorer::page::networks::substitute::SubstituteView;
use inception_explorer::page::networks::texts;
use inception_explorer::page::prefs::Lang;
use inception_explorer::state::networks::link::{read, write};
use inception_explorer::state::networks::{Chosen, Networks, Subject, Tab};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{
    Element, HtmlButtonElement, HtmlElement, HtmlInputElement, HtmlSelectElement, PointerEvent,
    PointerEventInit,
};
use yew::prelude::*;

use crate::harness::{change, document, key, send, text, type_in};

#[derive(Clone, Default)]
struct Seen(Rc<RefCell<Option<(Store, Dispatch)>>>);

impl PartialEq for Seen {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.0, &other.0)
    }
}

#[derive(Clone, PartialEq, Properties)]
struct FrameProps {
    link: AttrValue,
    seen: Seen,
}

#[component]
fn Frame(FrameProps { link, seen }: &FrameProps) -> Html {
    let store = use_reducer_eq(|| Store::new(read(link)));
    let dispatch = store.dispatcher();
    seen.0.replace(Some(((*store).clone(), dispatch.clone())));
    rust_i18n::set_locale(Lang::En.code());
    let networks = store.history.shown().clone();
    let counted = use_memo((networks.subject.clone(), networks.input), |(subject, input)| {
        let network = subject.network();
        let cost = network_cost(&network, *input, Convention::default()).expect("counts that fit");
        Counted { network: Rc::new(network), cost: Rc::new(cost) }
    });
    html! {
        <ContextProvider<Lang> context={Lang::En}>
        <ContextProvider<Dispatch> context={dispatch}>
            <SubstituteView {networks} counted={(*counted).clone()} />
        </ContextProvider<Dispatch>>
        </ContextProvider<Lang>>
    }
}

/// The tab in a page of its own. It goes when the stage is dropped.
struct Stage {
    host: HtmlElement,
    app: Option<AppHandle<Frame>>,
    seen: Seen,
}

impl Drop for Stage {
    fn drop(&mut self) {
        if let Some(app) = self.app.take() {
            app.destroy();
        }
        self.host.remove();
    }
}

async fn stage(link: &'static str) -> Stage {
    yew::scheduler::flush().await;
    texts::install();
    let host: HtmlElement =
        document().create_element("div").expect("a div").dyn_into().expect("an element");
    host.set_attribute("style", "width:1000px").expect("a style");
    document().body().expect("a body").append_child(&host).expect("a place");
    // The style sheet is not there: the curve needs a size.
    let style = document().create_element("style").expect("a style");
    style.set_text_content(Some("#net-curve { width: 600px; height: 160px; position: relative }"));
    host.append_child(&style).expect("a place");
    let root = document().create_element("div").expect("a div");
    host.append_child(&root).expect("a place");
    let seen = Seen::default();
    let props = FrameProps { link: link.into(), seen: seen.clone() };
    let app = yew::Renderer::<Frame>::with_root_and_props(root, props).render();
    yew::scheduler::flush().await;
    Stage { host, app: Some(app), seen }
}

impl Stage {
    fn store(&self) -> Store {
        self.seen.0.borrow().as_ref().expect("a store that was rendered").0.clone()
    }

    fn shown(&self) -> Networks {
        self.store().history.shown().clone()
    }

    fn steps(&self) -> usize {
        let mut history = self.store().history;
        std::iter::from_fn(|| history.undo().then_some(())).count()
    }

    fn all<T: JsCast>(&self, selector: &str) -> Vec<T> {
        let found = self.host.query_selector_all(selector).expect("a selector");
        (0..found.length()).filter_map(|at| found.get(at)?.dyn_into().ok()).collect()
    }

    fn find<T: JsCast>(&self, selector: &str) -> T {
        let found = self.all(selector).into_iter().next();
        found.unwrap_or_else(|| panic!("no {selector} in {}", self.host.inner_html()))
    }

    fn text(&self, selector: &str) -> String {
        text(&self.find(selector))
    }

    async fn undo(&self) {
        let dispatch = self.seen.0.borrow().as_ref().expect("a store").1.clone();
        dispatch.dispatch(StoreAction::Undo);
        yew::scheduler::flush().await;
    }

    async fn press(&self, label: &str) {
        let buttons: Vec<HtmlButtonElement> = self.all("button");
        let found = buttons.into_iter().find(|button| text(button).contains(label));
        found.unwrap_or_else(|| panic!("no button “{label}”")).click();
        yew::scheduler::flush().await;
    }
}

async fn pick(select: &HtmlSelectElement, label: &str) {
    let options = select.query_selector_all("option").expect("a selector");
    let place = (0..options.length())
        .find(|at| options.get(*at).and_then(|it| it.text_content()).is_some_and(|it| it == label));
    select.set_selected_index(place.expect("an option").cast_signed());
    let init = web_sys::EventInit::new();
    init.set_bubbles(true);
    let event = web_sys::Event::new_with_event_init_dict("change", &init).expect("an event");
    send(select, &event).await;
}

#[wasm_bindgen_test]
async fn the_five_heaviest_are_read_in_a_sentence() {
    let stage = stage("").await;
    let sentence = stage.text("#net-outcome");
    assert_eq!(
        sentence,
        "Replace the 5 heaviest convolutions: 138,357,544 → 130,094,984 parameters (6% fewer)."
    );
    assert!(stage.text(".net-pair.worse").starts_with("Memory"), "memory grows");
    assert_eq!(stage.all::<Element>("tr.chosen").len(), 5);
}

#[wasm_bindgen_test]
async fn a_drag_of_the_slider_is_one_step() {
    let stage = stage("").await;
    let slider: HtmlInputElement = stage.find("#net-k-slider");
    assert_eq!([slider.min(), slider.max(), slider.value()], ["0", "13", "5"]);
    for k in (0..5).rev() {
        type_in(&slider, &k.to_string()).await;
        assert_eq!(stage.shown().plan.chosen, Chosen::Heaviest(k));
    }
    assert_eq!(stage.steps(), 0);
    assert!(stage.text("#net-outcome").starts_with("Nothing is replaced yet: 138,357,544"));
    change(&slider).await;
    assert_eq!((stage.steps(), write(&stage.shown()).as_str()), (1, "netk=0"));
    assert_eq!(stage.find::<HtmlInputElement>("#net-k").value(), "0");
    stage.undo().await;
    assert_eq!(stage.all::<Element>("tr.chosen").len(), 5);
}

#[wasm_bindgen_test]
async fn the_curve_is_a_slider_too() {
    let stage = stage("").await;
    let curve: HtmlElement = stage.find("#net-curve");
    assert_eq!(curve.get_attribute("role").as_deref(), Some("slider"));
    for (name, expected) in [("ArrowRight", 6), ("PageUp", 13), ("ArrowLeft", 12), ("Home", 0)] {
        key(&curve, name).await;
        assert_eq!(stage.shown().plan.chosen, Chosen::Heaviest(expected), "{name}");
    }
    assert_eq!(stage.steps(), 4);
    let bounds = curve.get_bounding_client_rect();
    #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
    let pointer = |kind: &str, part: f64| {
        let init = PointerEventInit::new();
        init.set_bubbles(true);
        init.set_pointer_type("mouse");
        init.set_client_x((bounds.left() + bounds.width() * part) as i32);
        init.set_client_y((bounds.top() + 40.0) as i32);
        PointerEvent::new_with_event_init_dict(kind, &init).expect("an event")
    };
    send(&curve, &pointer("pointerdown", 0.5)).await;
    send(&curve, &pointer("pointermove", 0.8)).await;
    assert_eq!(stage.steps(), 4, "a drag has not ended");
    send(&curve, &pointer("pointerup", 1.0)).await;
    assert_eq!((stage.shown().plan.chosen, stage.steps()), (Chosen::Heaviest(13), 5));
    assert_eq!(stage.all::<Element>("tr.chosen").len(), 13);
    stage.press("fewest: with 12").await;
    assert_eq!(stage.shown().plan.chosen, Chosen::Heaviest(12));
}

#[wasm_bindgen_test]
async fn a_row_has_its_verdict_and_its_switch() {
    let stage = stage("netk=5").await;
    let rows: Vec<Element> = stage.all("tbody tr:not(.space)");
    assert_eq!(rows.len(), 13);
    assert!(text(&rows[0]).contains("pays: 512 arrive,"), "{}", text(&rows[0]));
    assert!(text(&rows[12]).contains("loses: 3 arrive, 15 are needed"), "{}", text(&rows[12]));
    let switches: Vec<HtmlInputElement> = stage.all("td.swap input");
    switches[1].click();
    yew::scheduler::flush().await;
    assert!(stage.text("#net-outcome").starts_with("Replace 4 single convolutions"));
    assert!(write(&stage.shown()).starts_with("netrows="));
    switches[1].click();
    yew::scheduler::flush().await;
    assert_eq!(stage.shown(), Networks::default());
    stage.press("Only those that pay (12)").await;
    assert_eq!(stage.shown().plan.chosen, Chosen::Heaviest(12));
}

#[wasm_bindgen_test]
async fn what_a_module_can_not_replace_a_bottleneck_can() {
    let stage = stage("net=googlenet_aux&netk=56").await;
    let refused: Element = stage.find("tr.refused");
    assert!(text(&refused).contains("stride 2, a module has 1: only a bottleneck can"));
    let menu = refused.query_selector("select").expect("a selector").expect("a menu");
    pick(&menu.dyn_into().expect("a menu"), "Bottleneck 1/4").await;
    assert_eq!(stage.all::<Element>("tr.refused").len(), 0);
    assert_eq!(stage.find::<HtmlInputElement>("#net-k-slider").max(), "57");
    assert!(write(&stage.shown()).ends_with("_bottleneck-1-4"));
    stage.press("Training too").await;
    assert_eq!(stage.find::<HtmlInputElement>("#net-k-slider").max(), "59");
    assert!(stage.text("#net-outcome").contains("13,004,888"));
}

#[wasm_bindgen_test]
async fn the_replacement_is_chosen_or_set_by_hand() {
    let stage = stage("").await;
    pick(&stage.find("#net-with"), "Inception 5b").await;
    assert_eq!(write(&stage.shown()), "netwith=5b");
    let width: HtmlInputElement = stage.find("#net-with-ch1x1");
    assert_eq!(width.value(), "384");
    type_in(&width, "200").await;
    change(&width).await;
    assert_eq!(write(&stage.shown()), "netwith=200-192-384-48-128-128-3-5");
    let menu: HtmlSelectElement = stage.find("#net-with");
    assert_eq!(menu.value(), "by_hand");
    pick(&menu, "Bottleneck 1/8").await;
    assert!(matches!(stage.shown().plan.recipe.default, Replacement::Bottleneck(_)));
    assert_eq!(stage.all::<Element>(".net-proportions").len(), 0);
}

#[wasm_bindgen_test]
async fn the_rebuilt_network_is_ones_own_in_layers() {
    let stage = stage("nettab=substitute").await;
    stage.press("Make it your network").await;
    let networks = stage.shown();
    let Subject::Own(own) = &networks.subject else { panic!("not one's own") };
    assert_eq!((networks.tab, own.name.as_str()), (Tab::Layers, "vgg16*"));
    let cost = network_cost(&own.network, networks.input, Convention::default()).expect("a count");
    assert_eq!(cost.totals.params, 130_094_984);
    stage.undo().await;
    assert_eq!(stage.shown().subject, Networks::default().subject);
    assert_eq!(stage.all::<Element>("tr.chosen").len(), 5);
}

#[wasm_bindgen_test]
async fn the_curve_has_a_table() {
    let stage = stage("net=googlenet").await;
    assert_eq!(stage.all::<Element>(".sheet tr").len(), 0);
    stage.find::<HtmlElement>("details.data summary").click();
    crate::harness::until("a table", || !stage.all::<Element>(".sheet tbody tr").is_empty()).await;
    assert_eq!(stage.all::<Element>(".sheet tbody tr").len(), 57);
    assert!(stage.text(".sheet tr.loses").starts_with('5'));
}
