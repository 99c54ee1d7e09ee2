//! The feature maps: a grid a branch, a page of it at a time, and one map large.

use std::ops::Range;
use std::rc::Rc;

use crate::t;
use js_sys::Float32Array;
use web_sys::{HtmlCanvasElement, PointerEvent};
use yew::prelude::*;

use crate::arch::{Branch, BranchId, Inception};
use crate::engine::Region;
use crate::page::controls::slider::branch_class;
use crate::page::format::grouped;
use crate::page::prefs::use_lang;
use crate::page::words;
use crate::worker::{BranchReport, OutputBand};

use super::picture::{colour_map, show};
use super::run::Output;

/// Maps drawn at once: few enough to be drawn without a noticeable pause.
const PAGE: u64 = 32;

#[derive(Properties)]
pub struct FeatureMapsProps {
    pub module: Inception,
    pub output: Rc<Output>,
}

impl PartialEq for FeatureMapsProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.output, &other.output)
    }
}

/// A branch's channels within the concatenation.
struct BranchRange {
    id: BranchId,
    first: u64,
    channels: u64,
}

fn ranges(module: &Inception, output: &Output) -> Vec<BranchRange> {
    let mut first = 0;
    let range = |(branch, report): (Branch, &BranchReport)| {
        let channels = report.shape.channels;
        let range = BranchRange { id: branch.id, first, channels };
        first += channels;
        range
    };
    module.branches().into_iter().zip(&output.branches).map(range).collect()
}

/// Tabs of branches, a page of maps, and the chosen map.
#[component]
pub fn FeatureMaps(FeatureMapsProps { module, output }: &FeatureMapsProps) -> Html {
    use_lang();
    let ranges = ranges(module, output);
    let branch = use_state_eq(|| None::<BranchId>);
    let page = use_state_eq(|| 0_u64);
    let chosen = use_state_eq(|| None::<u64>);
    let Some(range) = ranges.iter().find(|range| Some(range.id) == *branch).or(ranges.first())
    else {
        return html! {};
    };
    let pages = range.channels.div_ceil(PAGE).max(1);
    let at = (*page).min(pages - 1);
    let shown = at * PAGE..((at + 1) * PAGE).min(range.channels);
    let within = |channel: &u64| (range.first..range.first + range.channels).contains(channel);
    let large = chosen.filter(within).unwrap_or(range.first + shown.start);
    let tab = |each: &BranchRange| {
        let (branch, page, chosen, id) = (branch.clone(), page.clone(), chosen.clone(), each.id);
        let onclick = Callback::from(move |_: MouseEvent| {
            branch.set(Some(id));
            page.set(0);
            chosen.set(None);
        });
        html! {
            <button type="button" class={classes!("chip", "tab", branch_class(id))} {onclick}
                aria-pressed={if id == range.id { "true" } else { "false" }}>
                { format!("{} · {}", words::branch(id), each.channels) }
            </button>
        }
    };
    let tile = |channel: u64| {
        let (chosen, channel) = (chosen.clone(), range.first + channel);
        let onchoose = Callback::from(move |()| chosen.set(Some(channel)));
        html! {
            <Tile key={channel} output={output.clone()} {channel} number={channel - range.first}
                chosen={channel == large} {onchoose} />
        }
    };
    html! {
        <section class={classes!("card", "maps", branch_class(range.id))} aria-label={t!("maps.title")}>
            <h2>{ t!("maps.title") }<span class="chips tabs">{ for ranges.iter().map(tab) }</span></h2>
            <div class="two">
                <div>
                    <div class="grid">{ for shown.clone().map(tile) }</div>
                    { pager(&page, at, pages, &shown, range.channels) }
                </div>
                <Large output={output.clone()} channel={large} number={large - range.first} />
            </div>
        </section>
    }
}

/// Turns the pages of a branch's maps.
fn pager(
    page: &UseStateHandle<u64>,
    at: u64,
    pages: u64,
    shown: &Range<u64>,
    channels: u64,
) -> Html {
    let turn = |to: Option<u64>, text: AttrValue| {
        let page = page.clone();
        let onclick = Callback::from(move |_: MouseEvent| {
            if let Some(to) = to {
                page.set(to);
            }
        });
        html! { <button type="button" class="chip" aria-disabled={to.is_none().then_some("true")} {onclick}>{ text }</button> }
    };
    let next = Some(at + 1).filter(|next| *next < pages);
    html! {
        <p class="pager">
            { turn(at.checked_sub(1), t!("maps.before")) }
            <span class="mute">{ t!("maps.range", from = shown.start + 1, to = shown.end, of = channels) }</span>
            { turn(next, t!("maps.after")) }
        </p>
    }
}

fn channel_values(output: &Output, channel: u64) -> Vec<f32> {
    let of_band = |band: &OutputBand<Float32Array>| {
        let Region { channels, rows } = &band.region;
        let plane = (rows.end - rows.start) * output.shape.width;
        let at =
            |channel: u64| u32::try_from((channel - channels.start) * plane).unwrap_or(u32::MAX);
        band.values.subarray(at(channel), at(channel + 1)).to_vec()
    };
    let bands = output.bands.iter().filter(|band| band.region.channels.contains(&channel));
    bands.flat_map(of_band).collect()
}

/// Draws a channel between its own smallest and largest value.
fn draw(canvas: &NodeRef, output: &Output, channel: u64, values: &[f32]) {
    let range = usize::try_from(channel).ok().and_then(|channel| output.statistics.get(channel));
    if let (Some(canvas), Some(range)) = (canvas.cast::<HtmlCanvasElement>(), range) {
        let pixels = colour_map(values, range.min, range.max);
        show(&canvas, output.shape.width, output.shape.height, &pixels);
    }
}

#[derive(Properties)]
struct TileProps {
    output: Rc<Output>,
    channel: u64,
    number: u64,
    chosen: bool,
    onchoose: Callback<()>,
}

impl PartialEq for TileProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.output, &other.output)
            && (self.channel, self.number, self.chosen)
                == (other.channel, other.number, other.chosen)
    }
}

#[component]
fn Tile(props: &TileProps) -> Html {
    use_lang();
    let canvas = use_node_ref();
    {
        let (canvas, output, channel) = (canvas.clone(), props.output.clone(), props.channel);
        use_effect_with((Rc::as_ptr(&props.output), channel), move |_| {
            draw(&canvas, &output, channel, &channel_values(&output, channel));
        });
    }
    let onclick = props.onchoose.reform(|_: MouseEvent| ());
    let label = t!("maps.channel", n = props.number);
    html! {
        <button type="button" class="tile" {onclick} title={label.clone()} aria-label={label}
            aria-pressed={if props.chosen { "true" } else { "false" }}>
            <canvas ref={canvas} aria-hidden="true"></canvas>
        </button>
    }
}

#[derive(Properties)]
struct LargeProps {
    output: Rc<Output>,
    channel: u64,
    number: u64,
}

impl PartialEq for LargeProps {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.output, &other.output)
            && (self.channel, self.number) == (other.channel, other.number)
    }
}

/// The row and column under a pointer. The picture keeps its shape within its box, so that there may be
/// bars beside it.
fn pixel_at(event: &PointerEvent, height: u64, width: u64) -> Option<(u64, u64)> {
    let canvas: HtmlCanvasElement = event.target_dyn_into()?;
    let bounds = canvas.get_bounding_client_rect();
    let scale = (bounds.width() / width as f64).min(bounds.height() / height as f64);
    let index = |at: i32, start: f64, length: f64, count: u64| {
        let bar = (length - scale * count as f64) / 2.0;
        let index = ((f64::from(at) - start - bar) / scale).floor();
        #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "checked")]
        (index >= 0.0 && index < count as f64).then_some(index as u64)
    };
    let row = index(event.client_y(), bounds.top(), bounds.height(), height)?;
    let column = index(event.client_x(), bounds.left(), bounds.width(), width)?;
    Some((row, column))
}

#[component]
fn Large(props: &LargeProps) -> Html {
    use_lang();
    let LargeProps { output, channel, number } = props;
    let canvas = use_node_ref();
    let under = use_state_eq(|| None::<(u64, u64)>);
    let values =
        use_memo((Rc::as_ptr(output), *channel), |(_, channel)| channel_values(output, *channel));
    {
        let (canvas, output, values, channel) =
            (canvas.clone(), output.clone(), values.clone(), *channel);
        use_effect_with((Rc::as_ptr(&output), channel), move |_| {
            draw(&canvas, &output, channel, &values);
        });
    }
    let (height, width) = (output.shape.height, output.shape.width);
    let onpointermove = {
        let under = under.clone();
        Callback::from(move |event: PointerEvent| under.set(pixel_at(&event, height, width)))
    };
    let onpointerleave = {
        let under = under.clone();
        Callback::from(move |_: PointerEvent| under.set(None))
    };
    let statistics = usize::try_from(*channel)
        .ok()
        .and_then(|channel| output.statistics.get(channel))
        .copied()
        .unwrap_or_default();
    let value = under.and_then(|(row, column)| {
        let value = values.get(usize::try_from(row * width + column).ok()?)?;
        Some(t!(
            "maps.value",
            row = grouped(row),
            column = grouped(column),
            value = format!("{value:.4}")
        ))
    });
    html! {
        <figure class="large">
            <canvas ref={canvas} role="img" aria-label={t!("maps.channel", n = *number)} {onpointermove} {onpointerleave}></canvas>
            <figcaption>
                <b>{ t!("maps.channel", n = *number) }</b>
                <span>{ value.unwrap_or_else(|| t!("maps.hint")) }</span>
                <dl id="statistics">
                    <dt>{ t!("maps.span") }</dt><dd>{ format!("{:.3} … {:.3}", statistics.min, statistics.max) }</dd>
                    <dt>{ t!("maps.mean") }</dt><dd>{ format!("{:.3}", statistics.mean) }</dd>
                    <dt>{ t!("maps.zeros") }</dt><dd>{ format!("{:.1}%", statistics.zeros * 100.0) }</dd>
                </dl>
            </figcaption>
        </figure>
    }
}
