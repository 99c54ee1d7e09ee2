//! The curve of the count over the number of convolutions replaced; its cursor chooses the number.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::cost::Metric;
use crate::page::format::{exact, grouped};
use crate::page::plot::{
    Cursor, CursorAction, Hovered, PlotElement, use_cursor, use_surface, x_axis, y_axis,
};
use crate::page::prefs::use_lang;
use crate::page::store::{StoreAction, use_dispatch};
use crate::page::words as page_words;
use crate::state::networks::{Chosen, NetworksAction, SubstitutionsAction};

use super::curve_layout::CurveLayout;
use super::curve_legend::{legend, table};
use super::ranked_survey::RankedSurvey;
use super::words;

#[derive(Properties, PartialEq)]
pub struct CurveCardProps {
    /// The convolutions and their curve.
    pub ranked: Rc<RankedSurvey>,
    pub chosen: Chosen,
}

/// Saturates to `usize::MAX`; every list here is shorter.
fn index(k: u64) -> usize {
    usize::try_from(k).unwrap_or(usize::MAX)
}

fn choose(step: fn(NetworksAction) -> StoreAction, k: usize) -> StoreAction {
    step(NetworksAction::Substitutions(SubstitutionsAction::Choose(Chosen::Heaviest(k))))
}

/// The card around the curve.
#[component]
pub fn CurveCard(CurveCardProps { ranked, chosen }: &CurveCardProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let hovered = use_state_eq(|| None::<usize>);
    let onhover = use_callback(hovered.setter(), |k, hovered| hovered.set(k));
    let metric = ranked.ranking.by;
    let onchoose = Callback::from(move |k| dispatch.dispatch(choose(StoreAction::commit, k)));
    html! {
        <section class="card net-curve-card">
            <h2>
                { t!("net.replace.chart", metric = page_words::metric(metric)) }
                <small id="net-readout">{ readout(ranked, chosen, *hovered) }</small>
            </h2>
            <Plot ranked={ranked.clone()} chosen={chosen.clone()} hovered={*hovered} {onhover} />
            <div class="under">
                { legend(ranked, chosen, &onchoose) }
                { table(ranked, ranked.chosen(chosen)) }
            </div>
        </section>
    }
}

/// The exact numbers of the hovered point, otherwise of the chosen one.
fn readout(ranked: &RankedSurvey, chosen: &Chosen, hovered: Option<usize>) -> AttrValue {
    let metric = ranked.ranking.by;
    let (k, count) = match (hovered, chosen) {
        (Some(k), _) => (k, ranked.count(k)),
        (None, chosen) => (ranked.chosen(chosen), ranked.measure(&ranked.totals(chosen))),
    };
    let text = t!(
        "net.replace.readout",
        k = grouped(k as u64),
        count = exact(count, metric),
        subject = page_words::metric_subject(metric)
    );
    let on_curve = hovered.is_some() || matches!(chosen, Chosen::Heaviest(_));
    let last = k.checked_sub(1).filter(|_| on_curve).map(|place| {
        let change = words::change(ranked.change(place), metric);
        t!("net.replace.last", path = ranked.path(place), change = change)
    });
    match last {
        Some(last) => format!("{text} · {last}").into(),
        None => text,
    }
}

#[derive(Properties, PartialEq)]
struct PlotProps {
    ranked: Rc<RankedSurvey>,
    chosen: Chosen,
    hovered: Option<usize>,
    onhover: Callback<Option<usize>>,
}

/// What the cursor does to the store.
#[hook]
fn use_move() -> Callback<CursorAction> {
    let dispatch = use_dispatch();
    Callback::from(move |action| {
        dispatch.dispatch(match action {
            CursorAction::Preview(k) => choose(StoreAction::preview, index(k)),
            CursorAction::Commit(k) => choose(StoreAction::commit, index(k)),
            CursorAction::Abandon => StoreAction::Abandon,
        });
    })
}

/// The curve with its marks.
#[component]
fn Plot(props: &PlotProps) -> Html {
    use_lang();
    let PlotProps { ranked, chosen, hovered, onhover } = props;
    let place = use_node_ref();
    let is_held = use_cursor();
    let surface = use_surface(&place);
    let metric = ranked.ranking.by;
    let now = ranked.chosen(chosen);
    let count = ranked.measure(&ranked.totals(chosen));
    let layout = surface.map(|surface| {
        let size = (surface.width, surface.height);
        CurveLayout::new(&ranked.counts, count, Metric::from(metric).unit(), size)
    });
    let cursor = Cursor {
        plot: place.clone(),
        value: now as u64,
        range: 0..=ranked.most() as u64,
        page: 10,
        value_at: {
            let layout = layout.clone();
            Callback::from(move |(x, _)| Some(layout.as_ref()?.k_at(x)))
        },
        onhover: onhover.reform(|hovered: Option<Hovered>| hovered.map(|it| index(it.value))),
        onmove: use_move(),
        is_held,
    };
    let text = t!(
        "net.replace.readout",
        k = grouped(now as u64),
        count = exact(count, metric),
        subject = page_words::metric_subject(metric)
    );
    let drawn = layout.map(|layout| {
        let size = surface.map_or((0.0, 0.0), |surface| (surface.width, surface.height));
        html! {
            <svg width={size.0.to_string()} height={size.1.to_string()} aria-hidden="true">
                <Ground ranked={ranked.clone()} layout={layout.clone()} />
                { for hovered.map(|k| hint(&layout, ranked, k)) }
                { mark(&layout, now, count) }
            </svg>
        }
    });
    let attributes = PlotElement {
        id: "net-curve",
        class: classes!("net-curve"),
        label: t!("net.replace.cursor"),
        value_text: text,
    };
    cursor.element(attributes, html! { <>{ for drawn }</> })
}

fn hint(layout: &CurveLayout, ranked: &RankedSurvey, k: usize) -> Html {
    let (x, y) = layout.at(k, ranked.count(k));
    html! { <circle class="hint" cx={format!("{x:.1}")} cy={format!("{y:.1}")} r="5" /> }
}

/// The chosen point: a handle on a line down to its number.
fn mark(layout: &CurveLayout, now: usize, count: u64) -> Html {
    let ((x, y), bottom) = (layout.at(now, count), layout.area.bottom());
    html! {
        <g class="now" transform={format!("translate({x:.1} 0)")}>
            <line y1={format!("{y:.1}")} y2={format!("{bottom:.1}")} />
            <circle cy={format!("{y:.1}")} r="8" />
            <text y={format!("{:.1}", bottom + 15.0)}>{ now }</text>
        </g>
    }
}

#[derive(Properties, PartialEq)]
struct GroundProps {
    ranked: Rc<RankedSurvey>,
    layout: CurveLayout,
}

/// Most points that are drawn one by one.
const MOST_DOTS: usize = 80;

/// The part that stays while the slider moves: axes, curve, its minimum and where it turns.
#[component]
fn Ground(GroundProps { ranked, layout }: &GroundProps) -> Html {
    let counts = &ranked.counts;
    let (lowering, raising) = layout.paths(counts);
    let at = |k: usize| {
        let (x, y) = layout.at(k, ranked.count(k));
        format!("translate({x:.1} {y:.1})")
    };
    let dot = |k: usize| html! { <circle class="dot" transform={at(k)} r="2.5" /> };
    let dots = (counts.len() <= MOST_DOTS).then(|| (0..counts.len()).map(dot).collect::<Html>());
    html! {
        <>
            <g class="grid">
                { x_axis(&layout.x_ticks, &layout.x, &layout.area) }
                { y_axis(&layout.y_ticks, &layout.y, &layout.area) }
            </g>
            <path class="saves" d={lowering} /><path class="loses" d={raising} />
            { for dots }
            <path class="best" transform={at(ranked.curve.best)} d="M0 -8L8 0L0 8L-8 0Z" />
            if let Some(k) = ranked.curve.loses_at {
                <path class="turns" transform={at(k)} d="M0 -15L7 -4H-7Z" />
            }
        </>
    }
}
