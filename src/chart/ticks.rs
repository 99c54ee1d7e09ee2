//! Round numbers along an axis.

use std::ops::RangeInclusive;

use crate::cost::Unit;

use super::scale::{Scale, Spacing};

#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where, in the axis' own values.
    pub value: f64,
    pub label: String,
}

/// The least of 1, 2 and 5 times a power of ten that is not below `step`.
#[must_use]
pub fn nice_step(step: f64) -> f64 {
    let decade = 10_f64.powf(step.log10().floor());
    // The tolerance absorbs the rounding of the logarithm.
    let reaches = |factor: &f64| factor * decade >= step * 0.999;
    [1.0, 2.0, 5.0].into_iter().find(reaches).unwrap_or(10.0) * decade
}

/// The multiples of `step` in `range`.
fn multiples(step: f64, range: &RangeInclusive<f64>) -> Vec<f64> {
    let first = (range.start() / step).ceil();
    let values = std::iter::successors(Some(first), |index| Some(index + 1.0));
    values.map(|index| index * step).take_while(|value| value <= range.end()).collect()
}

/// Round numbers within `range`, about `most` of them and at least two.
#[must_use]
pub fn nice_ticks(range: RangeInclusive<f64>, most: f64) -> Vec<f64> {
    let rough = (range.end() - range.start()) / most;
    // Finer steps for a range that lies between two multiples of the rough one.
    let steps = [rough, rough / 2.0, rough / 5.0, rough / 10.0].map(nice_step);
    let ticks = steps.into_iter().map(|step| multiples(step, &range));
    ticks.into_iter().find(|ticks| ticks.len() > 1).unwrap_or_default()
}

/// Round numbers from below `low` to above `high`, about four steps of them. Whole numbers of bytes, or of
/// the prefix that `high` is written with.
#[must_use]
pub fn nice_range(low: f64, high: f64, unit: Unit) -> Vec<f64> {
    let whole = match unit {
        Unit::Count => 1.0,
        Unit::Bytes => {
            let factor = unit.prefix_factor();
            factor.powf(high.max(1.0).log(factor).floor())
        }
    };
    // A range of one value still needs an axis.
    let span = (high - low).max(high * 1e-3).max(1.0);
    // Counts are whole numbers.
    let step = (nice_step(span / 3.0 / whole) * whole).max(1.0);
    let first = (low / step).floor();
    let steps = (high / step).ceil().max(first + 1.0) - first;
    (0_u32..=64).map(f64::from).take_while(|n| *n <= steps).map(|n| (first + n) * step).collect()
}

/// Ticks of an x axis of channels up to `x_max`.
pub(super) fn channels(spacing: Spacing, x_max: u64, compact: bool) -> Vec<Tick> {
    let tick = |channels: u64| Tick { value: channels as f64, label: channels.to_string() };
    match spacing {
        Spacing::Linear => {
            let parts = if compact { 2 } else { 4 };
            (0..=parts).map(|part| tick(x_max * part / parts)).collect()
        }
        Spacing::Log => {
            let doublings = if compact { 2 } else { 1 };
            let powers = (0..=x_max.ilog2()).step_by(doublings);
            powers.map(|power| tick(1 << power)).collect()
        }
    }
}

/// Ticks of a y axis whose range is from the ladders of [`super::range`].
pub(super) fn counts(scale: &Scale, unit: Unit, compact: bool) -> Vec<Tick> {
    let tick = |value: f64| Tick { value, label: unit.tick(value) };
    match scale.spacing {
        Spacing::Linear => {
            // 1.5 MiB has round thirds, a power of two round quarters.
            let thirds = unit == Unit::Bytes && scale.high.log2().fract() > 1e-9;
            let parts = if thirds {
                3
            } else if compact {
                2
            } else {
                4
            };
            let share = |part: u32| f64::from(part) / f64::from(parts);
            (0..=parts).map(|part| tick(scale.value_at(share(part)))).collect()
        }
        Spacing::Log => {
            let base = unit.log_base();
            let most = if compact { 3.0 } else { 6.0 };
            let powers = ((scale.high / scale.low).ln() / base.ln()).round();
            let factor = base.powf((powers / most).ceil().max(1.0));
            let within = |value: &f64| *value <= scale.high * (1.0 + 1e-9);
            std::iter::successors(Some(scale.low), |value| Some(value * factor))
                .take_while(within)
                .map(tick)
                .collect()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn labels(ticks: &[Tick]) -> Vec<&str> {
        ticks.iter().map(|tick| tick.label.as_str()).collect()
    }

    #[test]
    fn nice_ticks_are_round_few_and_within() {
        let rounded = |range, most| -> Vec<String> {
            nice_ticks(range, most).iter().map(|tick| format!("{tick:.2}")).collect()
        };
        assert_eq!(rounded(25.2..=29.99, 6.0), ["26.00", "27.00", "28.00", "29.00"]);
        assert_eq!(rounded(7.8..=10.7, 6.0), ["8.00", "8.50", "9.00", "9.50", "10.00", "10.50"]);
        assert_eq!(rounded(10.4..=19.6, 6.0), ["12.00", "14.00", "16.00", "18.00"]);
        // A step of 10 has no multiple there, a step of 5 one.
        assert_eq!(rounded(11.0..=18.0, 1.0), ["12.00", "14.00", "16.00", "18.00"]);
    }

    #[test]
    fn a_nice_range_encloses_its_values() {
        assert_eq!(nice_range(3.0, 97.0, Unit::Count), [0.0, 50.0, 100.0]);
        let mib = f64::from(1 << 20);
        let expected = [100.0, 200.0, 300.0].map(|value| value * mib);
        assert_eq!(nice_range(100.0 * mib, 260.0 * mib, Unit::Bytes), expected);
        assert_eq!(nice_range(0.0, 0.0, Unit::Bytes), [0.0, 1.0]);
    }

    #[test]
    fn an_even_axis_is_cut_in_four() {
        let scale =
            Scale { spacing: Spacing::Linear, low: 0.0, high: 640_000.0, start: 0.0, end: 1.0 };
        let ticks = counts(&scale, Unit::Count, false);
        assert_eq!(labels(&ticks), ["0", "160k", "320k", "480k", "640k"]);
        assert_eq!(labels(&counts(&scale, Unit::Count, true)), ["0", "320k", "640k"]);
        assert_eq!(
            labels(&channels(Spacing::Linear, 256, false)),
            ["0", "64", "128", "192", "256"]
        );
        let bytes = Scale { high: 1_572_864.0, ..scale };
        let written = counts(&bytes, Unit::Bytes, false);
        assert_eq!(labels(&written), ["0 B", "512 KiB", "1 MiB", "1.5 MiB"]);
    }

    #[test]
    fn a_logarithmic_axis_has_few_ticks() {
        let scale = Scale { spacing: Spacing::Log, low: 1e3, high: 1e7, start: 0.0, end: 1.0 };
        assert_eq!(labels(&counts(&scale, Unit::Count, false)), ["1k", "10k", "100k", "1M", "10M"]);
        assert_eq!(labels(&counts(&scale, Unit::Count, true)), ["1k", "100k", "10M"]);
        assert_eq!(
            labels(&channels(Spacing::Log, 1024, true)),
            ["1", "4", "16", "64", "256", "1024"]
        );
    }
}
