//! Drawing in CSS pixels on any plotters backend.

use plotters::coord::Shift;
use plotters::prelude::{
    Circle, DrawingArea, DrawingAreaErrorKind, DrawingBackend, FontDesc, FontFamily, FontStyle,
    PathElement, Polygon, RGBColor, Rectangle, ShapeStyle,
};
use plotters::style::Color;
use plotters::style::text_anchor::{HPos, Pos, VPos};

use super::geometry::{Point, Rect};
use super::layout::Surface;
use super::stroke;

pub(super) type Drawn<DB> = Result<(), DrawingAreaErrorKind<<DB as DrawingBackend>::ErrorType>>;

/// A colour and its opacity.
#[derive(Clone, Copy)]
pub(super) struct Ink {
    pub colour: RGBColor,
    pub alpha: f64,
}

impl From<RGBColor> for Ink {
    fn from(colour: RGBColor) -> Self {
        Self { colour, alpha: 1.0 }
    }
}

/// How a text is set.
#[derive(Clone, Copy)]
pub(super) struct Type {
    pub ink: Ink,
    /// In CSS pixels.
    pub size: f64,
    pub bold: bool,
    /// Which end of the text (or its middle) the given point is; vertically always the middle.
    pub anchor: HPos,
}

pub(super) struct Pen<'a, DB: DrawingBackend> {
    root: &'a DrawingArea<DB, Shift>,
    surface: Surface,
    family: &'static str,
}

impl<'a, DB: DrawingBackend> Pen<'a, DB> {
    pub fn new(root: &'a DrawingArea<DB, Shift>, surface: Surface, family: &'static str) -> Self {
        Self { root, surface, family }
    }

    /// A length in the backend's units.
    #[expect(clippy::cast_possible_truncation, reason = "surfaces are smaller; a cast saturates")]
    fn length(&self, css: f64) -> i32 {
        (css * self.surface.units()).round() as i32
    }

    fn point(&self, (x, y): Point) -> (i32, i32) {
        (self.length(x), self.length(y))
    }

    fn stroke_style(&self, ink: Ink, width: f64) -> ShapeStyle {
        ShapeStyle {
            color: ink.colour.mix(ink.alpha),
            filled: false,
            stroke_width: self.length(width).max(1).unsigned_abs(),
        }
    }

    pub fn line(&self, line: &[Point], ink: Ink, width: f64) -> Drawn<DB> {
        let points: Vec<_> = line.iter().map(|point| self.point(*point)).collect();
        self.root.draw(&PathElement::new(points, self.stroke_style(ink, width)))
    }

    /// A line in dashes (on, off, …, in CSS pixels; solid where empty).
    pub fn dashed(&self, line: &[Point], dash: &[f64], ink: Ink, width: f64) -> Drawn<DB> {
        stroke::dashes(line, dash, |piece| self.line(piece, ink, width))
    }

    /// `css` moved so that a hairline there covers whole device pixels.
    pub fn crisp(&self, css: f64) -> f64 {
        let ratio = self.surface.pixel_ratio;
        let odd = ratio.round().max(1.0) % 2.0 > 0.5;
        let device = css * ratio;
        (if odd { device.floor() + 0.5 } else { device.round() }) / ratio
    }

    /// A horizontal hairline.
    pub fn horizontal(&self, y: f64, from: f64, to: f64, ink: Ink) -> Drawn<DB> {
        let y = self.crisp(y);
        self.line(&[(from, y), (to, y)], ink, 1.0)
    }

    /// A vertical hairline.
    pub fn vertical(&self, x: f64, from: f64, to: f64, ink: Ink) -> Drawn<DB> {
        let x = self.crisp(x);
        self.line(&[(x, from), (x, to)], ink, 1.0)
    }

    pub fn disc(&self, centre: Point, radius: f64, ink: Ink) -> Drawn<DB> {
        let style = ink.colour.mix(ink.alpha).filled();
        self.root.draw(&Circle::new(self.point(centre), self.length(radius), style))
    }

    pub fn rect(&self, rect: &Rect, ink: Ink) -> Drawn<DB> {
        let corners = [self.point((rect.x, rect.y)), self.point((rect.right(), rect.bottom()))];
        self.root.draw(&Rectangle::new(corners, ink.colour.mix(ink.alpha).filled()))
    }

    /// A filled rectangle with half circles at its sides.
    pub fn pill(&self, rect: &Rect, ink: Ink) -> Drawn<DB> {
        const STEPS: u32 = 12;
        let radius = rect.height / 2.0;
        let middle = rect.center().1;
        // The rational parametrisation of a circle; sine and cosine would add to the wasm.
        let arc = |centre: f64, radius: f64| {
            (0..=STEPS).map(move |step| {
                let t = 2.0 * f64::from(step) / f64::from(STEPS) - 1.0;
                let scale = radius / (1.0 + t * t);
                (centre + scale * (1.0 - t * t), middle + scale * 2.0 * t)
            })
        };
        let outline = arc(rect.right() - radius, radius).chain(arc(rect.x + radius, -radius));
        let points: Vec<_> = outline.map(|point| self.point(point)).collect();
        self.root.draw(&Polygon::new(points, ink.colour.mix(ink.alpha)))
    }

    /// One line of text. Measuring it would force a layout of the page.
    pub fn text(&self, text: &str, place: Point, style: Type) -> Drawn<DB> {
        let weight = if style.bold { FontStyle::Bold } else { FontStyle::Normal };
        let size = style.size * self.surface.units();
        let font = FontDesc::new(FontFamily::Name(self.family), size, weight);
        let style = font
            .color(&style.ink.colour.mix(style.ink.alpha))
            .pos(Pos::new(style.anchor, VPos::Center));
        self.root.draw_text(text, &style, self.point(place))
    }
}
