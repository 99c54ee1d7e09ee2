//! Parsing and stepping of typed numbers.

use yew::AttrValue;

use crate::t;

use crate::arch::{FieldKind, FieldValue, Limits, Size};
use crate::page::format::grouped;
use crate::page::words::allowed;

/// Why a text is not accepted. The text is looked up when it is shown, since the language may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A number outside the limits.
    OutOfRange(u64),
    /// Not a whole number; the text's beginning.
    NotANumber(String),
    /// Neither a whole number nor a height and a width; the text's beginning.
    NotAPair(String),
}

/// Parses a whole number. A comma, a space or `_` may separate thousands: `1,024` is a number,
/// `1,5` and `12,34` are not.
#[must_use]
pub fn whole_number(text: &str) -> Option<u64> {
    let text = text.trim();
    let Some(separator) = text.chars().find(|c| matches!(c, ',' | ' ' | '_')) else {
        return text.parse().ok();
    };
    let mut groups = text.split(separator);
    let is_number = |group: &str| group.bytes().all(|byte| byte.is_ascii_digit());
    let first = groups.next().filter(|first| (1..=3).contains(&first.len()) && is_number(first))?;
    let mut digits = first.to_owned();
    for group in groups {
        if group.len() != 3 || !is_number(group) {
            return None;
        }
        digits.push_str(group);
    }
    digits.parse().ok()
}

/// A number for height and width, or both: `3`, `1x7`, `1×7`, `(1, 7)`.
#[must_use]
pub fn pair(text: &str) -> Option<Size> {
    let text = text.trim();
    let inner = text.strip_prefix('(').and_then(|text| text.strip_suffix(')'));
    let sides = match inner {
        Some(inner) => inner.split_once(','),
        None => text.split_once(['x', 'X', '×']),
    };
    match sides {
        Some((height, width)) => Some(Size::new(whole_number(height)?, whole_number(width)?)),
        None => whole_number(inner.unwrap_or(text)).map(Size::square),
    }
}

/// Parses a value of this kind within `limits`; each side of a pair must be within them.
///
/// # Errors
/// When `text` is not such a value or the value is outside the limits.
pub fn read(text: &str, kind: FieldKind, limits: Limits) -> Result<FieldValue, Problem> {
    let beginning = || text.chars().take(24).collect();
    let value = match kind {
        FieldKind::Pair => {
            pair(text).map(FieldValue::from).ok_or_else(|| Problem::NotAPair(beginning()))
        }
        FieldKind::Number | FieldKind::Switch => {
            whole_number(text).map(FieldValue::from).ok_or_else(|| Problem::NotANumber(beginning()))
        }
    }?;
    let Size { height, width } = value.size();
    match [height, width].into_iter().find(|side| !limits.contains(*side)) {
        Some(side) => Err(Problem::OutOfRange(side)),
        None => Ok(value),
    }
}

impl Problem {
    /// The message in the page's language; `field` names the number.
    #[must_use]
    pub fn words(&self, field: &str, limits: Limits) -> AttrValue {
        let allowed = allowed(limits);
        match self {
            Self::OutOfRange(given) => {
                t!("error.out_of_range", field = field, given = grouped(*given), allowed = allowed)
            }
            Self::NotANumber(given) => {
                t!("error.not_a_number", field = field, given = given, allowed = allowed)
            }
            Self::NotAPair(given) => {
                t!("error.not_a_pair", field = field, given = given, allowed = allowed)
            }
        }
    }
}

/// The number after a key that steps: arrows by one step, Page keys by ten.
#[must_use]
pub fn stepped(value: u64, key: &str, limits: Limits) -> Option<u64> {
    let value = match key {
        "ArrowUp" => value.saturating_add(limits.step),
        "ArrowDown" => value.saturating_sub(limits.step),
        "PageUp" => value.saturating_add(10 * limits.step),
        "PageDown" => value.saturating_sub(10 * limits.step),
        _ => return None,
    };
    Some(limits.clamp(value))
}

/// The value after a key that steps: of a height and a width, both step.
#[must_use]
pub fn stepped_value(value: FieldValue, key: &str, limits: Limits) -> Option<FieldValue> {
    let Size { height, width } = value.size();
    let (height, width) = (stepped(height, key, limits)?, stepped(width, key, limits)?);
    Some(Size::new(height, width).into())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn separators_are_only_those_of_thousands() {
        for (text, number) in [
            ("0", 0),
            ("007", 7),
            (" 12 ", 12),
            ("1,024", 1024),
            (" 1 000 ", 1000),
            ("4_294_967_295", 4_294_967_295),
        ] {
            assert_eq!(whole_number(text), Some(number), "{text:?}");
        }
        for text in [
            "",
            " ",
            ",",
            "1,5",
            "1,7",
            "12,34",
            "1,0240",
            "1024,000",
            ",024",
            "1,",
            "1,024,",
            "1,024 000",
            "1,02a",
            "3.5",
            "-5",
            "1e3",
            "99999999999999999999",
        ] {
            assert_eq!(whole_number(text), None, "{text:?}");
        }
    }

    #[test]
    fn a_text_is_a_number_within_the_limits_or_a_problem() {
        let limits = Limits { min: 1, max: 11, slider_max: 11, step: 2 };
        let number = |text| read(text, FieldKind::Number, limits);
        assert_eq!(number("5"), Ok(5.into()));
        assert_eq!(number("4"), Err(Problem::OutOfRange(4)));
        assert_eq!(number("13"), Err(Problem::OutOfRange(13)));
        let long = "x".repeat(10_000);
        assert_eq!(number(&long), Err(Problem::NotANumber("x".repeat(24))));
        let pair = |text| read(text, FieldKind::Pair, limits);
        assert_eq!(pair("1x7"), Ok(Size::new(1, 7).into()));
        assert_eq!(pair("1x4"), Err(Problem::OutOfRange(4)));
        assert_eq!(pair("1,7"), Err(Problem::NotAPair("1,7".into())));
    }

    #[test]
    fn a_pair_is_typed_as_it_is_written_anywhere() {
        for text in ["1x7", "1×7", "1 x 7", "(1, 7)", "(1,7)", " 1X7 "] {
            assert_eq!(pair(text), Some(Size::new(1, 7)), "{text}");
        }
        assert_eq!((pair("3"), pair("(3)")), (Some(Size::square(3)), Some(Size::square(3))));
        for text in ["1,7", "1x", "x7", "1x7x7", "(1, 7", "1.5x2", "(1, 7, 7)", "same", ""] {
            assert_eq!(pair(text), None, "{text}");
        }
    }

    #[test]
    fn keys_step_and_stop_at_the_limits() {
        let limits = Limits { min: 1, max: 11, slider_max: 11, step: 2 };
        assert_eq!(stepped(3, "ArrowUp", limits), Some(5));
        assert_eq!(stepped(1, "ArrowDown", limits), Some(1));
        assert_eq!(stepped(3, "PageUp", limits), Some(11));
        assert_eq!(stepped(3, "Home", limits), None);
    }
}
