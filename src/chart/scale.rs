//! The scale of an axis: from values to pixels and back.

/// How an axis is spaced.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Spacing {
    /// Equal distances for equal differences.
    #[default]
    Linear,
    /// Equal distances for equal ratios.
    Log,
}

/// One axis: values `low..=high` on pixels `start..=end` (`start > end` on a y axis).
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Scale {
    pub spacing: Spacing,
    /// The value at `start`; above 0 on a logarithmic axis.
    pub low: f64,
    /// The value at `end`; above `low`.
    pub high: f64,
    /// First pixel.
    pub start: f64,
    /// Last pixel.
    pub end: f64,
}

impl Scale {
    /// The pixel of `value`. On a logarithmic axis 0 and less lie one length before the start.
    #[must_use]
    pub fn to_px(&self, value: f64) -> f64 {
        let share = match self.spacing {
            Spacing::Linear => (value - self.low) / (self.high - self.low),
            Spacing::Log if value > 0.0 => (value / self.low).ln() / (self.high / self.low).ln(),
            Spacing::Log => -1.0,
        };
        self.start + share * (self.end - self.start)
    }

    /// The value at a pixel.
    #[must_use]
    pub fn to_value(&self, px: f64) -> f64 {
        self.value_at((px - self.start) / (self.end - self.start))
    }

    /// The value at a share (0 to 1) of the axis.
    #[must_use]
    pub fn value_at(&self, share: f64) -> f64 {
        match self.spacing {
            Spacing::Linear => self.low + share * (self.high - self.low),
            Spacing::Log => self.low * (self.high / self.low).powf(share),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_and_back() {
        for (spacing, low) in [(Spacing::Linear, 0.0), (Spacing::Log, 1.0)] {
            let scale = Scale { spacing, low, high: 1024.0, start: 300.0, end: 20.0 };
            assert!((scale.to_px(1024.0) - 20.0).abs() < 1e-9);
            for value in [1.0, 3.0, 192.0, 1000.5] {
                assert!((scale.to_value(scale.to_px(value)) - value).abs() < 1e-9);
            }
        }
    }

    #[test]
    fn zero_on_a_logarithmic_axis_is_out_of_view() {
        let scale = Scale { spacing: Spacing::Log, low: 1.0, high: 10.0, start: 100.0, end: 0.0 };
        assert!((scale.to_px(0.0) - 200.0).abs() < 1e-9);
    }
}
