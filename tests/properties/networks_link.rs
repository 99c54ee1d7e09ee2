//! The networks' part of the link: reading returns every document that was written, and accepts any text.

use std::rc::Rc;

use inception_explorer::arch::Named;
use inception_explorer::arch::network::NetworkId;
use inception_explorer::cost::Metric;
use inception_explorer::export::network_text::LINK_LIMIT;
use inception_explorer::state::link::{self, Link, MOST_NOTICES, Reading};
use inception_explorer::state::networks::{IN_CHANNELS, Networks, Own, SIDE, Source, Tab};
use inception_explorer::state::{Model, View};
use proptest::prelude::*;
use proptest::sample::select;

use crate::{cases, network_strategy as strategy};
use strum::VariantArray;

fn id() -> impl Strategy<Value = NetworkId> {
    select(NetworkId::all().collect::<Vec<_>>())
}

/// A name as one may give it, or as a hostile hand may.
fn name() -> impl Strategy<Value = String> {
    prop_oneof![
        1 => Just(String::new()),
        2 => "[a-zA-Z가-힣 &=+%#?]{1,60}",
        1 => ".{1,60}",
    ]
}

/// Any state that the view can show.
fn networks() -> impl Strategy<Value = Networks> {
    let own = (name(), strategy::network()).prop_map(Some);
    let source = (id(), prop_oneof![1 => Just(None), 1 => own]);
    let looked_at = (select(Tab::VARIANTS), select(Metric::VARIANTS), id());
    (source, strategy::input(), looked_at).prop_map(|((id, own), input, (tab, metric, rival))| {
        let source = match own {
            None => Source::Known(id),
            Some((name, network)) => {
                Source::Own(Rc::new(Own { name, network: network.fitted(input) }))
            }
        };
        Networks { tab, source, input, metric, rival, ..Networks::default() }
    })
}

fn write(networks: &Networks) -> String {
    Link::new(&Model::default(), networks).showing(View::Networks)
}

/// Any text is read as a valid document, whose link is read as the same document without a notice.
fn reads_well(text: &str) -> Result<(), TestCaseError> {
    let Reading { networks, notices, .. } = link::read(text);
    prop_assert!(notices.len() <= MOST_NOTICES + 1);
    prop_assert!(IN_CHANNELS.contains(networks.input.channels));
    prop_assert!(SIDE.contains(networks.input.height) && SIDE.contains(networks.input.width));
    let network = networks.source.network();
    prop_assert_eq!(network.check(), Ok(()));
    if let Source::Own(_) = networks.source {
        prop_assert_eq!(&network.clone().fitted(networks.input), &network);
    }
    comes_back(networks)
}

/// Reading the link returns the document, or says that the network is kept in the browser.
fn comes_back(networks: Networks) -> Result<(), TestCaseError> {
    let part = write(&networks);
    let Reading { networks: again, kept, notices, .. } = link::read(&part);
    prop_assert_eq!(notices, vec![], "{}", part);
    prop_assert_eq!(kept.is_some(), !link::fits(&networks.source, networks.input), "{}", part);
    prop_assert!(part.len() <= LINK_LIMIT + 1000, "{} characters", part.len());
    if kept.is_some() {
        let Networks { tab, metric, rival, .. } = again;
        prop_assert_eq!((tab, metric, rival), (networks.tab, networks.metric, networks.rival));
    } else {
        prop_assert_eq!(again, networks, "{}", part);
    }
    Ok(())
}

/// A piece as a hostile hand would put into a link.
fn piece() -> impl Strategy<Value = String> {
    let known = [
        "&",
        "=",
        "-",
        "x",
        ".",
        "_",
        "%",
        "%26",
        "%F0",
        "%00",
        "+",
        "net=",
        "net=kept-",
        "net=vgg16",
        "netown=",
        "netown=c16-r-mp2-f-l10",
        "netown=a*",
        "at1.28.28-",
        "i64.96.128.16.32.32",
        "F",
        "s_a",
        "p_b",
        "x_c",
        "pr_d",
        "netname=",
        "netsize=0x",
        "netsize=224",
        "nettab=",
        "layers",
        "netby=",
        "netvs=",
        "googlenet",
        "NaN",
        "1e3",
        "-5",
        "999999999999999999999999",
        "가",
        "\u{202e}",
        "\0",
        "\n",
    ];
    prop_oneof![
        3 => select(known.to_vec()).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => any::<u64>().prop_map(|number| number.to_string()),
    ]
}

/// A valid link with some stretches cut out and pieces put in.
fn mutated() -> impl Strategy<Value = String> {
    let cut = (any::<prop::sample::Index>(), 0..6_usize, piece());
    (networks(), prop::collection::vec(cut, 1..8)).prop_map(|(networks, cuts)| {
        let mut characters: Vec<char> = write(&networks).chars().collect();
        for (at, length, piece) in cuts {
            let from = at.index(characters.len() + 1);
            let to = (from + length).min(characters.len());
            characters.splice(from..to, piece.chars());
        }
        characters.into_iter().collect()
    })
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn any_document_comes_back(networks in networks()) {
        comes_back(networks)?;
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
