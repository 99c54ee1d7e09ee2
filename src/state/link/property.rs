//! The one table that drives writing and reading.

use strum::{IntoStaticStr, VariantArray};

use crate::arch::{Field, Named, Size};
use crate::cost::PlainOut;
use crate::state::model::{Kernels, Model, View};
use crate::state::term::Term;

use super::draft::{Draft, FROZEN_FIELDS, frozen, set_fields};
use super::notice::{Notice, Notices, quote};
use super::value::{NONE, SEPARATOR, join, named, number, number_if_any, numbers, words};

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

/// The key of the view that is open, which stands before the property of index [`BEFORE_VIEW`].
pub(super) const VIEW: &str = "view";
/// How many properties are written before the view.
pub(super) const BEFORE_VIEW: usize = 14;
/// The value of a switch.
#[derive(Clone, Copy, PartialEq, IntoStaticStr, VariantArray)]
enum Switch {
    #[strum(serialize = "1")]
    On,
    #[strum(serialize = "0")]
    Off,
}

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

/// A property that is the name of a value: `one_of!("axis", axis)` for `model.axis`.
macro_rules! one_of {
    ($key:literal, $($place:ident).+) => {
        unless_default(
            $key,
            |model| model.$($place).+.name().to_owned(),
            |draft, text, notices| {
                if let Some(value) = named($key, text, notices) {
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
            if linked { Switch::On } else { Switch::Off }.name().to_owned()
        },
        |draft, text, notices| {
            if let Some(switch) = named::<Switch>("square", text, notices) {
                draft.linked = switch == Switch::On;
            }
        },
    ),
    unless_default(
        "form",
        |model| model.module.form.name().to_owned(),
        |draft, text, notices| {
            draft.fields.form = named("form", text, notices).unwrap_or(draft.fields.form);
        },
    ),
    one_of!("metric", counting.metric),
    unless_default(
        "params",
        |model| write_terms(model, Term::PARAMS),
        |draft, text, notices| read_terms(draft, "params", Term::PARAMS, text, notices),
    ),
    unless_default(
        "ops",
        |model| write_terms(model, Term::OPS),
        |draft, text, notices| read_terms(draft, "ops", Term::OPS, text, notices),
    ),
    unless_default(
        "plain",
        |model| join(model.kernels.iter().map(|kernel| kernel.to_string())),
        read_plain,
    ),
    unless_default("out", write_out, read_out),
    one_of!("axis", axis),
    one_of!("diagram", diagram),
    unless_default(
        "seed",
        |model| model.run.seed.to_string(),
        |draft, text, notices| {
            // The field's limits are the limits of 32 bits.
            draft.model.run.seed =
                u32::try_from(number(Field::Seed, text, 0, notices)).unwrap_or(u32::MAX);
        },
    ),
    one_of!("bn", run.batch_norm),
    one_of!("photo", run.photo),
];

pub(super) fn read_view(text: &str, notices: &mut Notices) -> Option<View> {
    named(VIEW, text, notices)
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

/// The words of the `terms` that are on.
fn write_terms<const N: usize>(model: &Model, terms: [Term; N]) -> String {
    let on = terms.into_iter().filter(|term| term.is_on(model.counting.convention));
    join(on.map(|term| term.link_word().to_owned()))
}

fn read_terms<const N: usize>(
    draft: &mut Draft,
    key: &'static str,
    terms: [Term; N],
    text: &str,
    notices: &mut Notices,
) {
    if let Some(on) = words(key, terms.map(Term::link_word), text, notices) {
        for (term, on) in terms.into_iter().zip(on) {
            term.set(&mut draft.model.counting.convention, on);
        }
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
    use crate::arch::Form;

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
    fn the_table_keeps_to_its_constants() {
        assert_eq!(PROPERTIES[BEFORE_VIEW].key, "seed");
        let limits = Field::PlainOut.limits();
        assert_eq!(format!("{}–{}", limits.min, limits.max), "1–16384");
    }
}
