//! The Module view: controls, diagram, chart and verdict on one screen.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::arch::BranchId;
use crate::chart::SeriesId;
use crate::cost::{Answer, CostError};
use crate::state::Model;

use super::browser::window;
use super::chart::ChartCard;
use super::controls::Panel;
use super::diagram::DiagramCard;
use super::prefs::use_lang;
use super::store::Refusal;
use super::verdict::Verdict;
use super::visit::use_visit;

#[derive(Clone, Copy, Properties, PartialEq)]
pub struct ModuleViewProps {
    pub model: Model,
    /// The last change that could not be made.
    pub refusal: Option<Refusal>,
}

/// Below this width the diagram flows down: laid out to the right its words would be too small to read.
pub const NARROW: &str = "(max-width: 900px)";

/// Whether the screen is narrow, followed as it changes.
#[hook]
pub fn use_narrow() -> bool {
    let query = || window()?.match_media(NARROW).ok().flatten();
    let visit = use_visit();
    let narrow = use_state_eq(|| {
        visit.map_or_else(|| query().is_some_and(|query| query.matches()), |visit| visit.is_narrow)
    });
    {
        let narrow = narrow.clone();
        use_effect_with((), move |()| {
            let listener = query().map(|query| {
                let target = query.clone();
                gloo_events::EventListener::new(&target, "change", move |_| {
                    narrow.set(query.matches());
                })
            });
            move || drop(listener)
        });
    }
    *narrow
}

/// The answer to the model's question, worked out once a model.
#[hook]
pub fn use_answer(model: &Model) -> Rc<Result<Rc<Answer>, CostError>> {
    use_memo(model.question(), |question| question.answer().map(Rc::new))
}

#[component]
pub fn ModuleView(ModuleViewProps { model, refusal }: &ModuleViewProps) -> Html {
    use_lang();
    let narrow = use_narrow();
    let answer = use_answer(model);
    let lit = use_state_eq(|| None::<BranchId>);
    let onlight = use_callback(lit.setter(), |branch, lit| lit.set(branch));
    let highlighted = use_state_eq(|| None::<SeriesId>);
    let onhighlight = use_callback(highlighted.setter(), |id, highlighted| highlighted.set(id));
    let figures = match &*answer {
        Ok(answer) => html! {
            <>
                <DiagramCard model={*model} answer={answer.clone()} {narrow} lit={*lit} onlight={onlight.clone()} />
                <ChartCard model={*model} answer={answer.clone()} highlighted={*highlighted} onhighlight={onhighlight.clone()} />
                <Verdict model={*model} answer={answer.clone()} highlighted={*highlighted} {onhighlight} />
            </>
        },
        Err(error) => {
            html! { <p class="card" role="alert">{ t!("error.too_large", what = error.to_string()) }</p> }
        }
    };
    html! {
        <div class="module-view">
            <Panel model={*model} refusal={*refusal} lit={*lit} {onlight} />
            <div class="figures">{ figures }</div>
        </div>
    }
}
