//! Maps a scene to pixels, and a pointer to a channel count.

use crate::arch::Field;

use super::geometry::{Point, Rect};
use super::scale::{Scale, Spacing};
use super::scene::Scene;
use super::series::Series;
use super::stroke;
use super::text::{self, Labels};
use super::ticks::{self, Tick};

/// The size and resolution of the canvas.
///
/// plotters rounds coordinates to integers, which makes sloped dashes wobble. A canvas is therefore drawn
/// with `oversample` units to a device pixel under a transform of `1 / oversample`.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Surface {
    /// In CSS pixels.
    pub width: f64,
    /// In CSS pixels.
    pub height: f64,
    /// Device pixels in a CSS pixel.
    pub pixel_ratio: f64,
    /// The backend's units in a device pixel; at least 1.
    pub oversample: u32,
}

impl Surface {
    /// The backend's units in a CSS pixel.
    #[must_use]
    pub fn units(&self) -> f64 {
        self.pixel_ratio * f64::from(self.oversample)
    }
}

/// Where the parts of a scene lie on a surface, in CSS pixels.
#[derive(Clone, Debug, PartialEq)]
pub struct ChartLayout {
    pub surface: Surface,
    /// Whether the chart is small: fewer ticks, no names of curves.
    pub compact: bool,
    /// The plot without its labels.
    pub plot: Rect,
    /// Input channels.
    pub x: Scale,
    /// Counts.
    pub y: Scale,
    /// Ticks of the x axis.
    pub x_ticks: Vec<Tick>,
    /// Ticks of the y axis.
    pub y_ticks: Vec<Tick>,
}

/// Below this width in CSS pixels labels beside the plot are left out.
const COMPACT_WIDTH: f64 = 460.0;

/// Below this height in CSS pixels four ticks of the y axis are too many.
const COMPACT_HEIGHT: f64 = 170.0;

/// Size of the labels of curves, in CSS pixels.
pub(super) const LABEL_SIZE: f64 = 13.0;

/// Points by which a curve that is not straight is drawn.
const SAMPLES: u32 = 96;

impl ChartLayout {
    /// The layout of `scene` on `surface`. The plot's area depends only on the surface and on the labels of the
    /// curves, so no slider moves it.
    #[must_use]
    pub fn new(scene: &Scene, labels: &Labels, surface: Surface) -> Self {
        let compact = surface.width < COMPACT_WIDTH;
        let beside = if compact { 16.0 } else { labels.widest(LABEL_SIZE) + 12.0 };
        let left = if compact { 58.0 } else { 62.0 };
        let right = (surface.width - beside).max(left + 40.0);
        let plot = Rect::between((left, right), (26.0, (surface.height - 38.0).max(66.0)));
        let axes = &scene.axes;
        let spacing = scene.spacing;
        let low = match spacing {
            Spacing::Linear => 0.0,
            Spacing::Log => 1.0,
        };
        let x = Scale { spacing, low, high: axes.x_max as f64, start: plot.x, end: plot.right() };
        let (low, high) = (axes.y_low, axes.y_high);
        let y = Scale { spacing, low, high, start: plot.bottom(), end: plot.y };
        let few = compact || plot.height < COMPACT_HEIGHT;
        Self {
            x_ticks: ticks::channels(spacing, axes.x_max, compact),
            y_ticks: ticks::counts(&y, scene.unit, few),
            surface,
            compact,
            plot,
            x,
            y,
        }
    }

    /// The x pixel of a channel count.
    #[must_use]
    pub fn x_to_px(&self, channels: f64) -> f64 {
        self.x.to_px(channels)
    }

    /// The channel count nearest to an x pixel (CSS, from the surface's left edge) that is in view and allowed.
    #[must_use]
    pub fn channels_at(&self, px: f64) -> u64 {
        let limits = Field::InChannels.limits();
        let value = self.x.to_value(px).round().clamp(limits.min as f64, self.x.high);
        // NaN becomes 0.
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "whole and clamped"
        )]
        limits.clamp(value as u64)
    }

    /// Center of the cursor's grip.
    #[must_use]
    pub fn grip(&self, scene: &Scene) -> (f64, f64) {
        (self.x_to_px(scene.present as f64), self.plot.bottom())
    }

    /// Center of the cursor's label, above the plot, where it overlaps nothing while the cursor is dragged. It is
    /// an element of the page, not drawn, since its text changes at each step.
    #[must_use]
    pub fn cursor_label(&self, scene: &Scene, label: &str) -> Point {
        let half = text::width(label, LABEL_SIZE) / 2.0;
        let most = (self.surface.width - half - 2.0).max(half);
        (self.grip(scene).0.clamp(half, most), self.plot.y - 14.0)
    }

    /// Whether a pointer at this point would take the cursor: at its grip or along its line.
    #[must_use]
    pub fn takes_cursor(&self, scene: &Scene, (x, y): (f64, f64)) -> bool {
        let (grip, axis) = self.grip(scene);
        let on_line = (x - grip).abs() <= 6.0 && (self.plot.y..=axis).contains(&y);
        on_line || (x - grip).hypot(y - axis) <= 16.0
    }

    /// The visible part of a curve, from left to right.
    pub(super) fn curve(&self, series: &Series) -> Vec<Point> {
        let point = |c: f64| (self.x.to_px(c), self.y.to_px(series.curve.at_f64(c)));
        let straight = self.x.spacing == Spacing::Linear && series.curve.is_line();
        let last = if straight { 1 } else { SAMPLES };
        // A module has at least one input channel.
        let first = Scale { low: 1.0, ..self.x };
        let sample = |index: u32| match index {
            0 => point(1.0),
            _ => point(first.value_at(f64::from(index) / f64::from(last))),
        };
        stroke::clip(&(0..=last).map(sample).collect::<Vec<_>>(), &self.plot)
    }
}

#[cfg(test)]
pub(super) mod tests {
    use super::super::scene::tests::answer_with_other;
    use super::super::{SceneOptions, SeriesId};
    use super::*;
    use crate::cost::{Metric, PLAIN_KERNELS};

    pub fn labels() -> Labels {
        Labels {
            module: "Inception".into(),
            other: "naive".into(),
            plain: PLAIN_KERNELS.map(|kernel| format!("conv {kernel}×{kernel}")),
            x_axis: "input channels".into(),
        }
    }

    pub fn surface(width: f64, height: f64) -> Surface {
        Surface { width, height, pixel_ratio: 1.0, oversample: 1 }
    }

    fn scene(spacing: Spacing, id: &str) -> Scene {
        let options = SceneOptions { spacing, ..SceneOptions::default() };
        Scene::new(&answer_with_other(id, &PLAIN_KERNELS, Metric::Params), &options)
    }

    #[test]
    fn every_channel_count_is_found_at_its_own_pixel() {
        for spacing in [Spacing::Linear, Spacing::Log] {
            for (id, width) in [("3a", 600.0), ("5b", 620.0), ("5b", 350.0)] {
                let scene = scene(spacing, id);
                let layout = ChartLayout::new(&scene, &labels(), surface(width, 276.0));
                for channels in 1..=scene.axes.x_max {
                    assert_eq!(layout.channels_at(layout.x_to_px(channels as f64)), channels);
                }
                assert_eq!(layout.channels_at(-1e9), 1);
                assert_eq!(layout.channels_at(1e9), scene.axes.x_max);
                assert_eq!(layout.channels_at(f64::NAN), 1);
            }
        }
    }

    #[test]
    fn the_cursors_label_stays_on_the_surface() {
        let label = |id, width| {
            let scene = scene(Spacing::Linear, id);
            let layout = ChartLayout::new(&scene, &labels(), surface(width, 276.0));
            (layout.grip(&scene).0, layout.cursor_label(&scene, "1,024 channels"))
        };
        let (grip, (x, y)) = label("3a", 600.0);
        assert_eq!((x, y), (grip, 12.0));
        let half = text::width("1,024 channels", LABEL_SIZE) / 2.0;
        for id in ["write_up_3", "5b"] {
            let (_, (x, _)) = label(id, 120.0);
            assert!(x >= half && x <= 120.0 - half, "{x}");
        }
    }

    #[test]
    fn the_plot_stands_still() {
        let plot = |spacing, id| {
            ChartLayout::new(&scene(spacing, id), &labels(), surface(600.0, 276.0)).plot
        };
        assert_eq!(plot(Spacing::Linear, "3a"), plot(Spacing::Log, "5b"));
    }

    #[test]
    fn curves_stay_within_the_plot() {
        for spacing in [Spacing::Linear, Spacing::Log] {
            let scene = scene(spacing, "write_up_naive");
            let layout = ChartLayout::new(&scene, &labels(), surface(360.0, 200.0));
            assert!(layout.compact);
            for series in &scene.series {
                let curve = layout.curve(series);
                assert!(curve.len() > 1, "{:?}", series.id);
                let plot = &layout.plot;
                let inside = |(x, y): &Point| {
                    (plot.x - 1e-6..=plot.right() + 1e-6).contains(x)
                        && (plot.y - 1e-6..=plot.bottom() + 1e-6).contains(y)
                };
                assert!(curve.iter().all(inside), "{:?}: {curve:?}", series.id);
            }
            assert_eq!(scene.series.last().map(|series| series.id), Some(SeriesId::Module));
        }
    }

    #[test]
    fn the_cursor_is_taken_by_its_grip_or_line() {
        let scene = scene(Spacing::Linear, "3a");
        let layout = ChartLayout::new(&scene, &labels(), surface(600.0, 276.0));
        let (x, y) = layout.grip(&scene);
        assert!(layout.takes_cursor(&scene, (x + 10.0, y + 10.0)));
        assert!(layout.takes_cursor(&scene, (x - 5.0, layout.plot.y + 3.0)));
        assert!(!layout.takes_cursor(&scene, (x + 30.0, y)));
    }
}
