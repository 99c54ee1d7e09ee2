//! The tab: what is replaced and what comes of it, the curve, and every convolution.

use std::rc::Rc;

use rust_i18n::t;
use yew::prelude::*;

use crate::cost::substitute::Ranking;
use crate::cost::{Convention, CostError, Survey};
use crate::page::networks::counted::Counted;
use crate::page::prefs::use_lang;
use crate::state::networks::Networks;

use super::controls::Controls;
use super::outcome::Outcome;
use super::plot::CurveCard;
use super::standing::Standing;
use super::table::Candidates;

/// Properties of [`SubstituteView`].
#[derive(Properties, PartialEq)]
pub struct SubstituteViewProps {
    /// What the view shows.
    pub networks: Rc<Networks>,
    /// The network and what it costs.
    pub counted: Counted,
}

/// How things stand: the survey once a network, the curve once a replacement or a count.
#[hook]
fn use_standing(networks: &Networks, counted: &Counted) -> Rc<Result<Rc<Standing>, CostError>> {
    let survey = use_memo((counted.clone(), networks.input), |(counted, input)| {
        Survey::of(&counted.network, *input, Convention::default()).map(Rc::new)
    });
    let ranking = Ranking { by: networks.metric, scope: networks.substitutions.scope };
    use_memo(
        (survey, ranking, networks.substitutions.recipe.clone()),
        |(survey, ranking, recipe)| {
            let survey = (**survey).clone()?;
            Standing::of(survey, *ranking, recipe).map(Rc::new)
        },
    )
}

/// Replacing convolutions.
#[component]
pub fn SubstituteView(SubstituteViewProps { networks, counted }: &SubstituteViewProps) -> Html {
    use_lang();
    let standing = use_standing(networks, counted);
    let standing = match &*standing {
        Ok(standing) => standing.clone(),
        Err(error) => {
            return html! {
                <p class="card" role="alert">{ t!("error.too_large", what = error.to_string()) }</p>
            };
        }
    };
    let plan = &networks.substitutions;
    html! {
        <div class="net-replace">
            <Outcome standing={standing.clone()} chosen={plan.chosen.clone()} />
            <Controls standing={standing.clone()} plan={plan.clone()} />
            <CurveCard standing={standing.clone()} chosen={plan.chosen.clone()} />
            <Candidates {standing} plan={plan.clone()} />
        </div>
    }
}
