//! The result of the chosen replacements: a sentence, and every count before and after.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::cost::{Additive, Metric, Totals};
use crate::page::format::exact;
use crate::page::plot::bar;
use crate::page::store::{Dispatch, StoreAction};
use crate::page::words as page_words;
use crate::state::networks::{Chosen, NetworksAction, Tab};

use super::ranked_survey::RankedSurvey;
use super::words;

/// What is chosen, and what is shown of it.
pub struct Outcome<'a> {
    /// The convolutions and their curve.
    pub ranked: &'a Rc<RankedSurvey>,
    pub chosen: &'a Chosen,
    /// The metric that is chosen; see [`Metric::of_parts`] for what ranks.
    pub metric: Metric,
    /// The peak of memory before and after, where it was asked for.
    pub peaks: Option<(u64, u64)>,
}

/// The sentence, the counts, and the button that turns it into the user's own network.
pub fn outcome(outcome: &Outcome, dispatch: Dispatch) -> Html {
    let Outcome { ranked, chosen, metric, peaks } = *outcome;
    let before = ranked.survey.totals(ranked.ranking.scope);
    let after = ranked.totals(chosen);
    let count = ranked.chosen(chosen);
    let by = ranked.ranking.by;
    let counts = (ranked.measure(&before), ranked.measure(&after));
    let heaviest = matches!(chosen, Chosen::Heaviest(_));
    let take = {
        let (ranked, chosen) = (ranked.clone(), chosen.clone());
        Callback::from(move |_: MouseEvent| {
            let action = NetworksAction::Substitute(ranked.rows(&chosen));
            dispatch.dispatch(StoreAction::commit(action));
            dispatch.dispatch(StoreAction::TurnTo(Tab::Layers));
        })
    };
    html! {
        <section class="card net-outcome" aria-label={t!("net.replace.title")}>
            <div class="net-outcome-head">
                <p class="lead" id="net-outcome" role="status">{ words::sentence(count, heaviest, counts, by) }</p>
                <button type="button" id="net-take" class="primary" disabled={count == 0} onclick={take}
                    title={t!("net.replace.take_hint")}>{ t!("net.replace.take") }</button>
            </div>
            <dl class="net-counts" aria-label={t!("net.replace.counts")}>
                { for [Additive::Params, Additive::Macs, Additive::Memory].map(|metric| {
                    let of = |totals: Totals| totals.get(metric).unwrap_or(u64::MAX);
                    pair(metric.into(), of(before), of(after))
                }) }
                { for peaks.map(|(before, after)| pair(Metric::PeakMemory, before, after)) }
            </dl>
            if metric.additive().is_none() {
                <p class="mute small" id="net-by-parts">
                    { t!("net.replace.by_parts", metric = page_words::metric(metric), parts = page_words::metric_noun(by)) }
                </p>
            }
            <p class="net-memory mute small">
                if after.bytes > before.bytes { { t!("net.replace.memory") } }
            </p>
        </section>
    }
}

/// One count before and after, as numbers and as bars of one scale.
fn pair(metric: Metric, before: u64, after: u64) -> Html {
    let most = before.max(after);
    let worse = (after > before).then_some("worse");
    html! {
        <div class={classes!("net-pair", worse)}>
            <dt>{ page_words::metric(metric) }</dt>
            <dd>
                <span>{ exact(before, metric) }{ " → " }<b>{ exact(after, metric) }</b></span>
                <span class="change">{ words::percent(before, after) }</span>
                <span class="bars" aria-hidden="true">{ bar(before, most, "before") }{ bar(after, most, "after") }</span>
            </dd>
        </div>
    }
}
