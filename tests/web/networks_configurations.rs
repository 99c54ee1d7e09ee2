//! VGG's table and the chart beside it.

use std::rc::Rc;

use inception_explorer::arch::network::NetworkId;
use inception_explorer::arch::{Named, Shape};
use inception_explorer::cost::Metric;
use inception_explorer::page::networks::configurations::ConfigurationsView;
use inception_explorer::page::prefs::Lang;
use inception_explorer::state::Counting;
use inception_explorer::state::networks::{Networks, Source, Tab};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::harness::{Stage, key, networks_stage, text, until};

fn view(networks: &Rc<Networks>) -> Html {
    html! { <div style="height:500px"><ConfigurationsView networks={networks.clone()} /></div> }
}

/// The view, with a size for its plot: the style sheet is not here.
async fn figures(networks: Networks) -> Stage {
    let stage = networks_stage(Lang::En, networks, view).await;
    let plot: HtmlElement = stage.find("#vgg-plot");
    plot.set_attribute("style", "height:320px").expect("a style");
    until("the plot has a size", || stage.maybe::<Element>("#vgg-point-11").is_some()).await;
    stage
}

fn texts(stage: &Stage, selector: &str) -> Vec<String> {
    stage.all::<Element>(selector).iter().map(text).collect()
}

#[wasm_bindgen_test]
async fn the_table_marks_what_a_column_adds_and_counts_it() {
    let stage = figures(Networks { tab: Tab::Configurations, ..Networks::default() }).await;
    assert_eq!(texts(&stage, "#vgg-table td.c1 b"), ["LRN (new)"]);
    let of_c = texts(&stage, "#vgg-table td.c3 b");
    assert_eq!(of_c, ["conv1-256 (new)", "conv1-512 (new)", "conv1-512 (new)"]);
    let exact: Vec<_> = stage
        .all::<Element>("#vgg-table tfoot td")
        .iter()
        .map(|td| td.get_attribute("title"))
        .collect();
    assert_eq!(exact[0].as_deref(), Some("132,863,336"));
    assert_eq!(exact[5].as_deref(), Some("143,667,240"));
    assert_eq!(exact.len(), 12);
    // The shown network's column, and no other.
    assert!(stage.maybe::<Element>("#vgg-table th.c4.here").is_some());
    assert!(stage.maybe::<Element>("#vgg-table th.c5.here").is_none());
}

#[wasm_bindgen_test]
async fn a_column_opens_its_network_layer_by_layer() {
    let stage = figures(Networks { tab: Tab::Configurations, ..Networks::default() }).await;
    stage.press("C").await;
    let shown = stage.networks();
    assert_eq!(shown.source, Source::Known(NetworkId::by_name("vgg16_c").expect("C")));
    assert_eq!(shown.tab, Tab::Layers);
}

#[wasm_bindgen_test]
async fn arrow_keys_come_by_every_point_with_its_numbers() {
    let stage = figures(Networks::default()).await;
    let plot: Element = stage.find("#vgg-plot");
    assert!(!key(&plot, "Home").await, "the page must not scroll");
    assert!(stage.text("#vgg-readout").starts_with("VGG-11 (A"), "{}", stage.text("#vgg-readout"));
    let mut seen = vec![plot.get_attribute("aria-activedescendant")];
    for _ in 1..12 {
        key(&plot, "ArrowRight").await;
        seen.push(plot.get_attribute("aria-activedescendant"));
    }
    seen.sort();
    seen.dedup();
    assert_eq!(seen.len(), 12);
    let readout = stage.text("#vgg-readout");
    assert!(
        readout.contains("S = 256–512, Q = 384 · top-1 25.5% · top-5 8.0% · 143,667,240"),
        "{readout}"
    );
    assert_eq!(stage.all::<Element>("[role=option][aria-selected=true]").len(), 1);
    key(&plot, "Escape").await;
    assert_eq!(stage.all::<Element>("[role=option][aria-selected=true]").len(), 0);
}

#[wasm_bindgen_test]
async fn top_5_changes_the_sentence_and_depth_the_axis() {
    let counting = Counting { metric: Metric::Macs, ..Counting::default() };
    let stage = figures(Networks { counting, ..Networks::default() }).await;
    assert!(stage.text("#vgg-findings").contains("29.6% to 27.0%"));
    let title = || texts(&stage, "#vgg-plot .title.end");
    assert_eq!(title(), ["MACs"]);
    stage.press("top-5").await;
    assert!(stage.text("#vgg-findings").contains("10.4% to 8.8%"));
    stage.press("Weight layers").await;
    assert_eq!(title(), ["Weight layers"]);
    let ticks = texts(&stage, "#vgg-plot .grid .x");
    assert!(ticks.contains(&"16".to_owned()), "{ticks:?}");
}

#[wasm_bindgen_test]
async fn an_input_vgg_cannot_take_leaves_the_parameters_and_the_depth() {
    let input = Shape::new(3, 16, 16);
    let counting = Counting { metric: Metric::Macs, ..Counting::default() };
    let stage = figures(Networks { input, counting, ..Networks::default() }).await;
    assert!(stage.text(".vgg-figure .problem").contains("VGG can't run on this input"));
    assert_eq!(texts(&stage, "#vgg-table tfoot tr:last-child td"), ["?"; 6]);
    assert_eq!(texts(&stage, "#vgg-plot .title.end"), ["Weight layers"]);
    assert!(stage.maybe::<Element>("#vgg-data table").is_none(), "rows only while it is open");
    stage.find::<HtmlElement>("#vgg-data summary").click();
    until("a table", || stage.maybe::<Element>("#vgg-data td").is_some()).await;
    assert!(stage.text("#vgg-data").contains("133,638,952"));
    key(&stage.find("#vgg-data .sheet"), "Escape").await;
    until("the table to close", || stage.maybe::<Element>("#vgg-data table").is_none()).await;
}
