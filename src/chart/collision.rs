//! Placing labels so that none overlaps another.

use super::geometry::Rect;

/// Moves `centers` apart until neighbours are `gap` away from each other and all lie within `low..=high`. Keeps
/// their order and minimises the sum of the squared moves (isotonic regression by pooling adjacent violators).
/// If they don't all fit, the last ones end beyond `high`.
pub(super) fn spread(centers: &mut [f64], gap: f64, low: f64, high: f64) {
    let mut order: Vec<usize> = Vec::with_capacity(centers.len());
    for (index, center) in centers.iter().enumerate() {
        order.insert(order.partition_point(|other| centers[*other] <= *center), index);
    }
    // With the gaps above it subtracted, a center must only not lie above its predecessor; neighbours
    // that violate this are pooled and share their mean.
    let mut pools: Vec<(f64, u32)> = Vec::new();
    let mut above = 0.0;
    for &index in &order {
        let mut pool = (centers[index] - above, 1);
        above += gap;
        while let Some(last) = pools.pop_if(|last| last.0 > pool.0) {
            let size = last.1 + pool.1;
            let sum = last.0 * f64::from(last.1) + pool.0 * f64::from(pool.1);
            pool = (sum / f64::from(size), size);
        }
        pools.push(pool);
    }
    let last = (high - (above - gap)).max(low);
    let places = pools.into_iter().flat_map(|(place, size)| (0..size).map(move |_| place));
    let mut above = 0.0;
    for (index, place) in order.into_iter().zip(places) {
        centers[index] = place.clamp(low, last) + above;
        above += gap;
    }
}

/// The first of `candidates` that overlaps none of `taken`.
#[must_use]
pub fn first_free(mut candidates: impl Iterator<Item = Rect>, taken: &[Rect]) -> Option<Rect> {
    candidates.find(|rect| !taken.iter().any(|other| rect.overlaps(other)))
}

/// `wanted`, moved down by whole `step`s (up where negative) until it overlaps none of `taken`. Gives up
/// after two steps for each of them.
pub(super) fn evade(wanted: Rect, taken: &[Rect], step: f64) -> Rect {
    let moved = |steps: usize| wanted.moved((0.0, step * steps as f64));
    let most = 2 * taken.len();
    first_free((0..=most).map(moved), taken).unwrap_or_else(|| moved(most))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "whole numbers are exact")]

    use super::*;

    #[test]
    fn labels_that_coincide_are_spread_around_their_place() {
        let mut centers = [50.0, 50.0, 10.0];
        spread(&mut centers, 16.0, 0.0, 100.0);
        assert_eq!(centers, [42.0, 58.0, 10.0]);
        let mut three = [52.0, 60.0, 50.0];
        spread(&mut three, 10.0, 0.0, 100.0);
        assert_eq!(three, [54.0, 64.0, 44.0]);
    }

    #[test]
    fn labels_stay_within_while_there_is_room() {
        let mut below = [99.0, 98.0, 97.0];
        spread(&mut below, 16.0, 0.0, 100.0);
        assert_eq!(below, [100.0, 84.0, 68.0]);
        let mut crowded = [3.0, 2.0, 1.0];
        spread(&mut crowded, 10.0, 0.0, 15.0);
        assert_eq!(crowded, [20.0, 10.0, 0.0]);
        spread(&mut [], 10.0, 0.0, 15.0);
    }

    #[test]
    fn a_pill_climbs_over_the_one_before() {
        let first = Rect::around((100.0, 50.0), 30.0, 18.0);
        let second = evade(Rect::around((110.0, 50.0), 30.0, 18.0), &[first], -20.0);
        assert_eq!(second, Rect::around((110.0, 30.0), 30.0, 18.0));
        assert_eq!(evade(second, &[first], -20.0), second);
    }

    #[test]
    fn the_first_candidate_with_room_is_taken() {
        let at = |x| Rect::around((x, 0.0), 10.0, 10.0);
        let taken = [at(0.0), at(12.0)];
        let candidates = || [5.0, 24.0, 40.0].into_iter().map(at);
        assert_eq!(first_free(candidates(), &taken), Some(at(24.0)));
        assert_eq!(first_free(candidates().take(1), &taken), None);
    }
}
