//! The panel: every control of the module.

use std::collections::BTreeSet;

use inception_explorer::arch::{Field, Form, Named, Preset, Size};
use inception_explorer::cost::{Metric, PlainOut};
use inception_explorer::page::controls::Panel;
use inception_explorer::page::words;
use inception_explorer::state::{Model, Term};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlSelectElement};
use yew::prelude::*;

use crate::harness::{Stage, change, send, stage, text, type_in};

async fn panel() -> Stage {
    stage(Model::default(), |store| {
        html! {
            <Panel model={*store.module.shown()} refusal={store.module_refusal} lit={None}
                onlight={Callback::noop()} />
        }
    })
    .await
}

fn disabled(stage: &Stage) -> Vec<String> {
    stage.all::<Element>("input:disabled").iter().map(Element::id).collect()
}

#[wasm_bindgen_test]
async fn without_reduction_its_sliders_are_disabled() {
    let stage = panel().await;
    assert_eq!(disabled(&stage), [""; 0]);
    stage.press("reduction").await;
    assert_eq!(stage.committed().module.form, Form::Naive);
    let reductions = ["ch3x3red", "ch3x3red-slider", "ch5x5red", "ch5x5red-slider"];
    assert_eq!(disabled(&stage), reductions);
    stage.press("reduction").await;
    assert_eq!(stage.committed(), Model::default());
    assert_eq!(disabled(&stage), [""; 0]);
}

#[wasm_bindgen_test]
async fn unlinked_sides_have_a_slider_each() {
    let stage = panel().await;
    let sides = || stage.all::<Element>("#height-slider, #width-slider").len();
    assert_eq!(sides(), 1);
    let size = stage.input("#height-slider");
    type_in(&size, "56").await;
    change(&size).await;
    assert_eq!(stage.committed().size, Size::square(56));

    stage.press("H = W").await;
    assert_eq!(sides(), 2);
    let width = stage.input("#width-slider");
    type_in(&width, "14").await;
    change(&width).await;
    assert_eq!(stage.committed().size, Size { height: 56, width: 14 });

    stage.press("H = W").await;
    assert_eq!(sides(), 1);
    assert_eq!(stage.committed().size, Size::square(56));
}

#[wasm_bindgen_test]
async fn every_number_of_the_module_has_a_slider_and_a_box_with_a_name_of_its_own() {
    let stage = panel().await;
    stage.press("H = W").await;
    let fields = Field::INCEPTION.into_iter().chain([Field::Height, Field::Width]);
    let mut names = BTreeSet::new();
    for field in fields {
        let [slider, number] = ["-slider", ""].map(|kind| {
            let input = stage.input(&format!("#{}{kind}", field.name()));
            input.get_attribute("aria-label").unwrap_or_default()
        });
        assert_eq!(slider, number, "{field:?}");
        assert!(!slider.is_empty() && names.insert(slider), "{field:?}");
    }
    let ids: Vec<_> = stage.all::<Element>("[id]").iter().map(Element::id).collect();
    assert_eq!(ids.iter().collect::<BTreeSet<_>>().len(), ids.len(), "{ids:?}");
}

#[wasm_bindgen_test]
async fn the_metric_brings_its_counting_switches() {
    let stage = panel().await;
    for metric in Metric::all() {
        stage.press(&words::metric(metric)).await;
        assert_eq!(stage.committed().counting.metric, metric);
        let terms: Vec<_> =
            stage.all::<HtmlElement>("#terms button").iter().map(|b| text(b)).collect();
        let expected: Vec<_> =
            Term::of_metric(metric).iter().map(|&term| words::term(term)).collect();
        assert_eq!(terms, expected);
    }
}

#[wasm_bindgen_test]
async fn a_chip_says_whether_it_is_on() {
    let stage = panel().await;
    let pressed = |label: &str| stage.button(label).get_attribute("aria-pressed");
    assert_eq!(pressed("7×7").as_deref(), Some("false"));
    stage.press("7×7").await;
    assert_eq!(pressed("7×7").as_deref(), Some("true"));
    assert!(stage.committed().kernels.contains(7));
    stage.press("7×7").await;
    assert!(!stage.committed().kernels.contains(7));
}

#[wasm_bindgen_test]
async fn a_width_of_ones_own_unlinks_the_plain_convolution() {
    let stage = panel().await;
    let number = stage.input("#plain_out");
    type_in(&number, "512").await;
    change(&number).await;
    assert_eq!(stage.committed().plain_out, PlainOut::Fixed(512));
    stage.press("same as module").await;
    assert_eq!(stage.committed().plain_out, PlainOut::Linked);
    assert_eq!(stage.input("#plain_out").value(), "256");
}

#[wasm_bindgen_test]
async fn the_menu_loads_a_preset_and_shows_which_it_is() {
    let stage = panel().await;
    let select: HtmlSelectElement = stage.find("select");
    assert_eq!(select.value(), "3a");
    for preset in &Preset::ALL {
        select.set_value(preset.id);
        let init = web_sys::EventInit::new();
        init.set_bubbles(true);
        let event = web_sys::Event::new_with_event_init_dict("change", &init).expect("an event");
        send(&select, &event).await;
        let model = stage.committed();
        assert_eq!(Preset::matching(&model.module, model.size), Some(preset));
        assert_eq!(select.value(), preset.id);
    }
    // The last one was changed by hand, so it is no preset.
    let channels = stage.input("#in_channels-slider");
    type_in(&channels, "5").await;
    change(&channels).await;
    assert_eq!(select.value(), "");
    assert_eq!(text(&select.selected_options().item(0).expect("an option")), "Your own");
}
