//! How large numbers are shortened, by their unit.

use crate::cost::Unit;

impl Unit {
    /// The factor between two prefixes.
    #[must_use]
    pub const fn prefix_factor(self) -> f64 {
        match self {
            Self::Count => 1e3,
            Self::Bytes => 1024.0,
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

    /// `value` divided by its prefix, and the prefix, for printing with `decimals`: a value that would be
    /// rounded up to the next prefix takes it already (999,960 is 1.0 M, not 1000.0 k).
    #[must_use]
    pub fn scaled(self, value: f64, decimals: i32) -> (f64, &'static str) {
        let prefixes: [&str; 7] = match self {
            Self::Count => ["", "k", "M", "G", "T", "P", "E"],
            Self::Bytes => ["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"],
        };
        let factor = self.prefix_factor();
        let rounds_up = factor - 0.5 * 10_f64.powi(-decimals);
        let (mut scaled, mut prefix) = (value, prefixes[0]);
        for next in &prefixes[1..] {
            if scaled < rounds_up {
                break;
            }
            (scaled, prefix) = (scaled / factor, next);
        }
        (scaled, prefix)
    }

    /// The label of a tick: with a prefix and at most two decimals, `160k`, `1.25M`, `768 KiB`.
    #[must_use]
    pub fn tick(self, value: f64) -> String {
        let (scaled, prefix) = self.scaled(value, 2);
        let digits = format!("{scaled:.2}");
        let digits = digits.trim_end_matches('0').trim_end_matches('.');
        let space = if self == Self::Bytes { " " } else { "" };
        format!("{digits}{space}{prefix}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ticks_are_written_short() {
        let count = |value| Unit::Count.tick(value);
        let written = [0.0, 2.5, 999.0, 999.996, 160_000.0, 1.2e6, 3.4e9, 1.8e19].map(count);
        assert_eq!(written, ["0", "2.5", "999", "1k", "160k", "1.2M", "3.4G", "18E"]);
        let bytes = |value| Unit::Bytes.tick(value);
        let written = [0.0, 768.0, 1536.0, 786_432.0, 1_048_576.0].map(bytes);
        assert_eq!(written, ["0 B", "768 B", "1.5 KiB", "768 KiB", "1 MiB"]);
    }
}
