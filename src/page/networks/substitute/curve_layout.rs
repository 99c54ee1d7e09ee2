//! Where the curve lies: the count against the number of convolutions replaced.

use crate::chart::{Point, Rect, Scale, Spacing, Tick, nice_range, nice_step};
use crate::cost::Unit;
use crate::page::format::grouped;

/// Height above the curve, for its marks.
const TOP: f64 = 14.0;
/// Height below it, for the numbers.
const BOTTOM: f64 = 24.0;
/// Width on its right, for half a mark.
const RIGHT: f64 = 14.0;
/// Width of a digit of a label.
const DIGIT: f64 = 7.0;
/// Least distance between numbers below the curve.
const BETWEEN: f64 = 44.0;

/// Where everything lies, in CSS pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveLayout {
    /// Where the curve may be.
    pub area: Rect,
    /// The number of convolutions replaced.
    pub x: Scale,
    /// The count.
    pub y: Scale,
    /// Round numbers of convolutions, and all of them.
    pub x_ticks: Vec<Tick>,
    /// Round counts.
    pub y_ticks: Vec<Tick>,
}

/// Ticks of a count, in short, or exact where two would be written alike.
fn count_ticks(values: &[f64], unit: Unit) -> Vec<Tick> {
    let short: Vec<_> = values.iter().map(|value| unit.tick(*value)).collect();
    let is_alike = short.windows(2).any(|pair| pair[0] == pair[1]);
    #[expect(clippy::cast_possible_truncation, reason = "counts of 64 bits fit")]
    let exact = |value: f64| grouped(value as i128);
    let tick = |(&value, short)| Tick { value, label: if is_alike { exact(value) } else { short } };
    values.iter().zip(short).map(tick).collect()
}

/// Ticks of the number replaced: round ones, and `most`. Those too near to `most` are left out.
fn number_ticks(most: usize, width: f64) -> Vec<Tick> {
    let room = (width / BETWEEN).max(1.0);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most all")]
    let step = nice_step((most as f64 / room).max(1.0)) as usize;
    let round = (0..most).step_by(step).filter(|k| most - k >= step.div_ceil(2));
    let tick = |k: usize| Tick { value: k as f64, label: k.to_string() };
    round.chain([most]).map(tick).collect()
}

impl CurveLayout {
    /// The layout of a curve in `width` × `height`: the `counts` from 0 replaced to all, and `other`, a count
    /// that may lie off the curve.
    #[must_use]
    pub fn new(counts: &[u64], other: u64, unit: Unit, (width, height): (f64, f64)) -> Self {
        let all = || counts.iter().copied().chain([other]);
        let (low, high) = (all().min().unwrap_or(0) as f64, all().max().unwrap_or(0) as f64);
        let values = nice_range(low, high, unit);
        let y_ticks = count_ticks(&values, unit);
        let longest = y_ticks.iter().map(|tick| tick.label.chars().count()).max().unwrap_or(0);
        let area = Rect::between(
            (longest as f64 * DIGIT + 12.0, (width - RIGHT).max(1.0)),
            (TOP, (height - BOTTOM).max(TOP + 1.0)),
        );
        let linear =
            |(low, high), (start, end)| Scale { spacing: Spacing::Linear, low, high, start, end };
        let most = counts.len().saturating_sub(1);
        let range =
            (values.first().copied().unwrap_or(low), values.last().copied().unwrap_or(high));
        Self {
            x: linear((0.0, most.max(1) as f64), (area.x, area.right())),
            y: linear(range, (area.bottom(), area.y)),
            x_ticks: number_ticks(most, area.width),
            y_ticks,
            area,
        }
    }

    /// Where the point of `count` with `k` replaced lies.
    #[must_use]
    pub fn at(&self, k: usize, count: u64) -> Point {
        (self.x.to_px(k as f64), self.y.to_px(count as f64))
    }

    /// The number replaced that is nearest to the pixel `x`.
    #[must_use]
    pub fn k_at(&self, x: f64) -> u64 {
        let most = self.x_ticks.last().map_or(0.0, |tick| tick.value);
        let k = self.x.to_value(x).round().clamp(0.0, most);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most all")]
        let k = k as u64;
        k
    }

    /// The curve as two paths: the replacements that lower the count, and those that raise it.
    #[must_use]
    pub fn paths(&self, counts: &[u64]) -> (String, String) {
        let (mut lowering, mut raising) = (String::new(), String::new());
        for (k, pair) in counts.windows(2).enumerate() {
            let path = if pair[1] > pair[0] { &mut raising } else { &mut lowering };
            let point = |(x, y): Point| format!("{x:.1} {y:.1}");
            let [from, to] = [self.at(k, pair[0]), self.at(k + 1, pair[1])].map(point);
            path.extend(["M", &from, "L", &to]);
        }
        (lowering, raising)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: (f64, f64) = (600.0, 200.0);

    fn texts(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn every_point_lies_within_and_is_found_again() {
        let counts: Vec<u64> = (0..=57).map(|k| 6_600_000 - 20_000 * k + 900 * k * k).collect();
        let layout = CurveLayout::new(&counts, 6_000_000, Unit::Count, PLACE);
        for (k, count) in counts.iter().enumerate() {
            let (x, y) = layout.at(k, *count);
            let CurveLayout { area, .. } = &layout;
            assert!((area.x - 1e-9..=area.right() + 1e-9).contains(&x), "{k}: {x}");
            assert!((area.y - 1e-9..=area.bottom() + 1e-9).contains(&y), "{k}: {y}");
            assert_eq!(layout.k_at(x), k as u64);
        }
        assert_eq!([layout.k_at(-9.0), layout.k_at(1e9)], [0, 57]);
        assert!(layout.at(0, 6_000_000).1 <= layout.area.bottom() + 1e-9);
        assert_eq!(texts(&layout.x_ticks).last(), Some(&"57"));
    }

    #[test]
    fn less_lies_lower_and_labels_are_round() {
        let layout = CurveLayout::new(&[138_357_544, 130_094_984], 0, Unit::Count, PLACE);
        assert!(layout.at(1, 130_094_984).1 > layout.at(0, 138_357_544).1);
        assert_eq!(texts(&layout.y_ticks), ["0", "50M", "100M", "150M"]);
        assert_eq!(texts(&layout.x_ticks), ["0", "1"]);
        let bytes = CurveLayout::new(&[100 << 20, 260 << 20], 100 << 20, Unit::Bytes, PLACE);
        assert_eq!(texts(&bytes.y_ticks), ["100 MiB", "200 MiB", "300 MiB"]);
    }

    #[test]
    fn labels_that_would_be_alike_are_written_in_full() {
        let layout = CurveLayout::new(&[1_500_700, 1_499_300], 1_500_000, Unit::Count, PLACE);
        let texts = texts(&layout.y_ticks);
        assert!(texts.windows(2).all(|pair| pair[0] != pair[1]), "{texts:?}");
        assert!(texts[0].starts_with("1,499,"), "{texts:?}");
    }

    #[test]
    fn a_network_without_convolutions_has_one_point() {
        let layout = CurveLayout::new(&[7], 7, Unit::Count, PLACE);
        assert_eq!((layout.k_at(300.0), texts(&layout.x_ticks)), (0, vec!["0"]));
        assert!(layout.at(0, 7).1.is_finite());
        assert_eq!(layout.paths(&[7]), (String::new(), String::new()));
        let nothing = CurveLayout::new(&[0], 0, Unit::Bytes, PLACE);
        assert!(nothing.at(0, 0).1.is_finite());
    }

    #[test]
    fn numbers_below_never_collide() {
        for most in [1, 2, 9, 13, 57, 99, 101, 1000, 4999, 5000] {
            let counts = vec![1; most + 1];
            let layout = CurveLayout::new(&counts, 1, Unit::Count, (366.0, 180.0));
            let places = layout.x_ticks.iter().map(|tick| layout.x.to_px(tick.value));
            let places: Vec<_> = places.collect();
            let gaps = places.windows(2).map(|pair| pair[1] - pair[0]);
            let least = gaps.fold(f64::INFINITY, f64::min);
            assert!(most < 3 || least > 16.0, "{most}: {least}");
        }
    }

    #[test]
    fn what_loses_is_a_path_of_its_own() {
        let counts = [9, 5, 7, 6];
        let layout = CurveLayout::new(&counts, 9, Unit::Count, PLACE);
        let (saves, loses) = layout.paths(&counts);
        assert_eq!((saves.matches('M').count(), loses.matches('M').count()), (2, 1));
    }
}
