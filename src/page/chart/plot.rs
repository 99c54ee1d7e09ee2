//! The chart's canvas: what it shows, and the cursor that is the input-channels slider.

use std::rc::Rc;

use rust_i18n::t;
use yew::prelude::*;

use crate::arch::Field;
use crate::chart::{
    Figure, Labels, Layout, Scene, SceneOptions, SeriesId, Spacing, Surface, Theme as Colours,
};
use crate::cost::{Answer, PLAIN_KERNELS};
use crate::page::format::{grouped, short_count};
use crate::page::prefs::{Theme, use_lang, use_theme};
use crate::page::store::use_dispatch;
use crate::page::words;
use crate::state::{AxisScale, Model};

use super::cursor::{Cursor, Spot, use_pointer};
use super::readout::Readout;
use super::surface::{use_paint, use_surface};

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
fn labels(answer: &Answer) -> Labels {
    let other = answer.other.as_ref().map_or_else(String::new, |other| words::form(other.form));
    Labels {
        module: words::form(answer.module.form),
        other,
        plain: PLAIN_KERNELS.map(|k| t!("chart.conv", k = k).into_owned()),
        x_axis: t!("chart.channels").into_owned(),
    }
}

/// How the model wants its scene.
#[must_use]
pub fn options(model: &Model) -> SceneOptions {
    let spacing = match model.axis {
        AxisScale::Linear => Spacing::Linear,
        AxisScale::Log => Spacing::Log,
    };
    SceneOptions { spacing, metric: model.metric, other: true, ..SceneOptions::default() }
}

fn cursor_label(Figure { scene, layout, .. }: &Figure) -> Html {
    let label = t!("chart.here", n = grouped(scene.present));
    let (x, y) = layout.cursor_label(scene, &label);
    let style = format!("transform: translate({x:.1}px, {y:.1}px) translate(-50%, -50%)");
    html! { <b class="here" {style} aria-hidden="true">{ label }</b> }
}

/// The chart. Dragging anywhere in it moves the cursor; arrow and Page keys do too.
#[component]
pub fn Plot(props: &PlotProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let theme = if use_theme() == Theme::Dark { Colours::DARK } else { Colours::LIGHT };
    let PlotProps { model, ref answer, highlighted } = *props;
    let (place_ref, canvas_ref) = (use_node_ref(), use_node_ref());
    let pointer = use_pointer();
    let surface = use_surface(&place_ref);

    let options = SceneOptions {
        hovered: pointer.spot().map(|spot| spot.channels),
        highlighted,
        held: *pointer.held,
        ..options(&model)
    };
    let figure = surface.map(|surface: Surface| {
        let (scene, labels) = (Scene::new(answer, &options), labels(answer));
        let layout = Layout::new(&scene, &labels, surface);
        Rc::new(Figure { scene, layout, labels, theme })
    });
    use_paint(&canvas_ref, figure.clone());

    let channels = model.module.in_channels;
    let cursor = Cursor {
        pointer: pointer.clone(),
        plot: place_ref.clone(),
        figure: figure.clone(),
        channels,
        dispatch,
    };
    let takes = |Spot { place, .. }: Spot| {
        figure.as_ref().is_some_and(|figure| figure.layout.takes_cursor(&figure.scene, place))
    };
    let near = pointer.held.is_some() || pointer.spot().is_some_and(takes);
    let limits = Field::InChannels.limits();
    let count = short_count(answer.module.count, model.metric);
    let text = t!(
        "chart.label",
        metric = words::metric_noun(model.metric),
        n = count,
        c = grouped(channels)
    );
    html! {
        <div ref={place_ref} id="plot" class={classes!("plot", near.then_some("near"))} tabindex="0"
            role="slider" aria-label={t!("chart.cursor").into_owned()} aria-valuetext={text.into_owned()}
            aria-valuemin={limits.min.to_string()} aria-valuemax={limits.max.to_string()} aria-valuenow={channels.to_string()}
            onpointerdown={cursor.on(Cursor::press)} onpointermove={cursor.on(Cursor::motion)}
            onpointerup={cursor.on(Cursor::release)} onpointercancel={cursor.on(Cursor::lose)}
            onpointerleave={cursor.on(Cursor::leave)} onkeydown={cursor.on(Cursor::key)} onkeyup={cursor.on(Cursor::settle)}>
            <canvas ref={canvas_ref} aria-hidden="true"></canvas>
            // Not by `for`, which would have the canvas replaced when there is something to label.
            if let Some(figure) = figure.clone() { { cursor_label(&figure) } }
            if let (Some(figure), Some(Spot { channels, place: (x, _) })) = (figure, pointer.spot()) {
                <Readout scene={figure.scene.clone()} {channels} {x} width={figure.layout.surface.width} metric={model.metric} />
            }
        </div>
    }
}
