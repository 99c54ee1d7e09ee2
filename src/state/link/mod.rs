//! What the page shows as a link's fragment, readable by a person:
//! `v=1&in=192&w=64-96-128-16-32-32&k=3-5&size=28&net=vgg11`.
//!
//! One table of properties (`property`) drives writing and reading the model; `networks` and
//! `substitutions` have the keys of whole networks, which all begin with `net`. Values equal to
//! version 1's defaults are left out, so those defaults are frozen (see `draft::frozen`): a link that was valid
//! stays valid and keeps its meaning, even if the page's opening state changes.
//!
//! Invariants: [`read`] of what [`Link`] writes returns the same view, model and networks without a notice; it
//! reads any text in linear time, always returns valid documents, and returns a [`Notice`] for each part that
//! it could not use as written.

mod draft;
mod networks;
mod notice;
mod property;
mod substitutions;
mod value;

pub use networks::{fits, network_hash};
pub use notice::{MOST_NOTICES, Notice};
pub use substitutions::{block, example};

use super::history::Document;
use super::model::{Model, View};
use super::networks::{Networks, NetworksAction};
use crate::arch::Named;
use draft::Draft;
use networks::NetworksDraft;
use notice::Notices;
use property::{BEFORE_VIEW, PROPERTIES, VIEW};

/// The result of reading a link.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Reading {
    /// The view that is open.
    pub view: View,
    pub model: Model,
    pub networks: Networks,
    /// The hash of a network that was too long for the link: the writer of the link keeps it by this.
    pub kept: Option<u64>,
    /// The parts that could not be used as written: at most [`MOST_NOTICES`], and one notice that counts the
    /// rest.
    pub notices: Vec<Notice>,
}

impl Reading {
    /// The reading with the network that was too long for the link, as `find` finds it by its hash. Where
    /// it is not found, a notice says so.
    #[must_use]
    pub fn completed(mut self, find: impl FnOnce(u64) -> Option<NetworksAction>) -> Self {
        let Some(hash) = self.kept.take() else {
            return self;
        };
        match find(hash).and_then(|action| self.networks.apply(action).ok()) {
            Some(networks) => self.networks = networks,
            None => self.notices.push(Notice::Lost),
        }
        self
    }
}

/// The link of a model and of networks, written once for all views.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Link {
    before_view: String,
    after_view: String,
    /// Whether it names a network that is too long for a link: only the browser that keeps the network can
    /// show it.
    pub only_here: bool,
}

impl Link {
    /// Writes `model` and `networks`.
    #[must_use]
    pub fn new(model: &Model, networks: &Networks) -> Self {
        let (before, after) = PROPERTIES.split_at(BEFORE_VIEW);
        let frozen = draft::frozen();
        let written = |properties: &[property::Property]| -> String {
            let texts = properties.iter().filter_map(|property| {
                let value = (property.write)(model);
                let is_needed = property.always || value != (property.write)(&frozen);
                is_needed.then(|| format!("&{}={value}", property.key))
            });
            texts.collect()
        };
        let mut after_view = written(after);
        let part = networks::write(networks);
        if !part.is_empty() {
            after_view.push('&');
            after_view.push_str(&part);
        }
        Self {
            before_view: written(before).split_off(1),
            after_view,
            only_here: !fits(&networks.source, networks.input),
        }
    }

    /// The fragment (without `#`) that brings all of it back in `view`.
    #[must_use]
    pub fn showing(&self, view: View) -> String {
        let Self { before_view, after_view, .. } = self;
        if view == View::Module {
            format!("{before_view}{after_view}")
        } else {
            format!("{before_view}&{VIEW}={}{after_view}", view.name())
        }
    }
}

/// What a fragment describes; a `#` or `?` in front of it is skipped. An empty one is the page's first
/// state.
#[must_use]
pub fn read(fragment: &str) -> Reading {
    let fragment = fragment.strip_prefix(['#', '?']).unwrap_or(fragment);
    if fragment.is_empty() {
        return Reading::default();
    }
    let mut view = View::Module;
    let mut model = Draft::new();
    let mut networks = NetworksDraft::default();
    let mut notices = Notices::default();
    let mut seen = Vec::new();
    for (key, value) in form_urlencoded::parse(fragment.as_bytes()) {
        let Some(key) = keys().find(|known| *known == key) else {
            notices.unknown_key(&key);
            continue;
        };
        if seen.contains(&key) {
            notices.duplicate(key, &value);
            continue;
        }
        seen.push(key);
        if let Some(property) = PROPERTIES.iter().find(|property| property.key == key) {
            (property.read)(&mut model, &value, &mut notices);
        } else if key == VIEW {
            view = property::read_view(&value, &mut notices).unwrap_or(view);
        } else {
            networks.take(key, &value, &mut notices);
        }
    }
    let (networks, kept) = networks.finish();
    let model = model.finish(&mut notices);
    Reading { view, model, networks, kept, notices: notices.into_vec() }
}

/// Every key of a link.
fn keys() -> impl Iterator<Item = &'static str> {
    let model = PROPERTIES.iter().map(|property| property.key);
    model.chain([VIEW]).chain(networks::KEYS)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::arch::{Field, Form, Size};
    use crate::cost::{Bias, Metric, PlainOut};
    use crate::state::{Action, AxisScale, Diagram, Kernels, Photo, Term, View};

    fn write(model: &Model) -> String {
        Link::new(model, &Networks::default()).showing(View::Module)
    }

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
        assert_eq!(Link::new(&reading.model, &reading.networks).showing(reading.view), link);
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
        assert_eq!((model.diagram, reading.view), (Diagram::Both, View::Forward));
        assert_eq!((model.run.seed, model.run.photo), (42, Photo::Rocket));
    }

    #[test]
    fn networks_and_model_stand_side_by_side() {
        let reading = read("in=256&net=googlenet&view=networks&netsize=224%20x&netby=macs&seed=3");
        assert_eq!(reading.notices, [Notice::Size { given: "224 x".into() }]);
        assert_eq!((reading.view, reading.model.module.in_channels), (View::Networks, 256));
        assert_eq!(reading.networks.metric, Metric::Macs);
        let link = Link::new(&reading.model, &reading.networks);
        let opening = OPENING.replace("192", "256");
        let rest = "seed=3&net=googlenet&netby=macs";
        assert_eq!(link.showing(View::Networks), format!("{opening}&view=networks&{rest}"));
        assert_eq!(link.showing(View::Module), format!("{opening}&{rest}"));
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
                unknown("metric", "bananas", &["params", "macs", "flops", "memory", "peak"]),
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
