//! The figure as SVG: what of the layout is in view.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::arch::network::Join;
use crate::chart::Rect;
use crate::cost::{Additive, NetworkCost, NetworkFault};
use crate::page::controls::slider::branch_class;
use crate::page::prefs::use_lang;
use crate::page::words;

use super::block::{Act, Block, Selection};
use super::caption::output;
use super::layout::{Layout, Link, Part, Place, Route, Segment};

#[derive(Properties, PartialEq)]
pub struct SceneProps {
    /// The network and its cost.
    pub cost: Rc<NetworkCost>,
    pub layout: Rc<Layout>,
    /// The containers that are open.
    pub expanded: Rc<BTreeSet<usize>>,
    /// Which count fills the boxes.
    pub metric: Additive,
    /// The part that is drawn.
    pub window: Rect,
    /// The row that is selected.
    pub selected: Option<usize>,
    /// The place that keys start from; it is drawn wherever it is.
    pub active: Option<usize>,
    /// Says why a row can't be counted.
    pub explain: Callback<NetworkFault, AttrValue>,
    /// Told what is done to which row.
    pub onact: Callback<(usize, Act)>,
}

fn meets(rect: Rect, window: Rect) -> bool {
    rect.x <= window.x + window.width
        && window.x <= rect.x + rect.width
        && rect.y <= window.y + window.height
        && window.y <= rect.y + rect.height
}

/// The rectangle that a link runs in.
fn extent(link: &Link) -> Rect {
    let (x, y) = (link.from.0.min(link.to.0), link.from.1.min(link.to.1));
    let (width, height) = ((link.to.0 - link.from.0).abs(), (link.to.1 - link.from.1).abs());
    Rect { x, y, width, height }
}

/// The boxes, links and concatenations in the window.
#[component]
pub fn Scene(props: &SceneProps) -> Html {
    use_lang();
    let SceneProps { cost, layout, window, .. } = props;
    let shown = |rect: Rect| meets(rect, *window);
    let places = layout.places.iter().enumerate();
    let (grounds, boxes): (Vec<_>, Vec<_>) = places
        .filter(|(index, place)| shown(place.rect) || props.active == Some(*index))
        .partition(|(_, place)| matches!(place.part, Part::Frame | Part::Lane));
    // A row in a closed container is shown by the container.
    let selected = props.selected.and_then(|row| layout.place_of(row));
    let block = |(index, place): (usize, &Place)| {
        let selection = match selected == Some(index) {
            true if props.selected == Some(place.row) => Selection::Own,
            true => Selection::Around,
            false => Selection::Other,
        };
        html! {
            <Block key={place.row} cost={cost.clone()} place={place.clone()} metric={props.metric}
                {selection} active={props.active == Some(index)}
                open={props.expanded.contains(&place.row)} explain={props.explain.clone()}
                onact={props.onact.clone()} />
        }
    };
    html! {
        <>
            // Each sort in a group of its own: keys hold only among siblings that all have one.
            <g>{ for grounds.into_iter().map(block) }</g>
            <g>{ for layout.links.iter().filter(|link| shown(extent(link))).map(draw_link) }</g>
            <g>{ for layout.ends.iter().enumerate().filter(|(_, (rect, _))| shown(*rect)).map(|(index, (rect, signal))| {
                let shape = output(*signal);
                draw_end(*rect, if index == 0 { t!("figure.input", shape = shape) } else { t!("figure.output", shape = shape) })
            }) }</g>
            <g>{ for boxes.into_iter().map(block) }</g>
            <g>{ for layout.segments.iter().filter(|segment| shown(segment.rect)).map(draw_segment) }</g>
        </>
    }
}

fn draw_link(link: &Link) -> Html {
    let ((x1, y1), (x2, y2)) = (link.from, link.to);
    let middle = f64::midpoint(y1, y2);
    let d = match link.route {
        Route::Straight => format!("M{x1:.1},{y1:.1}V{y2:.1}"),
        Route::Curve => {
            format!("M{x1:.1},{y1:.1}C{x1:.1},{middle:.1} {x2:.1},{middle:.1} {x2:.1},{y2:.1}")
        }
        Route::Aside => {
            let (bend, level) = (x2 - 6.0, (y1 + 6.0).min(y2));
            format!("M{x1:.1},{y1:.1}H{bend:.1}Q{x2:.1},{y1:.1} {x2:.1},{level:.1}V{y2:.1}")
        }
    };
    let class = classes!(
        "net-figure-link",
        link.branch.map(branch_class),
        (link.route == Route::Aside).then_some("aside")
    );
    html! { <path {class} {d} stroke-width={format!("{:.1}", link.thickness)} /> }
}

fn draw_end(rect: Rect, text: AttrValue) -> Html {
    let (x, y) = rect.center();
    html! {
        <g class="net-figure-end">
            <rect x={format!("{:.1}", rect.x)} y={format!("{:.1}", rect.y)} width={format!("{:.1}", rect.width)} height={format!("{:.1}", rect.height)} rx={(rect.height / 2.0).to_string()} />
            <text x={format!("{x:.1}")} y={format!("{:.1}", y + 4.0)}>{ text }</text>
        </g>
    }
}

fn draw_segment(segment: &Segment) -> Html {
    let Segment { join, branch, channels, rect, .. } = *segment;
    let text = match join {
        Join::Concat => channels.to_string(),
        Join::Add => format!("+ {channels}"),
        Join::Multiply => format!("× {channels}"),
    };
    let (x, y) = rect.center();
    let label =
        branch.map_or_else(|| text.clone(), |branch| format!("{}: {text}", words::branch(branch)));
    html! {
        <g class={classes!("net-figure-segment", (join != Join::Concat).then_some("whole"), branch.map(branch_class))}>
            <title>{ label }</title>
            <rect x={format!("{:.1}", rect.x + 0.5)} y={format!("{:.1}", rect.y)} width={format!("{:.1}", (rect.width - 1.0).max(0.0))} height={format!("{:.1}", rect.height)} rx="3" />
            if rect.width >= 8.0 * text.chars().count() as f64 + 4.0 {
                <text x={format!("{x:.1}")} y={format!("{:.1}", y + 4.0)}>{ text }</text>
            }
        </g>
    }
}
