//! Numbers as they are typed.

use crate::arch::{FieldKind, FieldValue, Limits, Size};

/// The whole number that `text` is, with or without grouping: digits in threes after a comma, a space or an
/// underscore. `1,024` is 1024; `1,5` is no whole number.
#[must_use]
pub fn whole_number(text: &str) -> Option<u64> {
    let text = text.trim();
    let Some(mark) = text.chars().find(|c| matches!(c, ',' | ' ' | '_')) else {
        return digits(text)?.parse().ok();
    };
    let mut groups = text.split(mark);
    let first = groups.next().and_then(digits)?;
    if first.len() > 3 {
        return None;
    }
    let mut number = first.to_owned();
    for group in groups {
        number.push_str(digits(group).filter(|group| group.len() == 3)?);
    }
    number.parse().ok()
}

/// `text` itself, if it is digits and nothing else.
fn digits(text: &str) -> Option<&str> {
    (!text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())).then_some(text)
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

/// The value of this kind that `text` is.
#[must_use]
pub fn value(text: &str, kind: FieldKind) -> Option<FieldValue> {
    match kind {
        FieldKind::Pair => pair(text).map(FieldValue::from),
        FieldKind::Number | FieldKind::Switch => whole_number(text).map(FieldValue::from),
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

/// A value after a key that steps: of a height and a width, both step.
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
    fn grouping_is_in_threes_and_a_decimal_is_no_whole_number() {
        for (text, number) in [
            ("256", 256),
            ("1,024", 1024),
            (" 1 000 ", 1000),
            ("12_345_678", 12_345_678),
            ("007", 7),
        ] {
            assert_eq!(whole_number(text), Some(number), "{text}");
        }
        for text in [
            "1,5",
            "1,7",
            "12,34",
            "1,0245",
            "1024,000",
            "1,024 000",
            ",024",
            "1,",
            "",
            "1.5",
            "-1",
            "+1",
        ] {
            assert_eq!(whole_number(text), None, "{text}");
        }
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
}
