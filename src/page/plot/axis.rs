//! Axes of an SVG plot: labels of the ticks, and the grid's lines.

use yew::prelude::*;

use crate::chart::{Rect, Scale, Tick};

/// Distance from the area to the labels of the x axis, and from the middle of a line of text to its baseline.
const BELOW: f64 = 15.0;
const BASELINE: f64 = 4.0;
/// Distance from the area to the labels of the y axis.
const LEFT: f64 = 6.0;

/// The labels below `area`, each with a line up to its top.
pub fn x_axis(ticks: &[Tick], scale: &Scale, area: &Rect) -> Html {
    let tick = |Tick { value, label }: &Tick| {
        let x = format!("{:.1}", scale.to_px(*value));
        html! {
            <>
                <line class="x" x1={x.clone()} x2={x.clone()} y1={area.y.to_string()} y2={area.bottom().to_string()} />
                <text class="x" {x} y={(area.bottom() + BELOW).to_string()}>{ label.clone() }</text>
            </>
        }
    };
    html! { <>{ for ticks.iter().map(tick) }</> }
}

/// The labels on the left of `area`, each with a line to its right edge.
pub fn y_axis(ticks: &[Tick], scale: &Scale, area: &Rect) -> Html {
    let tick = |Tick { value, label }: &Tick| {
        let y = scale.to_px(*value);
        let line = format!("{y:.1}");
        html! {
            <>
                <line class="y" x1={area.x.to_string()} x2={area.right().to_string()} y1={line.clone()} y2={line} />
                <text class="y" x={(area.x - LEFT).to_string()} y={format!("{:.1}", y + BASELINE)}>{ label.clone() }</text>
            </>
        }
    };
    html! { <>{ for ticks.iter().map(tick) }</> }
}
