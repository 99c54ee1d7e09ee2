//! The curve, and the pointer and the keys that move along it.

use std::rc::Rc;

use rust_i18n::t;
use web_sys::{Element, KeyboardEvent, PointerEvent};
use yew::prelude::*;

use crate::chart::Unit;
use crate::page::chart::surface::use_surface;
use crate::page::format::grouped;
use crate::page::prefs::use_lang;
use crate::page::store::{Dispatch, StoreAction, use_dispatch};
use crate::page::words as page_words;
use crate::state::networks::{Chosen, NetworksAction, SubstitutionsAction};

use super::curve::{CurveLayout, Label};
use super::marks::{Marks, Table};
use super::standing::Standing;
use super::words;

/// Properties of [`CurveCard`].
#[derive(Properties, PartialEq)]
pub struct CurveCardProps {
    /// The convolutions and their curve.
    pub standing: Rc<Standing>,
    /// Which are replaced.
    pub chosen: Chosen,
}

fn choose(step: fn(NetworksAction) -> StoreAction, k: usize) -> StoreAction {
    step(NetworksAction::Substitutions(SubstitutionsAction::Choose(Chosen::Heaviest(k))))
}

/// The card around the curve.
#[component]
pub fn CurveCard(CurveCardProps { standing, chosen }: &CurveCardProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let hovered = use_state_eq(|| None::<usize>);
    let onhover = use_callback(hovered.setter(), |k, hovered| hovered.set(k));
    let metric = standing.ranking.by;
    let onchoose = Callback::from(move |k| dispatch.dispatch(choose(StoreAction::commit, k)));
    html! {
        <section class="card net-curve-card">
            <h2>
                { t!("net.replace.chart", metric = page_words::metric(metric)) }
                <small id="net-readout">{ readout(standing, chosen, *hovered) }</small>
            </h2>
            <Plot standing={standing.clone()} chosen={chosen.clone()} hovered={*hovered} {onhover} />
            <div class="under">
                <Marks standing={standing.clone()} chosen={chosen.clone()} {onchoose} />
                <Table standing={standing.clone()} now={standing.chosen(chosen)} />
            </div>
        </section>
    }
}

/// The exact numbers of what is hovered, otherwise of what is chosen.
fn readout(standing: &Standing, chosen: &Chosen, hovered: Option<usize>) -> String {
    let metric = standing.ranking.by;
    let (k, count) = match (hovered, chosen) {
        (Some(k), _) => (k, standing.count(k)),
        (None, chosen) => (standing.chosen(chosen), standing.measure(&standing.totals(chosen))),
    };
    let text = t!(
        "net.replace.readout",
        k = grouped(k as u64),
        count = words::count(count, metric),
        subject = page_words::metric_subject(metric)
    );
    let on_curve = hovered.is_some() || matches!(chosen, Chosen::Heaviest(_));
    let last = k.checked_sub(1).filter(|_| on_curve).map(|place| {
        let change = words::change(standing.change(place), metric);
        t!("net.replace.last", path = standing.path(place), change = change)
    });
    last.map_or_else(|| text.to_string(), |last| format!("{text} · {last}"))
}

/// Properties of [`Plot`].
#[derive(Properties, PartialEq)]
struct PlotProps {
    standing: Rc<Standing>,
    chosen: Chosen,
    hovered: Option<usize>,
    onhover: Callback<Option<usize>>,
}

/// All that moving along the curve needs to know.
#[derive(Clone)]
struct Hand {
    place: NodeRef,
    layout: Option<CurveLayout>,
    /// Whether a pointer drags.
    held: UseStateHandle<bool>,
    now: usize,
    most: usize,
    onhover: Callback<Option<usize>>,
    dispatch: Dispatch,
}

/// The keys that move along the curve.
const MOVES: [&str; 8] =
    ["ArrowRight", "ArrowUp", "ArrowLeft", "ArrowDown", "PageUp", "PageDown", "Home", "End"];

impl Hand {
    fn on<E: 'static>(&self, hear: fn(&Self, &E)) -> Callback<E> {
        let hand = self.clone();
        Callback::from(move |event| hear(&hand, &event))
    }

    fn k_at(&self, event: &PointerEvent) -> Option<usize> {
        let bounds = self.place.cast::<Element>()?.get_bounding_client_rect();
        Some(self.layout.as_ref()?.k_at(f64::from(event.client_x()) - bounds.left()))
    }

    fn press(&self, event: &PointerEvent) {
        let Some(k) = self.k_at(event).filter(|_| event.button() == 0) else { return };
        if let Some(place) = self.place.cast::<Element>() {
            // A pointer that has gone meanwhile can't be captured, and needn't be.
            let _ = place.set_pointer_capture(event.pointer_id());
        }
        self.held.set(true);
        self.onhover.emit(None);
        self.dispatch.dispatch(choose(StoreAction::preview, k));
    }

    fn motion(&self, event: &PointerEvent) {
        match self.k_at(event) {
            Some(k) if *self.held => {
                if k != self.now {
                    self.dispatch.dispatch(choose(StoreAction::preview, k));
                }
            }
            k => self.onhover.emit(k.filter(|_| event.pointer_type() == "mouse")),
        }
    }

    fn release(&self, event: &PointerEvent) {
        if *self.held {
            self.held.set(false);
            let k = self.k_at(event).unwrap_or(self.now);
            self.dispatch.dispatch(choose(StoreAction::commit, k));
        }
    }

    /// The browser takes the pointer away, to scroll: nothing was meant.
    fn lose(&self, _: &PointerEvent) {
        if *self.held {
            self.held.set(false);
            self.dispatch.dispatch(StoreAction::Abandon);
        }
    }

    fn leave(&self, _: &PointerEvent) {
        self.onhover.emit(None);
    }

    /// Arrows step by one, Page keys by ten, Home and End go to the ends. A key that is held is one step.
    fn key(&self, event: &KeyboardEvent) {
        if event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let k = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => self.now + 1,
            "ArrowLeft" | "ArrowDown" => self.now.saturating_sub(1),
            "PageUp" => self.now + 10,
            "PageDown" => self.now.saturating_sub(10),
            "Home" => 0,
            "End" => self.most,
            _ => return,
        };
        event.prevent_default();
        let step = if event.repeat() { StoreAction::preview } else { StoreAction::commit };
        self.dispatch.dispatch(choose(step, k.min(self.most)));
    }

    /// A key goes up: what it moved while it was held is done.
    fn settle(&self, event: &KeyboardEvent) {
        if MOVES.contains(&event.key().as_str()) {
            self.dispatch.dispatch(choose(StoreAction::commit, self.now));
        }
    }
}

/// The curve with its marks.
#[component]
fn Plot(props: &PlotProps) -> Html {
    use_lang();
    let PlotProps { standing, chosen, hovered, onhover } = props;
    let place = use_node_ref();
    let held = use_state_eq(|| false);
    let surface = use_surface(&place);
    let metric = standing.ranking.by;
    let now = standing.chosen(chosen);
    let count = standing.measure(&standing.totals(chosen));
    let layout = surface.map(|surface| {
        let size = (surface.width, surface.height);
        CurveLayout::new(&standing.counts, count, Unit::of(metric), size)
    });
    let hand = Hand {
        place: place.clone(),
        layout: layout.clone(),
        held,
        now,
        most: standing.most(),
        onhover: onhover.clone(),
        dispatch: use_dispatch(),
    };
    let text = t!(
        "net.replace.readout",
        k = grouped(now as u64),
        count = words::count(count, metric),
        subject = page_words::metric_subject(metric)
    );
    let drawn = layout.map(|layout| {
        let size = surface.map_or((0.0, 0.0), |surface| (surface.width, surface.height));
        html! {
            <svg width={size.0.to_string()} height={size.1.to_string()} aria-hidden="true">
                <Ground standing={standing.clone()} layout={layout.clone()} />
                { for hovered.map(|k| hint(&layout, standing, k)) }
                { mark(&layout, now, count) }
            </svg>
        }
    });
    html! {
        <div ref={place} id="net-curve" class="net-curve" tabindex="0" role="slider"
            aria-label={t!("net.replace.cursor").into_owned()} aria-valuetext={text.into_owned()} aria-valuemin="0"
            aria-valuemax={standing.most().to_string()} aria-valuenow={now.to_string()}
            onpointerdown={hand.on(Hand::press)} onpointermove={hand.on(Hand::motion)} onpointerup={hand.on(Hand::release)}
            onpointercancel={hand.on(Hand::lose)} onpointerleave={hand.on(Hand::leave)} onkeydown={hand.on(Hand::key)}
            onkeyup={hand.on(Hand::settle)}>
            { for drawn }
        </div>
    }
}

/// What is hovered.
fn hint(layout: &CurveLayout, standing: &Standing, k: usize) -> Html {
    let (x, y) = (layout.x(k), layout.y(standing.count(k)));
    html! { <circle class="hint" cx={format!("{x:.1}")} cy={format!("{y:.1}")} r="5" /> }
}

/// What is chosen: a handle on a line down to its number.
fn mark(layout: &CurveLayout, now: usize, count: u64) -> Html {
    let (x, y, bottom) = (layout.x(now), layout.y(count), layout.down.1);
    html! {
        <g class="now" transform={format!("translate({x:.1} 0)")}>
            <line y1={format!("{y:.1}")} y2={format!("{bottom:.1}")} />
            <circle cy={format!("{y:.1}")} r="8" />
            <text y={format!("{:.1}", bottom + 16.0)}>{ now }</text>
        </g>
    }
}

/// Properties of [`Ground`].
#[derive(Properties, PartialEq)]
struct GroundProps {
    standing: Rc<Standing>,
    layout: CurveLayout,
}

/// Most points that are drawn one by one.
const MOST_DOTS: usize = 80;

/// What stays while the slider moves: the axes, the curve, where it is least and where it turns.
#[component]
fn Ground(GroundProps { standing, layout }: &GroundProps) -> Html {
    let counts = &standing.counts;
    let (left, right) = layout.across;
    let (saves, loses) = layout.paths(counts);
    let level = |Label { at, text }: &Label| {
        html! {
            <g class="level" transform={format!("translate(0 {at:.1})")}>
                <line x1={left.to_string()} x2={right.to_string()} /><text x={(left - 8.0).to_string()} y="4">{ text.clone() }</text>
            </g>
        }
    };
    let number = |Label { at, text }: &Label| {
        html! { <text class="number" x={format!("{at:.1}")} y={(layout.down.1 + 16.0).to_string()}>{ text.clone() }</text> }
    };
    let at = |k: usize| {
        let count = counts.get(k).copied().unwrap_or(0);
        format!("translate({:.1} {:.1})", layout.x(k), layout.y(count))
    };
    let dot = |k: usize| html! { <circle class="dot" transform={at(k)} r="2.5" /> };
    let dots = (counts.len() <= MOST_DOTS).then(|| (0..counts.len()).map(dot).collect::<Html>());
    html! {
        <>
            { for layout.counts.iter().map(level) }
            { for layout.numbers.iter().map(number) }
            <path class="saves" d={saves} /><path class="loses" d={loses} />
            { for dots }
            <path class="best" transform={at(standing.curve.best)} d="M0 -8L8 0L0 8L-8 0Z" />
            if let Some(k) = standing.curve.loses_at {
                <path class="turns" transform={at(k)} d="M0 -15L7 -4H-7Z" />
            }
        </>
    }
}
