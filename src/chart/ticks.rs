//! Round numbers along an axis, and how they are written.

use crate::cost::Metric;

use super::scale::{Scale, Spacing};

/// What the y axis counts.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Things, written with k, M, G (powers of 1000).
    Count,
    /// Bytes, written with KiB, MiB, GiB (powers of 1024).
    Bytes,
}

impl Unit {
    /// The unit of a metric.
    #[must_use]
    pub const fn of(metric: Metric) -> Self {
        match metric {
            Metric::Params | Metric::Macs | Metric::Flops => Self::Count,
            Metric::Memory => Self::Bytes,
        }
    }

    /// The least factor between ticks of a logarithmic axis; 4 keeps labels in bytes round (64 KiB,
    /// 256 KiB, 1 MiB).
    pub(super) const fn log_base(self) -> f64 {
        match self {
            Self::Count => 10.0,
            Self::Bytes => 4.0,
        }
    }

    /// `value` with a prefix and at most two decimals: `160k`, `1.25M`, `768 KiB`.
    #[must_use]
    pub fn short(self, value: f64) -> String {
        let (step, prefixes): (f64, [&str; 7]) = match self {
            Self::Count => (1e3, ["", "k", "M", "G", "T", "P", "E"]),
            Self::Bytes => (1024.0, [" B", " KiB", " MiB", " GiB", " TiB", " PiB", " EiB"]),
        };
        let mut scaled = value;
        let mut prefixes = prefixes.into_iter();
        let mut prefix = prefixes.next().unwrap_or_default();
        // What would be rounded up to a whole step takes the next prefix already.
        while scaled >= step - 0.005 {
            let Some(next) = prefixes.next() else { break };
            scaled /= step;
            prefix = next;
        }
        let digits = format!("{scaled:.2}");
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        format!("{digits}{prefix}")
    }
}

/// One tick.
#[derive(Clone, Debug, PartialEq)]
pub struct Tick {
    /// Where, in the axis' own values.
    pub value: f64,
    /// Its label.
    pub label: String,
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

/// Ticks of a y axis.
pub(super) fn counts(scale: &Scale, unit: Unit, compact: bool) -> Vec<Tick> {
    let tick = |value: f64| Tick { value, label: unit.short(value) };
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
    fn counts_and_bytes_are_written_short() {
        let count = |value| Unit::Count.short(value);
        let written = [0.0, 2.5, 999.0, 999.996, 160_000.0, 1.2e6, 3.4e9, 1.8e19].map(count);
        assert_eq!(written, ["0", "2.5", "999", "1k", "160k", "1.2M", "3.4G", "18E"]);
        let bytes = |value| Unit::Bytes.short(value);
        let written = [0.0, 768.0, 1536.0, 786_432.0, 1_048_576.0].map(bytes);
        assert_eq!(written, ["0 B", "768 B", "1.5 KiB", "768 KiB", "1 MiB"]);
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
