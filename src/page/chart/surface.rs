//! A canvas that fills its place and stays sharp, and the painting of a chart on it.

use std::rc::Rc;

use gloo_events::EventListener;
use plotters::coord::Shift;
use plotters::prelude::{DrawingArea, IntoDrawingArea};
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use plotters_canvas::CanvasBackend;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, ResizeObserver};

use crate::page::browser::window;
use yew::prelude::*;

use crate::chart::{self, Figure, Layer, Surface};

/// Drawing units in a device pixel: plotters knows whole coordinates only.
const OVERSAMPLE: u32 = 4;

fn measure(place: &HtmlElement) -> Surface {
    Surface {
        width: f64::from(place.client_width()),
        height: f64::from(place.client_height()),
        pixel_ratio: window().map_or(1.0, |window| window.device_pixel_ratio()),
        oversample: OVERSAMPLE,
    }
}

/// The size of an element's place, followed as it changes; `None` until it is known.
#[hook]
pub fn use_surface(place: &NodeRef) -> Option<Surface> {
    let surface = use_state_eq(|| None::<Surface>);
    {
        let (surface, place) = (surface.clone(), place.clone());
        use_effect_with((), move |()| {
            let element = place.cast::<HtmlElement>();
            let update = move || {
                if let Some(place) = place.cast::<HtmlElement>() {
                    let measured = measure(&place);
                    // A view that is not open has no size; it keeps the last.
                    if measured.width > 0.0 && measured.height > 0.0 {
                        surface.set(Some(measured));
                    }
                }
            };
            update();
            let zoomed = window().map(|window| {
                let update = update.clone();
                EventListener::new(&window, "resize", move |_| update())
            });
            let callback = Closure::<dyn FnMut()>::new(update);
            let observer = ResizeObserver::new(callback.as_ref().unchecked_ref()).ok();
            if let (Some(observer), Some(element)) = (&observer, element) {
                observer.observe(&element);
            }
            move || {
                if let Some(observer) = observer {
                    observer.disconnect();
                }
                drop((callback, zoomed));
            }
        });
    }
    *surface
}

/// A canvas under a transform that makes its units smaller: plotters must know how many of them there
/// are, or it cuts off what lies beyond as many as there are pixels.
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
    /// `None` where the browser gives nothing to draw with.
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

    fn draw(&self, layer: Layer, figure: &Figure) -> Option<()> {
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
/// The layer of the curves is kept on a second canvas, beside the document: a drag copies it instead of
/// drawing it. (A text that is drawn in the document makes the browser bring all styles up to date.)
struct Painter {
    picture: Sheet,
    curves: Sheet,
    /// What the curves are those of.
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
            curves.draw(Layer::Curves, figure)?;
            *drawn = Some(figure.clone());
        }
        picture.clear();
        picture.draw(Layer::Lines, figure)?;
        picture.copy(curves)?;
        picture.draw(Layer::Dots, figure)
    }
}

/// Keeps `figure` painted on a canvas. Where the browser gives nothing to draw with there is still the
/// table.
#[hook]
pub fn use_paint(canvas: &NodeRef, figure: Option<Rc<Figure>>) {
    let painter = use_mut_ref(|| None::<Painter>);
    // A browser that loses its graphics loses what canvases hold, and says when it has them again.
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
