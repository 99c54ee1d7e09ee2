//! The model as a link's fragment, readable by a person:
//! `v=1&in=192&w=64-96-128-16-32-32&k=3-5&size=28`.
//!
//! One table of properties (`property`) drives writing and reading. What has the value of version 1's
//! defaults is left out, so those defaults are frozen (see `draft::frozen`): a link that was valid
//! stays valid and keeps its meaning, whatever the page opens with one day.
//!
//! Invariants: `read(&write(model))` is `model` without a notice; [`read`] takes any text whatever in
//! linear time, always comes to a valid model, and says in a [`Notice`] what it could not take as it was.

mod draft;
mod notice;
mod property;
mod value;

pub(super) use notice::quote;
pub use notice::{MOST_NOTICES, Notice};

use super::model::Model;
use draft::Draft;
use notice::Notices;
use property::PROPERTIES;

/// How the keys of the networks' part begin: whole networks have a link of their own inside this one.
pub const NETWORKS: &str = "net";

/// How a link names a network that is too long for it: no other browser has it.
pub const KEPT_HERE: &str = "net=kept-";

/// What a link came to.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The model it describes.
    pub model: Model,
    /// Its part about the networks, as [`networks`](crate::state::networks) reads it.
    pub networks: String,
    /// What could not be taken as it was, at most [`MOST_NOTICES`] and one that counts the rest.
    pub notices: Vec<Notice>,
}

/// The fragment (without `#`) that brings `model` back.
#[must_use]
pub fn write(model: &Model) -> String {
    let frozen = draft::frozen();
    let mut fragment = String::new();
    for property in &PROPERTIES {
        let value = (property.write)(model);
        if property.always || value != (property.write)(&frozen) {
            if !fragment.is_empty() {
                fragment.push('&');
            }
            fragment.push_str(property.key);
            fragment.push('=');
            fragment.push_str(&value);
        }
    }
    fragment
}

/// The model that a fragment describes; a `#` or `?` in front of it is skipped. An empty one is the
/// page's first state.
#[must_use]
pub fn read(fragment: &str) -> Reading {
    let fragment = fragment.strip_prefix(['#', '?']).unwrap_or(fragment);
    if fragment.is_empty() {
        return Reading::default();
    }
    let mut networks = form_urlencoded::Serializer::new(String::new());
    let mut notices = Notices::default();
    let mut draft = Draft::new();
    let mut seen = [false; PROPERTIES.len()];
    for (key, value) in form_urlencoded::parse(fragment.as_bytes()) {
        let known = PROPERTIES.iter().zip(&mut seen).find(|(property, _)| property.key == key);
        match known {
            None if key.starts_with(NETWORKS) => {
                networks.append_pair(&key, &value);
            }
            None => notices.unknown_key(&key),
            Some((property, seen)) if *seen => notices.duplicate(property.key, &value),
            Some((property, seen)) => {
                *seen = true;
                (property.read)(&mut draft, &value, &mut notices);
            }
        }
    }
    Reading {
        model: draft.finish(&mut notices),
        networks: networks.finish(),
        notices: notices.into_vec(),
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::arch::{Field, Form, Size};
    use crate::cost::{Bias, Metric, PlainOut};
    use crate::state::{Action, AxisScale, Diagram, Kernels, Photo, Term, View};

    const OPENING: &str = "v=1&in=192&w=64-96-128-16-32-32&k=3-5&size=28";

    #[test]
    fn the_opening_link() {
        assert_eq!(write(&Model::default()), OPENING);
        for fragment in ["", "#", "?", OPENING, &format!("#{OPENING}")] {
            assert_eq!(read(fragment), Reading::default());
        }
    }

    /// A link with every key, as version 1 writes it. It must read like this for ever.
    #[test]
    fn every_key_of_version_1() {
        let link = "v=1&in=256&w=1-2-3-4-5-6&k=7-9&size=28x56&form=naive&metric=flops&params=bias\
                    &ops=bn-bias-elementwise&plain=1-11&out=512&axis=log&diagram=both&view=forward\
                    &seed=42&bn=running&photo=rocket";
        let reading = read(link);
        assert_eq!(reading.notices, []);
        assert_eq!(write(&reading.model), link);
        let model = reading.model;
        let module = model.module;
        assert_eq!((module.in_channels, module.kernel3, module.kernel5), (256, 7, 9));
        assert_eq!(Field::WIDTHS.map(|field| model.get(field)), [1, 2, 3, 4, 5, 6]);
        assert_eq!((model.size, model.square), (Size { height: 28, width: 56 }, false));
        assert_eq!((module.form, model.metric), (Form::Naive, Metric::Flops));
        let params = model.convention.params;
        assert_eq!((params.batch_norm, params.bias), (false, Bias::Assumed));
        assert!(Term::of_metric(Metric::Macs).iter().all(|term| term.is_on(model.convention)));
        assert_eq!(model.kernels, Kernels::of(&[1, 11]));
        assert_eq!((model.plain_out, model.axis), (PlainOut::Fixed(512), AxisScale::Log));
        assert_eq!((model.diagram, model.view), (Diagram::Both, View::Forward));
        assert_eq!((model.run.seed, model.run.photo), (42, Photo::Rocket));
    }

    #[test]
    fn the_networks_part_is_handed_on() {
        let reading = read("in=256&net=googlenet&view=networks&netsize=224%20x");
        assert_eq!(reading.notices, []);
        assert_eq!(reading.networks, "net=googlenet&netsize=224+x");
        assert_eq!(reading.model.view, View::Networks);
    }

    #[test]
    fn equal_sides_that_are_not_linked() {
        let model = Model::default().apply(Action::SetSquare(false)).unwrap();
        assert_eq!(write(&model), format!("{OPENING}&square=0"));
        assert_eq!(read(&write(&model)).model, model);
    }

    #[test]
    fn a_link_of_few_keys_is_filled_up() {
        let reading = read("in=256&k=3%2d7");
        assert_eq!(reading.notices, []);
        assert_eq!(write(&reading.model), "v=1&in=256&w=64-96-128-16-32-32&k=3-7&size=28");
    }

    #[rstest]
    #[case::too_many("in=2000", Field::InChannels, 1024)]
    #[case::none("in=0", Field::InChannels, 1)]
    #[case::negative("in=-5", Field::InChannels, 1)]
    #[case::huge("in=1000000000000000000000000000000", Field::InChannels, 1024)]
    #[case::even_kernel("k=4-5", Field::Kernel3, 3)]
    #[case::wide_kernel("k=3-13", Field::Kernel5, 11)]
    #[case::width("w=64-96-5000-16-32-32", Field::Ch3x3, 4096)]
    #[case::height("size=0x28", Field::Height, 1)]
    #[case::side("size=4000", Field::Height, 512)]
    #[case::out("out=0", Field::PlainOut, 1)]
    #[case::seed("seed=4294967296", Field::Seed, 4_294_967_295)]
    fn out_of_range_is_clamped(#[case] link: &str, #[case] field: Field, #[case] expected: u64) {
        let reading = read(link);
        assert_eq!(reading.model.get(field), expected);
        let clamped = |notice: &Notice| matches!(notice, Notice::Clamped { field: of, used, .. } if (*of, *used) == (field, expected));
        assert!(
            reading.notices.len() == 1 && clamped(&reading.notices[0]),
            "{:?}",
            reading.notices
        );
    }

    #[rstest]
    #[case("NaN")]
    #[case("1e3")]
    #[case("")]
    #[case("12.5")]
    #[case("0x10")]
    #[case("%2B5")]
    #[case("--5")]
    #[case("1٣")]
    #[case("∞")]
    fn what_is_no_number_leaves_the_default(#[case] text: &str) {
        let reading = read(&format!("in={text}"));
        assert_eq!(reading.model, draft::frozen());
        let field = Field::InChannels;
        let expected = |notice: &Notice| matches!(notice, Notice::NotANumber { field: of, used: 192, .. } if *of == field);
        assert!(
            reading.notices.len() == 1 && expected(&reading.notices[0]),
            "{:?}",
            reading.notices
        );
    }

    #[rstest]
    #[case("w=64-96-128-16-32", "w", 6, 5)]
    #[case("w=64--96-128-16-32-32", "w", 6, 7)]
    #[case("k=3", "k", 2, 1)]
    #[case("size=1x2x3", "size", 2, 3)]
    fn a_list_of_another_length(
        #[case] link: &str,
        #[case] key: &'static str,
        #[case] expected: usize,
        #[case] given: usize,
    ) {
        let notices = vec![Notice::WrongCount { key, expected, given }];
        assert_eq!(read(link), Reading { model: draft::frozen(), notices, ..Reading::default() });
    }

    #[test]
    fn what_is_unknown_is_said() {
        let unknown = |key, given: &str, allowed: &[&'static str]| Notice::UnknownValue {
            key,
            given: given.into(),
            allowed: allowed.to_vec(),
        };
        let reading = read("metric=bananas&axis=&params=bn-swish&plain=x-7&view=a\u{202e}b&wat=1");
        assert_eq!(
            reading.notices,
            [
                unknown("metric", "bananas", &["params", "macs", "flops", "memory"]),
                unknown("axis", "", &["linear", "log"]),
                unknown("params", "swish", &["bn", "bias", "none"]),
                unknown("plain", "x", &["1", "3", "5", "7", "9", "11", "none"]),
                unknown("view", "a\u{fffd}b", &["module", "forward", "networks"]),
                Notice::UnknownKey { key: "wat".into() },
            ]
        );
        assert_eq!(reading.model.kernels, Kernels::of(&[7]));
    }

    #[test]
    fn a_newer_version_and_a_duplicate_are_said() {
        let reading = read("v=2&in=3&in=4");
        assert_eq!(reading.model.module.in_channels, 3);
        assert_eq!(
            reading.notices,
            [
                Notice::Version { given: "2".into() },
                Notice::Duplicate { key: "in", given: "4".into() }
            ]
        );
    }

    #[test]
    fn without_a_branch_the_widths_are_version_1s() {
        let reading = read("w=0-0-0-0-0-0&in=7");
        assert_eq!(reading.notices, [Notice::NoBranch]);
        assert_eq!(reading.model.get(Field::Ch3x3), 128);
        assert_eq!(reading.model.module.in_channels, 7);
        // A reduction of width 0 removes its branch in the reduced form only.
        assert_eq!(read("w=0-0-128-0-32-0&form=naive").notices, []);
        assert_eq!(read("w=0-0-128-0-32-0").notices, [Notice::NoBranch]);
    }

    #[test]
    fn a_megabyte_of_rubbish_is_cut_short() {
        let rubbish = ["x=%F0%9F&".repeat(120_000), "in=".into(), "9".repeat(1 << 20)].concat();
        let reading = read(&rubbish);
        assert_eq!(reading.notices.len(), MOST_NOTICES + 1);
        let more = 120_001 - MOST_NOTICES;
        assert_eq!(reading.notices.last(), Some(&Notice::More { count: more }));
        assert_eq!(reading.model.module.in_channels, 1024);
        let long = read(&format!("photo={}", "가".repeat(1000)));
        let Notice::UnknownValue { given, .. } = &long.notices[0] else { panic!("{long:?}") };
        assert_eq!(given.chars().count(), 41);
    }
}
