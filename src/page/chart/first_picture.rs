//! The chart as SVG, for the page's first picture, where there is no canvas to paint.

use std::convert::Infallible;
use std::fmt::Write as _;

use plotters::prelude::IntoDrawingArea;
use plotters::style::text_anchor::HPos;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
    FontStyle,
};
use strum::VariantArray;

use crate::chart::{self, CanvasLayer, Figure, Theme};

/// `figure` as SVG that fits any box, in the colours of both themes.
pub fn svg(figure: &Figure) -> String {
    let [light, dark] =
        [Theme::LIGHT, Theme::DARK].map(|theme| elements(&Figure { theme, ..figure.clone() }));
    // The same shapes in other colours, six digits each.
    let mut pieces = light.split('#').zip(dark.split('#'));
    let mut content = pieces.next().map_or_else(String::new, |(first, _)| first.to_owned());
    for (light, dark) in pieces {
        let (light, rest) = light.split_at(6);
        content.extend(["light-dark(#", light, ",#", &dark[..6], ")", rest]);
    }
    let (width, height) = size(figure);
    format!("<svg viewBox=\"0 0 {width} {height}\" aria-hidden=\"true\">{content}</svg>")
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

fn elements(figure: &Figure) -> String {
    let mut svg = Svg { size: size(figure), elements: String::new(), open: None, at: (0, 0) };
    {
        let area = (&mut svg).into_drawing_area();
        for &layer in CanvasLayer::VARIANTS {
            // It never fails.
            let _ = chart::draw(&area, layer, figure);
        }
    }
    svg.close();
    svg.elements
}

/// Compact SVG: successive lines of one style, such as the dashes of a curve, share an element.
struct Svg {
    size: (u32, u32),
    elements: String,
    /// The style of the element that is being written.
    open: Option<String>,
    /// Where that element's path is. Steps from there pack better than coordinates.
    at: BackendCoord,
}

type Drawn = Result<(), DrawingErrorKind<Infallible>>;

fn paint(name: &str, BackendColor { rgb: (red, green, blue), alpha }: BackendColor) -> String {
    let opacity = if alpha < 1.0 { format!(" opacity=\"{alpha}\"") } else { String::new() };
    format!(" {name}=\"#{red:02x}{green:02x}{blue:02x}\"{opacity}")
}

impl Svg {
    fn close(&mut self) {
        if let Some(style) = self.open.take() {
            self.elements.extend(["\"", &style, "/>"]);
        }
    }

    fn add(&mut self, element: &str) {
        self.close();
        self.elements.push_str(element);
    }

    /// Continues the path of `style`, or begins one; `end` is empty, or `Z` for a closed outline.
    fn path(&mut self, points: impl IntoIterator<Item = BackendCoord>, style: String, end: &str) {
        if self.open.as_ref() != Some(&style) {
            self.close();
            self.elements.push_str("<path d=\"");
            self.open = Some(style);
            self.at = (0, 0);
        }
        let mut first = None;
        for (x, y) in points {
            let command = if first.is_none() { 'm' } else { 'l' };
            let (across, down) = (x - self.at.0, y - self.at.1);
            // Writing to a `String` never fails.
            let _ = write!(self.elements, "{command}{across} {down}");
            self.at = (x, y);
            first.get_or_insert(self.at);
        }
        if let Some(first) = first.filter(|_| !end.is_empty()) {
            self.at = first;
        }
        self.elements.push_str(end);
    }
}

impl DrawingBackend for &mut Svg {
    type ErrorType = Infallible;

    fn get_size(&self) -> (u32, u32) {
        self.size
    }

    fn ensure_prepared(&mut self) -> Drawn {
        Ok(())
    }

    fn present(&mut self) -> Drawn {
        Ok(())
    }

    fn draw_pixel(&mut self, at: BackendCoord, color: BackendColor) -> Drawn {
        self.path([at, at], paint("stroke", color), "");
        Ok(())
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        let (ink, width) = (paint("stroke", style.color()), style.stroke_width());
        self.path(path, format!("{ink} stroke-width=\"{width}\" fill=\"none\""), "");
        Ok(())
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        (x, y): BackendCoord,
        radius: u32,
        style: &S,
        _: bool,
    ) -> Drawn {
        let fill = paint("fill", style.color());
        self.add(&format!("<circle cx=\"{x}\" cy=\"{y}\" r=\"{radius}\"{fill}/>"));
        Ok(())
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        (left, top): BackendCoord,
        (right, bottom): BackendCoord,
        style: &S,
        _: bool,
    ) -> Drawn {
        let corners = [(left, top), (right, top), (right, bottom), (left, bottom)];
        self.path(corners, paint("fill", style.color()), "Z");
        Ok(())
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        self.path(corners, paint("fill", style.color()), "Z");
        Ok(())
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        (x, y): BackendCoord,
    ) -> Drawn {
        let anchor = match style.anchor().h_pos {
            HPos::Left => "start",
            HPos::Center => "middle",
            HPos::Right => "end",
        };
        let weight = match style.style() {
            FontStyle::Bold => " font-weight=\"bold\"",
            _ => "",
        };
        let (fill, size) = (paint("fill", style.color()), style.size());
        // The page's words; none has a character that HTML reserves.
        self.add(&format!(
            "<text x=\"{x}\" y=\"{y}\" dominant-baseline=\"central\" text-anchor=\"{anchor}\" \
             font-size=\"{size}\"{weight}{fill}>{text}</text>"
        ));
        Ok(())
    }
}
