//! The table of layers: rows that are drawn as they come into view, keys, order, faults.

use inception_explorer::arch::Shape;
use inception_explorer::page::networks::layers::table::ROW;
use inception_explorer::page::store::StoreAction;
use inception_explorer::state::networks::Networks;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, HtmlElement};

use crate::harness::{Stage, key, until};
use crate::layers_stage::{HEIGHT, known, layers, long};

fn table(stage: &Stage) -> HtmlElement {
    stage.find(".net-table")
}

/// Whether the row of this index is drawn, between the heads and the table's lower edge.
fn is_in_view(stage: &Stage, index: usize) -> bool {
    let Some(row) = stage.maybe::<Element>(&format!("#row-{index}")) else { return false };
    let [row, heads, table] = [row, stage.find("thead"), table(stage).into()]
        .map(|element: Element| element.get_bounding_client_rect());
    row.top() >= heads.bottom() - 1.5 && row.bottom() <= table.bottom() + 1.5
}

#[wasm_bindgen_test]
async fn of_five_thousand_rows_those_in_view_are_drawn() {
    let stage = layers(long(5000)).await;
    assert_eq!(stage.row_count(), 5000);
    assert!(stage.rows().len() < 100, "{}", stage.rows().len());
    assert!(is_in_view(&stage, 0) && stage.maybe::<Element>("#row-2500").is_none());
    // The scroll bar speaks of all of them.
    let all = i32::try_from(ROW * 5000).expect("pixels");
    assert!((0..3 * ROW.cast_signed()).contains(&(table(&stage).scroll_height() - all)));

    table(&stage).set_scroll_top((ROW * 2500).cast_signed());
    until("the rows in the middle", || stage.maybe::<Element>("#row-2520").is_some()).await;
    let rows = stage.rows();
    assert!(rows.len() < 100 && stage.maybe::<Element>("#row-0").is_none());
    // Every row has the height that places are computed by, and stands where it would among all.
    assert!(rows.iter().all(|row| row.offset_height() == ROW.cast_signed()));
    for index in [2500, 2510] {
        assert!(is_in_view(&stage, index), "{index}");
    }
    let row = stage.find::<Element>("#row-2500");
    assert_eq!(row.get_attribute("aria-rowindex").as_deref(), Some("2502"));

    table(&stage).set_scroll_top(all);
    until("the last row", || is_in_view(&stage, 4999)).await;
    assert!(stage.rows().len() < 100);
}

#[wasm_bindgen_test]
async fn what_is_selected_elsewhere_comes_into_view() {
    let stage = layers(long(5000)).await;
    // Down, up, and one row beyond what is in view.
    let beyond = usize::try_from(HEIGHT / ROW).expect("rows") + 100;
    for index in [4000, 100, beyond, 4999, 0] {
        stage.select(&index.to_string()).await;
        until("the selected row", || is_in_view(&stage, index)).await;
        assert_eq!(stage.selected(), Some(index.to_string()));
        let active = table(&stage).get_attribute("aria-activedescendant");
        assert_eq!(active, Some(format!("row-{index}")));
    }
    // A row that is in view already is not scrolled.
    let top = table(&stage).scroll_top();
    stage.select("5").await;
    assert_eq!(table(&stage).scroll_top(), top);
}

#[wasm_bindgen_test]
async fn keys_move_the_selection() {
    let stage = layers(known("googlenet")).await;
    let table = table(&stage);
    let paths = stage.paths();
    assert_eq!(paths.len(), 20);
    let keys = [
        ("ArrowDown", 0),
        ("ArrowDown", 1),
        ("PageDown", 11),
        ("ArrowUp", 10),
        ("End", 19),
        ("ArrowDown", 19),
        ("PageDown", 19),
        ("PageUp", 9),
        ("PageUp", 0),
        ("ArrowUp", 0),
        ("End", 19),
        ("Home", 0),
    ];
    for (name, place) in keys {
        assert!(!key(&table, name).await, "{name} must not scroll");
        assert_eq!(stage.selected().as_ref(), Some(&paths[place]), "{name}");
    }
    assert!(key(&table, "a").await, "other keys are the browser's");
    assert_eq!(stage.selected().as_ref(), Some(&paths[0]));
    assert!(!stage.store().networks.can_undo(), "a selection is no step");
}

#[wasm_bindgen_test]
async fn left_rolls_up_and_right_opens() {
    let stage = layers(known("googlenet")).await;
    let table = table(&stage);
    stage.select("inception3a").await;
    let is_open = || stage.paths().contains(&"inception3a.branch1".to_owned());
    assert!(!is_open());
    let keys = [
        ("ArrowLeft", false),
        ("ArrowRight", true),
        ("ArrowRight", true),
        ("ArrowLeft", false),
        ("Enter", true),
        ("Enter", false),
    ];
    for (name, open) in keys {
        key(&table, name).await;
        assert_eq!(is_open(), open, "{name}");
        let twist = stage.find::<Element>("tr.selected .twist").get_attribute("aria-expanded");
        assert_eq!(twist.as_deref(), Some(if open { "true" } else { "false" }), "{name}");
    }
    // Its button does the same, and does not select.
    stage.dispatch(StoreAction::Select(None)).await;
    let twist: HtmlElement = stage.find("tr.container:has(th[title=inception3a]) .twist");
    twist.click();
    yew::scheduler::flush().await;
    assert!(is_open() && stage.selected().is_none());
}

#[wasm_bindgen_test]
async fn a_head_sorts_down_up_and_not_at_all() {
    let stage = layers(known("vgg16")).await;
    let order = || stage.find::<Element>("th.params").get_attribute("aria-sort");
    let first = stage.paths();
    let orders =
        [("descending", "classifier.0"), ("ascending", "features.1"), ("none", "features")];
    for (expected, top) in orders {
        stage.press_head("Params").await;
        assert_eq!(order().as_deref(), Some(expected));
        assert_eq!(stage.paths()[0], top);
    }
    assert_eq!(stage.paths(), first);
    // Another column begins anew, with the largest first.
    stage.press_head("Params").await;
    stage.press_head("MACs").await;
    assert_eq!(order().as_deref(), Some("none"));
    assert_eq!(stage.paths()[0], "features.2");
    // In any order but the tree's, rows have their full names and nothing to roll up.
    assert!(stage.maybe::<Element>(".twist").is_none());
    assert_eq!(stage.text("tbody th .name"), "features.2");
}

#[wasm_bindgen_test]
async fn a_faulty_row_says_why() {
    let stage = layers(Networks { input: Shape::new(3, 8, 8), ..known("vgg16") }).await;
    let faulty: Vec<Element> = stage.all("tr.faulty");
    assert_eq!(faulty.len(), 1);
    let why = faulty[0].get_attribute("title").expect("a reason");
    assert!(why.contains("A window of 2 does not fit into 1 rows"), "{why}");
    assert!(why.contains("512 × 1 × 1"), "{why}");
    // It has its parameters; the counts that are unknown are empty.
    let macs = stage.text("tr.faulty td.macs");
    assert_eq!(macs, "?");
}
