//! The selected layer: its arithmetic, and its numbers, which can be set.

use inception_explorer::arch::network::{ConvBlock, Editable, Network, Node};
use inception_explorer::arch::{Field, FieldValue, LayerField, Named, Preset, Size};
use inception_explorer::page::store::StoreAction;
use inception_explorer::state::networks::Source;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;

use crate::harness::{Stage, change, key, release, text, type_in};
use crate::layers_stage::{known, layers};

/// Sets a number as one does: types it and leaves the box.
async fn set(stage: &Stage, id: &str, value: &str) {
    let input = stage.input(id);
    type_in(&input, value).await;
    change(&input).await;
}

fn node(network: &Network, path: &str) -> Node {
    let at = network.path_named(path).expect("a path");
    network.node(&at).cloned().expect("a node")
}

/// A number, the height of a pair, or a switch as 0 or 1.
fn get(stage: &Stage, path: &str, field: LayerField) -> Option<u64> {
    Some(value(stage, path, field)?.size().height)
}

fn value(stage: &Stage, path: &str, field: LayerField) -> Option<FieldValue> {
    node(&stage.network(), path).as_layer()?.get(field)
}

const FOLLOW: &str = "Fit to what arrives";

fn can_follow(stage: &Stage) -> bool {
    stage.all::<Element>(".net-numbers button").iter().any(|button| text(button) == FOLLOW)
}

#[wasm_bindgen_test]
async fn a_layers_arithmetic_and_what_the_write_up_has_of_it() {
    let stage = layers(known("vgg16")).await;
    assert!(stage.text(".net-side .mute").starts_with("Select a layer"));
    let expected = [
        (
            "features.5",
            "64 × 112 × 112 → 128 × 112 × 112",
            "(64·3·3 + 1)·128 = 73,856",
            "64·3·3·128·112·112 = 924,844,032",
            Some("these 73,856 parameters"),
        ),
        (
            "features.7",
            "128 × 112 × 112 → 128 × 112 × 112",
            "(128·3·3 + 1)·128 = 147,584",
            "128·3·3·128·112·112 = 1,849,688,064",
            Some("as 1,849,668,064; it is 1,849,688,064"),
        ),
        (
            "classifier.0",
            "512 × 7 × 7 → 4,096",
            "(25088 + 1)·4096 = 102,764,544",
            "25088·4096 = 102,760,448",
            None,
        ),
        ("features.4", "64 × 224 × 224 → 64 × 112 × 112", "0", "0", None),
    ];
    for (path, shapes, params, macs, erratum) in expected {
        stage.select(path).await;
        assert!(stage.text(".net-inspector h2").starts_with(path));
        assert_eq!(stage.text(".net-inspector .shapes"), shapes);
        let counts: Vec<_> = stage.all::<Element>(".net-inspector dd").iter().map(text).collect();
        assert_eq!(counts, [params, macs]);
        let said = stage.maybe::<Element>(".net-inspector .warn").map(|said| text(&said));
        match erratum {
            Some(part) => assert!(said.as_ref().is_some_and(|it| it.contains(part)), "{said:?}"),
            None => assert_eq!(said, None),
        }
    }
}

#[wasm_bindgen_test]
async fn a_number_that_is_set_makes_the_network_ones_own_in_one_step() {
    let stage = layers(known("vgg16")).await;
    stage.select("features.5").await;
    set(&stage, "#net-out_channels", "96").await;
    assert!(matches!(stage.networks().source, Source::Own(_)));
    assert_eq!(get(&stage, "features.5", LayerField::OutChannels), Some(96));
    // The next layer takes its new width.
    assert_eq!(get(&stage, "features.7", LayerField::InChannels), Some(96));
    assert_eq!(stage.networks().selected, Some(stage.place("features.5")));
    stage.press("bias").await;
    assert_eq!(get(&stage, "features.5", LayerField::Bias), Some(0));
    // A key that is held is one step.
    for _ in 0..5 {
        key(&stage.input("#net-out_channels"), "ArrowUp").await;
    }
    assert_eq!(get(&stage, "features.5", LayerField::OutChannels), Some(96));
    release(&stage.input("#net-out_channels"), "ArrowUp").await;
    assert_eq!(get(&stage, "features.5", LayerField::OutChannels), Some(101));
    for _ in 0..3 {
        stage.dispatch(StoreAction::Undo).await;
    }
    assert_eq!(stage.networks().source, known("vgg16").source);
    assert!(!stage.store().networks.can_undo());
}

#[wasm_bindgen_test]
async fn a_number_that_is_not_allowed_is_said_and_changes_nothing() {
    let stage = layers(known("vgg16")).await;
    stage.select("features.5").await;
    for given in ["0", "many", "-3", "1.5"] {
        set(&stage, "#net-kernel_size", given).await;
        let said = stage.text("#net-kernel_size-error");
        assert!(said.contains("kernel_size") && said.contains(given), "{said}");
        assert_eq!(stage.networks().source, known("vgg16").source);
    }
    key(&stage.input("#net-kernel_size"), "Escape").await;
    assert!(stage.maybe::<Element>("#net-kernel_size-error").is_none());
    assert_eq!(stage.input("#net-kernel_size").value(), "3");
}

#[wasm_bindgen_test]
async fn a_height_and_a_width_are_set_in_one_box() {
    let stage = layers(known("vgg16")).await;
    stage.select("features.5").await;
    for (given, size, shown) in [
        ("1x7", Size::new(1, 7), "1×7"),
        ("(7, 1)", Size::new(7, 1), "7×1"),
        ("5", Size::square(5), "5"),
        ("1×3", Size::new(1, 3), "1×3"),
    ] {
        set(&stage, "#net-kernel_size", given).await;
        assert_eq!(value(&stage, "features.5", LayerField::KernelSize), Some(size.into()));
        assert_eq!(stage.input("#net-kernel_size").value(), shown);
    }
    assert!(stage.text(".net-inspector h2").contains("Conv2d 1×3"));
    // Both sides step.
    key(&stage.input("#net-kernel_size"), "ArrowUp").await;
    release(&stage.input("#net-kernel_size"), "ArrowUp").await;
    let stepped = Some(Size::new(2, 4).into());
    assert_eq!(value(&stage, "features.5", LayerField::KernelSize), stepped);
    for given in ["1,7", "1x", "same", "1x7x7"] {
        set(&stage, "#net-kernel_size", given).await;
        let said = stage.text("#net-kernel_size-error");
        assert!(said.contains("1×7") && said.contains(given), "{said}");
        assert_eq!(value(&stage, "features.5", LayerField::KernelSize), stepped);
    }
    set(&stage, "#net-kernel_size", "1x0").await;
    assert!(stage.text("#net-kernel_size-error").contains("1 to 65,536"));
    // One number where there is one.
    set(&stage, "#net-groups", "1x7").await;
    assert!(stage.text("#net-groups-error").contains("1x7"));
}

#[wasm_bindgen_test]
async fn a_width_set_by_hand_stays_until_it_is_let_follow() {
    let stage = layers(known("vgg16")).await;
    stage.select("features.5").await;
    assert!(!can_follow(&stage));
    set(&stage, "#net-in_channels", "32").await;
    assert!(can_follow(&stage));
    let fault = stage.text(".net-inspector .problem");
    assert!(fault.contains("It takes 32 channels, not 64"), "{fault}");
    // Another number of the layer leaves the width fixed.
    set(&stage, "#net-out_channels", "96").await;
    assert!(can_follow(&stage));
    assert_eq!(get(&stage, "features.5", LayerField::InChannels), Some(32));
    stage.press(FOLLOW).await;
    assert!(!can_follow(&stage));
    assert!(stage.maybe::<Element>(".net-inspector .problem").is_none());
    assert_eq!(get(&stage, "features.5", LayerField::InChannels), Some(64));
    assert_eq!(get(&stage, "features.5", LayerField::OutChannels), Some(96));
}

#[wasm_bindgen_test]
async fn an_inception_module_and_a_unit_are_set_as_one() {
    let stage = layers(known("googlenet")).await;
    stage.select("inception4e").await;
    let preset = Preset::by_id("4e").expect("a preset");
    let fields = Field::INCEPTION.into_iter().filter(|field| *field != Field::InChannels);
    for field in fields.clone() {
        let value = stage.input(&format!("#net-{}", field.name())).value();
        let network = stage.network();
        let editable = Editable::of(&node(&network, "inception4e"));
        let Some(Editable::Inception(_, module)) = editable else { panic!("{editable:?}") };
        assert_eq!(Some(value), module.get(field).map(|value| value.to_string()));
    }
    assert_eq!(stage.all::<Element>(".net-numbers input").len(), fields.count());
    assert_eq!(stage.input("#net-ch3x3").value(), preset.fields.ch3x3.to_string());
    // The last branch can't be removed, and a message says so.
    for branch in ["#net-ch1x1", "#net-ch3x3", "#net-ch5x5"] {
        set(&stage, branch, "0").await;
        assert!(stage.maybe::<Element>(".net-numbers .problem").is_none());
    }
    set(&stage, "#net-pool_proj", "0").await;
    assert!(stage.text(".net-numbers .problem").contains("One must remain"));
    for _ in 0..3 {
        stage.dispatch(StoreAction::Undo).await;
    }

    set(&stage, "#net-ch3x3", "384").await;
    let network = stage.network();
    let inception = node(&network, "inception4e");
    let (unit, module) = ConvBlock::of_inception(&inception).expect("a module");
    assert_eq!((unit, module.get(Field::Ch3x3)), (ConvBlock::BatchNorm, Some(384)));
    // 832 channels before, and 64 more: the next layer takes them.
    let next = node(&network, "inception5a");
    let next = ConvBlock::of_inception(&next).and_then(|(_, module)| module.get(Field::InChannels));
    assert_eq!(next, Some(832 + 64));

    stage.select("conv1").await;
    let ids: Vec<_> = stage.all::<Element>(".net-numbers input").iter().map(Element::id).collect();
    assert_eq!(ids[..2], ["net-out_channels", "net-kernel_size"]);
    set(&stage, "#net-out_channels", "48").await;
    let conv = ConvBlock::of_conv(&node(&stage.network(), "conv1"));
    assert_eq!(conv.map(|(_, conv)| conv.out_channels), Some(48));
    assert_eq!(stage.network().infer(stage.networks().input).faults, []);
}
