//! Colours, dashes, type.

pub use plotters::style::RGBColor;

use crate::cost::PLAIN_KERNELS;

use super::series::SeriesId;

/// The colours and the type of a chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Theme {
    /// The background; rings and dots are cut out of their curve with it.
    pub background: RGBColor,
    pub grid: RGBColor,
    /// The module's curves, the cursor.
    pub ink: RGBColor,
    /// Labels of the axes.
    pub muted: RGBColor,
    /// The crossings only.
    pub accent: RGBColor,
    /// The plain convolutions, in the order of [`PLAIN_KERNELS`].
    pub plain: [RGBColor; PLAIN_KERNELS.len()],
    /// Font families, as CSS takes them.
    pub family: &'static str,
}

const FAMILY: &str = "Inter, system-ui, 'Noto Sans CJK KR', 'Noto Sans KR', sans-serif";

const fn hex(rgb: u32) -> RGBColor {
    let [_, red, green, blue] = rgb.to_be_bytes();
    RGBColor(red, green, blue)
}

impl Theme {
    pub const LIGHT: Self = Self {
        background: hex(0xff_ff_ff),
        grid: hex(0xe3_e2_dc),
        ink: hex(0x1d_21_29),
        muted: hex(0x6b_70_80),
        accent: hex(0xb8_57_08),
        plain: [
            hex(0x6f_75_83),
            hex(0x5b_62_70),
            hex(0x70_76_84),
            hex(0x4a_50_5d),
            hex(0x65_6b_79),
            hex(0x55_5b_68),
        ],
        family: FAMILY,
    };

    pub const DARK: Self = Self {
        background: hex(0x1a_1d_23),
        grid: hex(0x2c_31_3a),
        ink: hex(0xe9_ea_ee),
        muted: hex(0x98_a0_b0),
        accent: hex(0xf0_99_4a),
        plain: [
            hex(0x8f_97_a6),
            hex(0xb6_bc_c9),
            hex(0x8b_93_a3),
            hex(0xc6_cb_d6),
            hex(0x9e_a5_b3),
            hex(0xab_b1_bf),
        ],
        family: FAMILY,
    };

    /// The colour of a curve.
    #[must_use]
    pub fn series(&self, id: SeriesId) -> RGBColor {
        match id {
            SeriesId::Module | SeriesId::Other => self.ink,
            SeriesId::Plain(kernel) => PLAIN_KERNELS
                .into_iter()
                .zip(self.plain)
                .find_map(|(size, colour)| (size == kernel).then_some(colour))
                .unwrap_or(self.muted),
        }
    }
}

impl SeriesId {
    /// The curve's own dash pattern, on and off in CSS pixels, as `stroke-dasharray` takes it; solid
    /// where empty.
    #[must_use]
    pub const fn dash(self) -> &'static [f64] {
        match self {
            Self::Module => &[],
            Self::Other => &[16.0, 8.0],
            Self::Plain(1) => &[3.0, 7.0],
            Self::Plain(3) => &[7.0, 4.0],
            Self::Plain(5) => &[2.0, 4.0],
            Self::Plain(7) => &[9.0, 4.0, 2.0, 4.0],
            Self::Plain(9) => &[9.0, 4.0, 2.0, 4.0, 2.0, 4.0],
            Self::Plain(_) => &[14.0, 3.0],
        }
    }

    /// The curve's width in CSS pixels.
    #[must_use]
    pub const fn width(self) -> f64 {
        match self {
            Self::Module | Self::Plain(_) => 2.5,
            Self::Other => 1.5,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn luminance(RGBColor(red, green, blue): RGBColor) -> f64 {
        let linear = |channel: u8| {
            let channel = f64::from(channel) / 255.0;
            if channel <= 0.04045 { channel / 12.92 } else { ((channel + 0.055) / 1.055).powf(2.4) }
        };
        0.2126 * linear(red) + 0.7152 * linear(green) + 0.0722 * linear(blue)
    }

    #[test]
    fn every_label_has_contrast_aa() {
        for theme in [Theme::LIGHT, Theme::DARK] {
            let background = luminance(theme.background);
            let mut colours = vec![theme.ink, theme.muted, theme.accent];
            colours.extend(theme.plain);
            for colour in colours {
                let (a, b) = (luminance(colour) + 0.05, background + 0.05);
                assert!(a.max(b) / a.min(b) >= 4.5, "{colour:?}: {}", a.max(b) / a.min(b));
            }
        }
    }

    #[test]
    fn no_two_curves_look_alike() {
        let mut curves = vec![SeriesId::Module, SeriesId::Other];
        curves.extend(PLAIN_KERNELS.map(SeriesId::Plain));
        for (index, curve) in curves.iter().enumerate() {
            for other in &curves[..index] {
                assert_ne!(curve.dash(), other.dash());
                let plain = |id: &SeriesId| matches!(id, SeriesId::Plain(_));
                if plain(curve) || plain(other) {
                    assert_ne!(Theme::LIGHT.series(*curve), Theme::LIGHT.series(*other));
                    assert_ne!(Theme::DARK.series(*curve), Theme::DARK.series(*other));
                }
            }
        }
    }
}
