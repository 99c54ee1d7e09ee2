//! The legend: each curve's dash and name, and the table behind the chart.

use std::rc::Rc;

use rust_i18n::t;
use web_sys::{HtmlDetailsElement, KeyboardEvent};
use yew::prelude::*;

use crate::arch::Form;
use crate::chart::{RGBColor, Row, Scene, SceneOptions, SeriesId, Theme as Colours};
use crate::cost::Answer;
use crate::page::format::grouped;
use crate::page::prefs::{Theme, use_lang, use_theme};

use super::readout::{exact, series_name};

/// Properties of [`Legend`].
#[derive(Properties, PartialEq)]
pub struct LegendProps {
    /// The curves, in the order they are drawn.
    pub curves: Vec<SeriesId>,
    /// The module's form.
    pub form: Form,
    /// Told which curve is meant.
    pub onhighlight: Callback<Option<SeriesId>>,
}

/// A row of curve samples; hovering or focusing one makes the others fade.
#[component]
pub fn Legend(LegendProps { curves, form, onhighlight }: &LegendProps) -> Html {
    use_lang();
    let colours = if use_theme() == Theme::Dark { Colours::DARK } else { Colours::LIGHT };
    let entry = |id: SeriesId| {
        let highlight = |on: bool| {
            let onhighlight = onhighlight.clone();
            move || onhighlight.emit(on.then_some(id))
        };
        let (enter, leave, focus, blur) =
            (highlight(true), highlight(false), highlight(true), highlight(false));
        let RGBColor(red, green, blue) = colours.series(id);
        let dash: Vec<_> = id.dash().iter().map(f64::to_string).collect();
        html! {
            <button type="button"
                onpointerenter={Callback::from(move |_| enter())} onpointerleave={Callback::from(move |_| leave())}
                onfocus={Callback::from(move |_| focus())} onblur={Callback::from(move |_| blur())}>
                <svg viewBox="0 0 34 8" aria-hidden="true">
                    <line x1="0" x2="34" y1="4" y2="4" stroke={format!("rgb({red},{green},{blue})")}
                        stroke-dasharray={dash.join(" ")} stroke-width={id.width().to_string()} />
                </svg>
                { series_name(id, *form) }
            </button>
        }
    };
    html! { <div class="legend">{ for curves.iter().rev().map(|id| entry(*id)) }</div> }
}

/// Properties of [`DataTable`].
#[derive(Properties, PartialEq)]
pub struct DataTableProps {
    /// What it costs.
    pub answer: Rc<Answer>,
    /// How the chart shows it.
    pub options: SceneOptions,
}

/// The chart as a table, folded away; it has rows while it is open.
#[component]
pub fn DataTable(DataTableProps { answer, options }: &DataTableProps) -> Html {
    use_lang();
    let open = use_state_eq(|| false);
    let details = use_node_ref();
    let onkeydown = {
        let details = details.clone();
        Callback::from(move |event: KeyboardEvent| {
            if event.key() == "Escape"
                && let Some(details) = details.cast::<HtmlDetailsElement>()
            {
                details.set_open(false);
            }
        })
    };
    let ontoggle = {
        let open = open.clone();
        Callback::from(move |event: Event| {
            let details = event.target_dyn_into::<HtmlDetailsElement>();
            open.set(details.is_some_and(|details| details.open()));
        })
    };
    let row = |row: Row| {
        let crosses = |id: &SeriesId| row.crosses.contains(id).then_some("crossing");
        html! {
            <tr class={classes!(row.present.then_some("present"))}>
                <th scope="row">{ grouped(row.channels) }</th>
                { for row.counts.iter().rev().map(|(id, count)| html! { <td class={classes!(crosses(id))}>{ exact(*count, options.metric) }</td> }) }
            </tr>
        }
    };
    html! {
        <details ref={details} class="data" {ontoggle} {onkeydown}>
            <summary>{ t!("chart.table") }</summary>
            if let Some(scene) = open.then(|| Scene::new(answer, options)) { <div class="sheet"><table>
                <thead><tr>
                    <th scope="col">{ t!("chart.channels") }</th>
                    { for scene.series.iter().rev().map(|series| html! { <th scope="col">{ series_name(series.id, scene.form) }</th> }) }
                </tr></thead>
                <tbody>{ for scene.table().into_iter().map(row) }</tbody>
            </table></div> }
        </details>
    }
}
