//! The card around the chart.

use std::rc::Rc;

use rust_i18n::t;
use yew::prelude::*;

use crate::chart::{Scene, SeriesId};
use crate::cost::Answer;
use crate::page::controls::Chip;
use crate::page::prefs::use_lang;
use crate::page::store::{StoreAction, use_dispatch};
use crate::page::words;
use crate::state::{Action, AxisScale, Model};

use super::legend::{DataTable, Legend};
use super::plot::{Plot, options};

/// Properties of [`ChartCard`].
#[derive(Properties, PartialEq)]
pub struct ChartCardProps {
    /// What the page shows.
    pub model: Model,
    /// What it costs.
    pub answer: Rc<Answer>,
    /// The curve that is hovered in any figure.
    #[prop_or_default]
    pub highlighted: Option<SeriesId>,
    /// Told which curve is hovered here.
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
    let curves = Scene::curves(answer, &options);
    let curves: Vec<_> = curves.into_iter().map(|series| series.id).collect();
    let log = model.axis == AxisScale::Log;
    let switch = Callback::from(move |()| {
        let axis = if log { AxisScale::Linear } else { AxisScale::Log };
        dispatch.dispatch(StoreAction::commit(Action::SetAxis(axis)));
    });
    html! {
        <section class="card chart" aria-label={t!("chart.title").into_owned()}>
            <h2>
                { t!("chart.title") }
                <small>{ t!("chart.subtitle", metric = words::metric_noun(model.metric)) }</small>
                <Chip class="switch" on={log} label={t!("chart.log").into_owned()} onpress={switch} />
            </h2>
            <Plot model={*model} answer={answer.clone()} highlighted={*highlighted} />
            <div class="under">
                <Legend {curves} form={answer.module.form} {onhighlight} />
                <DataTable answer={answer.clone()} {options} />
            </div>
        </section>
    }
}
