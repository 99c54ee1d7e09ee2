//! The chart: a sharp canvas that is also the input-channels slider.

use std::rc::Rc;

use inception_explorer::arch::Field;
use inception_explorer::page::chart::canvas::ChartCanvas;
use inception_explorer::page::store::Store;
use inception_explorer::state::{Action, Model};
use js_sys::{Object, Reflect};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{
    CanvasRenderingContext2d, Element, Event, HtmlCanvasElement, PointerEvent, PointerEventInit,
    window,
};
use yew::prelude::*;

use crate::harness::{Stage, key, send, stage, until};

const WIDTH: u32 = 600;
const HEIGHT: u32 = 300;

fn view(store: &Store) -> Html {
    let model = *store.module.shown();
    let answer = Rc::new(model.question().answer().expect("countable"));
    // The place that the page's style sheet gives it.
    let style = format!(
        "#plot {{ position: relative; width: {WIDTH}px; height: {HEIGHT}px }}
         canvas {{ position: absolute; inset: 0; width: 100%; height: 100% }}"
    );
    html! { <><style>{ style }</style><ChartCanvas {model} {answer} highlighted={None} /></> }
}

async fn plot(model: Model) -> Stage {
    let stage = stage(model, view).await;
    until("a painted canvas", || canvas(&stage).width() == WIDTH).await;
    stage
}

fn canvas(stage: &Stage) -> HtmlCanvasElement {
    stage.find("#plot canvas")
}

fn backing(stage: &Stage) -> (u32, u32) {
    (canvas(stage).width(), canvas(stage).height())
}

/// The canvas's bytes; pixels that are not drawn are transparent.
fn pixels(stage: &Stage) -> Vec<u8> {
    let context = canvas(stage).get_context("2d").expect("a canvas").expect("a context");
    let context: CanvasRenderingContext2d = context.dyn_into().expect("2d");
    let image = context.get_image_data(0.0, 0.0, WIDTH.into(), HEIGHT.into()).expect("pixels");
    image.data().0
}

fn painted(pixels: &[u8]) -> usize {
    pixels.chunks(4).filter(|pixel| pixel[3] > 0).count()
}

fn set_pixel_ratio(ratio: f64) {
    let window = window().expect("a window");
    let descriptor = Object::new();
    for (name, value) in [("value", JsValue::from(ratio)), ("configurable", JsValue::TRUE)] {
        Reflect::set(&descriptor, &name.into(), &value).expect("an object");
    }
    Object::define_property(&window, &"devicePixelRatio".into(), &descriptor);
    window.dispatch_event(&Event::new("resize").expect("an event")).expect("heard");
}

#[wasm_bindgen_test]
async fn the_canvas_has_a_pixel_for_each_of_the_screens() {
    let stage = plot(Model::default()).await;
    assert_eq!(backing(&stage), (WIDTH, HEIGHT));
    assert!(painted(&pixels(&stage)) > 2000, "curves, axes and words");
    for (ratio, size) in [(2.0, (1200, 600)), (1.25, (750, 375)), (1.0, (600, 300))] {
        set_pixel_ratio(ratio);
        until("the other density", || backing(&stage) == size).await;
    }
}

#[wasm_bindgen_test]
async fn it_follows_the_size_of_its_place() {
    let stage = plot(Model::default()).await;
    let place: Element = stage.find("#plot");
    place.set_attribute("style", "width: 400px; height: 250px").expect("a style");
    until("the new size", || backing(&stage) == (400, 250)).await;
    // A view that is not open keeps the last.
    place.set_attribute("style", "display: none").expect("a style");
    stage.commit(Action::Set(Field::InChannels, 3)).await;
    assert_eq!(backing(&stage), (400, 250));
}

#[wasm_bindgen_test]
async fn what_changes_is_drawn_anew() {
    let stage = plot(Model::default()).await;
    let before = pixels(&stage);
    stage.commit(Action::Set(Field::InChannels, 3)).await;
    let after = pixels(&stage);
    assert!(before != after);
    stage.dispatch(inception_explorer::page::store::StoreAction::Undo).await;
    assert!(before == pixels(&stage), "the same model, the same picture: it is cleared between");
}

#[wasm_bindgen_test]
async fn the_picture_is_the_same_however_it_was_reached() {
    let moved = plot(Model::default()).await;
    // First the opening chart, then with other axes, then back.
    for channels in [150, 40, 900, 3] {
        moved.commit(Action::Set(Field::InChannels, channels)).await;
    }
    let fresh = plot(Model::default().apply(Action::Set(Field::InChannels, 3)).expect("allowed"));
    assert!(pixels(&moved) == pixels(&fresh.await));
}

#[wasm_bindgen_test]
async fn what_the_browser_lost_is_painted_again() {
    let stage = plot(Model::default()).await;
    let before = pixels(&stage);
    canvas(&stage).set_width(WIDTH);
    assert_eq!(painted(&pixels(&stage)), 0);
    let restored = Event::new("contextrestored").expect("an event");
    canvas(&stage).dispatch_event(&restored).expect("heard");
    until("the picture", || pixels(&stage) == before).await;
}

#[wasm_bindgen_test]
async fn the_cursors_label_goes_with_it() {
    let stage = plot(Model::default()).await;
    let place = || stage.find::<Element>(".here").get_attribute("style");
    assert_eq!(stage.text(".here"), "192 channels");
    let before = place();
    stage.commit(Action::Set(Field::InChannels, 40)).await;
    assert_eq!(stage.text(".here"), "40 channels");
    assert_ne!(place(), before);
}

#[wasm_bindgen_test]
async fn it_is_a_slider() {
    let stage = plot(Model::default()).await;
    let slider: Element = stage.find("#plot[role=slider][tabindex='0'][aria-label]");
    let value = |name: &str| slider.get_attribute(name).unwrap_or_default();
    let values = ["aria-valuemin", "aria-valuenow", "aria-valuemax"].map(value);
    assert_eq!(values, ["1", "192", "1024"]);
    assert!(value("aria-valuetext").contains("192: 164.1 k parameters"));
    stage.commit(Action::Set(Field::InChannels, 256)).await;
    assert_eq!(value("aria-valuenow"), "256");
    assert!(value("aria-valuetext").contains("256: 177.4 k parameters"));
}

#[wasm_bindgen_test]
async fn keys_step() {
    let stage = plot(Model::default()).await;
    let slider: Element = stage.find("#plot");
    let keys = [
        ("ArrowRight", 193),
        ("ArrowUp", 194),
        ("ArrowLeft", 193),
        ("ArrowDown", 192),
        ("PageUp", 224),
        ("PageDown", 192),
        ("End", 1024),
        ("ArrowRight", 1024),
        ("Home", 1),
        ("PageDown", 1),
    ];
    for (pressed, channels) in keys {
        assert!(!key(&slider, pressed).await, "the page does not scroll at {pressed}");
        assert_eq!(stage.committed().module.in_channels, channels, "{pressed}");
    }
    // Two of them stood at an end already.
    assert_eq!(stage.steps(), keys.len() - 2);
    assert!(key(&slider, "Tab").await);
}

async fn pointer(stage: &Stage, kind: &str, x: f64, button: i16) {
    let slider: Element = stage.find("#plot");
    let bounds = slider.get_bounding_client_rect();
    let init = PointerEventInit::new();
    init.set_bubbles(true);
    init.set_button(button);
    init.set_pointer_type("mouse");
    #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
    init.set_client_x((bounds.left() + x) as i32);
    #[expect(clippy::cast_possible_truncation, reason = "a place on the screen")]
    init.set_client_y((bounds.top() + 100.0) as i32);
    let event = PointerEvent::new_with_event_init_dict(kind, &init).expect("an event");
    send(&slider, &event).await;
}

#[wasm_bindgen_test]
async fn a_drag_in_the_chart_is_one_step() {
    let stage = plot(Model::default()).await;
    pointer(&stage, "pointerdown", 200.0, 0).await;
    let mut last = stage.shown().module.in_channels;
    assert_ne!(last, 192);
    for x in (210..400).step_by(10) {
        pointer(&stage, "pointermove", f64::from(x), 0).await;
        let channels = stage.shown().module.in_channels;
        assert!(channels > last, "{channels} at {x}: the axis stays while it is held");
        last = channels;
    }
    assert_eq!(stage.steps(), 0);
    pointer(&stage, "pointerup", 390.0, 0).await;
    assert_eq!(stage.committed().module.in_channels, last);
    assert_eq!(stage.steps(), 1);
    // After the release the pointer hovers values and does not move the cursor.
    pointer(&stage, "pointermove", 250.0, 0).await;
    assert_eq!(stage.shown().module.in_channels, last);
    assert_eq!(stage.all::<Element>(".readout tr").len(), 4);
    pointer(&stage, "pointerleave", 250.0, 0).await;
    assert!(stage.maybe::<Element>(".readout").is_none());
}

#[wasm_bindgen_test]
async fn escape_gives_a_drag_up() {
    let stage = plot(Model::default()).await;
    pointer(&stage, "pointerdown", 200.0, 0).await;
    assert_ne!(stage.shown(), Model::default());
    key(&stage.find("#plot"), "Escape").await;
    assert_eq!((stage.shown(), stage.steps()), (Model::default(), 0));
    pointer(&stage, "pointermove", 300.0, 0).await;
    pointer(&stage, "pointerup", 300.0, 0).await;
    assert_eq!((stage.shown(), stage.steps()), (Model::default(), 0));
}

#[wasm_bindgen_test]
async fn only_the_first_button_drags() {
    let stage = plot(Model::default()).await;
    pointer(&stage, "pointerdown", 200.0, 2).await;
    pointer(&stage, "pointermove", 300.0, 2).await;
    assert_eq!(stage.shown(), Model::default());
}
