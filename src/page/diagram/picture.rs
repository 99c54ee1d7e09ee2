//! The drawing of one module, as SVG.

use crate::t;
use yew::prelude::*;

use crate::arch::{BranchId, OpRole, Operation, Shape};
use crate::chart::Rect;
use crate::cost::{Metric, ModuleCost, OpCost, Unit};
use crate::page::controls::slider::branch_class;
use crate::page::format::{grouped, share, short_count, times};
use crate::page::prefs::use_lang;
use crate::page::words;

use super::layout::{DiagramLayout, Flow, Measures, Node, Ribbon, Segment};

#[derive(Properties, PartialEq)]
pub struct PictureProps {
    /// The module and its cost.
    pub cost: ModuleCost,
    /// Which count the boxes show.
    pub metric: Metric,
    /// How it is laid out.
    pub measures: Measures,
    /// The description for screen readers.
    pub label: AttrValue,
    /// The branch that is hovered in any figure.
    pub lit: Option<BranchId>,
    /// Called with the operation that is hovered, focused or tapped.
    pub onpick: Callback<Option<(BranchId, OpRole)>>,
}

/// The diagram of one module.
#[component]
pub fn Picture(props: &PictureProps) -> Html {
    use_lang();
    let PictureProps { cost, metric, lit, onpick, .. } = props;
    let layout = DiagramLayout::new(cost, props.measures);
    let (width, height) = layout.size;
    let dim = |branch: BranchId| (lit.is_some() && *lit != Some(branch)).then_some("dim");
    let total = cost.count(*metric).unwrap_or(u64::MAX);
    let ops: Vec<(BranchId, &OpCost)> = cost.ops().collect();
    let node = |node: &Node| {
        let op =
            ops.iter().find(|(branch, op)| *branch == node.branch && op.op.role == node.role)?;
        Some(html! {
            <OpBox key={format!("{:?}", node.role)} op={*op.1} branch={node.branch} rect={node.rect}
                compact={layout.measures.compact} flow={layout.measures.flow}
                metric={*metric} {total} dim={dim(node.branch).is_some()} onpick={onpick.clone()} />
        })
    };
    html! {
        <svg class="picture" viewBox={format!("0 0 {width} {height}")} role="group" aria-label={props.label.clone()}>
            { for layout.ribbons.iter().map(|ribbon| draw_ribbon(ribbon, ribbon.branch.and_then(dim))) }
            { draw_end(layout.input, cost.input, &layout.measures, t!("diagram.input")) }
            { draw_end(layout.output, cost.output, &layout.measures, t!("diagram.output")) }
            { for layout.empty.iter().map(|(branch, rect)| draw_empty(*branch, *rect)) }
            { for layout.nodes.iter().filter_map(node) }
            { for layout.segments.iter().map(|segment| draw_segment(segment, dim(segment.branch))) }
        </svg>
    }
}

fn draw_ribbon(ribbon: &Ribbon, dim: Option<&'static str>) -> Html {
    let class = classes!("ribbon", ribbon.branch.map(branch_class), dim);
    let ((x1, y1), (x2, y2)) = (ribbon.from, ribbon.to);
    html! { <path {class} d={format!("M{x1},{y1}L{x2},{y2}")} stroke-width={format!("{:.1}", ribbon.thickness)} /> }
}

/// Input or output: how many channels of which size.
fn draw_end(rect: Rect, shape: Shape, measures: &Measures, name: AttrValue) -> Html {
    let (x, y) = rect.center();
    let (first, step) = if measures.flow == Flow::Right { (y - 6.0, 19.0) } else { (y + 5.0, 0.0) };
    let size = format!("{} × {}", shape.height, shape.width);
    let channels =
        if measures.compact { t!("diagram.channels_short") } else { t!("diagram.channels") };
    html! {
        <g class="end">
            <rect x={rect.x.to_string()} y={rect.y.to_string()} width={rect.width.to_string()} height={rect.height.to_string()} rx="10" />
            if measures.flow == Flow::Right {
                <text class="small" x={x.to_string()} y={(rect.y + 22.0).to_string()}>{ name }</text>
                <text class="large" x={x.to_string()} y={first.to_string()}>{ shape.channels }</text>
                <text class="small" x={x.to_string()} y={(first + step).to_string()}>{ channels }</text>
                <text class="small" x={x.to_string()} y={(first + 2.0 * step).to_string()}>{ size }</text>
            } else {
                <text x={x.to_string()} y={first.to_string()}>
                    <tspan class="small">{ format!("{name}  ") }</tspan>
                    <tspan class="strong">{ shape.channels }</tspan>
                    <tspan class="small">{ format!(" × {size}") }</tspan>
                </text>
            }
        </g>
    }
}

fn draw_empty(branch: BranchId, rect: Rect) -> Html {
    let (x, y) = rect.center();
    html! {
        <g class={classes!("empty", branch_class(branch))}>
            <rect x={rect.x.to_string()} y={rect.y.to_string()} width={rect.width.to_string()} height={rect.height.to_string()} rx="8" />
            <text class="small" x={x.to_string()} y={(y + 4.0).to_string()}>{ t!("diagram.removed") }</text>
        </g>
    }
}

fn draw_segment(segment: &Segment, dim: Option<&'static str>) -> Html {
    let Segment { rect, .. } = segment;
    let (x, y) = rect.center();
    let text = segment.channels.to_string();
    let fits = rect.height >= 14.0 && rect.width >= 8.0 * text.len() as f64;
    html! {
        <g class={classes!("segment", branch_class(segment.branch), dim)}>
            <title>{ format!("{}: {text}", words::branch(segment.branch)) }</title>
            <rect x={rect.x.to_string()} y={format!("{:.2}", rect.y)} width={format!("{:.2}", rect.width)} height={format!("{:.2}", rect.height)} rx="2" />
            if fits {
                <text x={x.to_string()} y={format!("{:.2}", y + 4.5)}>{ text }</text>
            }
        </g>
    }
}

/// What an operation's count is of the module's: a share of a sum, or whether it is the peak.
pub(super) fn part(count: u64, total: u64, metric: Metric) -> AttrValue {
    match metric.additive() {
        Some(_) => share(count, total).into(),
        None if count == total => t!("diagram.peak"),
        None => AttrValue::default(),
    }
}

#[derive(Properties, PartialEq)]
struct OpBoxProps {
    op: OpCost,
    branch: BranchId,
    rect: Rect,
    compact: bool,
    flow: Flow,
    metric: Metric,
    total: u64,
    dim: bool,
    onpick: Callback<Option<(BranchId, OpRole)>>,
}

/// The words of an operation's box.
struct Caption {
    name: AttrValue,
    /// The output's shape or channels; empty where there is no room.
    change: String,
    counted: AttrValue,
    share: AttrValue,
    /// The whole caption for screen readers.
    spoken: String,
}

impl Caption {
    fn of(&OpBoxProps { ref op, branch, compact, metric, total, .. }: &OpBoxProps) -> Self {
        let count = op.count(metric).unwrap_or(u64::MAX);
        let size = op.op.operation.window().kernel_size;
        let kernel = size.to_string();
        let is_pool = matches!(op.op.operation, Operation::Pool(_));
        let counted = match (count, metric) {
            (0, _) if compact => AttrValue::Static("0"),
            (0, Metric::Params) => t!("diagram.no_params"),
            (0, _) => t!("diagram.not_counted"),
            // The shape does not fit beside "expands".
            (count, _) if compact || op.expands() => short_count(count, metric).into(),
            (count, Metric::Params) => t!("diagram.params", n = grouped(count)),
            (count, _) if metric.unit() == Unit::Bytes => short_count(count, metric).into(),
            (count, _) => {
                format!("{} {}", short_count(count, metric), words::metric(metric)).into()
            }
        };
        let share = part(count, total, metric);
        let spoken = format!(
            "{}, {}: {} → {}, {counted}, {share}",
            words::branch(branch),
            words::op(op.op.role, size.height),
            op.cost.input,
            op.cost.output,
        );
        Self {
            name: if is_pool { t!("op.pool_box", k = kernel) } else { kernel.into() },
            change: match (compact, is_pool) {
                (true, true) => String::new(),
                (true, false) => arrow(op),
                (false, _) => op.cost.output.to_string(),
            },
            counted,
            share,
            spoken,
        }
    }
}

#[component]
fn OpBox(props: &OpBoxProps) -> Html {
    use_lang();
    let OpBoxProps { op, branch, rect, compact, flow, metric, total, dim, ref onpick } = *props;
    let role = op.op.role;
    let pick = |picked: bool| {
        let onpick = onpick.clone();
        move || onpick.emit(picked.then_some((branch, role)))
    };
    let (enter, leave, focus, blur, click) =
        (pick(true), pick(false), pick(true), pick(false), pick(true));
    let Caption { name, change, counted, share, spoken } = Caption::of(props);
    let part = op.count(metric).unwrap_or(u64::MAX) as f64 / total.max(1) as f64;
    let class = classes!(
        "op",
        branch_class(branch),
        dim.then_some("dim"),
        op.expands().then_some("expands")
    );
    // Coordinates are relative to the box: the same text for every box at every step, which Yew need not update.
    let Rect { x, y, width, height } = rect;
    let (middle, end) = ((width / 2.0).to_string(), (width - 10.0).to_string());
    html! {
        <g {class} transform={format!("translate({x} {y})")} tabindex="0" role="img" aria-label={spoken} aria-describedby="arithmetic"
            onpointerenter={Callback::from(move |_| enter())} onpointerleave={Callback::from(move |_| leave())}
            onfocus={Callback::from(move |_| focus())} onblur={Callback::from(move |_| blur())}
            onclick={Callback::from(move |_| click())}>
            <rect class="box" width={width.to_string()} height={height.to_string()} rx="8" />
            <rect class="part" x="4" y={(height - 7.0).to_string()} width={format!("{:.1}", (width - 8.0) * part)} height="4" rx="2" />
            if flow == Flow::Down {
                <text class="strong center" x={middle.clone()} y="18">{ name }</text>
                <text class="small center" x={middle.clone()} y="34">{ arrow(&op) }</text>
                <text class="small center" x={middle} y="50">{ share }</text>
            } else {
                <text class="strong" x="12" y="21">{ name }</text>
                <text class="small end" x={end.clone()} y="21">{ change }</text>
                <text class="small" x="12" y="38">{ counted }</text>
                <text class="small end" x={end} y="38">{ share }</text>
            }
            if op.expands() && !compact {
                <text class="warn end" x={(width - 44.0).to_string()} y="38">
                    { t!("diagram.expands", factor = times(op.cost.output.channels as f64 / op.cost.input.channels as f64)) }
                </text>
            }
        </g>
    }
}

/// How an operation changes the number of channels.
fn arrow(op: &OpCost) -> String {
    format!("→ {}", op.cost.output.channels)
}
