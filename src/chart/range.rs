//! The ranges of both axes. They are steps of a ladder of round numbers, so that they stay the same for most
//! steps of a slider.

use crate::arch::Field;
use crate::cost::Unit;

use super::scale::Spacing;
use super::series::{Series, SeriesId};

#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Axes {
    /// Last channel count of the x axis. The axis starts at 0, a logarithmic one at 1.
    pub x_max: u64,
    /// First count of the y axis.
    pub y_low: f64,
    /// Last count of the y axis.
    pub y_high: f64,
}

/// Where the x axis may end. At least 256, so that dragging the cursor from a photograph's 3 channels to the
/// write-up's 256 keeps the axis.
const X_LADDER: [u64; 3] = [256, 512, 1024];

/// Room beyond the last crossing, as a factor.
const X_ROOM: f64 = 1.05;

/// The y axis ends at this multiple of the module's highest count at most: the module's line stays readable,
/// steeper ones leave at the top.
const STEEP: f64 = 3.6;

/// Steps of a decimal y axis; each divides by 4 into round ticks.
const DECIMAL: [f64; 11] = [1.0, 1.2, 1.6, 2.0, 2.4, 3.2, 4.0, 4.8, 6.4, 8.0, 10.0];

/// Steps of a y axis in bytes.
const BINARY: [f64; 3] = [1.0, 1.5, 2.0];

/// The last channel count shown, so that `present` and the crossings (exact) are in view.
pub(super) fn x_max(present: u64, crossings: impl Iterator<Item = f64>) -> u64 {
    let last = Field::InChannels.limits().max as f64;
    let needed = crossings
        .filter(|exact| *exact <= last)
        .fold(present as f64, |needed, exact| needed.max((exact * X_ROOM).min(last)));
    let [.., widest] = X_LADDER;
    X_LADDER.into_iter().find(|step| *step as f64 >= needed).unwrap_or(widest)
}

/// First and last count shown of `series` over the channels up to `x_max`.
pub(super) fn y_range(series: &[Series], x_max: u64, spacing: Spacing, unit: Unit) -> (f64, f64) {
    // Counts never decrease with more channels.
    let ends = |series: &Series| (series.curve.at_f64(1.0), series.curve.at_f64(x_max as f64));
    let top = series.iter().map(|series| ends(series).1).fold(0.0, f64::max);
    match spacing {
        Spacing::Linear => {
            let module = series.iter().find(|series| series.id == SeriesId::Module);
            let base = module.map_or(0.0, |series| ends(series).1);
            let needed = if base > 0.0 { top.min(STEEP * base).max(1.1 * base) } else { top };
            (0.0, ladder(needed.max(4.0), unit))
        }
        Spacing::Log => {
            let lowest = series
                .iter()
                .map(|series| ends(series).0)
                .filter(|count| *count >= 1.0)
                .fold(top.max(1.0), f64::min);
            let base = unit.log_base();
            // The tolerance keeps an exact power on its own step.
            let power = |count: f64| count.ln() / base.ln();
            let low = (power(lowest) + 1e-9).floor();
            let high = (power(top.max(1.0)) - 1e-9).ceil().max(low + 1.0);
            (base.powf(low), base.powf(high))
        }
    }
}

/// The lowest step that is not below `count`.
fn ladder(count: f64, unit: Unit) -> f64 {
    let (base, steps): (f64, &[f64]) = match unit {
        Unit::Count => (10.0, &DECIMAL),
        Unit::Bytes => (2.0, &BINARY),
    };
    let power = base.powf((count.ln() / base.ln() + 1e-9).floor());
    // The tolerance absorbs the rounding of products like 6.4 × 10⁵.
    let reaches = |step: &f64| step * power * (1.0 + 1e-12) >= count;
    steps.iter().copied().find(reaches).unwrap_or(base) * power
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cost::Polynomial;

    fn line(id: SeriesId, linear: i128, constant: i128) -> Series {
        Series { id, curve: Polynomial { constant, linear, quadratic: 0 }.into() }
    }

    fn write_up() -> Vec<Series> {
        vec![
            line(SeriesId::Plain(5), 6400, 512),
            line(SeriesId::Plain(3), 2304, 512),
            line(SeriesId::Module, 208, 124_128),
        ]
    }

    #[test]
    fn the_x_axis_shows_the_present_and_every_crossing_within_reach() {
        assert_eq!(x_max(3, [58.98, 19.96].into_iter()), 256);
        assert_eq!(x_max(256, std::iter::empty()), 256);
        assert_eq!(x_max(257, std::iter::empty()), 512);
        assert_eq!(x_max(3, [250.0].into_iter()), 512);
        assert_eq!(x_max(3, [1020.0].into_iter()), 1024);
        assert_eq!(x_max(1024, [2575.3].into_iter()), 1024);
        assert_eq!(x_max(192, [2575.3].into_iter()), 256);
    }

    #[test]
    fn a_steep_line_leaves_at_the_top() {
        assert_eq!(y_range(&write_up(), 256, Spacing::Linear, Unit::Count), (0.0, 640_000.0));
        // Alone, the module fills the plot.
        let alone = [line(SeriesId::Module, 208, 124_128)];
        assert_eq!(y_range(&alone, 256, Spacing::Linear, Unit::Count), (0.0, 200_000.0));
    }

    #[test]
    fn factors_show_everything() {
        assert_eq!(y_range(&write_up(), 1024, Spacing::Log, Unit::Count), (1000.0, 1e7));
        let power = [line(SeriesId::Module, 0, 1000)];
        assert_eq!(y_range(&power, 256, Spacing::Log, Unit::Count), (1000.0, 10_000.0));
    }

    #[test]
    fn nothing_to_count_still_has_an_axis() {
        let none = [line(SeriesId::Module, 0, 0)];
        assert_eq!(y_range(&none, 256, Spacing::Linear, Unit::Count), (0.0, 4.0));
        assert_eq!(y_range(&none, 256, Spacing::Log, Unit::Count), (1.0, 10.0));
        assert_eq!(y_range(&[], 256, Spacing::Log, Unit::Bytes), (1.0, 4.0));
    }

    #[test]
    fn every_step_of_the_ladder_is_its_own() {
        for unit in [Unit::Count, Unit::Bytes] {
            let mut step = 4.0;
            while step < 1e19 {
                assert!((ladder(step, unit) - step).abs() <= step * 1e-9, "{step} {unit:?}");
                let next = ladder(step * 1.001, unit);
                assert!(next > step * 1.15 && next < step * 1.55, "{step} → {next}");
                step = next;
            }
        }
    }
}
