//! The tab: the result, the controls, the curve, and every convolution.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::cost::substitute::Ranking;
use crate::cost::{Convention, CostError, Metric, Survey, network_cost, substitute};
use crate::page::networks::counted::Counted;
use crate::page::prefs::use_lang;
use crate::page::store::{use_convention, use_dispatch};
use crate::state::networks::Networks;

use super::candidates::Candidates;
use super::controls::controls;
use super::curve::CurveCard;
use super::outcome::{Outcome, outcome};
use super::ranked_survey::RankedSurvey;

#[derive(Properties, PartialEq)]
pub struct SubstituteViewProps {
    pub networks: Rc<Networks>,
    /// The network and what it costs.
    pub counted: Counted,
}

/// Surveys the network when it changes, and ranks its convolutions when the replacement or the metric does.
#[hook]
fn use_ranked_survey(
    networks: &Networks,
    counted: &Counted,
) -> Rc<Result<Rc<RankedSurvey>, CostError>> {
    let asked = (counted.clone(), networks.input, use_convention());
    let survey = use_memo(asked, |(counted, input, convention)| {
        Survey::of(&counted.network, *input, *convention).map(Rc::new)
    });
    let ranking = Ranking { by: networks.metric.of_parts(), scope: networks.substitutions.scope };
    use_memo(
        (survey, ranking, networks.substitutions.recipe.clone()),
        |(survey, ranking, recipe)| {
            let survey = (**survey).clone()?;
            RankedSurvey::of(survey, *ranking, recipe).map(Rc::new)
        },
    )
}

/// The peak of memory before and after the chosen replacements, where the peak is the metric: it is no sum, so
/// the rebuilt network is counted.
#[hook]
fn use_peaks(
    networks: &Networks,
    counted: &Counted,
    ranked: &Rc<Result<Rc<RankedSurvey>, CostError>>,
) -> Option<(u64, u64)> {
    let plan = &networks.substitutions;
    let is_asked = networks.metric == Metric::PeakMemory;
    let rows = ranked.as_ref().as_ref().ok().filter(|_| is_asked).map(|it| it.rows(&plan.chosen));
    let asked = (counted.clone(), networks.input, plan.recipe.clone(), rows);
    *use_memo(asked, |(counted, input, recipe, rows)| {
        let rebuilt = substitute(&counted.network, recipe, rows.as_ref()?).ok()?;
        // No convention changes which tensors there are.
        let after = network_cost(&rebuilt, *input, Convention::default()).ok()?;
        Some((counted.cost.peak?.bytes, after.peak?.bytes))
    })
}

#[component]
pub fn SubstituteView(SubstituteViewProps { networks, counted }: &SubstituteViewProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let ranked = use_ranked_survey(networks, counted);
    let peaks = use_peaks(networks, counted, &ranked);
    let ranked = match &*ranked {
        Ok(ranked) => ranked.clone(),
        Err(error) => {
            return html! {
                <p class="card" role="alert">{ t!("error.too_large", what = error.to_string()) }</p>
            };
        }
    };
    let plan = &networks.substitutions;
    html! {
        <div class="net-replace">
            { outcome(&Outcome { ranked: &ranked, chosen: &plan.chosen, metric: networks.metric, peaks }, dispatch.clone()) }
            { controls(&ranked, plan, dispatch) }
            <CurveCard ranked={ranked.clone()} chosen={plan.chosen.clone()} />
            <Candidates {ranked} plan={plan.clone()} />
        </div>
    }
}
