//! The card around the chart.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::chart::{Row, Scene, SceneOptions, SeriesId};
use crate::cost::Answer;
use crate::page::controls::Chip;
use crate::page::format::{exact, grouped};
use crate::page::plot::DataTable;
use crate::page::prefs::use_lang;
use crate::page::store::{StoreAction, use_dispatch};
use crate::page::words;
use crate::state::{Action, AxisScale, Model};

use super::canvas::{ChartCanvas, options};
use super::legend::Legend;
use super::readout::series_name;

#[derive(Properties, PartialEq)]
pub struct ChartCardProps {
    pub model: Model,
    pub answer: Rc<Answer>,
    /// The curve that is hovered in any figure.
    #[prop_or_default]
    pub highlighted: Option<SeriesId>,
    /// Called with the curve that is hovered here.
    #[prop_or_default]
    pub onhighlight: Callback<Option<SeriesId>>,
}

/// The chart with its title, its axes' switch, its legend and its table.
#[component]
pub fn ChartCard(props: &ChartCardProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let ChartCardProps { model, answer, highlighted, onhighlight } = props;
    let options = options(model);
    let curves = Scene::curves(answer);
    let curves: Vec<_> = curves.into_iter().map(|series| series.id).collect();
    let log = model.axis == AxisScale::Log;
    let switch = Callback::from(move |()| {
        let axis = if log { AxisScale::Linear } else { AxisScale::Log };
        dispatch.dispatch(StoreAction::commit(Action::SetAxis(axis)));
    });
    html! {
        <section class="card chart" aria-label={t!("chart.title")}>
            <h2>
                { t!("chart.title") }
                <small>{ t!("chart.subtitle", metric = words::metric_noun(model.counting.metric)) }</small>
                <Chip class="switch" on={log} label={t!("chart.log")} onpress={switch} />
            </h2>
            <ChartCanvas model={*model} answer={answer.clone()} highlighted={*highlighted} />
            <div class="under">
                <Legend {curves} form={answer.module.form} {onhighlight} />
                { table(answer, options) }
            </div>
        </section>
    }
}

/// The chart as a table.
fn table(answer: &Rc<Answer>, options: SceneOptions) -> Html {
    let form = answer.module.form;
    let curves = Scene::curves(answer).into_iter().rev().map(|series| series_name(series.id, form));
    let head = std::iter::once(t!("chart.channels")).chain(curves);
    let row = move |row: Row| {
        let cell = |(id, count): &(SeriesId, i128)| {
            let class = row.crosses.contains(id).then_some("crossing");
            html! { <td {class}>{ exact(*count, options.metric) }</td> }
        };
        html! {
            <tr class={row.present.then_some("present")}>
                <th scope="row">{ grouped(row.channels) }</th>
                { for row.counts.iter().rev().map(cell) }
            </tr>
        }
    };
    let answer = answer.clone();
    let rows = Callback::from(move |()| {
        html! { <>{ for Scene::new(&answer, &options).table().into_iter().map(row) }</> }
    });
    html! { <DataTable head={head.collect::<Vec<_>>()} {rows} /> }
}
