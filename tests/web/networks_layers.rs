//! The table of layers: sorting, filter, rolling up, selection and edits.

use inception_explorer::arch::network::{ConvBlock, Edit, Network, NewLayer, Node, NodePath};
use inception_explorer::arch::{Layer, Named, Shape, Size};
use inception_explorer::page::networks::layers::actions::insertion;
use inception_explorer::page::store::StoreAction;
use inception_explorer::state::View;
use inception_explorer::state::networks::{Networks, NetworksAction};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement, HtmlSelectElement};

use crate::harness::{Stage, change, text};
use crate::layers_stage::{counted, known, layers, own};

fn is_pressed(stage: &Stage, label: &str) -> bool {
    stage.button(label).get_attribute("aria-pressed").as_deref() == Some("true")
}

#[wasm_bindgen_test]
async fn a_grain_rolls_up_blocks_or_modules_or_nothing() {
    let stage = layers(known("googlenet")).await;
    let cost = counted(&stage.network(), stage.networks().input).cost;
    assert!(is_pressed(&stage, "Blocks"));
    assert_eq!(stage.row_count(), 20);
    stage.press("Every layer").await;
    assert!(is_pressed(&stage, "Every layer") && !is_pressed(&stage, "Blocks"));
    assert_eq!(stage.row_count(), cost.rows.len());
    stage.press("Modules").await;
    assert_eq!(stage.row_count(), cost.top_level().count());

    // VGG's long sequences are rolled up with the modules only.
    let stage = layers(known("vgg16")).await;
    assert_eq!(stage.row_count(), stage.network().count());
    stage.press("Modules").await;
    assert_eq!(stage.paths(), ["features", "avgpool", "classifier"]);
}

#[wasm_bindgen_test]
async fn what_was_opened_stays_open_until_another_grain() {
    let stage = layers(known("googlenet")).await;
    let twist: HtmlElement = stage.find("tr.container:has(th[title=inception3a]) .twist");
    twist.click();
    yew::scheduler::flush().await;
    let is_open = || stage.paths().contains(&"inception3a.branch1".to_owned());
    assert!(is_open());
    // An edit before it moves all rows after it.
    stage.commit(NetworksAction::Edit(Edit::Duplicate { at: NodePath(vec![0]) })).await;
    assert!(is_open());
    assert_eq!(stage.row_count(), 21 + 10);
    stage.press("Blocks").await;
    assert!(!is_open());
}

#[wasm_bindgen_test]
async fn a_kind_looks_into_blocks_too_and_a_second_press_shows_all_again() {
    let stage = layers(known("googlenet")).await;
    let counts = [("Conv", 57), ("Pool", 14), ("Norm", 57), ("Linear", 1), ("Other", 59)];
    for (label, count) in counts {
        stage.press(label).await;
        assert!(is_pressed(&stage, label));
        assert_eq!(stage.row_count(), count, "{label}");
    }
    stage.press("Conv").await;
    let kinds: Vec<_> = stage.all::<Element>("tbody .kind").iter().map(text).collect();
    assert!(kinds.len() > 20 && kinds.iter().all(|kind| kind == "Conv2d"), "{kinds:?}");
    assert_eq!(stage.paths()[0], "conv1.conv");
    stage.press("Conv").await;
    assert!(!is_pressed(&stage, "Conv"));
    assert_eq!(stage.row_count(), 20);
}

#[wasm_bindgen_test]
async fn torchsummarys_table_takes_the_place_of_ours() {
    let stage = layers(known("vgg16")).await;
    stage.press("torchsummary").await;
    let table = stage.text("#torchsummary");
    assert!(table.contains("Total params: 138,357,544"), "{table}");
    assert!(table.contains("Conv2d-1         [-1, 64, 224, 224]           1,792"), "{table}");
    assert!(stage.maybe::<Element>(".net-table").is_none());
    stage.press("torchsummary").await;
    assert!(stage.maybe::<Element>(".net-table").is_some());

    let stage = layers(Networks { input: Shape::new(3, 8, 8), ..known("vgg16") }).await;
    stage.press("torchsummary").await;
    let problem = stage.text(".net-list .problem");
    assert!(problem.starts_with("torchsummary would stop here:"), "{problem}");
    assert!(problem.contains("features.23: A window of 2 does not fit"), "{problem}");
}

/// Which of the buttons that change what is selected can be pressed.
fn enabled(stage: &Stage) -> [bool; 4] {
    let ids = ["#net-copy", "#net-up", "#net-down", "#net-remove"];
    ids.map(|id| !stage.find::<Element>(id).has_attribute("aria-disabled"))
}

async fn click(stage: &Stage, selector: &str) {
    stage.find::<HtmlElement>(selector).click();
    yew::scheduler::flush().await;
}

#[wasm_bindgen_test]
async fn a_layer_goes_after_what_is_selected_and_otherwise_to_the_end() {
    let stage = layers(known("vgg16")).await;
    assert_eq!(stage.text("#net-add"), "Add at the end");
    click(&stage, "#net-add").await;
    assert_eq!(stage.network().nodes.len(), 4);
    assert!(matches!(stage.network().nodes[3].as_layer(), Some(Layer::Conv2d(_))));
    assert_eq!(stage.networks().selected, Some(NodePath(vec![3])));
    stage.dispatch(StoreAction::Undo).await;

    stage.select("features.5").await;
    assert_eq!(stage.text("#net-add"), "Add after");
    let menu: HtmlSelectElement = stage.find("#net-new");
    let index = NewLayer::all().position(|new| new == NewLayer::BatchNorm).expect("a layer");
    menu.set_selected_index(i32::try_from(index).expect("an index"));
    change(&menu).await;
    click(&stage, "#net-add").await;
    let added = NodePath(vec![0, 6]);
    assert_eq!(stage.networks().selected, Some(added.clone()));
    let network = stage.network();
    // Its width is its input's.
    let layer = network.node(&added).and_then(Node::as_layer);
    assert_eq!(layer, Some(&Layer::BatchNorm2d { num_features: 128 }));
    assert_eq!(network.infer(stage.networks().input).faults, []);
    assert_eq!(stage.text("tr.selected .kind"), "BatchNorm2d");
}

#[wasm_bindgen_test]
fn an_insertion_is_as_wide_as_what_arrives_at_its_place() {
    let network = known("vgg16").source.network();
    let counted = counted(&network, Network::INPUT);
    let width = |selected: Option<&str>| {
        let selected = selected.map(|path| {
            let path = network.path_named(path).expect("a path");
            let row = counted.cost.row_at(&path).expect("a row");
            (path, row)
        });
        let edit = insertion(&counted, selected.as_ref(), NewLayer::Conv);
        let Edit::Insert { at, node } = edit else { panic!("{edit:?}") };
        match node.as_layer() {
            Some(Layer::Conv2d(conv)) => (at.0, conv.out_channels),
            other => panic!("{other:?}"),
        }
    };
    assert_eq!(width(Some("features.0")), (vec![0, 1], 64));
    assert_eq!(width(Some("features.20")), (vec![0, 21], 512));
    assert_eq!(width(Some("features")), (vec![1], 512));
    // A vector has no channels to go by.
    assert_eq!(width(None), (vec![3], 64));
}

#[wasm_bindgen_test]
async fn at_the_ends_there_is_nowhere_to_move() {
    let stage = layers(known("vgg16")).await;
    assert_eq!(enabled(&stage), [false; 4]);
    for (path, expected) in [
        // Out of their container they can go.
        ("features.0", [true; 4]),
        ("features.30", [true; 4]),
        ("features", [true, false, true, true]),
        ("classifier", [true, true, false, true]),
    ] {
        stage.select(path).await;
        assert_eq!(enabled(&stage), expected, "{path}");
    }
    let kinds = |stage: &Stage| -> Vec<_> {
        stage.network().nodes[0].children()[..4].iter().map(Node::class_name).collect()
    };
    assert_eq!(kinds(&stage), ["Conv2d", "ReLU", "Conv2d", "ReLU"]);
    stage.select("features.0").await;
    click(&stage, "#net-down").await;
    assert_eq!(kinds(&stage), ["ReLU", "Conv2d", "Conv2d", "ReLU"]);
    assert_eq!(stage.networks().selected, Some(NodePath(vec![0, 1])), "the selection goes with it");
    click(&stage, "#net-up").await;
    assert_eq!(kinds(&stage), ["Conv2d", "ReLU", "Conv2d", "ReLU"]);
    click(&stage, "#net-copy").await;
    assert_eq!(kinds(&stage), ["Conv2d", "Conv2d", "ReLU", "Conv2d"]);
    click(&stage, "#net-remove").await;
    assert_eq!(kinds(&stage), ["Conv2d", "ReLU", "Conv2d", "ReLU"]);
}

#[wasm_bindgen_test]
async fn a_module_opens_in_the_module_view() {
    let stage = layers(known("googlenet")).await;
    stage.select("conv1").await;
    assert!(stage.maybe::<Element>("#net-open-module").is_none());
    stage.select("inception4e").await;
    stage.press("Open in Module view ↗").await;
    assert_eq!(stage.store().view, View::Module);
    assert_eq!(stage.store().block.as_deref(), Some("inception4e"));
    let model = stage.shown();
    let network = stage.network();
    let node = network.node(&stage.place("inception4e")).expect("a node");
    let (_, expected) = ConvBlock::of_inception(node).expect("a module");
    assert_eq!(*model.module, *expected);
    assert_eq!(model.size, Size { height: 14, width: 14 });
}

#[wasm_bindgen_test]
async fn an_empty_network_has_its_first_layer_added() {
    let stage = layers(own(Network::default())).await;
    assert_eq!(enabled(&stage), [false; 4]);
    assert!(stage.text(".net-list .empty-state").starts_with("Nothing here yet"));
    click(&stage, "#net-add").await;
    assert_eq!(stage.row_count(), 1);
    assert_eq!(stage.networks().selected, Some(NodePath(vec![0])));
}

#[wasm_bindgen_test]
async fn a_branch_is_added_filled_and_removed() {
    let stage = layers(known("googlenet")).await;
    stage.select("conv1").await;
    assert!(stage.maybe::<Element>("#net-branch").is_none(), "a sequence has no branches");
    stage.select("inception3a").await;
    click(&stage, "#net-branch").await;
    let branch = stage.place("inception3a.branch5");
    assert_eq!(stage.networks().selected, Some(branch.clone()));
    // As long as it is empty, it passes its input on.
    let faults = |stage: &Stage| stage.network().infer(stage.networks().input).faults.len();
    assert_eq!(faults(&stage), 0);
    assert_eq!(stage.text("#net-add"), "Add inside");
    click(&stage, "#net-add").await;
    let conv = stage.network().node(&branch.child(0)).and_then(Node::as_layer).copied();
    assert!(matches!(conv, Some(Layer::Conv2d(conv)) if conv.in_channels == 192), "{conv:?}");
    assert_eq!(stage.text("#net-add"), "Add after");
    stage.select("inception3a.branch1").await;
    click(&stage, "#net-remove").await;
    let names = |stage: &Stage| -> Vec<_> {
        let network = stage.network();
        let module = network.node(&stage.place("inception3a")).expect("a module");
        module.children().iter().map(|node| node.name.clone()).collect()
    };
    assert_eq!(names(&stage), ["branch2", "branch3", "branch4", "branch5"]);
    for _ in 0..3 {
        stage.dispatch(StoreAction::Undo).await;
    }
    assert_eq!(names(&stage), ["branch1", "branch2", "branch3", "branch4"]);
}

#[wasm_bindgen_test]
async fn sums_and_products_of_branches_are_made_by_hand() {
    let stage = layers(known("resnet18")).await;
    stage.select("maxpool").await;
    for new in [NewLayer::Add, NewLayer::Multiply] {
        let menu: HtmlSelectElement = stage.find("#net-new");
        let index = NewLayer::all().position(|each| each == new).expect("a layer");
        menu.set_selected_index(i32::try_from(index).expect("an index"));
        change(&menu).await;
        click(&stage, "#net-add").await;
    }
    let network = stage.network();
    assert_eq!(network.infer(stage.networks().input).faults, []);
    let [add, multiply] = [4, 5].map(|place| &network.nodes[place]);
    assert_eq!([add, multiply].map(Node::class_name), ["Add", "Multiply"]);
    stage.select("add").await;
    click(&stage, "#net-branch").await;
    assert_eq!(stage.place("add.branch1"), NodePath(vec![4, 2]));
    stage.select("add.shortcut").await;
    click(&stage, "#net-remove").await;
    assert_eq!(stage.network().nodes[4].children().len(), 2);
    assert_eq!(stage.network().infer(stage.networks().input).faults, []);
}
