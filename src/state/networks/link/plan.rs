//! The plan's keys: `netk=8&netwith=4e&netown=12_bottleneck-1-4`.

use std::collections::{BTreeMap, BTreeSet};

use crate::arch::network::check::MOST_NODES;
use crate::arch::{Field, InceptionFields, Preset};
use crate::cost::Replacement;
use crate::cost::substitute::{Proportions, Share};

/// Between entries of a list; a link leaves it as it is.
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
pub(super) fn write_replacement(replacement: &Replacement) -> String {
    match replacement {
        Replacement::Bottleneck(share) => {
            let (part, whole) = share.parts();
            format!("{BOTTLENECK}-{part}-{whole}")
        }
        Replacement::Inception(proportions) => match block(*proportions) {
            Some(block) => block.id.to_owned(),
            None => {
                let fields = proportions.fields();
                let numbers = NUMBERS.into_iter().filter_map(|field| fields.get(field));
                numbers.map(|number| number.to_string()).collect::<Vec<_>>().join("-")
            }
        },
    }
}

/// What a module's proportions are written as.
const NUMBERS: [Field; 8] = [
    Field::Ch1x1,
    Field::Ch3x3Red,
    Field::Ch3x3,
    Field::Ch5x5Red,
    Field::Ch5x5,
    Field::PoolProj,
    Field::Kernel3,
    Field::Kernel5,
];

pub(super) fn read_replacement(text: &str) -> Option<Replacement> {
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
        (false, [a, b, c, d, e, f, kernel3, kernel5]) => {
            let widths = [*a, *b, *c, *d, *e, *f];
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
pub(super) fn read_index(text: &str) -> Option<usize> {
    let index = usize::try_from(number(text)?).ok()?;
    (index <= MOST_NODES).then_some(index)
}

pub(super) fn write_rows(rows: &BTreeSet<usize>) -> String {
    rows.iter().map(usize::to_string).collect::<Vec<_>>().join(&NEXT.to_string())
}

pub(super) fn read_rows(text: &str) -> Option<BTreeSet<usize>> {
    text.split(NEXT).map(read_index).collect()
}

pub(super) fn write_own(own: &BTreeMap<usize, Replacement>) -> String {
    let entry = |(row, replacement)| format!("{row}{BY}{}", write_replacement(replacement));
    own.iter().map(entry).collect::<Vec<_>>().join(&NEXT.to_string())
}

pub(super) fn read_own(text: &str) -> Option<BTreeMap<usize, Replacement>> {
    let entry = |entry: &str| {
        let (row, replacement) = entry.split_once(BY)?;
        Some((read_index(row)?, read_replacement(replacement)?))
    };
    text.split(NEXT).map(entry).collect()
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::{Notice, read, write};
    use super::*;
    use crate::cost::Recipe;
    use crate::cost::substitute::Scope;
    use crate::state::networks::{
        Chosen, Networks, NetworksAction, Own, Plan, PlanAction, Subject,
    };

    #[test]
    fn a_link_of_every_key() {
        let link = "net=googlenet_aux&netk=12&netwith=1-2-3-4-5-6-7-9&netown=6_5b.19_bottleneck-1-4\
                    &netscope=training";
        let reading = read(link);
        assert_eq!(reading.notices, []);
        assert_eq!(write(&reading.networks), link);
        let Plan { scope, chosen, recipe } = reading.networks.plan;
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
        let plan = NetworksAction::Plan(PlanAction::Choose(rows));
        let networks = crate::state::Document::apply(&Networks::default(), plan).unwrap();
        assert_eq!(write(&networks), "netrows=3.8");
        assert_eq!(read("netrows=3.8").networks, networks);
        assert_eq!(read("netrows=3.8&netk=7").networks, networks);
        assert_eq!(read("netk=7&netrows=3.8").networks, networks);
    }

    #[test]
    fn rows_of_a_network_that_is_not_written_are_not_written_either() {
        let overrides = BTreeMap::from([(3, Replacement::Bottleneck(Share::QUARTER))]);
        let plan = Plan {
            chosen: Chosen::Rows(BTreeSet::from([3])),
            recipe: Recipe { overrides, ..Recipe::default() },
            ..Plan::default()
        };
        let subject = Subject::Own(std::rc::Rc::new(Own::default()));
        assert_eq!(write(&Networks { subject, plan, ..Networks::default() }), "");
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
    #[case::no_row("netown", "5b")]
    #[case::no_replacement("netown", "3_")]
    fn what_can_not_be_read_is_said(#[case] key: &'static str, #[case] value: &str) {
        let reading = read(&format!("{key}={}", value.replace('+', "%2B")));
        assert_eq!(reading.networks, Networks::default());
        assert_eq!(reading.notices, [Notice::Plan { key, given: value.to_owned() }]);
    }
}
