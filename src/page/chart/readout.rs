//! The values under the pointer.

use crate::t;
use yew::prelude::*;

use crate::arch::Form;
use crate::chart::{Scene, SeriesId};
use crate::cost::Metric;
use crate::page::format::{exact, grouped};
use crate::page::words;

/// What is read off.
#[derive(Clone, Copy)]
pub struct Reading {
    /// The channels under the pointer.
    pub channels: u64,
    /// The pointer's distance from the left, in CSS pixels.
    pub x: f64,
    /// The chart's width, in CSS pixels.
    pub width: f64,
    pub metric: Metric,
}

/// The name of a curve.
#[must_use]
pub fn series_name(id: SeriesId, form: Form) -> AttrValue {
    match id {
        SeriesId::Module => words::form(form),
        SeriesId::Other => words::form(form.other()),
        SeriesId::Plain(k) => t!("chart.conv", k = k),
    }
}

/// A small table beside the pointer, on the side with more room.
pub fn readout(scene: &Scene, Reading { channels, x, width, metric }: Reading) -> Html {
    let style = if x < width / 2.0 {
        format!("left:{:.0}px;top:30px", x + 14.0)
    } else {
        format!("right:{:.0}px;top:30px", width - x + 14.0)
    };
    let row = |(id, count): (SeriesId, i128)| {
        html! { <tr><th>{ series_name(id, scene.form) }</th><td>{ exact(count, metric) }</td></tr> }
    };
    html! {
        <div class="readout" {style} aria-hidden="true">
            <b>{ t!("chart.at", c = grouped(channels)) }</b>
            <table><tbody>{ for scene.values_at(channels).into_iter().rev().map(row) }</tbody></table>
        </div>
    }
}
