//! Moving a cursor by keys.

use std::ops::RangeInclusive;

/// The value after a key of a slider: arrows step by 1, Page keys by `page`, Home and End go to the ends.
/// `None` for other keys.
#[must_use]
pub fn slider_key(key: &str, value: u64, range: &RangeInclusive<u64>, page: u64) -> Option<u64> {
    let value = match key {
        "ArrowRight" | "ArrowUp" => value.saturating_add(1),
        "ArrowLeft" | "ArrowDown" => value.saturating_sub(1),
        "PageUp" => value.saturating_add(page),
        "PageDown" => value.saturating_sub(page),
        "Home" => *range.start(),
        "End" => *range.end(),
        _ => return None,
    };
    Some(value.clamp(*range.start(), *range.end()))
}

/// The place in a list of `count` after a key: arrows go to the next or the one before, Home and End to the
/// ends. Without a place, arrows start at the first or the last. `None` for other keys and an empty list.
#[must_use]
pub fn list_key(key: &str, place: Option<usize>, count: usize) -> Option<usize> {
    let last = count.checked_sub(1)?;
    match key {
        "ArrowRight" | "ArrowDown" => Some(place.map_or(0, |place| (place + 1).min(last))),
        "ArrowLeft" | "ArrowUp" => Some(place.map_or(last, |place| place.saturating_sub(1))),
        "Home" => Some(0),
        "End" => Some(last),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn keys_of_a_slider_stop_at_its_ends() {
        let after = |key, value| slider_key(key, value, &(1..=1024), 32);
        assert_eq!(after("ArrowUp", 192), Some(193));
        assert_eq!(after("ArrowRight", 1024), Some(1024));
        assert_eq!(after("ArrowDown", 1), Some(1));
        assert_eq!(after("PageUp", 1000), Some(1024));
        assert_eq!(after("PageDown", 20), Some(1));
        assert_eq!([after("Home", 9), after("End", 9)], [Some(1), Some(1024)]);
        assert_eq!(after("Tab", 9), None);
    }

    #[test]
    fn keys_of_a_list_start_at_an_end_and_stop_there() {
        assert_eq!(list_key("ArrowDown", None, 3), Some(0));
        assert_eq!(list_key("ArrowLeft", None, 3), Some(2));
        assert_eq!(list_key("ArrowRight", Some(2), 3), Some(2));
        assert_eq!(list_key("ArrowUp", Some(1), 3), Some(0));
        assert_eq!(list_key("End", None, 3), Some(2));
        assert_eq!(list_key("Home", None, 0), None);
        assert_eq!(list_key("Escape", Some(1), 3), None);
    }
}
