//! The slider: moving previews, letting go commits.

use inception_explorer::arch::Field;
use inception_explorer::page::controls::SliderField;
use inception_explorer::state::{Action, Model};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, KeyboardEvent, KeyboardEventInit};
use yew::prelude::*;

use crate::harness::{Stage, change, send, stage, type_in};

async fn slider(field: Field, first: Model) -> Stage {
    stage(first, move |store| {
        let value = store.module.shown().get(field);
        html! { <SliderField {field} {value} label="Filters" spoken="branch 4: filters" refusal={store.module_refusal} /> }
    })
    .await
}

const RANGE: &str = "input[type=range]";

#[wasm_bindgen_test]
async fn a_drag_is_one_step() {
    let stage = slider(Field::InChannels, Model::default()).await;
    let range = stage.input(RANGE);
    for channels in 200..=256 {
        type_in(&range, &channels.to_string()).await;
        assert_eq!(stage.shown().module.in_channels, channels);
        assert_eq!(stage.committed(), Model::default());
    }
    assert_eq!(stage.steps(), 0);
    assert_eq!(stage.input("input[type=text]").value(), "256");
    change(&range).await;
    assert_eq!(stage.committed().module.in_channels, 256);
    assert_eq!(stage.steps(), 1);
    assert_eq!(range.get_attribute("aria-valuetext").as_deref(), Some("256"));
}

#[wasm_bindgen_test]
async fn a_key_that_is_held_is_one_step() {
    let stage = slider(Field::InChannels, Model::default()).await;
    let range = stage.input(RANGE);
    let press = |kind: &str, repeat: bool| {
        let init = KeyboardEventInit::new();
        init.set_bubbles(true);
        init.set_key("ArrowRight");
        init.set_repeat(repeat);
        KeyboardEvent::new_with_keyboard_event_init_dict(kind, &init).expect("an event")
    };
    for channels in 193..=250 {
        send(&range, &press("keydown", true)).await;
        type_in(&range, &channels.to_string()).await;
        change(&range).await;
    }
    assert_eq!((stage.shown().module.in_channels, stage.steps()), (250, 0));
    send(&range, &press("keyup", false)).await;
    assert_eq!((stage.committed().module.in_channels, stage.steps()), (250, 1));
}

#[wasm_bindgen_test]
async fn it_has_its_limits_and_its_name() {
    let stage = slider(Field::Kernel5, Model::default()).await;
    let range = stage.input(RANGE);
    let limits = ["min", "max", "step"].map(|name| range.get_attribute(name).unwrap_or_default());
    assert_eq!(limits, ["1", "11", "2"]);
    for input in stage.all::<Element>("input") {
        assert_eq!(input.get_attribute("aria-label").as_deref(), Some("branch 4: filters"));
    }
}

#[wasm_bindgen_test]
async fn it_stands_at_its_end_for_what_only_the_box_allows() {
    let first = Model::default().apply(Action::Set(Field::Ch3x3, 1000)).expect("allowed");
    let stage = slider(Field::Ch3x3, first).await;
    let range = stage.input(RANGE);
    assert_eq!(range.value(), "512");
    assert_eq!(range.get_attribute("aria-valuetext").as_deref(), Some("1000"));
    assert_eq!(stage.input("input[type=text]").value(), "1000");
}

fn only_pool() -> Model {
    [Field::Ch1x1, Field::Ch3x3, Field::Ch5x5].into_iter().fold(Model::default(), |model, field| {
        model.apply(Action::Set(field, 0)).expect("a branch remains")
    })
}

#[wasm_bindgen_test]
async fn a_refused_value_puts_the_slider_back() {
    let stage = slider(Field::PoolProj, only_pool()).await;
    let range = stage.input(RANGE);
    // As often as it is pushed there.
    for _ in 0..3 {
        type_in(&range, "0").await;
        assert_eq!(range.value(), "32");
        assert!(stage.text("[role=alert]").contains("last branch"));
    }
    change(&range).await;
    assert_eq!(stage.committed(), only_pool());
    assert_eq!(stage.steps(), 0);
}

#[wasm_bindgen_test]
async fn a_drag_into_the_refused_ends_where_the_page_stands() {
    let stage = slider(Field::PoolProj, only_pool()).await;
    let range = stage.input(RANGE);
    for filters in (0..5).rev() {
        type_in(&range, &filters.to_string()).await;
    }
    assert_eq!(stage.shown().module.pool_proj, 1);
    change(&range).await;
    assert_eq!(stage.shown(), stage.committed());
    assert_eq!(stage.committed().module.pool_proj, 1);
    assert_eq!(stage.steps(), 1);
}

#[wasm_bindgen_test]
async fn it_follows_the_model() {
    let stage = slider(Field::InChannels, Model::default()).await;
    stage.commit(Action::Set(Field::InChannels, 3)).await;
    let range = stage.input(RANGE);
    assert_eq!(range.value(), "3");
    assert!(range.get_attribute("style").is_some_and(|style| style.contains("0.0020")));
}

#[wasm_bindgen_test]
async fn what_has_no_effect_is_disabled() {
    let stage = stage(Model::default(), |_| {
        html! { <SliderField field={Field::Ch3x3Red} value=96 label="1×1" disabled=true /> }
    })
    .await;
    assert_eq!(stage.all::<Element>("input:disabled").len(), 2);
    assert_eq!(stage.all::<Element>(".field.off").len(), 1);
}
