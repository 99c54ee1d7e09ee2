//! Numbers as they are typed.

use crate::arch::Limits;

/// The whole number that `text` is, with or without grouping.
#[must_use]
pub fn whole_number(text: &str) -> Option<u64> {
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '_')).collect();
    digits.parse().ok()
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
