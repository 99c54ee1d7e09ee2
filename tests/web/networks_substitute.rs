//! The Replace tab: the slider, the curve, the rows and the result.

use std::rc::Rc;

use inception_explorer::cost::{Convention, Replacement, network_cost};
use inception_explorer::page::networks::counted::use_counted;
use inception_explorer::page::networks::substitute::SubstituteView;
use inception_explorer::page::prefs::Lang;
use inception_explorer::page::store::StoreAction;
use inception_explorer::state::link::read;
use inception_explorer::state::networks::{Chosen, Networks, Source, Tab};
use wasm_bindgen::JsCast;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{
    Element, HtmlElement, HtmlInputElement, HtmlSelectElement, PointerEvent, PointerEventInit,
};
use yew::prelude::*;

use crate::harness::{
    Stage, change, key, networks_link as write, networks_stage, send, text, type_in,
};

#[derive(PartialEq, Properties)]
struct FrameProps {
    networks: Rc<Networks>,
}

/// The tab with a size for its curve: the style sheet is not there.
#[component]
fn Frame(FrameProps { networks }: &FrameProps) -> Html {
    let counted = use_counted(networks);
    let counted = (*counted).clone().expect("counts that fit");
    html! {
        <div style="width: 1000px">
            <style>{ "#net-curve { width: 600px; height: 160px; position: relative }" }</style>
            <SubstituteView networks={networks.clone()} {counted} />
        </div>
    }
}

async fn stage(link: &str) -> Stage {
    let view = |networks: &Rc<Networks>| html! { <Frame networks={networks.clone()} /> };
    networks_stage(Lang::En, read(link).networks, view).await
}

/// Presses the button whose text contains `label`.
async fn press(stage: &Stage, label: &str) {
    let buttons: Vec<HtmlElement> = stage.all("button");
    let found = buttons.into_iter().find(|button| text(button).contains(label));
    found.unwrap_or_else(|| panic!("no button “{label}”")).click();
    yew::scheduler::flush().await;
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
        assert_eq!(stage.networks().substitutions.chosen, Chosen::Heaviest(k));
    }
    assert_eq!(stage.steps(), 0);
    assert!(stage.text("#net-outcome").starts_with("Nothing is replaced yet: 138,357,544"));
    change(&slider).await;
    assert_eq!((stage.steps(), write(&stage.networks()).as_str()), (1, "netk=0"));
    assert_eq!(stage.find::<HtmlInputElement>("#net-k").value(), "0");
    stage.dispatch(StoreAction::Undo).await;
    assert_eq!(stage.all::<Element>("tr.chosen").len(), 5);
}

#[wasm_bindgen_test]
async fn the_curve_is_a_slider_too() {
    let stage = stage("").await;
    let curve: HtmlElement = stage.find("#net-curve");
    assert_eq!(curve.get_attribute("role").as_deref(), Some("slider"));
    for (name, expected) in [("ArrowRight", 6), ("PageUp", 13), ("ArrowLeft", 12), ("Home", 0)] {
        key(&curve, name).await;
        assert_eq!(stage.networks().substitutions.chosen, Chosen::Heaviest(expected), "{name}");
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
    assert_eq!((stage.networks().substitutions.chosen, stage.steps()), (Chosen::Heaviest(13), 5));
    assert_eq!(stage.all::<Element>("tr.chosen").len(), 13);
    press(&stage, "fewest: with 12").await;
    assert_eq!(stage.networks().substitutions.chosen, Chosen::Heaviest(12));
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
    assert!(write(&stage.networks()).starts_with("netrows="));
    switches[1].click();
    yew::scheduler::flush().await;
    assert_eq!(stage.networks(), Networks::default());
    press(&stage, "Only those that pay (12)").await;
    assert_eq!(stage.networks().substitutions.chosen, Chosen::Heaviest(12));
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
    assert!(write(&stage.networks()).ends_with("_bottleneck-1-4"));
    press(&stage, "Training too").await;
    assert_eq!(stage.find::<HtmlInputElement>("#net-k-slider").max(), "59");
    assert!(stage.text("#net-outcome").contains("13,004,888"));
}

#[wasm_bindgen_test]
async fn the_replacement_is_chosen_or_set_by_hand() {
    let stage = stage("").await;
    pick(&stage.find("#net-with"), "Inception 5b").await;
    assert_eq!(write(&stage.networks()), "netwith=5b");
    let width: HtmlInputElement = stage.find("#net-with-ch1x1");
    assert_eq!(width.value(), "384");
    type_in(&width, "200").await;
    change(&width).await;
    assert_eq!(write(&stage.networks()), "netwith=200-192-384-48-128-128-3-5");
    let menu: HtmlSelectElement = stage.find("#net-with");
    assert_eq!(menu.value(), "by_hand");
    pick(&menu, "Bottleneck 1/8").await;
    assert!(matches!(stage.networks().substitutions.recipe.default, Replacement::Bottleneck(_)));
    assert_eq!(stage.all::<Element>(".net-proportions").len(), 0);
}

#[wasm_bindgen_test]
async fn the_rebuilt_network_is_ones_own_in_layers() {
    let stage = stage("nettab=substitute").await;
    press(&stage, "Make it your network").await;
    let networks = stage.networks();
    let Source::Own(own) = &networks.source else { panic!("not one's own") };
    assert_eq!((networks.tab, own.name.as_str()), (Tab::Layers, "vgg16*"));
    let cost = network_cost(&own.network, networks.input, Convention::default()).expect("a count");
    assert_eq!(cost.totals.params, 130_094_984);
    stage.dispatch(StoreAction::Undo).await;
    assert_eq!(stage.networks().source, Networks::default().source);
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
