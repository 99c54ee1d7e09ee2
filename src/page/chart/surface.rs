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
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, ResizeObserver, window};
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

/// A canvas that is cleared to be drawn on.
struct Sheet {
    context: CanvasRenderingContext2d,
    area: DrawingArea<Oversampled, Shift>,
    units: (u32, u32),
}

impl Sheet {
    /// Makes `canvas` fill its surface. `None` where the browser gives nothing to draw with.
    fn new(canvas: &HtmlCanvasElement, surface: &Surface) -> Option<Self> {
        let Surface { width, height, pixel_ratio, oversample } = *surface;
        #[expect(
            clippy::cast_possible_truncation,
            clippy::cast_sign_loss,
            reason = "screens are smaller"
        )]
        let pixels = |css: f64| (css * pixel_ratio).round().max(1.0) as u32;
        let (columns, rows) = (pixels(width), pixels(height));
        if (canvas.width(), canvas.height()) != (columns, rows) {
            canvas.set_width(columns);
            canvas.set_height(rows);
        }
        let context: CanvasRenderingContext2d = canvas.get_context("2d").ok()??.dyn_into().ok()?;
        let unit = 1.0 / f64::from(oversample);
        let units = (columns * oversample, rows * oversample);
        // Fails for no finite matrix.
        context.set_transform(unit, 0.0, 0.0, unit, 0.0, 0.0).ok()?;
        context.clear_rect(0.0, 0.0, units.0.into(), units.1.into());
        let canvas = CanvasBackend::with_canvas_object(canvas.clone())?;
        let area = Oversampled { canvas, units }.into_drawing_area();
        Some(Self { context, area, units })
    }

    fn draw(&self, layer: Layer, figure: &Figure) -> Option<()> {
        chart::draw(&self.area, layer, figure).ok()
    }
}

/// The layer of the curves, kept beside the document: a drag copies it instead of drawing it. Drawing
/// texts in the document makes the browser bring all styles up to date for each.
#[derive(Default)]
pub struct Curves {
    canvas: Option<HtmlCanvasElement>,
    figure: Option<Rc<Figure>>,
}

impl Curves {
    fn of(&mut self, figure: &Rc<Figure>) -> Option<&HtmlCanvasElement> {
        if self.canvas.is_none() {
            let canvas = window()?.document()?.create_element("canvas").ok()?;
            self.canvas = canvas.dyn_into().ok();
        }
        let canvas = self.canvas.as_ref()?;
        if !self.figure.as_ref().is_some_and(|painted| painted.has_curves_of(figure)) {
            Sheet::new(canvas, &figure.layout.surface)?.draw(Layer::Curves, figure)?;
            self.figure = Some(figure.clone());
        }
        Some(canvas)
    }
}

/// Paints the chart. `None` where the browser gives no canvas to draw on: there is still the table.
pub fn paint(canvas: &HtmlCanvasElement, curves: &mut Curves, figure: &Rc<Figure>) -> Option<()> {
    let curves = curves.of(figure)?;
    let sheet = Sheet::new(canvas, &figure.layout.surface)?;
    sheet.draw(Layer::Lines, figure)?;
    let (width, height) = (sheet.units.0.into(), sheet.units.1.into());
    let copied = sheet
        .context
        .draw_image_with_html_canvas_element_and_dw_and_dh(curves, 0.0, 0.0, width, height);
    copied.ok()?;
    sheet.draw(Layer::Dots, figure)
}
