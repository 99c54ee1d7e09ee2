//! Figure 2: error rates against cost.

use std::rc::Rc;

use crate::t;
use web_sys::{KeyboardEvent, PointerEvent};
use yew::prelude::*;

use crate::arch::Named;
use crate::arch::network::{ErrorRate, TrainSide, VggConfig};
use crate::cost::Metric;
use crate::page::controls::Chip;
use crate::page::format::{bytes, grouped};
use crate::page::networks::words;
use crate::page::plot::keys::list_key;
use crate::page::plot::{DataTable, pointer_at, use_surface, x_axis, y_axis};
use crate::page::prefs::use_lang;
use crate::page::words as page_words;
use crate::state::networks::{Networks, Source};

use super::columns::Column;
use super::findings::Findings;
use super::scatter::{MARK, Plot, Point, Sides, TopK, all_sides, label};

#[derive(Properties, PartialEq)]
pub struct ChartProps {
    pub networks: Rc<Networks>,
    pub columns: Rc<Vec<Column>>,
}

/// What lies along the x axis.
#[derive(Clone, Copy, Debug, PartialEq)]
enum Cost {
    WeightLayers,
    Count(Metric),
}

impl Cost {
    fn of(self, columns: &[Column], config: VggConfig) -> u64 {
        let column = columns.iter().find(|column| column.config == config);
        match self {
            Self::WeightLayers => config.weight_layers() as u64,
            Self::Count(metric) => column.and_then(|column| column.cost.count(metric)).unwrap_or(0),
        }
    }

    fn name(self) -> AttrValue {
        match self {
            Self::WeightLayers => t!("net.vgg.weight_layers"),
            Self::Count(metric) => page_words::metric(metric),
        }
    }

    fn tick(self, value: f64) -> String {
        match self {
            Self::WeightLayers => format!("{value:.0}"),
            Self::Count(metric) => metric.unit().tick(value),
        }
    }
}

/// The chart with its switches, its legend and its table.
#[component]
pub fn Chart(ChartProps { networks, columns }: &ChartProps) -> Html {
    use_lang();
    let by_depth = use_state_eq(|| false);
    let top_k = use_state_eq(TopK::default);
    let picked = use_state_eq(|| None::<usize>);
    // If the costs can't be counted, the x axis is the depth. Parameters can always be counted.
    let is_open = networks.metric.needs_shapes()
        && columns.iter().any(|column| !column.cost.faults.is_empty());
    let cost = if *by_depth || is_open { Cost::WeightLayers } else { Cost::Count(networks.metric) };
    let axis = |depth: bool, label: AttrValue| {
        let by_depth = by_depth.clone();
        html! {
            <Chip on={(cost == Cost::WeightLayers) == depth} {label}
                onpress={Callback::from(move |()| by_depth.set(depth))} />
        }
    };
    let error = |choice: TopK| {
        let top_k = top_k.clone();
        html! {
            <Chip on={*top_k == choice} label={choice.name()} onpress={Callback::from(move |()| top_k.set(choice))} />
        }
    };
    let rate = picked.map(|index| ErrorRate::ALL[index]);
    html! {
        <section class="card vgg-errors" aria-label={t!("net.errors.title")}>
            <h2>{ t!("net.errors.title") }<small>{ t!("net.errors.subtitle") }</small></h2>
            <div class="vgg-switches">
                <div class="chips" role="group" aria-label={t!("net.errors.error")}>{ for TopK::all().map(error) }</div>
                <div class="chips" role="group" aria-label={t!("net.errors.against")}>
                    <span class="mute small">{ t!("net.errors.against") }</span>
                    if !is_open { { axis(false, page_words::metric(networks.metric)) } }
                    { axis(true, t!("net.vgg.weight_layers")) }
                </div>
            </div>
            <p id="vgg-findings">{ sentence(*top_k) }</p>
            <Picture networks={networks.clone()} columns={columns.clone()} {cost} top_k={*top_k}
                picked={*picked} onpick={Callback::from({ let picked = picked.clone(); move |point| picked.set(point) })} />
            <p class="vgg-readout small" id="vgg-readout" role="status">
                { rate.map_or_else(|| t!("net.errors.hint"), |rate| exact(&rate, columns).into()) }
            </p>
            <div class="under">
                <div class="legend">{ for all_sides().into_iter().enumerate().map(legend) }</div>
                { table(columns) }
            </div>
            <p class="mute small">{ t!("net.errors.source", source = ErrorRate::SOURCE) }</p>
        </section>
    }
}

/// What the figure shows, with its numbers.
fn sentence(top_k: TopK) -> AttrValue {
    let found = Findings::of(top_k);
    let percent = |error: f64| format!("{error:.1}%");
    t!(
        "net.errors.findings",
        error = top_k.name(),
        least = VggConfig::A.weight_layers(),
        more = VggConfig::D.weight_layers(),
        most = VggConfig::E.weight_layers(),
        shallow = percent(found.shallow),
        deep = percent(found.deep),
        deepest = percent(found.deepest),
        normalised = percent(found.normalised),
        pointwise = percent(found.pointwise),
        best = percent(top_k.of(&found.best))
    )
}

/// How the images' sides are written: `S = 256, Q = 256`.
fn sides((train, test): Sides) -> String {
    match train {
        TrainSide::Fixed(side) => format!("S = {side}, Q = {test}"),
        TrainSide::Jittered { min, max } => format!("S = {min}–{max}, Q = {test}"),
    }
}

fn exact(rate: &ErrorRate, columns: &[Column]) -> String {
    let Some(column) = columns.iter().find(|column| column.config == rate.config) else {
        return String::new();
    };
    let totals = column.cost.totals;
    let work = column
        .cost
        .faults
        .is_empty()
        .then(|| format!(" · {} MACs · {}", grouped(totals.macs), bytes(totals.bytes)));
    format!(
        "{} · {} · top-1 {:.1}% · top-5 {:.1}% · {} {}{}",
        words::network(column.id()),
        sides((rate.train, rate.test)),
        rate.top1,
        rate.top5,
        grouped(totals.params),
        page_words::metric_noun(Metric::Params),
        work.unwrap_or_default()
    )
}

fn legend((mark, of): (usize, Sides)) -> Html {
    html! {
        <span class="key">
            <svg viewBox="0 0 14 14" class="marks" aria-hidden="true">{ shape(mark, (7.0, 7.0)) }</svg>
            { sides(of) }
        </span>
    }
}

/// The shape of a mark, one for each pair of sides.
fn shape(mark: usize, (x, y): (f64, f64)) -> Html {
    let (left, right, top, bottom) = (x - MARK, x + MARK, y - MARK, y + MARK);
    let d = match mark {
        0 => format!(
            "M{left:.1},{y:.1}a{MARK},{MARK} 0 1 0 {0},0a{MARK},{MARK} 0 1 0 -{0},0z",
            2.0 * MARK
        ),
        1 => format!("M{left:.1},{top:.1}H{right:.1}V{bottom:.1}H{left:.1}z"),
        _ => format!("M{x:.1},{top:.1}L{right:.1},{bottom:.1}H{left:.1}z"),
    };
    html! { <path class={format!("mark m{mark}")} {d} /> }
}

#[derive(Properties, PartialEq)]
struct PictureProps {
    networks: Rc<Networks>,
    columns: Rc<Vec<Column>>,
    cost: Cost,
    top_k: TopK,
    picked: Option<usize>,
    onpick: Callback<Option<usize>>,
}

#[component]
fn Picture(props: &PictureProps) -> Html {
    use_lang();
    let place = use_node_ref();
    let size = use_surface(&place).map(|surface| (surface.width, surface.height));
    let plot = use_memo(
        (size, props.columns.clone(), props.cost, props.top_k),
        |(size, columns, cost, top_k)| {
            let plot = |size| {
                let cost_of = |config| cost.of(columns, config);
                Plot::new(size, cost_of, |value| cost.tick(value), *top_k)
            };
            size.map(plot)
        },
    );
    let plot: &Option<Plot> = &plot;
    let onpointer = {
        let (plot, onpick, place) = (plot.clone(), props.onpick.clone(), place.clone());
        Callback::from(move |event: PointerEvent| {
            if let (Some(plot), Some(pointer)) = (&plot, pointer_at(&place, &event)) {
                onpick.emit(plot.nearest(pointer));
            }
        })
    };
    let onkeydown = {
        let (plot, onpick, picked) = (plot.clone(), props.onpick.clone(), props.picked);
        Callback::from(move |event: KeyboardEvent| {
            let Some(plot) = &plot else { return };
            let order = plot.in_order();
            let place = picked.and_then(|point| order.iter().position(|each| *each == point));
            if event.key() == "Escape" {
                onpick.emit(None);
            } else if let Some(next) = list_key(&event.key(), place, order.len()) {
                event.prevent_default();
                onpick.emit(order.get(next).copied());
            }
        })
    };
    let onleave = props.onpick.reform(|_: PointerEvent| None);
    let active = props.picked.map(|index| format!("vgg-point-{index}"));
    html! {
        <div ref={place} class="vgg-plot" id="vgg-plot" tabindex="0" role="listbox" aria-activedescendant={active}
            aria-label={t!("net.errors.plot", error = props.top_k.name(), cost = props.cost.name())}
            onpointermove={onpointer.clone()} onpointerdown={onpointer} onpointerleave={onleave} {onkeydown}>
            { for plot.as_ref().map(|plot| draw(plot, props)) }
        </div>
    }
}

fn draw(plot: &Plot, props: &PictureProps) -> Html {
    let (width, height) = plot.size;
    let area = plot.area;
    let line = |points: Vec<(f64, f64)>| {
        let points = points.iter().map(|(x, y)| format!("{x:.1},{y:.1}")).collect::<Vec<_>>();
        html! { <polyline points={points.join(" ")} /> }
    };
    // The picked point is drawn last: on top.
    let (picked, others): (Vec<usize>, Vec<usize>) =
        (0..plot.points.len()).partition(|index| props.picked == Some(*index));
    let order = others.into_iter().chain(picked);
    html! {
        <svg class="marks" viewBox={format!("0 0 {width} {height}")} role="presentation">
            <g class="grid">{ x_axis(&plot.x_ticks, &plot.x, &area) }{ y_axis(&plot.y_ticks, &plot.y, &area) }</g>
            <text class="title" x="0" y="13">{ t!("net.errors.y_axis", error = props.top_k.name()) }</text>
            <text class="title end" x={area.right().to_string()} y={(height - 6.0).to_string()}>{ props.cost.name() }</text>
            <g class="lines">{ for plot.lines().into_iter().map(line) }</g>
            { for order.into_iter().map(|index| point(index, &plot.points[index], props)) }
        </svg>
    }
}

fn point(index: usize, point: &Point, props: &PictureProps) -> Html {
    let rate = &point.rate;
    let is_picked = props.picked == Some(index);
    let column = props.columns.iter().find(|column| column.config == rate.config);
    let here = column.is_some_and(|it| props.networks.source == Source::Known(it.id()));
    let class = classes!("point", is_picked.then_some("picked"), here.then_some("here"));
    html! {
        <g key={index} {class} id={format!("vgg-point-{index}")} role="option"
            aria-selected={if is_picked { "true" } else { "false" }} aria-label={exact(rate, &props.columns)}>
            { shape(point.mark, point.at) }
            if let Some((x, y)) = point.label {
                <text x={format!("{x:.1}")} y={format!("{:.1}", y + 4.5)}>{ label(rate) }</text>
            }
        </g>
    }
}

/// The figure as a table.
fn table(columns: &Rc<Vec<Column>>) -> Html {
    let head = [
        t!("net.toolbar.network"),
        t!("net.errors.train"),
        t!("net.errors.test"),
        AttrValue::Static("top-1, %"),
        AttrValue::Static("top-5, %"),
        page_words::metric(Metric::Params),
        page_words::metric(Metric::Macs),
    ];
    let columns = columns.clone();
    let rows = Callback::from(move |()| {
        html! { <>{ for ErrorRate::ALL.iter().filter_map(|rate| row(rate, &columns)) }</> }
    });
    html! { <DataTable id="vgg-data" head={head.map(AttrValue::from).to_vec()} {rows} /> }
}

fn row(rate: &ErrorRate, columns: &[Column]) -> Option<Html> {
    let column = columns.iter().find(|column| column.config == rate.config)?;
    let is_counted = column.cost.faults.is_empty();
    let train = match rate.train {
        TrainSide::Fixed(side) => side.to_string(),
        TrainSide::Jittered { min, max } => format!("{min}–{max}"),
    };
    Some(html! {
        <tr>
            <th scope="row">{ words::network(column.id()) }</th>
            <td>{ train }</td>
            <td>{ rate.test }</td>
            <td>{ format!("{:.1}", rate.top1) }</td>
            <td>{ format!("{:.1}", rate.top5) }</td>
            <td>{ grouped(column.cost.totals.params) }</td>
            <td>{ if is_counted { grouped(column.cost.totals.macs) } else { "?".to_owned() } }</td>
        </tr>
    })
}
