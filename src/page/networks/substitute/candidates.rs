//! Every convolution, the heaviest first.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::page::networks::window::use_window;
use crate::page::prefs::use_lang;
use crate::page::store::{StoreAction, use_dispatch};
use crate::state::networks::{NetworksAction, Substitutions, SubstitutionsAction};

use super::ranked_survey::{Entry, RankedSurvey};
use super::row::Row;

/// Height of a row, in CSS pixels; the style sheet has the same.
const ROW: u32 = 30;

const COLUMNS: [&str; 9] =
    ["rank", "swap", "path", "kernel", "now", "after", "ratio", "says", "with"];

#[derive(Properties, PartialEq)]
pub struct CandidatesProps {
    /// The convolutions and their curve.
    pub ranked: Rc<RankedSurvey>,
    /// What is replaced by what.
    pub plan: Substitutions,
}

fn head(column: &'static str) -> Html {
    let text = match column {
        "rank" => t!("net.replace.column.rank"),
        "path" => t!("net.replace.column.path"),
        "kernel" => t!("net.replace.column.kernel"),
        "now" => t!("net.replace.column.now"),
        "after" => t!("net.replace.column.after"),
        "ratio" => t!("net.replace.column.ratio"),
        "says" => t!("net.replace.column.says"),
        "with" => t!("net.replace.column.with"),
        _ => "".into(),
    };
    html! { <th scope="col" class={column}>{ text }</th> }
}

#[component]
pub fn Candidates(CandidatesProps { ranked, plan }: &CandidatesProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let scroller = use_node_ref();
    let window = use_window(&scroller, ROW, ranked.entries.len(), ranked.clone());
    // The rows' callbacks stay the same while the slider moves, so that unchanged rows are not rendered again.
    let latest = use_mut_ref(|| (ranked.clone(), plan.chosen.clone()));
    latest.replace((ranked.clone(), plan.chosen.clone()));
    let ontoggle = use_callback((), {
        let dispatch = dispatch.clone();
        move |place, ()| {
            let (ranked, chosen) = &*latest.borrow();
            let action = SubstitutionsAction::Choose(ranked.toggled(chosen, place));
            dispatch.dispatch(StoreAction::commit(NetworksAction::Substitutions(action)));
        }
    });
    let onown = use_callback((), move |(row, replacement), ()| {
        let action = SubstitutionsAction::SetOwn(row, replacement);
        dispatch.dispatch(StoreAction::commit(NetworksAction::Substitutions(action)));
    });
    let row = |entry: &Entry| {
        let Some(candidate) = ranked.survey.candidates.get(entry.candidate) else {
            return html! {};
        };
        let row = candidate.site.row;
        let chosen = entry.place.is_some_and(|place| ranked.has(&plan.chosen, place));
        html! {
            <Row key={row} survey={ranked.survey.clone()} candidate={entry.candidate} place={entry.place} {chosen}
                replacement={*plan.recipe.at(row)} own={plan.recipe.overrides.contains_key(&row)}
                metric={ranked.ranking.by} ontoggle={ontoggle.clone()} onown={onown.clone()} />
        }
    };
    let shown = ranked.entries.get(window.shown.clone()).unwrap_or_default();
    html! {
        <section class="card net-candidates">
            <div class="net-table" ref={scroller} tabindex="0" role="region"
                aria-label={t!("net.replace.rows")} onscroll={window.onscroll.clone()}>
                <table aria-rowcount={(ranked.entries.len() + 1).to_string()}>
                    <thead><tr>{ for COLUMNS.map(head) }</tr></thead>
                    <tbody>
                        { window.above() }
                        { for shown.iter().map(row) }
                        { window.below() }
                    </tbody>
                </table>
                if ranked.entries.is_empty() {
                    <p class="empty-state">{ t!("net.replace.no_rows") }</p>
                }
            </div>
        </section>
    }
}
