//! The page's words for the chart, and an estimate of their width.

use crate::cost::PLAIN_KERNELS;

use super::series::SeriesId;

/// The chart's words, in the page's language.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Labels {
    /// The module in its own form ("Inception").
    pub module: String,
    /// The module in its other form ("naive").
    pub other: String,
    /// The plain convolutions ("conv 3×3"), in the order of [`PLAIN_KERNELS`]; all of them, whether
    /// shown or not, so that choosing one doesn't move the plot.
    pub plain: [String; PLAIN_KERNELS.len()],
    /// Under the x axis ("input channels").
    pub x_axis: String,
}

impl Labels {
    /// The label of a curve; empty for a kernel that no plain convolution may have.
    #[must_use]
    pub fn series(&self, id: SeriesId) -> &str {
        match id {
            SeriesId::Module => &self.module,
            SeriesId::Other => &self.other,
            SeriesId::Plain(kernel) => PLAIN_KERNELS
                .iter()
                .zip(&self.plain)
                .find_map(|(size, label)| (*size == kernel).then_some(label.as_str()))
                .unwrap_or_default(),
        }
    }

    /// The width of the widest label of a curve.
    pub(super) fn widest(&self, size: f64) -> f64 {
        let labels = self.plain.iter().chain([&self.module, &self.other]);
        labels.map(|label| width(label, size)).fold(0.0, f64::max)
    }
}

/// About the width of a bold `text` of `size`, in the size's unit. Estimated by characters, on the wide
/// side: measuring makes a browser lay out its page.
pub(super) fn width(text: &str, size: f64) -> f64 {
    let em = |character: char| match character {
        '\u{1100}'.. => 1.0,
        'm' | 'w' | 'M' | 'W' | '×' => 0.8,
        ' ' | 'i' | 'l' | 'j' | '.' | ',' => 0.34,
        'A'..='Z' => 0.72,
        _ => 0.62,
    };
    text.chars().map(em).sum::<f64>() * size
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hangul_is_wider_than_latin() {
        assert!((width("합성곱", 10.0) - 30.0).abs() < 1e-9);
        assert!(width("conv", 10.0) < 26.0);
    }

    #[test]
    fn a_kernel_finds_its_label() {
        let plain = PLAIN_KERNELS.map(|kernel| format!("conv {kernel}×{kernel}"));
        let labels = Labels { plain, ..Labels::default() };
        assert_eq!(labels.series(SeriesId::Plain(7)), "conv 7×7");
        assert_eq!(labels.series(SeriesId::Plain(4)), "");
    }
}
