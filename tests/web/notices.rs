//! The texts of the notices about a link.

use inception_explorer::arch::{Field, Named};
use inception_explorer::export::network_text::TextError;
use inception_explorer::page::notices::{Notices, text as words_of};
use inception_explorer::page::prefs::Lang;
use inception_explorer::page::store::StoreAction;
use inception_explorer::state::Model;
use inception_explorer::state::link::{Notice, read};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::Element;
use yew::prelude::*;

use crate::harness::{Stage, stage_in, text};

/// The notice after this one, and what its text must repeat: a variant that is added has its place here
/// or the test does not compile.
fn next(notice: Option<&Notice>) -> Option<(Notice, &'static [&'static str])> {
    let given = || "9x9".to_owned();
    Some(match notice {
        None => (
            Notice::Clamped { field: Field::InChannels, given: "5000".into(), used: 1024 },
            &["5000", "1,024"],
        ),
        Some(Notice::Clamped { .. }) => (
            Notice::NotANumber { field: Field::Kernel5, given: given(), used: 5 },
            &["9x9", "11", "5"],
        ),
        Some(Notice::NotANumber { .. }) => {
            (Notice::WrongCount { key: "w", expected: 6, given: 4 }, &["“w”", "6", "4"])
        }
        Some(Notice::WrongCount { .. }) => (
            Notice::UnknownValue { key: "axis", given: given(), allowed: vec!["linear", "log"] },
            &["“axis”", "9x9", "linear, log"],
        ),
        Some(Notice::UnknownValue { .. }) => {
            (Notice::UnknownKey { key: "a%{key}b".into() }, &["a%{key}b"])
        }
        Some(Notice::UnknownKey { .. }) => {
            (Notice::Duplicate { key: "in", given: given() }, &["“in”"])
        }
        Some(Notice::Duplicate { .. }) => (Notice::Version { given: given() }, &["9x9"]),
        Some(Notice::Version { .. }) => (Notice::NoBranch, &["0"]),
        Some(Notice::NoBranch) => (Notice::Network(TextError::Unclosed(23)), &["23"]),
        Some(Notice::Network(_)) => (Notice::Lost, &[]),
        Some(Notice::Lost) => (Notice::Size { given: given() }, &["9x9", "65,536"]),
        Some(Notice::Size { .. }) => (
            Notice::Substitutions { key: "netrows", given: given() },
            &["netrows", "9x9", "3.8.12"],
        ),
        Some(Notice::Substitutions { .. }) => (Notice::More { count: 17 }, &["17"]),
        Some(Notice::More { .. }) => return None,
    })
}

fn every() -> Vec<(Notice, &'static [&'static str])> {
    std::iter::successors(next(None), |(notice, _)| next(Some(notice))).collect()
}

#[wasm_bindgen_test]
fn every_notice_has_its_words_in_both_languages() {
    let every = every();
    assert_eq!(every.len(), 13);
    for lang in [Lang::Ko, Lang::En] {
        rust_i18n::set_locale(lang.name());
        for (notice, parts) in &every {
            let said = words_of(notice);
            for part in *parts {
                assert!(said.contains(part), "“{said}” lacks “{part}”");
            }
            // Only text quoted from the link may look like a placeholder.
            let own = said.replace("a%{key}b", "");
            assert!(!own.contains("%{") && !own.contains("notice."), "{notice:?}: “{said}”");
            let hangul = said.chars().any(|letter| ('가'..='힣').contains(&letter));
            assert_eq!(hangul, lang == Lang::Ko, "{notice:?}: “{said}”");
        }
    }
}

async fn bar(lang: Lang) -> Stage {
    stage_in(lang, Model::default(), |store| html! { <Notices notices={store.notices.clone()} /> })
        .await
}

#[wasm_bindgen_test]
async fn the_bar_names_each_and_can_be_dismissed() {
    for (lang, dismiss) in [(Lang::En, "Dismiss"), (Lang::Ko, "닫기")] {
        let stage = bar(lang).await;
        assert!(stage.maybe::<Element>("li").is_none());
        let reading = read("v=2&in=5000&w=1-2&axis=up&axis=log&nonsense=1");
        let expected: Vec<_> = reading.notices.iter().map(words_of).collect();
        assert!(expected.len() >= 5);
        stage.dispatch(StoreAction::Read(Box::new(reading))).await;
        let said: Vec<_> = stage.all::<Element>("[role=status] li").iter().map(text).collect();
        assert_eq!(said, expected);
        stage.press(dismiss).await;
        assert!(stage.maybe::<Element>("li").is_none());
        assert_eq!(stage.store().notices, []);
        // Still there, so that the next notice is announced.
        assert_eq!(stage.all::<Element>("[role=status]").len(), 1);
    }
}

#[wasm_bindgen_test]
async fn a_links_markup_is_text() {
    let stage = bar(Lang::En).await;
    let reading = read("<img src=x onerror=alert(1)>=1");
    stage.dispatch(StoreAction::Read(Box::new(reading))).await;
    assert!(stage.text("li").contains("<img"));
    assert!(stage.maybe::<Element>("img").is_none());
}
