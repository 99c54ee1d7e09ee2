//! The number box: typed text becomes the model's value, or is refused with a message.

use inception_explorer::arch::{Field, Size};
use inception_explorer::page::controls::NumberBox;
use inception_explorer::page::prefs::Lang;
use inception_explorer::state::{Action, Model};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, FocusEvent};
use yew::prelude::*;

use crate::harness::{Stage, change, focus, key, send, stage_in, type_in};

async fn boxed_in(lang: Lang, field: Field, first: Model) -> Stage {
    stage_in(lang, first, move |store| {
        let value = store.module.shown().get(field);
        html! { <NumberBox {field} {value} label="A label" refusal={store.module_refusal} /> }
    })
    .await
}

async fn boxed(field: Field) -> Stage {
    boxed_in(Lang::En, field, Model::default()).await
}

#[wasm_bindgen_test]
async fn a_number_is_one_step() {
    let stage = boxed(Field::InChannels).await;
    for (steps, (text, number)) in
        [("256", 256), ("1,024", 1024), (" 1 000 ", 1000), ("007", 7), ("1", 1)]
            .into_iter()
            .enumerate()
    {
        let input = stage.input("input");
        type_in(&input, text).await;
        assert_eq!(stage.steps(), steps, "typing {text:?} changes nothing yet");
        change(&input).await;
        assert_eq!(stage.committed().module.in_channels, number, "{text:?}");
        assert_eq!(stage.shown(), stage.committed());
        assert_eq!(stage.steps(), steps + 1);
        assert_eq!(input.value(), number.to_string());
        assert!(stage.maybe::<Element>("[role=alert]").is_none());
    }
}

#[wasm_bindgen_test]
async fn enter_takes_the_number_and_leaving_after_it_adds_no_step() {
    let stage = boxed(Field::InChannels).await;
    let input = stage.input("input");
    type_in(&input, "64").await;
    key(&input, "Enter").await;
    assert_eq!(stage.committed().module.in_channels, 64);
    change(&input).await;
    assert_eq!(stage.steps(), 1);
}

/// Field, text, what the message must say.
const REFUSED: [(Field, &str, [&str; 3]); 12] = [
    (Field::InChannels, "abc", ["Input channels", "“abc”", "1 to 1,024"]),
    (Field::InChannels, "", ["Input channels", "“”", "1 to 1,024"]),
    (Field::InChannels, "-5", ["Input channels", "“-5”", "1 to 1,024"]),
    (Field::InChannels, "3.5", ["Input channels", "“3.5”", "1 to 1,024"]),
    // A comma separates thousands only.
    (Field::InChannels, "1,5", ["Input channels", "“1,5”", "1 to 1,024"]),
    (Field::InChannels, "1,7", ["Input channels", "“1,7”", "1 to 1,024"]),
    (Field::InChannels, "12,34", ["Input channels", "“12,34”", "1 to 1,024"]),
    (Field::InChannels, "0", ["Input channels", "0", "1 to 1,024"]),
    (Field::InChannels, "1025", ["Input channels", "1,025", "1 to 1,024"]),
    (Field::Ch3x3, "4097", ["Filters of branch 2", "4,097", "0 to 4,096"]),
    (Field::Kernel5, "4", ["Kernel size of branch 3", "4", "odd, 1 to 11"]),
    // Too long for 64 bits.
    (
        Field::Seed,
        "99999999999999999999999999",
        ["Seed of the weights", "99999999999999999999", "0 to 4,294,967,295"],
    ),
];

#[wasm_bindgen_test]
async fn what_is_not_allowed_is_said_and_changes_nothing() {
    for (field, text, words) in REFUSED {
        let stage = boxed(field).await;
        let input = stage.input("input");
        type_in(&input, text).await;
        change(&input).await;
        let message = stage.text("[role=alert]");
        for word in words {
            assert!(message.contains(word), "{text:?}: “{message}” lacks “{word}”");
        }
        assert_eq!(stage.committed(), Model::default(), "{text:?}");
        assert_eq!(stage.steps(), 0);
        assert_eq!(input.get_attribute("aria-invalid").as_deref(), Some("true"));
        let described = input.get_attribute("aria-describedby").expect("the message's id");
        assert_eq!(stage.find::<Element>("[role=alert]").id(), described);
        // The text can be corrected in the box.
        assert_eq!(input.value(), text);
    }
}

#[wasm_bindgen_test]
async fn a_very_long_text_is_cut_in_the_message() {
    let stage = boxed(Field::InChannels).await;
    let input = stage.input("input");
    type_in(&input, &"x".repeat(10_000)).await;
    change(&input).await;
    assert!(stage.text("[role=alert]").chars().count() < 200);
}

#[wasm_bindgen_test]
async fn the_message_is_in_the_readers_language() {
    let stage = boxed_in(Lang::Ko, Field::InChannels, Model::default()).await;
    let input = stage.input("input");
    type_in(&input, "1025").await;
    change(&input).await;
    let message = stage.text("[role=alert]");
    assert!(message.contains("입력 채널") && message.contains("1,025"), "{message}");
    assert!(message.contains("1–1,024"), "{message}");
}

#[wasm_bindgen_test]
async fn escape_gives_up() {
    let stage = boxed(Field::InChannels).await;
    let input = stage.input("input");
    type_in(&input, "7").await;
    key(&input, "Escape").await;
    assert_eq!(input.value(), "192");
    change(&input).await;
    assert_eq!(stage.steps(), 0);

    type_in(&input, "abc").await;
    change(&input).await;
    assert!(stage.maybe::<Element>("[role=alert]").is_some());
    key(&input, "Escape").await;
    assert_eq!(input.value(), "192");
    assert!(stage.maybe::<Element>("[role=alert]").is_none());
    assert!(!input.has_attribute("aria-invalid"));
}

#[wasm_bindgen_test]
async fn leaving_the_box_restores_the_number_and_keeps_the_message() {
    let stage = boxed(Field::InChannels).await;
    let input = stage.input("input");
    type_in(&input, "1,5").await;
    change(&input).await;
    assert_eq!(input.value(), "1,5");
    send(&input, &FocusEvent::new("blur").expect("an event")).await;
    assert_eq!(input.value(), "192");
    assert!(stage.text("[role=alert]").contains("“1,5”"));
    assert_eq!(stage.steps(), 0);
    // The next number that is taken ends it.
    type_in(&input, "64").await;
    change(&input).await;
    send(&input, &FocusEvent::new("blur").expect("an event")).await;
    assert_eq!((input.value().as_str(), stage.steps()), ("64", 1));
    assert!(stage.maybe::<Element>("[role=alert]").is_none());
}

/// Field, value before, key, value after.
const KEYS: [(Field, u64, &str, u64); 11] = [
    (Field::InChannels, 192, "ArrowUp", 193),
    (Field::InChannels, 192, "ArrowDown", 191),
    (Field::InChannels, 192, "PageUp", 202),
    (Field::InChannels, 192, "PageDown", 182),
    (Field::InChannels, 1020, "PageUp", 1024),
    (Field::InChannels, 1024, "ArrowUp", 1024),
    (Field::InChannels, 1, "ArrowDown", 1),
    (Field::Kernel3, 3, "ArrowUp", 5),
    (Field::Kernel3, 1, "ArrowDown", 1),
    (Field::Kernel3, 3, "PageDown", 1),
    (Field::Ch3x3, 4096, "ArrowUp", 4096),
];

#[wasm_bindgen_test]
async fn keys_step_and_stop_at_the_ends() {
    for (field, before, pressed, after) in KEYS {
        let first = Model::default().apply(Action::Set(field, before)).expect("an allowed value");
        let stage = boxed_in(Lang::En, field, first).await;
        let input = stage.input("input");
        let goes_on = key(&input, pressed).await;
        assert_eq!(stage.committed().get(field), after, "{field:?} {before} {pressed}");
        assert_eq!(stage.steps(), usize::from(before != after));
        assert_eq!(input.value(), after.to_string());
        assert!(!goes_on, "{pressed} moves the number, not the caret");
    }
}

#[wasm_bindgen_test]
async fn other_keys_are_the_browsers() {
    let stage = boxed(Field::InChannels).await;
    for pressed in ["5", "Tab", "ArrowLeft", "Home"] {
        assert!(key(&stage.input("input"), pressed).await, "{pressed}");
    }
    assert_eq!(stage.committed(), Model::default());
}

#[wasm_bindgen_test]
async fn focus_and_a_click_select_the_number() {
    let stage = boxed(Field::InChannels).await;
    let input = stage.input("input");
    let selected = || (input.selection_start(), input.selection_end());
    input.set_selection_range(3, 3).expect("a caret");
    focus(&input).await;
    assert_eq!(selected(), (Ok(Some(0)), Ok(Some(3))));
    input.set_selection_range(1, 1).expect("a caret");
    input.click();
    assert_eq!(selected(), (Ok(Some(0)), Ok(Some(3))));
}

#[wasm_bindgen_test]
async fn a_number_from_elsewhere_replaces_what_was_being_typed() {
    let stage = boxed(Field::InChannels).await;
    let input = stage.input("input");
    type_in(&input, "abc").await;
    change(&input).await;
    stage.commit(Action::Set(Field::InChannels, 64)).await;
    assert_eq!(input.value(), "64");
    assert!(stage.maybe::<Element>("[role=alert]").is_none());
}

#[wasm_bindgen_test]
async fn the_last_branch_can_not_be_removed() {
    let mut only_pool = Model::default();
    for field in [Field::Ch1x1, Field::Ch3x3, Field::Ch5x5] {
        only_pool = only_pool.apply(Action::Set(field, 0)).expect("a branch remains");
    }
    let stage = boxed_in(Lang::En, Field::PoolProj, only_pool).await;
    let input = stage.input("input");
    type_in(&input, "0").await;
    change(&input).await;
    let message = stage.text("[role=alert]");
    assert!(message.contains("last branch"), "{message}");
    assert_eq!(stage.committed(), only_pool);
    assert_eq!(input.value(), "32");
}

#[wasm_bindgen_test]
async fn a_refusal_of_another_field_is_not_said_here() {
    let stage = boxed(Field::Height).await;
    stage.commit(Action::Set(Field::InChannels, 0)).await;
    assert!(stage.store().module_refusal.is_some());
    assert!(stage.maybe::<Element>("[role=alert]").is_none());
    let input = stage.input("input");
    type_in(&input, "56").await;
    change(&input).await;
    assert_eq!(stage.committed().size, Size::square(56));
    assert_eq!(stage.store().module_refusal, None);
}
