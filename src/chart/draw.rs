//! The one draw function.

use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, DrawingBackend};
use plotters::style::text_anchor::HPos;
use strum::VariantArray;

use super::layout::ChartLayout;
use super::marks;
use super::pen::{Drawn, Ink, Pen, Type};
use super::picture::Picture;
use super::scene::Scene;
use super::series::Series;
use super::text::Labels;
use super::theme::Theme;

/// Size of the labels of axes, in CSS pixels.
const TICK_SIZE: f64 = 12.0;

/// Everything that a chart is drawn from.
#[derive(Clone, Debug, PartialEq)]
pub struct Figure {
    pub scene: Scene,
    pub layout: ChartLayout,
    pub labels: Labels,
    pub theme: Theme,
}

impl Figure {
    /// Whether both figures have the same [`CanvasLayer::Curves`]; cursor and pointer may differ.
    #[must_use]
    pub fn has_curves_of(&self, other: &Self) -> bool {
        self.scene.has_curves_of(&other.scene)
            && (&self.layout, &self.labels, self.theme)
                == (&other.layout, &other.labels, other.theme)
    }
}

/// The layers of the picture, the lowest first. A drag moves the first and the last; the middle one, which
/// takes most of the drawing, is kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq, VariantArray)]
pub enum CanvasLayer {
    /// The lines at cursor and pointer, below all names.
    Lines,
    /// Axes, curves, crossings and names, which depend on neither cursor nor pointer.
    Curves,
    /// The cursor's grip, and the dots on the curves at cursor and pointer.
    Dots,
}

/// Draws a layer of `figure` over what is there; clears nothing.
///
/// # Errors
/// When the backend fails.
pub fn draw<DB: DrawingBackend>(
    root: &DrawingArea<DB, Shift>,
    layer: CanvasLayer,
    figure: &Figure,
) -> Drawn<DB> {
    let Figure { scene, layout, labels, theme } = figure;
    let picture =
        Picture { pen: Pen::new(root, layout.surface, theme.family), scene, layout, labels, theme };
    match layer {
        CanvasLayer::Lines => picture.lines(),
        CanvasLayer::Curves => {
            picture.axes()?;
            picture.curves()?;
            marks::draw(&picture)
        }
        CanvasLayer::Dots => picture.cursor(),
    }
}

impl<DB: DrawingBackend> Picture<'_, DB> {
    fn axes(&self) -> Drawn<DB> {
        let ChartLayout { plot, x, y, x_ticks, y_ticks, .. } = self.layout;
        let label =
            |anchor| Type { ink: self.theme.muted.into(), size: TICK_SIZE, bold: false, anchor };
        for tick in y_ticks {
            let height = y.to_px(tick.value);
            self.pen.horizontal(height, plot.x, plot.right(), self.theme.grid.into())?;
            self.pen.text(&tick.label, (plot.x - 8.0, height), label(HPos::Right))?;
        }
        for tick in x_ticks {
            let place = (x.to_px(tick.value), plot.bottom() + 15.0);
            self.pen.text(&tick.label, place, label(HPos::Center))?;
        }
        let middle = f64::midpoint(plot.x, plot.right());
        self.pen.text(&self.labels.x_axis, (middle, plot.bottom() + 30.0), label(HPos::Center))
    }

    fn curves(&self) -> Drawn<DB> {
        for series in &self.scene.series {
            let curve = self.layout.curve(series);
            let id = series.id;
            self.pen.dashed(&curve, id.dash(), self.ink(id), id.width())?;
        }
        Ok(())
    }

    /// A dot on each curve at `channels`, with a rim in the colour of the background.
    fn dots(&self, channels: u64, radius: f64) -> Drawn<DB> {
        let ChartLayout { plot, x, y, .. } = self.layout;
        let place = |series: &Series| {
            (x.to_px(channels as f64), y.to_px(series.curve.at_f64(channels as f64)))
        };
        for series in &self.scene.series {
            let (x, y) = place(series);
            if y >= plot.y && y <= plot.bottom() && x <= plot.right() {
                self.pen.disc((x, y), radius + 1.5, self.theme.background.into())?;
                self.pen.disc((x, y), radius, self.ink(series.id))?;
            }
        }
        Ok(())
    }

    /// The channels under the pointer; `None` where they are the cursor's or out of view.
    fn hovered(&self) -> Option<u64> {
        let Scene { hovered, present, axes, .. } = self.scene;
        hovered.filter(|channels| channels != present && *channels <= axes.x_max)
    }

    fn lines(&self) -> Drawn<DB> {
        let ChartLayout { plot, x, .. } = self.layout;
        let (place, _) = self.layout.grip(self.scene);
        let ink = Ink { colour: self.theme.ink, alpha: 0.5 };
        self.pen.vertical(place, plot.y - 4.0, plot.bottom(), ink)?;
        let Some(channels) = self.hovered() else {
            return Ok(());
        };
        let place = self.pen.crisp(x.to_px(channels as f64));
        let line = [(place, plot.y), (place, plot.bottom())];
        self.pen.dashed(&line, &[3.0, 3.0], self.theme.muted.into(), 1.0)
    }

    fn cursor(&self) -> Drawn<DB> {
        if let Some(channels) = self.hovered() {
            self.dots(channels, 3.0)?;
        }
        self.dots(self.scene.present, 4.0)?;
        let grip = self.layout.grip(self.scene);
        self.pen.disc(grip, 8.5, self.theme.background.into())?;
        self.pen.disc(grip, 7.0, self.theme.ink.into())
    }
}

#[cfg(test)]
mod tests {
    use plotters::prelude::{IntoDrawingArea, SVGBackend};

    use super::super::layout::Surface;
    use super::super::layout::tests::{labels, surface};
    use super::super::scene::tests::{answer, answer_with_other};
    use super::super::series::SeriesId;
    use super::super::{SceneOptions, Spacing};
    use super::*;
    use crate::cost::{Answer, Metric, PLAIN_KERNELS};

    /// The chart of `answer` as SVG.
    fn svg(answer: &Answer, options: &SceneOptions, surface: Surface, theme: &Theme) -> String {
        let scene = Scene::new(answer, options);
        let layout = ChartLayout::new(&scene, &labels(), surface);
        let figure = Figure { scene, layout, labels: labels(), theme: *theme };
        let mut svg = String::new();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "it is small")]
        let size = [surface.width, surface.height].map(|side| (side * surface.units()) as u32);
        {
            let root = SVGBackend::with_string(&mut svg, size.into()).into_drawing_area();
            root.fill(&theme.background).unwrap();
            for &layer in CanvasLayer::VARIANTS {
                draw(&root, layer, &figure).unwrap();
            }
            root.present().unwrap();
        }
        svg
    }

    #[test]
    fn the_opening_chart() {
        let surface = Surface { oversample: 4, ..surface(600.0, 276.0) };
        let options = SceneOptions::default();
        insta::assert_snapshot!(svg(
            &answer("3a", &[3, 5], Metric::Params),
            &options,
            surface,
            &Theme::LIGHT
        ));
    }

    #[test]
    fn a_small_dark_chart_by_factors() {
        let options = SceneOptions {
            spacing: Spacing::Log,
            metric: Metric::Memory,
            hovered: Some(40),
            highlighted: Some(SeriesId::Plain(3)),
            ..SceneOptions::default()
        };
        let surface = Surface { oversample: 4, ..surface(350.0, 240.0) };
        insta::assert_snapshot!(svg(
            &answer_with_other("4e", &[3], Metric::Memory),
            &options,
            surface,
            &Theme::DARK
        ));
    }

    #[test]
    fn the_busiest_chart_is_a_few_hundred_calls() {
        let options = SceneOptions { hovered: Some(40), ..SceneOptions::default() };
        let surface = Surface { pixel_ratio: 2.0, oversample: 4, ..surface(640.0, 280.0) };
        let svg = svg(
            &answer_with_other("write_up_256", &PLAIN_KERNELS, Metric::Params),
            &options,
            surface,
            &Theme::LIGHT,
        );
        let calls = svg.matches("/>").count() + svg.matches("<text").count();
        assert!(calls < 600, "{calls}");
    }
}
