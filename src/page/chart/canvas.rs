//! The chart's canvas: what it shows, and the cursor that is the input-channels slider.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::arch::Field;
use crate::chart::{
    Axes, ChartLayout, Figure, Labels, Scene, SceneOptions, SeriesId, Spacing, Surface,
    Theme as Colours,
};
use crate::cost::{Answer, PLAIN_KERNELS};
use crate::page::format::{grouped, short_count};
use crate::page::plot::{Cursor, CursorAction, Hovered, PlotElement, use_cursor, use_surface};
use crate::page::prefs::{Theme, use_lang, use_theme};
use crate::page::store::{StoreAction, use_dispatch};
use crate::page::visit::{Visit, use_visit};
use crate::page::words;
use crate::state::{Action, AxisScale, Model};

use super::paint::use_paint;
use super::readout::{Reading, readout};

#[derive(Properties, PartialEq)]
pub struct ChartCanvasProps {
    pub model: Model,
    pub answer: Rc<Answer>,
    /// The curve that is highlighted in the legend.
    pub highlighted: Option<SeriesId>,
}

/// The chart's words in the page's language.
fn labels(answer: &Answer) -> Labels {
    let other =
        answer.other.as_ref().map_or_else(String::new, |other| words::form(other.form).to_string());
    Labels {
        module: words::form(answer.module.form).to_string(),
        other,
        plain: PLAIN_KERNELS.map(|k| t!("chart.conv", k = k).to_string()),
        x_axis: t!("chart.channels").to_string(),
    }
}

/// The model's choices for the scene.
#[must_use]
pub fn options(model: &Model) -> SceneOptions {
    let spacing = match model.axis {
        AxisScale::Linear => Spacing::Linear,
        AxisScale::Log => Spacing::Log,
    };
    SceneOptions { spacing, metric: model.counting.metric, ..SceneOptions::default() }
}

/// The cursor's value in words.
fn value_text(model: &Model, answer: &Answer) -> AttrValue {
    let count = short_count(answer.module.count, model.counting.metric);
    let (metric, channels) = (words::metric_noun(model.counting.metric), model.module.in_channels);
    t!("chart.label", metric = metric, n = count, c = grouped(channels))
}

fn cursor_label(Figure { scene, layout, .. }: &Figure) -> Html {
    let label = t!("chart.here", n = grouped(scene.present));
    let (x, y) = layout.cursor_label(scene, &label);
    let style = format!("transform: translate({x:.1}px, {y:.1}px) translate(-50%, -50%)");
    html! { <b class="here" {style} aria-hidden="true">{ label }</b> }
}

/// What the chart is drawn on.
#[cfg(target_arch = "wasm32")]
fn surface_element(canvas: NodeRef, _: Option<&Figure>) -> Html {
    html! { <canvas ref={canvas} aria-hidden="true"></canvas> }
}

/// The chart of the first picture.
#[cfg(not(target_arch = "wasm32"))]
fn surface_element(_: NodeRef, figure: Option<&Figure>) -> Html {
    figure
        .map(super::first_picture::svg)
        .map(AttrValue::from)
        .map(Html::from_html_unchecked)
        .into_iter()
        .collect()
}

/// What the cursor does to the page's store.
#[hook]
fn use_move() -> Callback<CursorAction> {
    let dispatch = use_dispatch();
    let set = |channels| Action::Set(Field::InChannels, channels);
    Callback::from(move |action| {
        dispatch.dispatch(match action {
            CursorAction::Preview(channels) => StoreAction::preview(set(channels)),
            CursorAction::Commit(channels) => StoreAction::commit(set(channels)),
            CursorAction::Abandon => StoreAction::Abandon,
        });
    })
}

/// The chart. Dragging anywhere in it moves the cursor; arrow and Page keys do too.
#[component]
pub fn ChartCanvas(props: &ChartCanvasProps) -> Html {
    use_lang();
    let theme = if use_theme() == Theme::Dark { Colours::DARK } else { Colours::LIGHT };
    let ChartCanvasProps { model, ref answer, highlighted } = *props;
    let (plot, canvas) = (use_node_ref(), use_node_ref());
    let visit = use_visit();
    let surface = use_surface(&plot).or(visit.map(Visit::chart));
    let hovered = use_state_eq(|| None::<Hovered>);
    let is_held = use_cursor();
    // While the cursor is dragged the axes stay: the same pixel must stay the same count.
    let last_axes = use_mut_ref(|| None::<Axes>);

    let options = SceneOptions {
        hovered: hovered.map(|hovered| hovered.value),
        highlighted,
        held: last_axes.borrow().filter(|_| *is_held),
        ..options(&model)
    };
    let figure = surface.map(|surface: Surface| {
        let (scene, labels) = (Scene::new(answer, &options), labels(answer));
        let layout = ChartLayout::new(&scene, &labels, surface);
        Rc::new(Figure { scene, layout, labels, theme })
    });
    last_axes.replace(figure.as_ref().map(|figure| figure.scene.axes));
    use_paint(&canvas, figure.clone());

    let channels = model.module.in_channels;
    let limits = Field::InChannels.limits();
    let cursor = Cursor {
        plot: plot.clone(),
        value: channels,
        range: limits.min..=limits.max,
        page: 32,
        value_at: {
            let figure = figure.clone();
            Callback::from(move |(x, _)| Some(figure.as_ref()?.layout.channels_at(x)))
        },
        onhover: {
            let hovered = hovered.setter();
            Callback::from(move |value| hovered.set(value))
        },
        onmove: use_move(),
        is_held: is_held.clone(),
    };
    let takes = |Hovered { at, .. }: Hovered| {
        figure.as_ref().is_some_and(|figure| figure.layout.takes_cursor(&figure.scene, at))
    };
    let near = *is_held || hovered.is_some_and(takes);
    let attributes = PlotElement {
        id: "plot",
        class: classes!("plot", near.then_some("near")),
        label: t!("chart.cursor"),
        value_text: value_text(&model, answer),
    };
    let children = html! {
        <>
            { surface_element(canvas, figure.as_deref()) }
            // Not by `for`: Yew would replace the canvas when the label appears.
            if let Some(figure) = figure.clone() { { cursor_label(&figure) } }
            if let (Some(figure), Some(Hovered { value, at: (x, _) })) = (figure, *hovered) {
                { readout(&figure.scene, Reading { channels: value, x, width: figure.layout.surface.width, metric: model.counting.metric }) }
            }
        </>
    };
    cursor.element(attributes, children)
}
