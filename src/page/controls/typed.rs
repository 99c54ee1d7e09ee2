//! Numbers as they are typed.

use rust_i18n::t;

use crate::arch::Limits;
use crate::page::format::grouped;
use crate::page::words::allowed;

/// Why a text is not accepted. The words are found when it is shown: the language may change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// A number outside the limits.
    OutOfRange(u64),
    /// Not a whole number; the text's beginning.
    NotANumber(String),
}

/// The whole number that `text` is. A comma, a space or `_` may separate thousands: `1,024` is a number,
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

/// The number within `limits` that `text` is.
///
/// # Errors
/// When it is not a whole number or not within the limits.
pub fn read_number(text: &str, limits: Limits) -> Result<u64, Problem> {
    match whole_number(text) {
        Some(number) if limits.contains(number) => Ok(number),
        Some(number) => Err(Problem::OutOfRange(number)),
        None => Err(Problem::NotANumber(text.chars().take(24).collect())),
    }
}

impl Problem {
    /// The problem in the reader's language; `field` names the number.
    #[must_use]
    pub fn words(&self, field: &str, limits: Limits) -> String {
        let allowed = allowed(limits);
        match self {
            Self::OutOfRange(given) => {
                t!("error.out_of_range", field = field, given = grouped(*given), allowed = allowed)
            }
            Self::NotANumber(given) => {
                t!("error.not_a_number", field = field, given = given, allowed = allowed)
            }
        }
        .into_owned()
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
        assert_eq!(read_number("5", limits), Ok(5));
        assert_eq!(read_number("4", limits), Err(Problem::OutOfRange(4)));
        assert_eq!(read_number("13", limits), Err(Problem::OutOfRange(13)));
        let long = "x".repeat(10_000);
        assert_eq!(read_number(&long, limits), Err(Problem::NotANumber("x".repeat(24))));
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
