//! Painting a chart on a canvas.

use std::rc::Rc;

use gloo_events::EventListener;
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, IntoDrawingArea};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use plotters_canvas::CanvasBackend;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement};

use crate::page::browser::window;
use yew::prelude::*;

use crate::chart::{self, CanvasLayer, Figure, Surface};

/// A canvas under a transform that makes its units smaller than pixels. plotters clips at the backend's size,
/// so that must be told in these units.
struct Oversampled {
    canvas: CanvasBackend,
    units: (u32, u32),
}

type CanvasError = <CanvasBackend as DrawingBackend>::ErrorType;
type Drawn = Result<(), DrawingErrorKind<CanvasError>>;

impl DrawingBackend for Oversampled {
    type ErrorType = CanvasError;

    fn get_size(&self) -> (u32, u32) {
        self.units
    }

    fn ensure_prepared(&mut self) -> Drawn {
        self.canvas.ensure_prepared()
    }

    fn present(&mut self) -> Drawn {
        self.canvas.present()
    }

    fn draw_pixel(&mut self, point: BackendCoord, color: BackendColor) -> Drawn {
        self.canvas.draw_pixel(point, color)
    }

    fn draw_path<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        path: I,
        style: &S,
    ) -> Drawn {
        self.canvas.draw_path(path, style)
    }

    fn draw_circle<S: BackendStyle>(
        &mut self,
        center: BackendCoord,
        radius: u32,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.canvas.draw_circle(center, radius, style, fill)
    }

    fn draw_rect<S: BackendStyle>(
        &mut self,
        from: BackendCoord,
        to: BackendCoord,
        style: &S,
        fill: bool,
    ) -> Drawn {
        self.canvas.draw_rect(from, to, style, fill)
    }

    fn fill_polygon<S: BackendStyle, I: IntoIterator<Item = BackendCoord>>(
        &mut self,
        corners: I,
        style: &S,
    ) -> Drawn {
        self.canvas.fill_polygon(corners, style)
    }

    fn draw_text<S: BackendTextStyle>(
        &mut self,
        text: &str,
        style: &S,
        place: BackendCoord,
    ) -> Drawn {
        self.canvas.draw_text(text, style, place)
    }
}

/// A canvas as large as a surface.
struct Sheet {
    canvas: HtmlCanvasElement,
    context: CanvasRenderingContext2d,
    area: DrawingArea<Oversampled, Shift>,
    surface: Surface,
    units: (f64, f64),
}

impl Sheet {
    /// `None` where the browser has no 2D context.
    fn new(canvas: HtmlCanvasElement, surface: Surface) -> Option<Self> {
        let Surface { width, height, pixel_ratio, oversample } = surface;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "screens are smaller"
        )]
        let pixels = |css: f64| (css * pixel_ratio).round().max(1.0) as u32;
        let (columns, rows) = (pixels(width), pixels(height));
        canvas.set_width(columns);
        canvas.set_height(rows);
        let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let unit = 1.0 / f64::from(oversample);
        // Fails for no finite matrix.
        context.set_transform(unit, 0.0, 0.0, unit, 0.0, 0.0).ok()?;
        let units = (columns * oversample, rows * oversample);
        let backend = CanvasBackend::with_canvas_object(canvas.clone())?;
        let area = Oversampled { canvas: backend, units }.into_drawing_area();
        let units = (units.0.into(), units.1.into());
        Some(Self { canvas, context, area, surface, units })
    }

    fn clear(&self) {
        let (width, height) = self.units;
        self.context.clear_rect(0.0, 0.0, width, height);
    }

    fn draw(&self, layer: CanvasLayer, figure: &Figure) -> Option<()> {
        chart::draw(&self.area, layer, figure).ok()
    }

    fn copy(&self, other: &Self) -> Option<()> {
        let (width, height) = self.units;
        let canvas = &other.canvas;
        self.context
            .draw_image_with_html_canvas_element_and_dw_and_dh(canvas, 0.0, 0.0, width, height)
            .ok()
    }
}

/// Paints a chart on a canvas.
///
/// The layer of the curves is kept on a second canvas outside the document: a drag copies it instead of
/// drawing it again. (Drawing text on a canvas in the document makes the browser recalculate all styles.)
struct Painter {
    picture: Sheet,
    curves: Sheet,
    /// The figure whose curves are kept.
    drawn: Option<Rc<Figure>>,
}

impl Painter {
    fn new(canvas: HtmlCanvasElement, surface: Surface) -> Option<Self> {
        let curves = window()?.document()?.create_element("canvas").ok()?.dyn_into().ok()?;
        let (picture, curves) = (Sheet::new(canvas, surface)?, Sheet::new(curves, surface)?);
        Some(Self { picture, curves, drawn: None })
    }

    fn paint(&mut self, figure: &Rc<Figure>) -> Option<()> {
        let Self { picture, curves, drawn } = self;
        if !drawn.as_ref().is_some_and(|drawn| drawn.has_curves_of(figure)) {
            curves.clear();
            curves.draw(CanvasLayer::Curves, figure)?;
            *drawn = Some(figure.clone());
        }
        picture.clear();
        picture.draw(CanvasLayer::Lines, figure)?;
        picture.copy(curves)?;
        picture.draw(CanvasLayer::Dots, figure)
    }
}

/// Keeps `figure` painted on a canvas. Without a 2D context nothing is painted; the table remains.
#[hook]
pub fn use_paint(canvas: &NodeRef, figure: Option<Rc<Figure>>) {
    let painter = use_mut_ref(|| None::<Painter>);
    // A lost graphics context loses the canvases' content; the event says when it is back.
    let losses = use_state_eq(|| 0_u32);
    {
        let (canvas, painter, losses) = (canvas.clone(), painter.clone(), losses.setter());
        use_effect_with((), move |()| {
            let mut count = 0;
            let listener = canvas.cast::<HtmlCanvasElement>().map(|canvas| {
                EventListener::new(&canvas, "contextrestored", move |_| {
                    count += 1;
                    painter.take();
                    losses.set(count);
                })
            });
            move || drop(listener)
        });
    }
    let canvas = canvas.clone();
    use_effect_with((figure, *losses), move |(figure, _)| {
        let (Some(canvas), Some(figure)) = (canvas.cast::<HtmlCanvasElement>(), figure) else {
            return;
        };
        let surface = figure.layout.surface;
        let mut painter = painter.borrow_mut();
        if painter.as_ref().is_none_or(|painter| painter.picture.surface != surface) {
            *painter = Painter::new(canvas, surface);
        }
        if let Some(painter) = painter.as_mut() {
            let _ = painter.paint(figure);
        }
    });
}
