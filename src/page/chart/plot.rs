//! The chart's canvas: what it shows, and the cursor that is the input-channels slider.

use std::rc::Rc;

use rust_i18n::t;
use web_sys::{Element, HtmlCanvasElement, KeyboardEvent, PointerEvent};
use yew::prelude::*;

use crate::arch::Field;
use crate::chart::{
    Axes, Labels, Layout, Scene, SceneOptions, SeriesId, Spacing, Surface, Theme as Colours,
};
use crate::cost::{Answer, PLAIN_KERNELS};
use crate::page::format::{grouped, short_count};
use crate::page::prefs::{Theme, use_lang, use_theme};
use crate::page::store::{StoreAction, use_dispatch};
use crate::page::words;
use crate::state::{Action, AxisScale, Model};

use super::readout::Readout;
use super::surface::{paint, use_surface};

/// Properties of [`Plot`].
#[derive(Properties, PartialEq)]
pub struct PlotProps {
    /// What the page shows.
    pub model: Model,
    /// What it costs.
    pub answer: Rc<Answer>,
    /// The curve that is meant in the legend.
    pub highlighted: Option<SeriesId>,
}

/// The chart's words in the reader's language.
fn labels(answer: &Answer, model: &Model) -> Labels {
    let other = answer.other.as_ref().map_or_else(String::new, |other| words::form(other.form));
    Labels {
        module: words::form(answer.module.form),
        other,
        plain: PLAIN_KERNELS.map(|k| t!("chart.conv", k = k).into_owned()),
        x_axis: t!("chart.channels").into_owned(),
        cursor: t!("chart.here", n = grouped(model.module.in_channels)).into_owned(),
    }
}

/// The scene of the model as it is.
#[must_use]
pub fn scene(answer: &Answer, model: &Model, options: SceneOptions) -> Scene {
    let spacing = match model.axis {
        AxisScale::Linear => Spacing::Linear,
        AxisScale::Log => Spacing::Log,
    };
    let options = SceneOptions { spacing, metric: model.metric, other: true, ..options };
    Scene::new(answer, &options)
}

/// The channels a key moves the cursor to.
fn stepped(channels: u64, key: &str) -> Option<u64> {
    let limits = Field::InChannels.limits();
    let channels = match key {
        "ArrowRight" | "ArrowUp" => channels + 1,
        "ArrowLeft" | "ArrowDown" => channels.saturating_sub(1),
        "PageUp" => channels + 32,
        "PageDown" => channels.saturating_sub(32),
        "Home" => limits.min,
        "End" => limits.max,
        _ => return None,
    };
    Some(limits.clamp(channels))
}

/// Where a pointer is on the chart, in CSS pixels. The event's own `current_target` is the page's root,
/// where Yew listens.
fn place(event: &PointerEvent, plot: &NodeRef) -> Option<(f64, f64)> {
    let bounds = plot.cast::<Element>()?.get_bounding_client_rect();
    Some((f64::from(event.client_x()) - bounds.left(), f64::from(event.client_y()) - bounds.top()))
}

/// The chart. Dragging anywhere in it moves the cursor; arrow and Page keys do too.
#[component]
pub fn Plot(props: &PlotProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let colours = if use_theme() == Theme::Dark { Colours::DARK } else { Colours::LIGHT };
    let PlotProps { model, ref answer, highlighted } = *props;
    let (place_ref, canvas_ref) = (use_node_ref(), use_node_ref());
    let hovered = use_state_eq(|| None::<(u64, (f64, f64))>);
    let held = use_state_eq(|| None::<Axes>);
    let surface = use_surface(&place_ref);

    let labels = labels(answer, &model);
    let hovered_channels = hovered.map(|(channels, _)| channels).filter(|_| held.is_none());
    let scene = scene(
        answer,
        &model,
        SceneOptions {
            hovered: hovered_channels,
            highlighted,
            held: *held,
            ..SceneOptions::default()
        },
    );
    let layout = surface.map(|surface: Surface| Layout::new(&scene, &labels, surface));
    {
        let canvas_ref = canvas_ref.clone();
        let drawn = (scene.clone(), layout.clone(), labels, colours);
        use_effect_with(drawn, move |(scene, layout, labels, colours)| {
            if let (Some(canvas), Some(layout)) = (canvas_ref.cast::<HtmlCanvasElement>(), layout) {
                paint(&canvas, scene, layout, labels, colours);
            }
        });
    }

    let channels_at = {
        let (layout, plot) = (layout.clone(), place_ref.clone());
        move |event: &PointerEvent| {
            let (layout, at) = (layout.as_ref()?, place(event, &plot)?);
            Some((layout.channels_at(at.0), at))
        }
    };
    let drag = {
        let dispatch = dispatch.clone();
        move |channels: u64, commit: bool| {
            let action = Action::Set(Field::InChannels, channels);
            dispatch.dispatch(if commit {
                StoreAction::Commit(action)
            } else {
                StoreAction::Preview(action)
            });
        }
    };
    let onpointerdown = {
        let (held, channels_at, drag, axes) =
            (held.clone(), channels_at.clone(), drag.clone(), scene.axes);
        let plot = place_ref.clone();
        Callback::from(move |event: PointerEvent| {
            if event.button() != 0 {
                return;
            }
            if let Some((channels, _)) = channels_at(&event) {
                if let Some(target) = plot.cast::<Element>() {
                    // A pointer that has gone meanwhile can't be captured, and needn't be.
                    let _ = target.set_pointer_capture(event.pointer_id());
                }
                held.set(Some(axes));
                drag(channels, false);
            }
        })
    };
    let onpointermove = {
        let (held, hovered, channels_at, drag) =
            (held.clone(), hovered.clone(), channels_at.clone(), drag.clone());
        Callback::from(move |event: PointerEvent| {
            let found = channels_at(&event);
            match found {
                Some((channels, _)) if held.is_some() => drag(channels, false),
                _ => hovered.set(found.filter(|_| event.pointer_type() == "mouse")),
            }
        })
    };
    let onpointerup = {
        let (held, channels_at, drag) = (held.clone(), channels_at, drag.clone());
        Callback::from(move |event: PointerEvent| {
            if held.is_some() {
                held.set(None);
                if let Some((channels, _)) = channels_at(&event) {
                    drag(channels, true);
                }
            }
        })
    };
    let onpointercancel = {
        let (held, drag) = (held.clone(), drag.clone());
        let channels = model.module.in_channels;
        Callback::from(move |_: PointerEvent| {
            if held.is_some() {
                held.set(None);
                drag(channels, true);
            }
        })
    };
    let onpointerleave = {
        let hovered = hovered.clone();
        Callback::from(move |_: PointerEvent| hovered.set(None))
    };
    let onkeydown = {
        let channels = model.module.in_channels;
        Callback::from(move |event: KeyboardEvent| {
            if let Some(next) = stepped(channels, &event.key()) {
                event.prevent_default();
                drag(next, true);
            }
        })
    };
    let limits = Field::InChannels.limits();
    let channels = model.module.in_channels;
    let count = short_count(answer.module.count, model.metric);
    let text =
        t!("chart.label", metric = words::metric(model.metric), n = count, c = grouped(channels));
    let near = held.is_some()
        || hovered
            .zip(layout.as_ref())
            .is_some_and(|((_, at), layout)| layout.takes_cursor(&scene, at));
    html! {
        <div ref={place_ref} id="plot" class={classes!("plot", near.then_some("near"))} tabindex="0"
            role="slider" aria-label={t!("chart.cursor").into_owned()} aria-valuetext={text.into_owned()}
            aria-valuemin={limits.min.to_string()} aria-valuemax={limits.max.to_string()} aria-valuenow={channels.to_string()}
            {onpointerdown} {onpointermove} {onpointerup} {onpointercancel} {onpointerleave} {onkeydown}>
            <canvas ref={canvas_ref} aria-hidden="true"></canvas>
            if let Some((channels, (x, _))) = hovered.filter(|_| held.is_none()) {
                <Readout {scene} {channels} {x} width={surface.map_or(0.0, |surface| surface.width)} metric={model.metric} />
            }
        </div>
    }
}
