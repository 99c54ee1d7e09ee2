//! The architecture of a network: drawing, clicks, keys, moving and zooming.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use inception_explorer::arch::network::{Network, NetworkId, Node, Variant, VggConfig};
use inception_explorer::arch::{Conv2d, Layer, Shape};
use inception_explorer::cost::{Convention, Metric, NetworkCost, network_cost};
use inception_explorer::page::networks::figure::NetworkFigure;
use inception_explorer::page::networks::figure::layout::opened_at_first;
use inception_explorer::page::prefs::Lang;
use inception_explorer::state::Model;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{
    Element, KeyboardEvent, KeyboardEventInit, MouseEvent, MouseEventInit, PointerEvent,
    PointerEventInit, WheelEvent, WheelEventInit,
};
use yew::prelude::*;

use crate::harness::{Stage, document, key, send, stage_in, text, until};

/// The figure's callbacks, in the order of their calls.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Told {
    Selected(usize),
    Toggled(usize),
    Opened(usize),
}

/// Holds the state that the page holds for the figure: open containers and the selection.
#[derive(Properties, PartialEq, Clone)]
struct HolderProps {
    cost: Rc<NetworkCost>,
    told: Callback<Told>,
}

#[component]
fn Holder(HolderProps { cost, told }: &HolderProps) -> Html {
    let expanded = use_state(|| Rc::new(opened_at_first(cost)));
    let selected = use_state(|| None::<usize>);
    let tell = |what: fn(usize) -> Told| {
        let told = told.clone();
        move |row: usize| told.emit(what(row))
    };
    let (select, toggle, open) = (tell(Told::Selected), tell(Told::Toggled), tell(Told::Opened));
    let onselect = {
        let selected = selected.clone();
        Callback::from(move |row| {
            selected.set(Some(row));
            select(row);
        })
    };
    let ontoggle = {
        let expanded = expanded.clone();
        Callback::from(move |row| {
            expanded.set(Rc::new(&**expanded ^ &BTreeSet::from([row])));
            toggle(row);
        })
    };
    let last = cost.rows.len() - 1;
    let onlast = {
        let selected = selected.clone();
        move |_| selected.set(Some(last))
    };
    // As large as the page's style sheet makes it.
    let style = ".net-figure-view { position: relative; height: 420px }
        .net-figure-stage { position: absolute; width: 100%; height: 100% }";
    html! {
        <>
            <style>{ style }</style>
            <button onclick={onlast}>{ "last" }</button>
            <NetworkFigure cost={cost.clone()} metric={Metric::Params} expanded={(*expanded).clone()}
                selected={*selected} {onselect} {ontoggle} onopen={open}
                explain={Callback::from(|fault: inception_explorer::cost::NetworkFault| AttrValue::from(fault.to_string()))} />
        </>
    }
}

struct Shown {
    stage: Stage,
    cost: Rc<NetworkCost>,
    told: Rc<RefCell<Vec<Told>>>,
}

async fn show(lang: Lang, cost: NetworkCost) -> Shown {
    let (cost, told) = (Rc::new(cost), Rc::new(RefCell::new(Vec::new())));
    let tell = {
        let told = told.clone();
        Callback::from(move |what| told.borrow_mut().push(what))
    };
    let props = HolderProps { cost: cost.clone(), told: tell };
    let stage =
        stage_in(lang, Model::default(), move |_| html! { <Holder ..props.clone() /> }).await;
    until("the first boxes", || stage.maybe::<Element>(".net-figure-box").is_some()).await;
    Shown { stage, cost, told }
}

fn googlenet() -> NetworkCost {
    let id = NetworkId::GoogLeNet { variant: Variant::Torchvision, auxiliary: true };
    network_cost(&id.build(), Network::INPUT, Convention::default()).expect("countable")
}

impl Shown {
    fn row(&self, path: &str) -> usize {
        self.cost.rows.iter().position(|row| row.path == path).expect("a row")
    }

    fn find(&self, path: &str) -> Option<Element> {
        self.stage.maybe(&format!("[data-row='{}']", self.row(path)))
    }

    fn block(&self, path: &str) -> Element {
        self.find(path).unwrap_or_else(|| panic!("{path} is not drawn"))
    }

    fn svg(&self) -> Element {
        self.stage.find(".net-figure-stage")
    }

    fn told(&self) -> Vec<Told> {
        std::mem::take(&mut self.told.borrow_mut())
    }

    /// The scene's offset and scale.
    fn view(&self) -> [f64; 3] {
        let style = self.stage.find::<Element>(".net-figure-scene").get_attribute("style");
        let style = style.expect("a place");
        let numbers = style.split(|c: char| !(c.is_ascii_digit() || c == '.' || c == '-'));
        let numbers: Vec<f64> = numbers.filter_map(|part| part.parse().ok()).collect();
        numbers.try_into().expect("x, y and scale")
    }

    async fn wheel(&self, dy: f64, ctrl: bool, at: (i32, i32)) -> bool {
        let svg = self.svg();
        let bounds = svg.get_bounding_client_rect();
        let init = WheelEventInit::new();
        init.set_bubbles(true);
        init.set_cancelable(true);
        init.set_delta_y(dy);
        init.set_ctrl_key(ctrl);
        #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
        let place = |start: f64, by: i32| start as i32 + by;
        init.set_client_x(place(bounds.left(), at.0));
        init.set_client_y(place(bounds.top(), at.1));
        send(&svg, &WheelEvent::new_with_event_init_dict("wheel", &init).expect("an event")).await
    }

    async fn pointer(&self, kind: &str, id: i32, at: (i32, i32)) {
        let init = PointerEventInit::new();
        init.set_bubbles(true);
        init.set_pointer_id(id);
        init.set_client_x(at.0);
        init.set_client_y(at.1);
        let event = PointerEvent::new_with_event_init_dict(kind, &init).expect("an event");
        send(&self.svg(), &event).await;
    }
}

fn has_class(element: &Element, class: &str) -> bool {
    element.matches(&format!(".{class}")).expect("a class")
}

/// As near as the style's digits.
fn near(one: f64, other: f64) -> bool {
    (one - other).abs() < 1e-2
}

async fn click(target: &Element, kind: &str) {
    let init = MouseEventInit::new();
    init.set_bubbles(true);
    send(target, &MouseEvent::new_with_mouse_event_init_dict(kind, &init).expect("an event")).await;
}

#[wasm_bindgen_test]
async fn boxes_say_what_they_are_and_cost() {
    let shown = show(Lang::En, googlenet()).await;
    let label = |path| shown.block(path).get_attribute("aria-label").unwrap_or_default();
    assert_eq!(
        label("inception3a"),
        "inception3a, Inception: 192 × 28 × 28 → 256 × 28 × 28, 155,872 params, 1%"
    );
    assert!(label("conv1").contains("3 × 224 × 224 → 64 × 112 × 112"), "{}", label("conv1"));
    let fills =
        shown.stage.all::<Element>(&format!("[data-row='{}'] .fill", shown.row("inception3a")));
    assert_eq!(fills.len(), 4);
    let korean = show(Lang::Ko, googlenet()).await;
    assert!(text(&korean.svg()).contains("입력 3 × 224 × 224"));
}

#[wasm_bindgen_test]
async fn a_click_selects_a_chevron_toggles_an_arrow_opens() {
    let shown = show(Lang::En, googlenet()).await;
    let row = shown.row("inception3a");
    click(&shown.block("inception3a"), "click").await;
    assert_eq!(shown.told(), [Told::Selected(row)]);
    assert!(has_class(&shown.block("inception3a"), "selected"));
    let inside =
        |selector: &str| shown.stage.find::<Element>(&format!("[data-row='{row}'] {selector}"));
    assert!(shown.find("inception3a.branch1").is_none());
    click(&inside(".net-figure-act.toggle"), "click").await;
    assert_eq!(shown.told(), [Told::Toggled(row)]);
    assert_eq!(shown.block("inception3a").get_attribute("aria-expanded").as_deref(), Some("true"));
    for (path, branch) in [("inception3a.branch1", "b1"), ("inception3a.branch3.1", "b3")] {
        assert!(has_class(&shown.block(path), branch), "{path}");
    }
    let segments: Vec<_> =
        shown.stage.all::<Element>(".net-figure-segment text").iter().map(text).collect();
    assert_eq!(segments, ["64", "128", "32", "32"]);
    click(&inside(".net-figure-act.open"), "click").await;
    click(&shown.block("inception3a"), "dblclick").await;
    assert_eq!(shown.told(), [Told::Opened(row); 2]);
    // Another container has no view of its own.
    click(&shown.block("conv1"), "dblclick").await;
    assert_eq!(shown.told(), [Told::Toggled(shown.row("conv1"))]);
}

#[wasm_bindgen_test]
async fn keys_walk_select_toggle_and_open() {
    let shown = show(Lang::En, googlenet()).await;
    let stops = || shown.stage.all::<Element>("[data-row][tabindex='0']");
    assert_eq!(stops().len(), 1, "one stop for Tab");
    let pressed =
        [("ArrowDown", "maxpool1"), ("End", "fc"), ("Home", "conv1"), ("ArrowUp", "conv1")];
    for (pressed, path) in pressed {
        assert!(!key(&shown.svg(), pressed).await, "the page does not scroll at {pressed}");
        assert_eq!(shown.told(), [Told::Selected(shown.row(path))], "{pressed}");
        let focused =
            document().active_element().and_then(|focused| focused.get_attribute("data-row"));
        assert_eq!(focused, Some(shown.row(path).to_string()), "{pressed}");
        assert_eq!(stops().len(), 1);
    }
    key(&shown.svg(), " ").await;
    key(&shown.svg(), "Enter").await;
    assert_eq!(shown.told(), [Told::Toggled(0); 2]);
    for _ in 0..5 {
        key(&shown.svg(), "ArrowDown").await;
    }
    shown.told();
    key(&shown.svg(), "Enter").await;
    assert_eq!(shown.told(), [Told::Opened(shown.row("inception3a"))]);
    assert!(key(&shown.svg(), "Tab").await);
}

#[wasm_bindgen_test]
async fn the_wheel_scrolls_and_with_ctrl_zooms_around_the_pointer() {
    let shown = show(Lang::En, googlenet()).await;
    let [_, top, scale] = shown.view();
    assert!(near(top, 0.0) && near(scale, 1.0));
    assert!(shown.wheel(-50.0, false, (200, 200)).await, "at the top the page scrolls");
    assert!(!shown.wheel(150.0, false, (200, 200)).await);
    assert!(near(shown.view()[1], -150.0));
    let [x, y, before] = shown.view();
    assert!(!shown.wheel(-100.0, true, (200, 200)).await);
    let [x2, y2, after] = shown.view();
    assert!(after > before);
    let point = |x: f64, scale: f64| (200.0 - x) / scale;
    assert!((point(x, before) - point(x2, after)).abs() < 1.0, "{x} {x2}");
    assert!((point(y, before) - point(y2, after)).abs() < 1.0, "{y} {y2}");
}

#[wasm_bindgen_test]
async fn keys_and_buttons_zoom_and_pan() {
    let shown = show(Lang::En, googlenet()).await;
    key(&shown.svg(), "+").await;
    assert!(near(shown.view()[2], 1.3));
    key(&shown.svg(), "-").await;
    assert!(near(shown.view()[2], 1.0));
    let init = KeyboardEventInit::new();
    init.set_bubbles(true);
    init.set_key("ArrowDown");
    init.set_shift_key(true);
    let event = KeyboardEvent::new_with_keyboard_event_init_dict("keydown", &init);
    let before = shown.view()[1];
    send(&shown.svg(), &event.expect("an event")).await;
    assert!(near(shown.view()[1], before - 80.0));
    assert_eq!(shown.told(), [], "it only moves");
    let fit: web_sys::HtmlElement = shown.stage.find("button[aria-label='Show all (0)']");
    fit.click();
    yew::scheduler::flush().await;
    assert!(shown.view()[2] < 0.7);
    assert!(has_class(&shown.svg(), "far"));
}

#[wasm_bindgen_test]
async fn pointers_drag_and_pinch() {
    let shown = show(Lang::En, googlenet()).await;
    shown.pointer("pointerdown", 1, (200, 300)).await;
    shown.pointer("pointermove", 1, (200, 200)).await;
    assert!(near(shown.view()[1], -100.0));
    shown.pointer("pointerdown", 2, (300, 200)).await;
    shown.pointer("pointermove", 2, (400, 200)).await;
    assert!(near(shown.view()[2], 2.0), "{:?}", shown.view());
    shown.pointer("pointerup", 1, (200, 200)).await;
    shown.pointer("pointerup", 2, (400, 200)).await;
    let rests = shown.view();
    shown.pointer("pointermove", 1, (100, 100)).await;
    assert!(shown.view().into_iter().zip(rests).all(|(now, then)| near(now, then)));
}

#[wasm_bindgen_test]
async fn what_is_selected_elsewhere_comes_into_view() {
    let shown = show(Lang::En, googlenet()).await;
    let place = |element: &Element| element.get_bounding_client_rect();
    let fc = shown.block("fc");
    let in_view = || place(&fc).bottom() <= place(&shown.svg()).bottom();
    assert!(!in_view(), "far below");
    shown.stage.press("last").await;
    until("the glide's end", in_view).await;
    assert!(has_class(&fc, "selected"));
}

#[wasm_bindgen_test]
async fn of_five_thousand_layers_those_in_view_are_drawn() {
    let conv = Layer::Conv2d(Conv2d::same(16, 16, 3));
    let network = Network { nodes: vec![Node::sequential("features", vec![conv; 5000])] };
    let cost = network_cost(&network, Shape::new(16, 7, 7), Convention::default());
    let shown = show(Lang::En, cost.expect("countable")).await;
    let drawn = || shown.stage.all::<Element>(".net-figure-box").len();
    assert!((10..60).contains(&drawn()), "{}", drawn());
    key(&shown.svg(), "End").await;
    assert!(shown.find("features.4999").is_some());
    assert!(drawn() < 60, "{}", drawn());
    key(&shown.svg(), "0").await;
    assert!(drawn() < 150, "{}", drawn());
}

#[wasm_bindgen_test]
async fn a_fault_is_marked_with_its_reason() {
    let id = NetworkId::Vgg { config: VggConfig::A, batch_norm: false };
    let mut network = id.build();
    let narrow = Layer::Conv2d(Conv2d::same(4, 8, 3));
    network.nodes.insert(0, Node::layer("narrow", narrow));
    let cost = network_cost(&network, Network::INPUT, Convention::default()).expect("countable");
    let shown = show(Lang::En, cost).await;
    let marked = shown.block("narrow");
    assert!(has_class(&marked, "fault"));
    let label = marked.get_attribute("aria-label").unwrap_or_default();
    assert!(label.contains("takes 4 channels, the input has 3"), "{label}");
}
