//! The chart as SVG, for the page's first picture, where there is no canvas to paint.

use plotters::prelude::{IntoDrawingArea, SVGBackend};

use crate::chart::{self, CanvasLayer, Figure, Theme};

/// `figure` as SVG in the colours of both themes, which fits any box.
pub fn svg(figure: &Figure) -> String {
    let [light, dark] =
        [Theme::LIGHT, Theme::DARK].map(|theme| drawn(Figure { theme, ..figure.clone() }));
    // The same strokes in other colours, six digits each.
    let mut colours = light.split('#').zip(dark.split('#'));
    let mut svg = colours.next().map_or_else(String::new, |(before, _)| before.to_owned());
    for (light, dark) in colours {
        let (digits, rest) = light.split_at(6);
        svg.push_str(&format!("light-dark(#{digits},#{}){rest}", &dark[..6]));
    }
    let (width, height) = size(figure);
    svg.replacen(&format!("width=\"{width}\" height=\"{height}\" "), "aria-hidden=\"true\" ", 1)
}

fn size(figure: &Figure) -> (u32, u32) {
    let surface = figure.layout.surface;
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "screens are smaller"
    )]
    let units = |css: f64| (css * surface.units()).round() as u32;
    (units(surface.width), units(surface.height))
}

fn drawn(figure: Figure) -> String {
    let mut svg = String::new();
    let area = SVGBackend::with_string(&mut svg, size(&figure)).into_drawing_area();
    for layer in CanvasLayer::ALL {
        // A text takes all that is written to it.
        let _ = chart::draw(&area, layer, &figure);
    }
    drop(area);
    svg
}
