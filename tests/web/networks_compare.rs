//! Two networks beside each other: their numbers, the claim, and an input that one can't take.

use std::rc::Rc;

use inception_explorer::arch::network::NetworkId;
use inception_explorer::arch::{Named, Shape};
use inception_explorer::cost::{Convention, Metric, network_cost};
use inception_explorer::page::networks::compare::CompareView;
use inception_explorer::page::networks::counted::Counted;
use inception_explorer::page::prefs::Lang;
use inception_explorer::state::Counting;
use inception_explorer::state::networks::{Networks, Source};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, Event, EventInit, HtmlSelectElement};
use yew::prelude::*;

use crate::harness::{Stage, networks_stage, send, text};

fn view(networks: &Rc<Networks>) -> Html {
    let network = networks.source.network();
    let cost = network_cost(&network, networks.input, Convention::default()).expect("countable");
    let counted = Counted { network: Rc::new(network), cost: Rc::new(cost) };
    html! { <CompareView networks={networks.clone()} {counted} /> }
}

async fn compare(networks: Networks) -> Stage {
    networks_stage(Lang::En, networks, view).await
}

fn id(name: &str) -> NetworkId {
    NetworkId::by_name(name).expect("a network")
}

fn cells(stage: &Stage, row: &str) -> Vec<String> {
    stage.all::<Element>(&format!("{row} td")).iter().map(text).collect()
}

#[wasm_bindgen_test]
async fn vgg16_beside_googlenet_and_what_a_tenth_counts() {
    let stage = compare(Networks::default()).await;
    assert!(stage.text("#compare-lead").contains("21 times fewer parameters at inference"));
    assert_eq!(
        cells(&stage, "#inference .count")[..2],
        ["138,357,54421× more", "6,624,90421× fewer"]
    );
    assert_eq!(
        cells(&stage, "#training .count")[..2],
        ["138,357,54410.6× more", "13,004,88810.6× fewer"]
    );
    assert_eq!(cells(&stage, ".depth"), ["161.4× fewer", "221.4× more"]);
    let torchsummary = cells(&stage, ".torchsummary");
    assert!(torchsummary[0].starts_with("747.15 MB") && torchsummary[1].starts_with("144.44 MB"));
    let claim = stage.text("#claim");
    for number in ["13,004,888", "138,357,544", "6,624,904"] {
        assert!(claim.contains(number), "{claim}");
    }
}

#[wasm_bindgen_test]
async fn stages_of_both_stand_beside_each_other() {
    let stage = compare(Networks::default()).await;
    let heads: Vec<_> =
        stage.all::<Element>("#bars-params th[scope=row]").iter().map(text).collect();
    let sides = ["224 × 224", "112 × 112", "56 × 56", "28 × 28", "14 × 14", "7 × 7"];
    assert_eq!(heads[..6], sides);
    assert_eq!(heads[6..], ["Classifier", "aux1", "aux2"]);
    let classifier = &cells(&stage, "#bars-params tr:nth-child(7)")[0];
    assert!(classifier.contains("123,642,85689%") && classifier.contains("1,025,0008%"));
    // VGG has no stage at 7 × 7, so it has no bar there.
    let bars = stage.all::<Element>("#bars-macs tr:nth-child(6) .bar");
    assert_eq!(bars.len(), 1);
}

#[wasm_bindgen_test]
async fn another_rival_is_one_step_and_alike_networks_are_equal() {
    let stage = compare(Networks::default()).await;
    let menu: HtmlSelectElement = stage.find("#rival");
    menu.set_value("vgg16");
    let init = EventInit::new();
    init.set_bubbles(true);
    let event = Event::new_with_event_init_dict("change", &init).expect("an event");
    send(&menu, &event).await;
    assert_eq!(stage.networks().rival, id("vgg16"));
    assert_eq!(
        stage.text("#compare-lead"),
        "At inference both need the same number of parameters."
    );
    assert!(stage.maybe::<Element>("#claim").is_none());
    // No layer runs only while training, so there is one group of totals.
    assert!(stage.maybe::<Element>("#training").is_none());
    assert_eq!(cells(&stage, "#always .torchsummary")[0], "747.15 MBthe same");
}

#[wasm_bindgen_test]
async fn an_input_that_the_rival_cannot_take_leaves_its_parameters() {
    let networks = Networks {
        input: Shape::new(3, 256, 256),
        rival: id("googlenet_paper"),
        counting: Counting { metric: Metric::Macs, ..Counting::default() },
        ..Networks::default()
    };
    let stage = compare(networks).await;
    let fault = stage.text("#rival-fault");
    assert!(fault.contains("GoogLeNet (the paper's) can't take this input"), "{fault}");
    assert!(stage.text("#compare-lead").contains("are not compared"));
    let counts = cells(&stage, "#always .count");
    assert_eq!(counts[..2], ["138,357,54419.8× more", "6,998,55219.8× fewer"]);
    assert_eq!(counts[3], "?");
    assert!(stage.text("#bars-macs").contains('?') && !stage.text("#bars-params").contains('?'));
}

#[wasm_bindgen_test]
async fn korean_has_the_same_numbers_and_no_key() {
    let networks = Networks { source: Source::Known(id("googlenet")), ..Networks::default() };
    let stage = networks_stage(Lang::Ko, networks, view).await;
    let all = stage.text(".net-compare");
    assert!(all.contains("6,624,904") && !all.contains("net."), "{all}");
}
