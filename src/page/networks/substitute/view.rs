//! The tab: the result, the controls, the curve, and every convolution.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::cost::substitute::Ranking;
use crate::cost::{Convention, CostError, Survey};
use crate::page::networks::counted::Counted;
use crate::page::prefs::use_lang;
use crate::page::store::use_dispatch;
use crate::state::networks::Networks;

use super::candidates::Candidates;
use super::controls::controls;
use super::curve::CurveCard;
use super::outcome::outcome;
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
    let survey = use_memo((counted.clone(), networks.input), |(counted, input)| {
        Survey::of(&counted.network, *input, Convention::default()).map(Rc::new)
    });
    let ranking = Ranking { by: networks.metric, scope: networks.substitutions.scope };
    use_memo(
        (survey, ranking, networks.substitutions.recipe.clone()),
        |(survey, ranking, recipe)| {
            let survey = (**survey).clone()?;
            RankedSurvey::of(survey, *ranking, recipe).map(Rc::new)
        },
    )
}

#[component]
pub fn SubstituteView(SubstituteViewProps { networks, counted }: &SubstituteViewProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let ranked = use_ranked_survey(networks, counted);
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
            { outcome(&ranked, &plan.chosen, dispatch.clone()) }
            { controls(&ranked, plan, dispatch) }
            <CurveCard ranked={ranked.clone()} chosen={plan.chosen.clone()} />
            <Candidates {ranked} plan={plan.clone()} />
        </div>
    }
}
