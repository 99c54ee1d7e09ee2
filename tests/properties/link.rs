//! Links: reading returns every model that was written, and accepts any text.

use inception_explorer::arch::Inception;
use inception_explorer::state::link::{self, Link, MOST_NOTICES, Reading};
use inception_explorer::state::networks::Networks;
use inception_explorer::state::{Model, View};
use proptest::prelude::*;

use crate::{cases, strategy};

fn write(view: View, model: &Model) -> String {
    Link::new(model, &beside(model)).showing(view)
}

/// The first networks, which count as `model` does.
fn beside(model: &Model) -> Networks {
    Networks { counting: model.counting, ..Networks::default() }
}

/// Any text is read as a valid model, whose link is read as the same model without a notice.
fn reads_well(text: &str) -> Result<(), TestCaseError> {
    let Reading { view, model, notices, .. } = link::read(text);
    prop_assert!(notices.len() <= MOST_NOTICES + 1);
    prop_assert!(Inception::new(*model.module).is_ok());
    prop_assert!(model.question().answer().is_ok());
    prop_assert!(!model.square || model.size.height == model.size.width);
    let again = link::read(&write(view, &model));
    let networks = beside(&model);
    prop_assert_eq!(again, Reading { view, model, networks, ..Reading::default() });
    Ok(())
}

/// A piece as a hostile hand would put into a link.
fn piece() -> impl Strategy<Value = String> {
    let known = [
        "&",
        "=",
        "-",
        "x",
        "#",
        "?",
        "%",
        "%2d",
        "%F0",
        "%00",
        "+",
        "none",
        "v=2",
        "in=",
        "w=0-0-0-0-0-0",
        "k=2-4",
        "size=0x",
        "plain=",
        "plain=none-3",
        "out=module",
        "out=",
        "seed=-1",
        "params=bn-bn",
        "NaN",
        "1e3",
        "-5",
        "999999999999999999999999",
        "가",
        "\u{202e}",
        "\0",
        "square=1",
        "form=naive",
    ];
    prop_oneof![
        3 => proptest::sample::select(known.to_vec()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => any::<u64>().prop_map(|number| number.to_string()),
    ]
}

/// A valid link with some stretches cut out and pieces put in.
fn mutated() -> impl Strategy<Value = String> {
    let cut = (any::<prop::sample::Index>(), 0..6_usize, piece());
    let shown = (strategy::view(), strategy::model());
    (shown, prop::collection::vec(cut, 1..8)).prop_map(|((view, model), cuts)| {
        let mut characters: Vec<char> = write(view, &model).chars().collect();
        for (at, length, piece) in cuts {
            let from = at.index(characters.len() + 1);
            let to = (from + length).min(characters.len());
            characters.splice(from..to, piece.chars());
        }
        characters.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn any_model_comes_back(view in strategy::view(), model in strategy::model()) {
        let fragment = write(view, &model);
        let networks = beside(&model);
        prop_assert_eq!(link::read(&fragment), Reading { view, model, networks, ..Reading::default() });
        // It needs no percent-encoding.
        prop_assert!(fragment.bytes().all(|b| b.is_ascii_alphanumeric() || b"=&-".contains(&b)));
    }

    #[test]
    fn any_text_is_read(text in any::<String>()) {
        reads_well(&text)?;
    }

    #[test]
    fn any_pieces_are_read(pieces in prop::collection::vec(piece(), 0..40)) {
        reads_well(&pieces.concat())?;
    }

    #[test]
    fn any_mutation_of_a_link_is_read(text in mutated()) {
        reads_well(&text)?;
    }
}

proptest! {
    #![proptest_config(cases(8))]

    #[test]
    fn a_long_text_is_read(pieces in prop::collection::vec(piece(), 1..20)) {
        let pieces = pieces.concat();
        reads_well(&pieces.repeat(1_000_000 / pieces.len().max(1)))?;
    }
}

#[test]
fn the_default_is_what_nothing_says() {
    assert_eq!(link::read(""), Reading::default());
}
