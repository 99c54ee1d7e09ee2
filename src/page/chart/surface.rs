//! A canvas that fills its place and stays sharp, and the painting of a chart on it.

use gloo_events::EventListener;
use plotters::prelude::IntoDrawingArea;
use plotters_backend::{
    BackendColor, BackendCoord, BackendStyle, BackendTextStyle, DrawingBackend, DrawingErrorKind,
};
use plotters_canvas::CanvasBackend;
use wasm_bindgen::prelude::*;
use web_sys::{CanvasRenderingContext2d, HtmlCanvasElement, HtmlElement, ResizeObserver, window};
use yew::prelude::*;

use crate::chart::{self, Labels, Layout, Scene, Surface, Theme};

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

/// Paints the chart; where the browser gives no canvas there is still the table.
pub fn paint(
    canvas: &HtmlCanvasElement,
    scene: &Scene,
    layout: &Layout,
    labels: &Labels,
    theme: &Theme,
) {
    let Surface { width, height, pixel_ratio, oversample } = layout.surface;
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
    let context = canvas.get_context("2d").ok().flatten();
    let Some(context) =
        context.and_then(|context| context.dyn_into::<CanvasRenderingContext2d>().ok())
    else {
        return;
    };
    let unit = 1.0 / f64::from(oversample);
    // Fails for no finite matrix.
    let _ = context.set_transform(1.0, 0.0, 0.0, 1.0, 0.0, 0.0);
    context.clear_rect(0.0, 0.0, f64::from(columns), f64::from(rows));
    let _ = context.set_transform(unit, 0.0, 0.0, unit, 0.0, 0.0);
    if let Some(canvas) = CanvasBackend::with_canvas_object(canvas.clone()) {
        let backend = Oversampled { canvas, units: (columns * oversample, rows * oversample) };
        // A canvas that can't be drawn on leaves the picture empty; the table has the numbers.
        let _ = chart::draw(&backend.into_drawing_area(), scene, layout, labels, theme);
    }
}
