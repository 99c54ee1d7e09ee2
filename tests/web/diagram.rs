//! The diagram: its shapes, names and hover texts.

use std::rc::Rc;

use inception_explorer::arch::{BranchId, Field, Form, OpRole};
use inception_explorer::cost::Metric;
use inception_explorer::page::diagram::DiagramCard;
use inception_explorer::page::diagram::layout::{HALF, Measures, TALL, WIDE};
use inception_explorer::page::diagram::picture::Picture;
use inception_explorer::page::prefs::Lang;
use inception_explorer::page::store::Store;
use inception_explorer::state::{Action, Model};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, FocusEvent, PointerEvent};
use yew::prelude::*;

use crate::harness::{Stage, focus, send, stage, stage_in, text};

type Picked = Option<(BranchId, OpRole)>;

async fn picture(
    actions: &[Action],
    measures: Measures,
    lit: Option<BranchId>,
    onpick: Callback<Picked>,
) -> Stage {
    stage(after(actions), move |store| {
        let model = store.module.shown();
        let answer = model.question().answer().expect("countable");
        let cost = answer.module.cost.clone();
        html! {
            <Picture {cost} metric={model.counting.metric} {measures} label="The module" {lit}
                onpick={onpick.clone()} />
        }
    })
    .await
}

async fn card(actions: &[Action]) -> Stage {
    stage(after(actions), card_of).await
}

fn card_of(store: &Store) -> Html {
    let model = *store.module.shown();
    let answer = Rc::new(model.question().answer().expect("countable"));
    html! { <DiagramCard {model} {answer} narrow=false lit={None} onlight={Callback::noop()} /> }
}

fn after(actions: &[Action]) -> Model {
    actions.iter().fold(Model::default(), |model, action| model.apply(*action).expect("allowed"))
}

fn labels(stage: &Stage, selector: &str) -> Vec<String> {
    let label = |op: &Element| op.get_attribute("aria-label").unwrap_or_default();
    stage.all(selector).iter().map(label).collect()
}

#[wasm_bindgen_test]
async fn there_is_a_box_an_operation_and_a_segment_a_branch() {
    let naive = Action::SetForm(Form::Naive);
    let without_3x3 = Action::Set(Field::Ch3x3, 0);
    let without_pool = Action::Set(Field::PoolProj, 0);
    // Operations, segments, empty lanes.
    let cases: [(&[Action], [usize; 3]); 5] = [
        (&[], [7, 4, 0]),
        (&[naive], [4, 4, 0]),
        (&[without_3x3], [5, 3, 1]),
        (&[without_3x3, without_pool], [3, 2, 2]),
        (&[without_3x3, naive], [3, 3, 1]),
    ];
    for (actions, counts) in cases {
        for measures in [WIDE, HALF, TALL] {
            let stage = picture(actions, measures, None, Callback::noop()).await;
            let drawn = ["g.op", "g.segment", "g.empty"]
                .map(|selector| stage.all::<Element>(selector).len());
            assert_eq!(drawn, counts, "{actions:?}");
            assert_eq!(stage.all::<Element>("g.end").len(), 2);
        }
    }
}

#[wasm_bindgen_test]
async fn every_box_can_be_reached_and_read() {
    let stage = picture(&[], WIDE, None, Callback::noop()).await;
    assert_eq!(
        labels(&stage, "svg[role=group] g.op[role=img][tabindex='0']"),
        [
            "branch 1, 1×1: 192 × 28 × 28 → 64 × 28 × 28, 12,416 params, 8%",
            "branch 2, 1×1 reduction: 192 × 28 × 28 → 96 × 28 × 28, 18,624 params, 11%",
            "branch 2, 3×3: 96 × 28 × 28 → 128 × 28 × 28, 110,848 params, 68%",
            "branch 3, 1×1 reduction: 192 × 28 × 28 → 16 × 28 × 28, 3,104 params, 2%",
            "branch 3, 5×5: 16 × 28 × 28 → 32 × 28 × 28, 12,864 params, 8%",
            "branch 4, max pool 3×3: 192 × 28 × 28 → 192 × 28 × 28, no parameters, 0%",
            "branch 4, 1×1 after the pool: 192 × 28 × 28 → 32 × 28 × 28, 6,208 params, 4%",
        ]
    );
    assert_eq!(labels(&stage, "svg.picture"), ["The module"]);
    let segments: Vec<_> = stage.all::<Element>("g.segment title").iter().map(text).collect();
    assert_eq!(segments, ["branch 1: 64", "branch 2: 128", "branch 3: 32", "branch 4: 32"]);
}

#[wasm_bindgen_test]
async fn a_reduction_that_expands_is_marked() {
    let stage = picture(&[], WIDE, None, Callback::noop()).await;
    assert_eq!(stage.all::<Element>("g.op.expands").len(), 0);
    let stage = picture(&[Action::Set(Field::InChannels, 3)], WIDE, None, Callback::noop()).await;
    let expanding = labels(&stage, "g.op.expands");
    assert_eq!(expanding.len(), 2, "{expanding:?}");
    assert!(expanding.iter().all(|label| label.contains("1×1 reduction: 3 × ")), "{expanding:?}");
    assert_eq!(stage.all::<Element>("g.op.expands text.warn").len(), 2);
    // As many out as in is none.
    let stage = picture(&[Action::Set(Field::InChannels, 96)], WIDE, None, Callback::noop()).await;
    assert_eq!(stage.all::<Element>("g.op.expands").len(), 0);
}

#[wasm_bindgen_test]
async fn what_is_hovered_elsewhere_dims_the_rest() {
    let stage = picture(&[], WIDE, Some(BranchId::Two), Callback::noop()).await;
    assert_eq!(stage.all::<Element>("g.op.b2:not(.dim), g.segment.b2:not(.dim)").len(), 3);
    assert_eq!(stage.all::<Element>("g.op:not(.dim), g.segment:not(.dim)").len(), 3);
}

#[wasm_bindgen_test]
async fn pointer_and_focus_pick() {
    let heard = Rc::new(std::cell::RefCell::new(Vec::<Picked>::new()));
    let onpick = {
        let heard = heard.clone();
        Callback::from(move |picked| heard.borrow_mut().push(picked))
    };
    let stage = picture(&[], WIDE, None, onpick).await;
    let op: Element = stage.find("g.op.b3:nth-of-type(n)[aria-label*='5×5']");
    focus(&op).await;
    send(&op, &FocusEvent::new("blur").expect("an event")).await;
    send(&op, &PointerEvent::new("pointerenter").expect("an event")).await;
    send(&op, &PointerEvent::new("pointerleave").expect("an event")).await;
    let this = Some((BranchId::Three, OpRole::Conv5x5));
    assert_eq!(*heard.borrow(), [this, None, this, None]);
}

#[wasm_bindgen_test]
async fn the_card_shows_the_arithmetic_of_the_box_in_focus() {
    let stage = card(&[]).await;
    focus(&stage.find("g.op[aria-label^='branch 2, 3×3']")).await;
    let said = stage.text("#arithmetic");
    for part in ["branch 2 · 3×3", "96 × 128 × 3 × 3 = 110,592", "BN 2 × 128 = 256", "68%"] {
        assert!(said.contains(part), "“{said}” lacks “{part}”");
    }
    stage.commit(Action::SetMetric(Metric::Macs)).await;
    let said = stage.text("#arithmetic");
    assert!(said.contains("96 × 128 × 3 × 3 × 28 × 28 = 86,704,128"), "{said}");
}

#[wasm_bindgen_test]
async fn the_card_says_what_reduction_saves_or_why_it_expands() {
    let stage = card(&[]).await;
    let said = stage.text("#arithmetic");
    assert!(said.contains("2.4 times fewer"), "{said}");
    stage.commit(Action::Set(Field::InChannels, 3)).await;
    let said = stage.text("#arithmetic .warn");
    assert!(said.contains("3 input channels become 96, 16"), "{said}");
}

#[wasm_bindgen_test]
async fn both_forms_stand_side_by_side() {
    let stage = card(&[]).await;
    assert_eq!(stage.all::<Element>("svg.picture").len(), 1);
    stage.press("with and without reduction").await;
    assert_eq!(labels(&stage, "svg.picture"), ["Naive Inception", "Inception"]);
    assert_eq!(stage.all::<Element>("g.op").len(), 4 + 7);
    let captions: Vec<_> = stage.all::<Element>("figcaption").iter().map(text).collect();
    assert_eq!(captions, ["Naive Inception · 387,520", "Inception · 164,064"]);
}

#[wasm_bindgen_test]
async fn it_speaks_korean() {
    let stage = stage_in(Lang::Ko, Model::default(), card_of).await;
    let spoken = labels(&stage, "g.op");
    let hangul = |label: &String| label.chars().any(|letter| ('가'..='힣').contains(&letter));
    assert!(spoken.len() == 7 && spoken.iter().all(hangul), "{spoken:?}");
}
