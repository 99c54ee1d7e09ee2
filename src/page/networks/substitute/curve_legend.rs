//! The curve's legend, and the curve as a table.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::page::format::{exact, grouped};
use crate::page::plot::DataTable;
use crate::page::words as page_words;
use crate::state::networks::Chosen;

use super::ranked_survey::RankedSurvey;
use super::words;

/// The legend, with the convolutions that are `chosen`; a press on a mark chooses its number.
pub fn legend(ranked: &RankedSurvey, chosen: &Chosen, onchoose: &Callback<usize>) -> Html {
    let metric = ranked.ranking.by;
    let now = grouped(ranked.chosen(chosen) as u64);
    let now = match chosen {
        Chosen::Heaviest(_) => t!("net.replace.now", k = now),
        Chosen::Rows(_) => t!("net.replace.yours", k = now),
    };
    let mark = |class: &'static str, sign: &'static str, text: AttrValue, k: usize| {
        let onclick = onchoose.reform(move |_: MouseEvent| k);
        html! { <button type="button" {class} {onclick}><b aria-hidden="true">{ sign }</b>{ text }</button> }
    };
    let change = |k: usize| words::change(ranked.change(k - 1), metric);
    let best = ranked.curve.best;
    let best_text = t!("net.replace.best", k = grouped(best as u64));
    let none_pays = ranked.paying == Chosen::Heaviest(0);
    html! {
        <div class="net-marks">
            <span class="now"><b aria-hidden="true">{ "●" }</b>{ now }</span>
            { match ranked.curve.loses_at {
                _ if ranked.most() == 0 => html! {},
                Some(_) if none_pays => html! { <span class="turns">{ t!("net.replace.loses_all") }</span> },
                None => html! { <>{ mark("best", "◆", best_text, best) }<span>{ t!("net.replace.never_loses") }</span></> },
                Some(k) => html! {
                    <>
                        { mark("best", "◆", best_text, best) }
                        { mark("turns", "▲", t!("net.replace.loses", k = grouped(k as u64), change = change(k)), k) }
                        if let Some(k) = ranked.wins_again() {
                            { mark("again", "↘", t!("net.replace.wins_again", k = grouped(k as u64), change = change(k)), k) }
                        }
                    </>
                },
            } }
        </div>
    }
}

/// The curve as a table, with the row of `now` marked.
pub fn table(ranked: &Rc<RankedSurvey>, now: usize) -> Html {
    let metric = ranked.ranking.by;
    let head =
        [t!("net.replace.table_k"), page_words::metric(metric), t!("net.replace.table_change")];
    let row = move |ranked: &RankedSurvey, k: usize| {
        let change = k.checked_sub(1).map(|place| ranked.change(place));
        let raises = change.is_some_and(|change| change > 0).then_some("loses");
        html! {
            <tr key={k} class={classes!((k == now).then_some("present"), raises)}>
                <th scope="row">{ grouped(k as u64) }</th><td>{ exact(ranked.count(k), metric) }</td>
                <td>{ change.map(|change| words::change(change, metric)).unwrap_or_default() }</td>
            </tr>
        }
    };
    let ranked = ranked.clone();
    let rows = Callback::from(move |()| {
        html! { <>{ for (0..ranked.counts.len()).map(|k| row(&ranked, k)) }</> }
    });
    html! { <DataTable summary={t!("net.replace.table")} head={head.to_vec()} {rows} /> }
}
