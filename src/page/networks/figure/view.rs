//! The figure on the page, with moving, zooming and keys.
//!
//! The wheel scrolls the picture, and the page where the picture ends; with Ctrl or ⌘ (so a touchpad's
//! pinch) it zooms. One finger moves, two zoom.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::Rc;

use crate::t;
use gloo_events::{EventListener, EventListenerOptions};
use wasm_bindgen::JsCast;
use web_sys::{Element, FocusOptions, KeyboardEvent, PointerEvent, SvgElement, WheelEvent};
use yew::prelude::*;

use crate::cost::{Metric, NetworkCost, NetworkFault};
use crate::page::browser::window;
use crate::page::plot::use_surface;
use crate::page::prefs::use_lang;
use crate::page::words;

use super::block::{Act, is_inception};
use super::gesture::Pointers;
use super::layout::Layout;
use super::picture::Scene;
use super::viewport::{Bounds, Viewport};
use super::walk::Step;

/// Below this scale only names can be read.
const FAR: f64 = 0.62;
/// One press of a zoom button or key.
const ZOOM: f64 = 1.3;
/// One press of an arrow that pans, in CSS pixels.
const PAN: f64 = 80.0;

#[derive(Properties, PartialEq)]
pub struct NetworkFigureProps {
    /// The network and its cost.
    pub cost: Rc<NetworkCost>,
    /// The count that is chosen; see [`Metric::of_parts`] for what fills the boxes.
    pub metric: Metric,
    /// The containers that are open, by row; see [`opened_at_first`](super::layout::opened_at_first).
    pub expanded: Rc<BTreeSet<usize>>,
    /// The row that is selected; it is brought into view when it changes.
    pub selected: Option<usize>,
    /// Called with the row that is selected here.
    pub onselect: Callback<usize>,
    /// Called with the container that is to be opened or closed.
    pub ontoggle: Callback<usize>,
    /// Called with the Inception module that is to be opened in its own view.
    pub onopen: Callback<usize>,
    /// Says in the reader's language why a row can't be counted.
    pub explain: Callback<NetworkFault, AttrValue>,
}

/// Where the picture is; `None` until it was moved.
#[derive(Clone, Copy, PartialEq, Default)]
struct Camera {
    viewport: Option<Viewport>,
    eased: bool,
}

/// The camera as it is now, for listeners that outlive a render.
#[derive(Clone)]
struct Tripod {
    now: Rc<RefCell<Option<(Viewport, Bounds)>>>,
    camera: UseStateSetter<Camera>,
}

impl Tripod {
    /// Moves the camera; returns whether it moved.
    fn move_by(&self, eased: bool, step: impl FnOnce(Viewport, Bounds) -> Viewport) -> bool {
        let Some((from, bounds)) = *self.now.borrow() else { return false };
        let to = step(from, bounds);
        if to == from {
            return false;
        }
        *self.now.borrow_mut() = Some((to, bounds));
        self.camera.set(Camera { viewport: Some(to), eased });
        true
    }

    fn zoom(&self, factor: f64) {
        self.move_by(true, |view, bounds| {
            let (width, height) = bounds.view;
            view.zoomed(factor, (width / 2.0, height / 2.0), bounds)
        });
    }

    fn pan(&self, by: (f64, f64)) {
        self.move_by(true, |view, bounds| view.panned(by, bounds));
    }

    fn fit(&self) {
        self.move_by(true, |_, bounds| Viewport::fit(bounds));
    }

    /// The wheel turns over `stage`.
    fn wheel(&self, event: &WheelEvent, stage: &Element) {
        let unit = if event.delta_mode() == WheelEvent::DOM_DELTA_LINE { 16.0 } else { 1.0 };
        let (dx, dy) = (event.delta_x() * unit, event.delta_y() * unit);
        if event.ctrl_key() || event.meta_key() {
            // A notch of a wheel is about a hundred pixels, a touchpad's pinch a few at a time.
            let factor = (-dy.clamp(-120.0, 120.0) * 0.003).exp();
            let at = place_in(stage, event);
            self.move_by(false, |view, bounds| view.zoomed(factor, at, bounds));
            event.prevent_default();
        } else if self.move_by(false, |view, bounds| view.panned((-dx, -dy), bounds)) {
            event.prevent_default();
        }
    }
}

fn place_in(stage: &Element, event: &web_sys::MouseEvent) -> (f64, f64) {
    let bounds = stage.get_bounding_client_rect();
    (f64::from(event.client_x()) - bounds.left(), f64::from(event.client_y()) - bounds.top())
}

/// The state for pointers and keys.
#[derive(Clone)]
struct Figure {
    tripod: Tripod,
    stage: NodeRef,
    pointers: Rc<RefCell<Pointers>>,
    layout: Rc<Layout>,
    /// The row that keys start from.
    active: UseStateHandle<usize>,
    /// Counts the times that a key moves the focus.
    walked: UseStateHandle<u32>,
    act: Callback<(usize, Act)>,
}

impl Figure {
    fn on<E: 'static>(&self, hear: fn(&Self, &E)) -> Callback<E> {
        let figure = self.clone();
        Callback::from(move |event| hear(&figure, &event))
    }

    fn press(&self, event: &PointerEvent) {
        let Some(stage) = self.stage.cast::<Element>().filter(|_| event.button() == 0) else {
            return;
        };
        self.pointers.borrow_mut().press(event.pointer_id(), place_in(&stage, event));
    }

    fn motion(&self, event: &PointerEvent) {
        let Some(stage) = self.stage.cast::<Element>() else { return };
        let mut pointers = self.pointers.borrow_mut();
        let was_dragging = pointers.dragging;
        let Some(motion) = pointers.moved(event.pointer_id(), place_in(&stage, event)) else {
            return;
        };
        if !was_dragging {
            // From here on it is a drag, not a click. Capturing fails for a pointer that was removed meanwhile.
            let _ = stage.set_pointer_capture(event.pointer_id());
        }
        let moved = self.tripod.move_by(false, |view, bounds| {
            view.zoomed(motion.zoom, motion.at, bounds).panned(motion.pan, bounds)
        });
        if let Some(window) = window().filter(|_| !moved && event.pointer_type() == "touch") {
            // The picture has ended: the finger scrolls the page.
            window.scroll_by_with_x_and_y(0.0, -motion.pan.1);
        }
    }

    fn release(&self, event: &PointerEvent) {
        self.pointers.borrow_mut().release(event.pointer_id());
    }

    /// Arrows, Home and End walk from box to box; with Shift, arrows pan. +, − and 0 zoom. Enter and Space
    /// do what a double click and the chevron do.
    fn key(&self, event: &KeyboardEvent) {
        // Keys with a modifier are left to the browser.
        if event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let pans = event.shift_key();
        match event.key().as_str() {
            "+" | "=" => self.tripod.zoom(ZOOM),
            "-" | "_" | "−" => self.tripod.zoom(1.0 / ZOOM),
            "0" => self.tripod.fit(),
            "ArrowUp" if pans => self.tripod.pan((0.0, PAN)),
            "ArrowDown" if pans => self.tripod.pan((0.0, -PAN)),
            "ArrowLeft" if pans => self.tripod.pan((PAN, 0.0)),
            "ArrowRight" if pans => self.tripod.pan((-PAN, 0.0)),
            "ArrowUp" => self.walk(Step::Up),
            "ArrowDown" => self.walk(Step::Down),
            "ArrowLeft" => self.walk(Step::Left),
            "ArrowRight" => self.walk(Step::Right),
            "Home" => self.walk(Step::First),
            "End" => self.walk(Step::Last),
            "Enter" => self.act.emit((*self.active, Act::Enter)),
            " " => self.act.emit((*self.active, Act::Toggle)),
            _ => return,
        }
        event.prevent_default();
    }

    fn walk(&self, step: Step) {
        let Some(from) = self.layout.place_of(*self.active) else { return };
        let Some(place) = self.layout.places.get(self.layout.walk(from, step)) else { return };
        self.tripod.move_by(true, |view, bounds| view.revealing(place.handle(), bounds));
        self.active.set(place.row);
        self.walked.set(self.walked.wrapping_add(1));
        self.act.emit((place.row, Act::Select));
    }
}

/// Calls the callback for an action on a row.
fn acting(props: &NetworkFigureProps, active: UseStateHandle<usize>) -> Callback<(usize, Act)> {
    let (cost, onselect) = (props.cost.clone(), props.onselect.clone());
    let (ontoggle, onopen) = (props.ontoggle.clone(), props.onopen.clone());
    Callback::from(move |(row, act): (usize, Act)| {
        let kind = cost.rows.get(row).map(|row| row.kind);
        let opens = kind.is_some_and(is_inception);
        let is_container = kind.is_some_and(|kind| kind.is_container());
        match act {
            Act::Focus => active.set(row),
            Act::Open => onopen.emit(row),
            Act::Enter if opens => onopen.emit(row),
            Act::Toggle | Act::Enter if is_container => ontoggle.emit(row),
            _ => onselect.emit(row),
        }
    })
}

/// Listens to the wheel on the element itself: Yew's delegated listener would run too late to stop the page
/// from scrolling.
#[hook]
fn use_wheel(stage: &NodeRef, tripod: &Tripod) {
    let (stage, tripod) = (stage.clone(), tripod.clone());
    use_effect_with((), move |()| {
        let listener = stage.cast::<Element>().map(|stage| {
            let options = EventListenerOptions::enable_prevent_default();
            let target = stage.clone();
            EventListener::new_with_options(&target, "wheel", options, move |event| {
                if let Some(event) = event.dyn_ref::<WheelEvent>() {
                    tripod.wheel(event, &stage);
                }
            })
        });
        move || drop(listener)
    });
}

/// Brings the row that was selected elsewhere into view, and again when the view's size changes, since the
/// inspector below may shrink it.
#[hook]
fn use_selection(selected: Option<usize>, figure: &Figure, size: Option<(f64, f64)>) {
    let figure = figure.clone();
    use_effect_with((selected, size), move |(selected, _)| {
        let place = selected.and_then(|row| figure.layout.place_of(row));
        if let Some(place) = place.and_then(|index| figure.layout.places.get(index)) {
            figure.tripod.move_by(true, |view, bounds| view.revealing(place.rect, bounds));
            figure.active.set(place.row);
        }
    });
}

/// Puts the focus where a key walked to, once that is drawn.
#[hook]
fn use_focus(figure: &Figure) {
    let (stage, active) = (figure.stage.clone(), *figure.active);
    use_effect_with(*figure.walked, move |walked| {
        let stage = stage.cast::<Element>().filter(|_| *walked > 0);
        let found = stage.and_then(|stage| {
            stage.query_selector(&format!("[data-row='{active}']")).ok().flatten()
        });
        if let Some(found) = found.and_then(|found| found.dyn_into::<SvgElement>().ok()) {
            let options = FocusOptions::new();
            options.set_prevent_scroll(true);
            // The picture has been moved already.
            let _ = found.focus_with_options(&options);
        }
    });
}

/// The architecture of a network as a figure that can be moved and zoomed.
#[component]
pub fn NetworkFigure(props: &NetworkFigureProps) -> Html {
    use_lang();
    let place = use_node_ref();
    let surface = use_surface(&place);
    let view = surface.map_or((560.0, 460.0), |surface| (surface.width, surface.height));
    let metric = props.metric.of_parts();
    let layout = use_memo(
        (props.cost.clone(), props.expanded.clone(), metric, view.0),
        |(cost, expanded, metric, width)| Layout::new(cost, expanded, *metric, *width),
    );
    let camera = use_state_eq(Camera::default);
    let bounds = Bounds { view, picture: layout.size };
    let viewport =
        camera.viewport.map_or_else(|| Viewport::start(bounds), |view| view.clamped(bounds));
    let now = use_mut_ref(|| None::<(Viewport, Bounds)>);
    *now.borrow_mut() = surface.map(|_| (viewport, bounds));
    let tripod = Tripod { now, camera: camera.setter() };
    let active = use_state_eq(|| 0_usize);
    let figure = Figure {
        stage: use_node_ref(),
        pointers: use_mut_ref(Pointers::default),
        walked: use_state_eq(|| 0_u32),
        act: acting(props, active.clone()),
        tripod,
        layout: layout.clone(),
        active,
    };
    use_wheel(&figure.stage, &figure.tripod);
    use_selection(props.selected, &figure, surface.map(|_| view));
    use_focus(&figure);
    let (x, y) = viewport.offset;
    let class = classes!("net-figure-stage", (viewport.scale < FAR).then_some("far"));
    html! {
        <div class="net-figure">
            <div class="net-figure-view" ref={place}>
                <svg ref={figure.stage.clone()} {class} role="tree" aria-label={t!("figure.title")}
                    onkeydown={figure.on(Figure::key)} onpointerdown={figure.on(Figure::press)}
                    onpointermove={figure.on(Figure::motion)} onpointerup={figure.on(Figure::release)}
                    onpointercancel={figure.on(Figure::release)}
                    onpointerleave={figure.on(Figure::release)}>
                    <g class={classes!("net-figure-scene", camera.eased.then_some("eased"))}
                        style={format!("transform: translate({x:.2}px, {y:.2}px) scale({:.4})", viewport.scale)}>
                        // Not before the size is known: it would be drawn twice.
                        if surface.is_some() {
                        <Scene cost={props.cost.clone()} layout={layout.clone()} expanded={props.expanded.clone()}
                            {metric} window={viewport.window(bounds)} selected={props.selected}
                            active={layout.place_of(*figure.active)} explain={props.explain.clone()} onact={figure.act.clone()} />
                        }
                    </g>
                </svg>
            </div>
            <div class="net-figure-foot">
                <p class="net-figure-hint">
                    <b>{ t!("figure.legend", metric = words::metric_noun(metric)) }</b>{ " " }
                    if props.metric.additive().is_none() {
                        <span id="net-figure-parts">{ t!("figure.no_parts", metric = words::metric(props.metric)) }</span>{ " " }
                    }
                    { t!("figure.hint") }
                </p>
                { tools(&figure.tripod) }
            </div>
        </div>
    }
}

fn tools(tripod: &Tripod) -> Html {
    let button = |d: &'static str, label: AttrValue, press: fn(&Tripod)| {
        let tripod = tripod.clone();
        let onclick = Callback::from(move |_: MouseEvent| press(&tripod));
        html! {
            <button type="button" title={label.clone()} aria-label={label} {onclick}>
                <svg viewBox="0 0 16 16" aria-hidden="true"><path {d} /></svg>
            </button>
        }
    };
    html! {
        <div class="net-figure-tools">
            { button("M8,3v10M3,8h10", t!("figure.zoom_in"), |tripod| tripod.zoom(ZOOM)) }
            { button("M3,8h10", t!("figure.zoom_out"), |tripod| tripod.zoom(1.0 / ZOOM)) }
            { button("M2,6V2h4M10,2h4v4M14,10v4h-4M6,14H2v-4", t!("figure.fit"), Tripod::fit) }
        </div>
    }
}
