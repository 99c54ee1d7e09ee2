//! The keys of the substitutions: `netk=8&netwith=4e&netat=12_bottleneck-1-4`.

use std::collections::{BTreeMap, BTreeSet};

use form_urlencoded::Serializer;

use crate::arch::network::check::MOST_NODES;
use crate::arch::{Field, InceptionFields, Named, Preset};
use crate::cost::Replacement;
use crate::cost::substitute::{Proportions, Scope, Share};
use crate::state::networks::{Chosen, OPENING_HEAVIEST, Substitutions};

use super::notice::{Notice, Notices, quote};
use super::value::named;

pub(super) const HEAVIEST: &str = "netk";
pub(super) const ROWS: &str = "netrows";
pub(super) const WITH: &str = "netwith";
pub(super) const AT: &str = "netat";
pub(super) const SCOPE: &str = "netscope";

/// What the value of a key may look like.
#[must_use]
pub fn example(key: &str) -> &'static str {
    match key {
        ROWS => "3.8.12",
        WITH => "4e, 64-96-128-16-32-32-3-5, bottleneck-1-4",
        AT => "3_4e.8_bottleneck-1-4",
        _ => "5",
    }
}

/// Writes the values that differ from the defaults. Row numbers are written only if the network is in the link
/// too (`is_written`).
pub(super) fn write(
    part: &mut Serializer<'_, String>,
    substitutions: &Substitutions,
    is_written: bool,
) {
    let Substitutions { scope, chosen, recipe } = substitutions;
    match chosen {
        Chosen::Heaviest(OPENING_HEAVIEST) => {}
        Chosen::Heaviest(k) => {
            part.append_pair(HEAVIEST, &k.to_string());
        }
        Chosen::Rows(rows) if is_written => {
            part.append_pair(ROWS, &write_rows(rows));
        }
        Chosen::Rows(_) => {}
    }
    if recipe.default != Replacement::default() {
        part.append_pair(WITH, &write_replacement(&recipe.default));
    }
    if is_written && !recipe.overrides.is_empty() {
        part.append_pair(AT, &write_own(&recipe.overrides));
    }
    if *scope != Scope::default() {
        part.append_pair(SCOPE, scope.name());
    }
}

/// Takes the value of a key; says where it can't be read.
pub(super) fn read(
    substitutions: &mut Substitutions,
    key: &'static str,
    value: &str,
    notices: &mut Notices,
) {
    if key == SCOPE {
        substitutions.scope = named(key, value, notices).unwrap_or(substitutions.scope);
    } else if take(substitutions, key, value).is_none() {
        notices.say(|| Notice::Substitutions { key, given: quote(value) });
    }
}

fn take(substitutions: &mut Substitutions, key: &str, value: &str) -> Option<()> {
    let Substitutions { chosen, recipe, .. } = substitutions;
    match key {
        // Single rows take precedence over a number, in either order.
        HEAVIEST => {
            let k = read_index(value)?;
            if let Chosen::Heaviest(_) = chosen {
                *chosen = Chosen::Heaviest(k);
            }
        }
        ROWS => *chosen = Chosen::Rows(read_rows(value)?),
        WITH => recipe.default = read_replacement(value)?,
        _ => recipe.overrides = read_own(value)?,
    }
    Some(())
}

/// Between entries of a list; it needs no escape in a link.
const NEXT: char = '.';
/// Between a row and its replacement.
const BY: char = '_';
const BOTTLENECK: &str = "bottleneck";

/// The GoogLeNet block of these proportions, if there is one.
#[must_use]
pub fn block(proportions: Proportions) -> Option<&'static Preset> {
    Preset::googlenet().find(|preset| Proportions::new(preset.fields) == Ok(proportions))
}

/// `4e`, `64-96-128-16-32-32-3-5` (the six widths, the two kernels) or `bottleneck-1-4`.
fn write_replacement(replacement: &Replacement) -> String {
    match replacement {
        Replacement::Bottleneck(share) => {
            let (part, whole) = share.parts();
            format!("{BOTTLENECK}-{part}-{whole}")
        }
        Replacement::Inception(proportions) => {
            if let Some(block) = block(*proportions) {
                return block.id.to_owned();
            }
            let fields = proportions.fields();
            let numbers =
                Field::WIDTHS_AND_KERNELS.into_iter().filter_map(|field| fields.get(field));
            numbers.map(|number| number.to_string()).collect::<Vec<_>>().join("-")
        }
    }
}

fn read_replacement(text: &str) -> Option<Replacement> {
    if let Some(block) = Preset::googlenet().find(|preset| preset.id == text) {
        return Proportions::new(block.fields).ok().map(Replacement::Inception);
    }
    let (is_bottleneck, numbers) = match text.strip_prefix(BOTTLENECK) {
        Some(rest) => (true, rest.strip_prefix('-')?),
        None => (false, text),
    };
    let numbers = numbers.split('-').map(number).collect::<Option<Vec<u64>>>()?;
    match (is_bottleneck, &numbers[..]) {
        (true, [part, whole]) => Share::new(*part, *whole).map(Replacement::Bottleneck),
        (false, [widths @ .., kernel3, kernel5]) => {
            let widths = <[u64; 6]>::try_from(widths).ok()?;
            let fields = InceptionFields {
                kernel3: *kernel3,
                kernel5: *kernel5,
                ..InceptionFields::new(1, widths)
            };
            Proportions::new(fields).ok().map(Replacement::Inception)
        }
        _ => None,
    }
}

/// Digits alone: Rust's own parser takes a `+`, too.
fn number(text: &str) -> Option<u64> {
    if text.bytes().all(|byte| byte.is_ascii_digit()) { text.parse().ok() } else { None }
}

/// A number of rows, or a row's.
fn read_index(text: &str) -> Option<usize> {
    let index = usize::try_from(number(text)?).ok()?;
    (index <= MOST_NODES).then_some(index)
}

fn write_rows(rows: &BTreeSet<usize>) -> String {
    rows.iter().map(usize::to_string).collect::<Vec<_>>().join(&NEXT.to_string())
}

fn read_rows(text: &str) -> Option<BTreeSet<usize>> {
    text.split(NEXT).map(read_index).collect()
}

fn write_own(own: &BTreeMap<usize, Replacement>) -> String {
    let entry = |(row, replacement)| format!("{row}{BY}{}", write_replacement(replacement));
    own.iter().map(entry).collect::<Vec<_>>().join(&NEXT.to_string())
}

fn read_own(text: &str) -> Option<BTreeMap<usize, Replacement>> {
    let entry = |entry: &str| {
        let (row, replacement) = entry.split_once(BY)?;
        Some((read_index(row)?, read_replacement(replacement)?))
    };
    text.split(NEXT).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use std::rc::Rc;

    use super::super::networks::write;
    use super::super::{Notice, read};
    use super::*;
    use crate::arch::Layer;
    use crate::arch::network::{Network, Node};
    use crate::cost::Recipe;
    use crate::state::networks::{
        Chosen, Networks, NetworksAction, Own, Source, Substitutions, SubstitutionsAction,
    };

    #[test]
    fn a_link_of_every_key() {
        let link = "net=googlenet_aux&netk=12&netwith=1-2-3-4-5-6-7-9&netat=6_5b.19_bottleneck-1-4\
                    &netscope=training";
        let reading = read(link);
        assert_eq!(reading.notices, []);
        assert_eq!(write(&reading.networks), link);
        let Substitutions { scope, chosen, recipe } = reading.networks.substitutions;
        assert_eq!((scope, chosen), (Scope::Training, Chosen::Heaviest(12)));
        let of = |fields| Replacement::Inception(Proportions::new(fields).unwrap());
        let by_hand = InceptionFields::new(1, [1, 2, 3, 4, 5, 6]);
        assert_eq!(recipe.default, of(InceptionFields { kernel3: 7, kernel5: 9, ..by_hand }));
        let block = of(Preset::by_id("5b").unwrap().fields);
        let quarter = Replacement::Bottleneck(Share::QUARTER);
        assert_eq!(recipe.overrides, BTreeMap::from([(6, block), (19, quarter)]));
    }

    #[test]
    fn single_rows_are_written_instead_of_a_number() {
        let rows = Chosen::Rows(BTreeSet::from([8, 3]));
        let substitutions = NetworksAction::Substitutions(SubstitutionsAction::Choose(rows));
        let networks = crate::state::Document::apply(&Networks::default(), substitutions).unwrap();
        assert_eq!(write(&networks), "netrows=3.8");
        assert_eq!(read("netrows=3.8").networks, networks);
        assert_eq!(read("netrows=3.8&netk=7").networks, networks);
        assert_eq!(read("netk=7&netrows=3.8").networks, networks);
    }

    #[test]
    fn rows_of_a_network_that_is_not_written_are_not_written_either() {
        let rows = Chosen::Rows(BTreeSet::from([3]));
        let overrides = BTreeMap::from([(3, Replacement::Bottleneck(Share::QUARTER))]);
        let recipe = Recipe { overrides, ..Recipe::default() };
        let substitutions = Substitutions { chosen: rows, recipe, ..Substitutions::default() };
        let own = |nodes| {
            let network = Network { nodes: vec![Node::sequential("f", vec![Layer::ReLU; nodes])] };
            let source = Source::Own(Rc::new(Own { network, ..Own::default() }));
            Networks { source, substitutions: substitutions.clone(), ..Networks::default() }
        };
        let small = own(4);
        assert!(write(&small).ends_with("&netrows=3&netat=3_bottleneck-1-4"), "{}", write(&small));
        assert_eq!(read(&write(&small)).networks, small);
        assert!(write(&own(10_000)).starts_with("net=kept-"));
    }

    #[rstest]
    #[case::not_a_number("netk", "5.5")]
    #[case::signed("netk", "+5")]
    #[case::too_many("netk", "20001")]
    #[case::no_rows("netrows", "")]
    #[case::a_gap("netrows", "3..8")]
    #[case::no_block("netwith", "6a")]
    #[case::seven_numbers("netwith", "1-2-3-4-5-6-7")]
    #[case::an_even_kernel("netwith", "1-2-3-4-5-6-4-5")]
    #[case::no_branch("netwith", "0-0-0-0-0-0-3-5")]
    #[case::all_and_more("netwith", "bottleneck-5-4")]
    #[case::of_none("netwith", "bottleneck-1-0")]
    #[case::no_share("netwith", "bottleneck")]
    #[case::no_row("netat", "5b")]
    #[case::no_replacement("netat", "3_")]
    fn what_can_not_be_read_is_said(#[case] key: &'static str, #[case] value: &str) {
        let reading = read(&format!("{key}={}", value.replace('+', "%2B")));
        assert_eq!(reading.networks, Networks::default());
        assert_eq!(reading.notices, [Notice::Substitutions { key, given: value.to_owned() }]);
    }
}
