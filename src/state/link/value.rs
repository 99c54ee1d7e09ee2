//! The values of a link: whole numbers, words, lists of them.

use crate::arch::{Field, Named};

use super::notice::{Notice, Notices, quote};

/// Between the parts of a list.
pub(super) const SEPARATOR: char = '-';

/// The word for an empty list.
pub(super) const NONE: &str = "none";

/// Reads a whole number for `field`; anything else gives `default` and a notice.
pub(super) fn number(field: Field, text: &str, default: u64, notices: &mut Notices) -> u64 {
    number_if_any(field, text, notices).unwrap_or_else(|| {
        notices.say(|| Notice::NotANumber { field, given: quote(text.trim()), used: default });
        default
    })
}

/// Reads a whole number for `field`, clamped to its limits; `None`, unsaid, where it is none.
pub(super) fn number_if_any(field: Field, text: &str, notices: &mut Notices) -> Option<u64> {
    let text = text.trim();
    let limits = field.limits();
    let value = whole(text)?;
    if let Whole::Positive(value) = value
        && limits.contains(value)
    {
        return Some(value);
    }
    let used = match value {
        Whole::Negative => limits.min,
        Whole::Positive(value) => limits.clamp(value),
    };
    notices.say(|| Notice::Clamped { field, given: quote(text), used });
    Some(used)
}

enum Whole {
    Negative,
    /// The largest `u64` where it is larger.
    Positive(u64),
}

/// A whole number written in ASCII digits, if it is one.
fn whole(text: &str) -> Option<Whole> {
    let digits = text.strip_prefix('-').unwrap_or(text);
    if digits.is_empty() || !digits.bytes().all(|byte| byte.is_ascii_digit()) {
        return None;
    }
    // All digits, so that only its size can be wrong.
    let value = digits.parse().unwrap_or(u64::MAX);
    let negative = digits.len() < text.len() && value > 0;
    Some(if negative { Whole::Negative } else { Whole::Positive(value) })
}

/// Reads a list of numbers into the fields of the same places, each as [`number`]; a list of another
/// length is ignored.
pub(super) fn numbers<const N: usize>(
    key: &'static str,
    fields: [(Field, u64); N],
    text: &str,
    notices: &mut Notices,
) -> Option<[u64; N]> {
    let given = text.split(SEPARATOR).count();
    if given != N {
        notices.say(|| Notice::WrongCount { key, expected: N, given });
        return None;
    }
    let mut items = text.split(SEPARATOR);
    Some(
        fields.map(|(field, default)| {
            number(field, items.next().unwrap_or_default(), default, notices)
        }),
    )
}

/// Reads the name of a value; `None` where it is the name of none.
pub(super) fn named<T: Named>(key: &'static str, text: &str, notices: &mut Notices) -> Option<T> {
    let text = text.trim();
    let found = T::by_name(text);
    if found.is_none() {
        let allowed = || T::all().map(T::name).collect();
        notices.say(|| Notice::UnknownValue { key, given: quote(text), allowed: allowed() });
    }
    found
}

/// Reads a list of `words`, or [`NONE`] (which `words` must not hold): which of them are in it. `None`
/// where not one of them is known; otherwise the unknown ones are left out.
pub(super) fn words<const N: usize>(
    key: &'static str,
    words: [&'static str; N],
    text: &str,
    notices: &mut Notices,
) -> Option<[bool; N]> {
    let text = text.trim();
    if text == NONE {
        return Some([false; N]);
    }
    let mut members = [false; N];
    for item in text.split(SEPARATOR) {
        match words.iter().position(|word| *word == item) {
            Some(index) => members[index] = true,
            None => notices.say(|| {
                let allowed = words.into_iter().chain([NONE]).collect();
                Notice::UnknownValue { key, given: quote(item), allowed }
            }),
        }
    }
    members.contains(&true).then_some(members)
}

/// The items joined as a list, or [`NONE`].
pub(super) fn join(items: impl IntoIterator<Item = String>) -> String {
    let joined = items.into_iter().collect::<Vec<_>>().join(&SEPARATOR.to_string());
    if joined.is_empty() { NONE.to_owned() } else { joined }
}
