//! Networks as files and as text: reading returns what was written, and other input is refused.

use inception_explorer::arch::network::{Edit, Family, Network, NetworkId, Node};
use inception_explorer::arch::{Named, Shape};
use inception_explorer::export::network_file::{self, FileError, NetworkFile};
use inception_explorer::export::network_text::{self, LINK_LIMIT, TextError};
use proptest::prelude::*;
use proptest::sample::select;

use crate::{cases, network_strategy as strategy};

/// Something like a token, often right.
fn token() -> impl Strategy<Value = String> {
    let head = select(vec![
        "c", "cb", "cr", "mp", "ap", "gap", "aap", "i", "in", "ir", "irn", "bn", "r", "d", "f",
        "lrn", "l", "s_", "p_", "x_", "pr_", "_", "F", "at", "a*", "q", "가",
    ]);
    let rest = prop_oneof![Just(""), Just("3"), Just("64")].prop_map(str::to_owned);
    let odd = "([ksdpgncxiw]?[0-9.x]{0,12}){0,3}";
    (head, prop_oneof![2 => rest, 1 => odd.boxed()])
        .prop_map(|(head, rest)| format!("{head}{rest}"))
}

fn text() -> impl Strategy<Value = String> {
    prop_oneof![
        3 => prop::collection::vec(token(), 0..12).prop_map(|tokens| tokens.join("-")),
        1 => ".{0,60}",
    ]
}

/// A file that was damaged: some bytes replaced, left out or added.
fn damaged() -> impl Strategy<Value = Vec<u8>> {
    let damage = (any::<prop::sample::Index>(), 0..3_u8, any::<u8>());
    let file = (strategy::network(), strategy::input()).prop_map(|(network, input)| {
        network_file::write(&NetworkFile { name: "n".to_owned(), input, network })
    });
    (file, prop::collection::vec(damage, 0..4)).prop_map(|(file, damage)| {
        let mut bytes = file.into_bytes();
        for (place, kind, byte) in damage {
            let place = place.index(bytes.len());
            match kind {
                0 => bytes[place] = byte,
                1 => drop(bytes.remove(place)),
                _ => bytes.insert(place, byte),
            }
        }
        bytes
    })
}

fn reads_again(network: &Network, input: Shape) -> Result<(), TestCaseError> {
    let file = NetworkFile { name: "ß \" 가".to_owned(), input, network: network.clone() };
    let text = network_file::write(&file);
    prop_assert_eq!(network_file::read(text.as_bytes()), Ok(file), "{}", text);
    let text = network_text::write(network, input);
    prop_assert_eq!(network_text::read(&text), Ok((network.clone(), input)), "{}", text);
    let escaped: String = form_urlencoded::byte_serialize(text.as_bytes()).collect();
    prop_assert_eq!(escaped, text);
    Ok(())
}

proptest! {
    #![proptest_config(cases(512))]

    #[test]
    fn what_is_written_comes_back(network in strategy::network(), input in strategy::input()) {
        prop_assert_eq!(network.check(), Ok(()));
        reads_again(&network.fitted(input), input)?;
    }

    #[test]
    fn what_was_edited_comes_back(
        start in strategy::start(),
        input in strategy::input(),
        drafts in prop::collection::vec(strategy::draft(), 1..8),
    ) {
        let mut network = start.fitted(input);
        for draft in drafts {
            if let Ok(edited) = network.edited(&draft.of(&network), input) {
                network = edited.network;
            }
        }
        reads_again(&network, input)?;
    }

    #[test]
    fn a_known_network_with_one_edit_stays_short(
        id in select(NetworkId::all().collect::<Vec<_>>()),
        layer in strategy::layer(),
        step in any::<prop::sample::Index>(),
    ) {
        let network = id.build();
        let at = network.infer(Network::INPUT).steps[step.index(network.count())].at.clone();
        let edit = Edit::Insert { at, node: Node::layer("new", layer) };
        let edited = network.edited(&edit, Network::INPUT).unwrap().network;
        let length = network_text::write(&edited, Network::INPUT).len();
        // A fault in front leaves the widths of all later layers to be remembered.
        let most = if id.family() == Family::ResNet { LINK_LIMIT } else { 1000 };
        prop_assert!(length < most, "{} has {length} characters", id.name());
    }

    #[test]
    fn any_text_is_a_network_or_says_where_not(text in text()) {
        match network_text::read(&text) {
            Ok((network, input)) => reads_again(&network, input)?,
            Err(TextError::Token { at, given, .. }) => {
                prop_assert!(text[at..].starts_with(&given));
                prop_assert!(at == 0 || text[..at].ends_with('-'));
            }
            Err(TextError::Unclosed(count)) => prop_assert!(count > 0),
            Err(TextError::Network(_)) => {}
        }
    }

    #[test]
    fn any_file_is_a_network_or_says_where_not(bytes in prop_oneof![
        4 => damaged(),
        1 => prop::collection::vec(any::<u8>(), 0..64),
    ]) {
        match network_file::read(&bytes) {
            Ok(file) => reads_again(&file.network, file.input)?,
            Err(FileError::Json { line, message, .. }) => {
                let lines = bytes.split(|byte| *byte == b'\n').count();
                prop_assert!((1..=lines).contains(&line), "{message}");
            }
            Err(error) => prop_assert!(!error.to_string().is_empty()),
        }
    }
}
