//! The size of a plot.

use gloo_events::EventListener;
use wasm_bindgen::prelude::*;
use web_sys::{HtmlElement, ResizeObserver, window};
use yew::prelude::*;

use crate::chart::Surface;

/// Drawing units in a device pixel: plotters knows whole coordinates only.
const OVERSAMPLE: u32 = 4;

fn measure(element: &HtmlElement) -> Surface {
    Surface {
        width: f64::from(element.client_width()),
        height: f64::from(element.client_height()),
        pixel_ratio: window().map_or(1.0, |window| window.device_pixel_ratio()),
        oversample: OVERSAMPLE,
    }
}

/// The size of an element, followed as it changes; `None` until it is known.
#[hook]
pub fn use_surface(element: &NodeRef) -> Option<Surface> {
    let surface = use_state_eq(|| None::<Surface>);
    {
        let (surface, element) = (surface.clone(), element.clone());
        use_effect_with((), move |()| {
            let observed = element.cast::<HtmlElement>();
            let update = move || {
                if let Some(element) = element.cast::<HtmlElement>() {
                    let measured = measure(&element);
                    // A hidden view has no size; it keeps its last one.
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
            if let (Some(observer), Some(element)) = (&observer, observed) {
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
