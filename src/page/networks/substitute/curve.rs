//! Where the curve lies: the count against the number of convolutions replaced.

use crate::chart::Unit;
use crate::page::format::grouped;

/// Room above the curve, for what is marked there.
const TOP: f64 = 14.0;
/// Room below it, for the numbers.
const BOTTOM: f64 = 24.0;
/// Room on its right, for half a mark.
const RIGHT: f64 = 14.0;
/// Width of a digit of a label.
const DIGIT: f64 = 7.0;
/// Least distance between numbers below the curve.
const BETWEEN: f64 = 44.0;

/// A label and where it stands along its axis.
#[derive(Clone, Debug, PartialEq)]
pub struct Label {
    /// Its place, in CSS pixels from the upper left corner.
    pub at: f64,
    /// What it says.
    pub text: String,
}

/// Where everything lies, in CSS pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct CurveLayout {
    /// Left and right end of the curve.
    pub across: (f64, f64),
    /// Upper and lower end.
    pub down: (f64, f64),
    /// Numbers on the left.
    pub counts: Vec<Label>,
    /// Numbers below.
    pub numbers: Vec<Label>,
    /// The counts at the lower and the upper end.
    range: (f64, f64),
    /// The number at the right end.
    most: usize,
}

/// The round number next above `step` that divides a decade: 1, 2, 5, 10, …
fn round_step(step: f64) -> f64 {
    let decade = 10_f64.powf(step.log10().floor());
    let within = [1.0, 2.0, 5.0].into_iter().find(|round| *round * decade >= step * 0.999);
    within.unwrap_or(10.0) * decade
}

/// Round values that enclose `low` and `high`, about four steps of them.
fn round_values(low: f64, high: f64, unit: Unit) -> Vec<f64> {
    let whole = match unit {
        Unit::Count => 1.0,
        Unit::Bytes => 1024_f64.powf(high.max(1.0).log(1024.0).floor()),
    };
    let span = (high - low).max(high * 1e-3).max(1.0);
    let step = round_step(span / 3.0 / whole) * whole;
    // A count has no parts.
    let step = step.max(1.0);
    let first = (low / step).floor();
    let steps = (high / step).ceil().max(first + 1.0) - first;
    (0_u32..=64).map(f64::from).take_while(|n| *n <= steps).map(|n| (first + n) * step).collect()
}

/// `values` in short, or in full where that would write two alike.
fn labels(values: &[f64], unit: Unit) -> Vec<String> {
    let short: Vec<_> = values.iter().map(|value| unit.short(*value)).collect();
    if short.windows(2).all(|pair| pair[0] != pair[1]) {
        return short;
    }
    #[expect(clippy::cast_possible_truncation, reason = "counts of 64 bits fit")]
    let full = |value: &f64| grouped(*value as i128);
    values.iter().map(full).collect()
}

impl CurveLayout {
    /// The layout in a place of `width` × `height` of a curve of the `counts` from 0 replaced to all, with
    /// room for `other`, a count that may lie off the curve.
    #[must_use]
    pub fn new(counts: &[u64], other: u64, unit: Unit, (width, height): (f64, f64)) -> Self {
        let all = || counts.iter().copied().chain([other]);
        let (low, high) = (all().min().unwrap_or(0) as f64, all().max().unwrap_or(0) as f64);
        let values = round_values(low, high, unit);
        let texts = labels(&values, unit);
        let longest = texts.iter().map(|text| text.chars().count()).max().unwrap_or(0);
        let across = (longest as f64 * DIGIT + 12.0, (width - RIGHT).max(1.0));
        let down = (TOP, (height - BOTTOM).max(TOP + 1.0));
        let range =
            (values.first().copied().unwrap_or(low), values.last().copied().unwrap_or(high));
        let mut layout = Self {
            across,
            down,
            counts: Vec::new(),
            numbers: Vec::new(),
            range,
            most: counts.len().saturating_sub(1),
        };
        let label = |(value, text): (&f64, String)| Label { at: layout.y_of(*value), text };
        layout.counts = values.iter().zip(texts).map(label).collect();
        layout.numbers =
            layout.steps().map(|k| Label { at: layout.x(k), text: k.to_string() }).collect();
        layout
    }

    /// The numbers that are written below: round ones, and the last.
    fn steps(&self) -> impl Iterator<Item = usize> + use<> {
        let room = ((self.across.1 - self.across.0) / BETWEEN).max(1.0);
        let step = round_step((self.most as f64 / room).max(1.0));
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most all")]
        let step = step as usize;
        let most = self.most;
        // The last stands for itself: what comes too near to it is left out.
        (0..most).step_by(step).filter(move |k| most - k >= step.div_ceil(2)).chain([most])
    }

    /// Where `k` replaced lie.
    #[must_use]
    pub fn x(&self, k: usize) -> f64 {
        let (left, right) = self.across;
        left + (right - left) * k.min(self.most) as f64 / self.most.max(1) as f64
    }

    /// Where a count lies.
    #[must_use]
    pub fn y(&self, count: u64) -> f64 {
        self.y_of(count as f64)
    }

    fn y_of(&self, count: f64) -> f64 {
        let ((top, bottom), (low, high)) = (self.down, self.range);
        bottom - (bottom - top) * (count - low) / (high - low).max(1e-9)
    }

    /// The number that `x` means: the nearest.
    #[must_use]
    pub fn k_at(&self, x: f64) -> usize {
        let (left, right) = self.across;
        let part = ((x - left) / (right - left).max(1.0)).clamp(0.0, 1.0);
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "at most all")]
        let k = (part * self.most as f64).round() as usize;
        k
    }

    /// The steps of the curve as paths: those that save, and those that lose.
    #[must_use]
    pub fn paths(&self, counts: &[u64]) -> (String, String) {
        let (mut saves, mut loses) = (String::new(), String::new());
        for (k, pair) in counts.windows(2).enumerate() {
            let path = if pair[1] > pair[0] { &mut loses } else { &mut saves };
            let [from, to] = [(k, pair[0]), (k + 1, pair[1])];
            let spot = |(k, count)| format!("{:.1} {:.1}", self.x(k), self.y(count));
            path.extend(["M", &spot(from), "L", &spot(to)]);
        }
        (saves, loses)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const PLACE: (f64, f64) = (600.0, 200.0);

    fn texts(labels: &[Label]) -> Vec<&str> {
        labels.iter().map(|label| label.text.as_str()).collect()
    }

    #[test]
    fn every_point_lies_within_and_is_found_again() {
        let counts: Vec<u64> = (0..=57).map(|k| 6_600_000 - 20_000 * k + 900 * k * k).collect();
        let layout = CurveLayout::new(&counts, 6_000_000, Unit::Count, PLACE);
        for (k, count) in counts.iter().enumerate() {
            let (x, y) = (layout.x(k), layout.y(*count));
            assert!((layout.across.0..=layout.across.1).contains(&x), "{k}: {x}");
            assert!((layout.down.0 - 1e-9..=layout.down.1 + 1e-9).contains(&y), "{k}: {y}");
            assert_eq!(layout.k_at(x), k);
        }
        assert_eq!([layout.k_at(-9.0), layout.k_at(1e9)], [0, 57]);
        assert!(layout.y(6_000_000) <= layout.down.1 + 1e-9);
        assert_eq!(texts(&layout.numbers).last(), Some(&"57"));
    }

    #[test]
    fn less_lies_lower_and_labels_are_round() {
        let layout = CurveLayout::new(&[138_357_544, 130_094_984], 0, Unit::Count, PLACE);
        assert!(layout.y(130_094_984) > layout.y(138_357_544));
        assert_eq!(texts(&layout.counts), ["0", "50M", "100M", "150M"]);
        assert_eq!(texts(&layout.numbers), ["0", "1"]);
        let bytes = CurveLayout::new(&[100 << 20, 260 << 20], 100 << 20, Unit::Bytes, PLACE);
        assert_eq!(texts(&bytes.counts), ["100 MiB", "200 MiB", "300 MiB"]);
    }

    #[test]
    fn labels_that_would_be_alike_are_written_in_full() {
        let layout = CurveLayout::new(&[1_500_700, 1_499_300], 1_500_000, Unit::Count, PLACE);
        let texts = texts(&layout.counts);
        assert!(texts.windows(2).all(|pair| pair[0] != pair[1]), "{texts:?}");
        assert!(texts[0].starts_with("1,499,"), "{texts:?}");
    }

    #[test]
    fn a_network_without_convolutions_has_one_point() {
        let layout = CurveLayout::new(&[7], 7, Unit::Count, PLACE);
        assert_eq!((layout.k_at(300.0), texts(&layout.numbers)), (0, vec!["0"]));
        assert!(layout.y(7).is_finite());
        assert_eq!(layout.paths(&[7]), (String::new(), String::new()));
        let nothing = CurveLayout::new(&[0], 0, Unit::Bytes, PLACE);
        assert!(nothing.y(0).is_finite());
    }

    #[test]
    fn numbers_below_never_collide() {
        for most in [1, 2, 9, 13, 57, 99, 101, 1000, 4999, 5000] {
            let counts = vec![1; most + 1];
            let layout = CurveLayout::new(&counts, 1, Unit::Count, (366.0, 180.0));
            let gaps = layout.numbers.windows(2).map(|pair| pair[1].at - pair[0].at);
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
