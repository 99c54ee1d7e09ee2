//! The one table that drives writing and reading.

use crate::arch::{Field, Form, Size};
use crate::cost::{Bias, Metric, OpTerms, ParamTerms, PlainOut};
use crate::state::model::{AxisScale, BatchNormMode, Diagram, Kernels, Model, Photo, View};

use super::draft::{Draft, FROZEN_FIELDS, frozen, set_fields};
use super::notice::{Notice, Notices, quote};
use super::value::{NONE, SEPARATOR, join, number, number_if_any, numbers, word, word_for, words};

/// A key of the link.
pub(super) struct Property {
    pub key: &'static str,
    /// Written even if it has the frozen default, so that readers see what can be changed.
    pub always: bool,
    pub write: fn(&Model) -> String,
    pub read: fn(&mut Draft, &str, &mut Notices),
}

const KERNELS: [Field; 2] = [Field::Kernel3, Field::Kernel5];
const SIDES: [Field; 2] = [Field::Height, Field::Width];

const YES_NO: [(&str, bool); 2] = [("1", true), ("0", false)];
const FORMS: [(&str, Form); 2] = [("reduced", Form::Reduced), ("naive", Form::Naive)];
pub(super) const METRICS: [(&str, Metric); 5] = [
    ("params", Metric::Params),
    ("macs", Metric::Macs),
    ("flops", Metric::Flops),
    ("memory", Metric::Memory),
    ("peak", Metric::PeakMemory),
];
const PARAM_TERMS: [&str; 2] = ["bn", "bias"];
const OP_TERMS: [&str; 3] = ["bn", "bias", "elementwise"];
const AXES: [(&str, AxisScale); 2] = [("linear", AxisScale::Linear), ("log", AxisScale::Log)];
const DIAGRAMS: [(&str, Diagram); 2] = [("one", Diagram::One), ("both", Diagram::Both)];
/// The key of the view that is open, which stands before the property of index [`BEFORE_VIEW`].
pub(super) const VIEW: &str = "view";
/// How many properties are written before the view.
pub(super) const BEFORE_VIEW: usize = 14;
const VIEWS: [(&str, View); 3] = [
    (View::Module.id(), View::Module),
    (View::Forward.id(), View::Forward),
    (View::Networks.id(), View::Networks),
];
const BN_MODES: [(&str, BatchNormMode); 2] =
    [("batch", BatchNormMode::Batch), ("running", BatchNormMode::Running)];
const PHOTOS: [(&str, Photo); 3] =
    [("chelsea", Photo::Chelsea), ("coffee", Photo::Coffee), ("rocket", Photo::Rocket)];
/// Linked to the module's.
const LINKED: &str = "module";

const fn always(
    key: &'static str,
    write: fn(&Model) -> String,
    read: fn(&mut Draft, &str, &mut Notices),
) -> Property {
    Property { key, always: true, write, read }
}

const fn unless_default(
    key: &'static str,
    write: fn(&Model) -> String,
    read: fn(&mut Draft, &str, &mut Notices),
) -> Property {
    Property { key, always: false, write, read }
}

/// A property that is one word of a table: `one_of!("axis", AXES, axis)` for `model.axis`.
macro_rules! one_of {
    ($key:literal, $words:ident, $($place:ident).+) => {
        unless_default(
            $key,
            |model| word_for(&$words, &model.$($place).+).to_owned(),
            |draft, text, notices| {
                if let Some(value) = word($key, &$words, text, notices) {
                    draft.model.$($place).+ = value;
                }
            },
        )
    };
}

/// Every key of the model, in the order they are written.
pub(super) const PROPERTIES: [Property; 17] = [
    always("v", |_| "1".to_owned(), read_version),
    always(
        "in",
        |model| model.module.in_channels.to_string(),
        |draft, text, notices| {
            let default = FROZEN_FIELDS.in_channels;
            draft.fields.in_channels = number(Field::InChannels, text, default, notices);
        },
    ),
    always(
        "w",
        |model| write_fields(model, Field::WIDTHS),
        |draft, text, notices| read_fields(draft, "w", Field::WIDTHS, text, notices),
    ),
    always(
        "k",
        |model| write_fields(model, KERNELS),
        |draft, text, notices| read_fields(draft, "k", KERNELS, text, notices),
    ),
    always("size", write_size, read_size),
    unless_default(
        "square",
        // Only equal sides leave it open; different ones can't be linked.
        |model| {
            let linked = model.square || model.size.height != model.size.width;
            word_for(&YES_NO, &linked).to_owned()
        },
        |draft, text, notices| {
            draft.linked = word("square", &YES_NO, text, notices).unwrap_or(draft.linked);
        },
    ),
    unless_default(
        "form",
        |model| word_for(&FORMS, &model.module.form).to_owned(),
        |draft, text, notices| {
            draft.fields.form = word("form", &FORMS, text, notices).unwrap_or(draft.fields.form);
        },
    ),
    one_of!("metric", METRICS, metric),
    unless_default("params", write_param_terms, read_param_terms),
    unless_default("ops", write_op_terms, read_op_terms),
    unless_default(
        "plain",
        |model| join(model.kernels.iter().map(|kernel| kernel.to_string())),
        read_plain,
    ),
    unless_default("out", write_out, read_out),
    one_of!("axis", AXES, axis),
    one_of!("diagram", DIAGRAMS, diagram),
    unless_default(
        "seed",
        |model| model.run.seed.to_string(),
        |draft, text, notices| {
            // The field's limits are the limits of 32 bits.
            draft.model.run.seed =
                u32::try_from(number(Field::Seed, text, 0, notices)).unwrap_or(u32::MAX);
        },
    ),
    one_of!("bn", BN_MODES, run.batch_norm),
    one_of!("photo", PHOTOS, run.photo),
];

pub(super) fn read_view(text: &str, notices: &mut Notices) -> Option<View> {
    word(VIEW, &VIEWS, text, notices)
}

fn read_version(_: &mut Draft, text: &str, notices: &mut Notices) {
    if text.trim() != "1" {
        notices.say(|| Notice::Version { given: quote(text.trim()) });
    }
}

fn write_fields<const N: usize>(model: &Model, fields: [Field; N]) -> String {
    join(fields.map(|field| model.get(field).to_string()))
}

fn read_fields<const N: usize>(
    draft: &mut Draft,
    key: &'static str,
    fields: [Field; N],
    text: &str,
    notices: &mut Notices,
) {
    let with_defaults = fields.map(|field| (field, FROZEN_FIELDS.get(field).unwrap_or_default()));
    if let Some(values) = numbers(key, with_defaults, text, notices) {
        set_fields(&mut draft.fields, fields, values);
    }
}

fn write_size(model: &Model) -> String {
    let Size { height, width } = model.size;
    if height == width { height.to_string() } else { format!("{height}x{width}") }
}

fn read_size(draft: &mut Draft, text: &str, notices: &mut Notices) {
    let default = frozen().size;
    let sides = || text.split(['x', 'X', '×']);
    let mut side = |field, text: &str, default| number(field, text, default, notices);
    draft.model.size = match (sides().count(), sides().next(), sides().nth(1)) {
        (1, Some(both), _) => Size::square(side(Field::Height, both, default.height)),
        (2, Some(height), Some(width)) => Size {
            height: side(SIDES[0], height, default.height),
            width: side(SIDES[1], width, default.width),
        },
        (given, ..) => {
            notices.say(|| Notice::WrongCount { key: "size", expected: SIDES.len(), given });
            return;
        }
    };
}

/// The words of `terms` that are on.
fn write_terms<const N: usize>(terms: [&str; N], on: [bool; N]) -> String {
    join(terms.into_iter().zip(on).filter(|(_, on)| *on).map(|(term, _)| term.to_owned()))
}

fn write_param_terms(model: &Model) -> String {
    let ParamTerms { batch_norm, bias } = model.convention.params;
    write_terms(PARAM_TERMS, [batch_norm, bias == Bias::Assumed])
}

fn read_param_terms(draft: &mut Draft, text: &str, notices: &mut Notices) {
    if let Some([batch_norm, bias]) = words("params", PARAM_TERMS, text, notices) {
        let bias = if bias { Bias::Assumed } else { Bias::AsBuilt };
        draft.model.convention.params = ParamTerms { batch_norm, bias };
    }
}

fn write_op_terms(model: &Model) -> String {
    let OpTerms { batch_norm, bias, elementwise } = model.convention.ops;
    write_terms(OP_TERMS, [batch_norm, bias == Bias::Assumed, elementwise])
}

fn read_op_terms(draft: &mut Draft, text: &str, notices: &mut Notices) {
    if let Some([batch_norm, bias, elementwise]) = words("ops", OP_TERMS, text, notices) {
        let bias = if bias { Bias::Assumed } else { Bias::Ignored };
        draft.model.convention.ops = OpTerms { batch_norm, bias, elementwise };
    }
}

/// Kernels out of range are clamped like any number; anything else is ignored.
fn read_plain(draft: &mut Draft, text: &str, notices: &mut Notices) {
    if text.trim() == NONE {
        draft.model.kernels = Kernels::NONE;
        return;
    }
    let mut kernels = Kernels::NONE;
    for item in text.trim().split(SEPARATOR) {
        match number_if_any(Field::PlainKernel, item, notices) {
            Some(kernel) if kernels.contains(kernel) => {}
            Some(kernel) => kernels = kernels.toggled(kernel),
            None => notices.say(|| Notice::UnknownValue {
                key: "plain",
                given: quote(item),
                allowed: vec!["1", "3", "5", "7", "9", "11", NONE],
            }),
        }
    }
    if kernels != Kernels::NONE {
        draft.model.kernels = kernels;
    }
}

fn write_out(model: &Model) -> String {
    match model.plain_out {
        PlainOut::Linked => LINKED.to_owned(),
        PlainOut::Fixed(channels) => channels.to_string(),
    }
}

fn read_out(draft: &mut Draft, text: &str, notices: &mut Notices) {
    if text.trim() == LINKED {
        draft.model.plain_out = PlainOut::Linked;
        return;
    }
    match number_if_any(Field::PlainOut, text, notices) {
        Some(channels) => draft.model.plain_out = PlainOut::Fixed(channels),
        None => notices.say(|| Notice::UnknownValue {
            key: "out",
            given: quote(text.trim()),
            allowed: vec![LINKED, "1–16384"],
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Term;

    #[test]
    fn the_frozen_defaults_are_those_of_version_1() {
        let frozen = frozen();
        assert_eq!(*frozen.module, FROZEN_FIELDS);
        assert_eq!(FROZEN_FIELDS.form, Form::Reduced);
        assert_eq!((FROZEN_FIELDS.kernel3, FROZEN_FIELDS.kernel5), (3, 5));
        let texts: Vec<_> = PROPERTIES
            .iter()
            .map(|property| format!("{}={}", property.key, (property.write)(&frozen)))
            .collect();
        assert_eq!(
            texts.join("&"),
            "v=1&in=192&w=64-96-128-16-32-32&k=3-5&size=28&square=1&form=reduced&metric=params\
             &params=bn&ops=none&plain=3-5&out=module&axis=linear&diagram=one&seed=0\
             &bn=batch&photo=chelsea"
        );
    }

    #[test]
    fn every_value_has_its_word() {
        assert_eq!(METRICS.map(|(_, metric)| metric), Metric::ALL);
        assert_eq!(VIEWS.map(|(_, view)| view), View::ALL);
        assert_eq!(PROPERTIES[BEFORE_VIEW].key, "seed");
        assert_eq!(PHOTOS.map(|(id, photo)| (id, photo)), Photo::ALL.map(|p| (p.id(), p)));
        let terms = |metric| Term::of_metric(metric).len();
        assert_eq!(
            (PARAM_TERMS.len(), OP_TERMS.len()),
            (terms(Metric::Params), terms(Metric::Macs))
        );
        let limits = Field::PlainOut.limits();
        assert_eq!(format!("{}–{}", limits.min, limits.max), "1–16384");
    }
}
