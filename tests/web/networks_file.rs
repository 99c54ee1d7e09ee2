//! Choosing a network: the menu, the size of its input, files, the user's own name.

use std::rc::Rc;

use inception_explorer::arch::network::{Network, NetworkId, Node};
use inception_explorer::arch::{Layer, Named, Shape};
use inception_explorer::cost::Metric;
use inception_explorer::export::network_file::{self, LARGEST_FILE, NetworkFile};
use inception_explorer::page::networks::file::FileMenu;
use inception_explorer::page::networks::toolbar::{Tabs, Toolbar};
use inception_explorer::page::prefs::Lang;
use inception_explorer::page::store::StoreAction;
use inception_explorer::state::networks::{Networks, NetworksAction, Own, Source, Tab};
use js_sys::{Array, Uint8Array};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{DataTransfer, Element, File, HtmlSelectElement};
use yew::prelude::*;

use crate::harness::{Stage, change, networks_stage, type_in, until};
use crate::layers_stage::{known, own};

async fn menu(networks: Networks) -> Stage {
    let view = |networks: &Rc<Networks>| html! { <FileMenu networks={networks.clone()} /> };
    networks_stage(Lang::En, networks, view).await
}

async fn toolbar(networks: Networks) -> Stage {
    networks_stage(Lang::En, networks, |networks| {
        html! {
            <>
                <Toolbar networks={networks.clone()} refusal={None} />
                <Tabs current={networks.tab} />
            </>
        }
    })
    .await
}

/// Chooses a file as one does in the browser's dialogue.
async fn open(stage: &Stage, name: &str, bytes: &[u8]) {
    let parts = Array::of1(&Uint8Array::from(bytes));
    let file = File::new_with_u8_array_sequence(&parts, name).expect("a file");
    let transfer = DataTransfer::new().expect("a transfer");
    transfer.items().add_with_file(&file).expect("an item");
    let input = stage.input("#net-open");
    input.set_files(transfer.files().as_ref());
    change(&input).await;
}

fn small() -> Network {
    Network { nodes: vec![Node::layer("relu", Layer::ReLU)] }
}

#[wasm_bindgen_test]
async fn a_refused_file_says_why_and_what_is_shown_stays() {
    let stage = menu(known("vgg16")).await;
    let most = "x".repeat(LARGEST_FILE + 1);
    let network = network_file::write(&NetworkFile {
        name: String::new(),
        input: Network::INPUT,
        network: small(),
    });
    let cases = [
        ("half.json", "{\"format\": ".to_owned(), "line 1"),
        ("film.json", most, "The file is larger than 4"),
        ("other.json", network.replace("inception-explorer", "other"), "“format” must be"),
        ("new.json", network.replace("\"version\": 1", "\"version\": 7"), "Its version is 7"),
        ("wat.json", network.replace("ReLU", "Wat"), "Wat"),
    ];
    for (name, text, why) in cases {
        open(&stage, name, text.as_bytes()).await;
        let said = || stage.maybe::<Element>("[role=alert]").and_then(|it| it.text_content());
        until(name, || said().is_some_and(|said| said.contains(name))).await;
        let said = said().unwrap_or_default();
        assert!(said.starts_with(&format!("“{name}” can't be opened: ")), "{said}");
        assert!(said.contains(why) && said.contains("What is shown stays."), "{said}");
        assert_eq!(stage.networks(), known("vgg16"));
        // The same file can be chosen again once it is corrected.
        assert_eq!(stage.input("#net-open").value(), "");
    }
    stage.press("Dismiss").await;
    assert!(stage.maybe::<Element>("[role=alert]").is_none());
}

#[wasm_bindgen_test]
async fn a_file_that_is_opened_is_shown_and_takes_the_refusal_away() {
    let stage = menu(known("vgg16")).await;
    open(&stage, "bad.json", b"[]").await;
    until("the refusal", || stage.maybe::<Element>("[role=alert]").is_some()).await;
    let file =
        NetworkFile { name: "작은 것".into(), input: Shape::new(1, 28, 28), network: small() };
    open(&stage, "good.json", network_file::write(&file).as_bytes()).await;
    until("the network", || stage.networks().input == file.input).await;
    let expected = Own { name: file.name, network: file.network };
    assert_eq!(stage.networks().source, Source::Own(Rc::new(expected)));
    assert!(stage.maybe::<Element>("[role=alert]").is_none());
    assert_eq!(stage.input("#net-name").value(), "작은 것");
    stage.dispatch(StoreAction::Undo).await;
    assert_eq!(stage.networks(), known("vgg16"));
}

#[wasm_bindgen_test]
async fn a_network_is_begun_from_nothing_and_named() {
    let stage = menu(known("vgg16")).await;
    assert!(stage.maybe::<Element>("#net-name").is_none());
    stage.press("New").await;
    assert_eq!(stage.networks().source, Source::Own(Rc::default()));
    let name = stage.input("#net-name");
    assert_eq!((name.value().as_str(), name.placeholder().as_str()), ("", "Your network"));
    type_in(&name, "  Mine ").await;
    change(&name).await;
    let own = Own { name: "Mine".into(), network: Network::default() };
    assert_eq!(stage.networks().source, Source::Own(Rc::new(own)));
    assert_eq!(name.value(), "Mine");
    stage.dispatch(StoreAction::Undo).await;
    assert_eq!(name.value(), "");
}

#[wasm_bindgen_test]
async fn the_menu_has_ones_own_network_while_that_is_shown() {
    let stage = toolbar(known("vgg11")).await;
    let menu: HtmlSelectElement = stage.find("#network");
    assert_eq!(menu.value(), "vgg11");
    let known_count = menu.length();
    assert_eq!(usize::try_from(known_count).ok(), Some(NetworkId::all().count()));
    stage.commit(NetworksAction::Rename("Mine".into())).await;
    assert_eq!((menu.length(), menu.selected_index()), (known_count + 1, 0));
    assert_eq!(stage.text("#network option"), "Mine");

    menu.set_value("googlenet");
    change(&menu).await;
    assert_eq!(stage.networks(), known("googlenet"));
    assert_eq!((menu.length(), menu.value().as_str()), (known_count, "googlenet"));
    // Chosen back by undo, the menu follows.
    stage.dispatch(StoreAction::Undo).await;
    assert_eq!((menu.value().as_str(), stage.text("#network option").as_str()), ("", "Mine"));
}

#[wasm_bindgen_test]
async fn a_side_of_nothing_is_refused() {
    let stage = toolbar(own(small())).await;
    for id in ["#net-channels", "#net-height", "#net-width"] {
        let input = stage.input(id);
        for given in ["0", "65537", "-1", "wide", ""] {
            type_in(&input, given).await;
            change(&input).await;
            assert_eq!(input.get_attribute("aria-invalid").as_deref(), Some("true"), "{given}");
            let said = stage.text(&format!("{id}-error"));
            assert!(said.contains("65,536"), "{said}");
            assert_eq!(stage.networks().input, Network::INPUT);
        }
        type_in(&input, "7").await;
        change(&input).await;
        assert!(stage.maybe::<Element>(&format!("{id}-error")).is_none());
        stage.dispatch(StoreAction::Undo).await;
        assert_eq!(input.value(), if id == "#net-channels" { "3" } else { "224" });
    }
    let input = stage.input("#net-width");
    type_in(&input, "320").await;
    change(&input).await;
    assert_eq!(stage.networks().input, Shape::new(3, 224, 320));
    // Published networks take an image of three channels.
    let stage = toolbar(known("vgg16")).await;
    assert!(stage.maybe::<Element>("#net-channels").is_none());
    assert!(stage.text(".net-size").contains("3 ×"));
}

#[wasm_bindgen_test]
async fn a_change_that_was_refused_is_said() {
    let action = NetworksAction::SetInput(Shape::new(3, 0, 224));
    let error = Networks::default();
    let error = inception_explorer::state::Document::apply(&error, action).expect_err("refused");
    let stage = networks_stage(Lang::En, Networks::default(), move |networks| {
        html! { <Toolbar networks={networks.clone()} refusal={error.clone()} /> }
    })
    .await;
    let said = stage.text(".net-toolbar > .problem");
    assert!(said.starts_with("A side of 0 is not allowed; allowed: 1"), "{said}");
}

#[wasm_bindgen_test]
async fn counts_are_a_step_and_tabs_are_none() {
    let stage = toolbar(known("vgg16")).await;
    stage.press("MACs").await;
    assert_eq!(stage.networks().counting.metric, Metric::Macs);
    assert_eq!(stage.button("MACs").get_attribute("aria-pressed").as_deref(), Some("true"));
    stage.press("Compare").await;
    assert_eq!(stage.networks().tab, Tab::Compare);
    let current: Vec<_> = stage.all::<Element>("[aria-current]").iter().map(Element::id).collect();
    assert_eq!(current, ["tab-compare"]);
    stage.dispatch(StoreAction::Undo).await;
    assert_eq!(
        (stage.networks().counting.metric, stage.networks().tab),
        (Metric::Params, Tab::Compare)
    );
    assert!(!stage.store().networks.can_undo());
}
