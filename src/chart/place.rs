//! Putting labels where they don't lie on each other.

/// A rectangle in CSS pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    /// Left edge.
    pub left: f64,
    /// Top edge.
    pub top: f64,
    /// Right edge.
    pub right: f64,
    /// Bottom edge.
    pub bottom: f64,
}

impl Rect {
    /// A rectangle of this size around a point.
    #[must_use]
    pub fn around((x, y): (f64, f64), width: f64, height: f64) -> Self {
        Self {
            left: x - width / 2.0,
            top: y - height / 2.0,
            right: x + width / 2.0,
            bottom: y + height / 2.0,
        }
    }

    /// From left to right.
    #[must_use]
    pub fn width(&self) -> f64 {
        self.right - self.left
    }

    /// From top to bottom.
    #[must_use]
    pub fn height(&self) -> f64 {
        self.bottom - self.top
    }

    /// Whether both share more than an edge; a thousandth of a pixel is none.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let shares = |from: f64, to: f64| to - from > 1e-3;
        shares(self.left, other.right)
            && shares(other.left, self.right)
            && shares(self.top, other.bottom)
            && shares(other.top, self.bottom)
    }

    pub(super) fn moved(self, down: f64) -> Self {
        Self { top: self.top + down, bottom: self.bottom + down, ..self }
    }
}

/// `centres` moved apart until neighbours are `gap` away from each other and all lie within
/// `low..=high`, in their order, by the least squares of their ways. Where there isn't room for all, the
/// last ones end beyond `high`.
pub(super) fn spread(centres: &mut [f64], gap: f64, low: f64, high: f64) {
    let mut order: Vec<usize> = (0..centres.len()).collect();
    order.sort_by(|a, b| centres[*a].total_cmp(&centres[*b]));
    // Without its share of the gaps each place must only not lie before the one above: neighbours that
    // do are pooled and share their mean.
    let mut pools: Vec<(f64, u32)> = Vec::new();
    let mut above = 0.0;
    for &index in &order {
        let mut pool = (centres[index] - above, 1);
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
        centres[index] = place.clamp(low, last) + above;
        above += gap;
    }
}

/// `wanted`, moved by whole `step`s (its sign says where to) until it lies on none of `taken`; at most
/// two steps for each thing to evade.
pub(super) fn evade(wanted: Rect, taken: &[Rect], step: f64) -> Rect {
    let mut rect = wanted;
    for _ in 0..2 * taken.len() {
        if !taken.iter().any(|other| rect.overlaps(other)) {
            break;
        }
        rect = rect.moved(step);
    }
    rect
}

#[cfg(test)]
mod tests {
    #![expect(clippy::float_cmp, reason = "whole numbers are exact")]

    use super::*;

    #[test]
    fn labels_that_coincide_are_spread_around_their_place() {
        let mut centres = [50.0, 50.0, 10.0];
        spread(&mut centres, 16.0, 0.0, 100.0);
        assert_eq!(centres, [42.0, 58.0, 10.0]);
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
}
