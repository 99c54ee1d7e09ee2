//! What the curve's marks mean, in words, and the curve as a table.

use std::rc::Rc;

use rust_i18n::t;
use web_sys::HtmlDetailsElement;
use yew::prelude::*;

use crate::page::format::grouped;
use crate::page::prefs::use_lang;
use crate::page::words as page_words;
use crate::state::networks::Chosen;

use super::standing::Standing;
use super::words;

/// Properties of [`Marks`].
#[derive(Properties, PartialEq)]
pub struct MarksProps {
    /// The convolutions and their curve.
    pub standing: Rc<Standing>,
    /// Which are replaced.
    pub chosen: Chosen,
    /// Told which number a mark leads to.
    pub onchoose: Callback<usize>,
}

/// The legend; a press goes where the mark is.
#[component]
pub fn Marks(MarksProps { standing, chosen, onchoose }: &MarksProps) -> Html {
    use_lang();
    let metric = standing.ranking.by;
    let now = grouped(standing.chosen(chosen) as u64);
    let now = match chosen {
        Chosen::Heaviest(_) => t!("net.replace.now", k = now),
        Chosen::Rows(_) => t!("net.replace.yours", k = now),
    };
    let mark = |class: &'static str, sign: &'static str, text: String, k: usize| {
        let onclick = onchoose.reform(move |_: MouseEvent| k);
        html! { <button type="button" {class} {onclick}><b aria-hidden="true">{ sign }</b>{ text }</button> }
    };
    let change = |k: usize| words::change(standing.change(k - 1), metric);
    let best = standing.curve.best;
    let best_text = t!("net.replace.best", k = grouped(best as u64)).into_owned();
    let none_pays = standing.paying == Chosen::Heaviest(0);
    html! {
        <div class="net-marks">
            <span class="now"><b aria-hidden="true">{ "●" }</b>{ now }</span>
            { match standing.curve.loses_at {
                _ if standing.most() == 0 => html! {},
                Some(_) if none_pays => html! { <span class="turns">{ t!("net.replace.loses_all") }</span> },
                None => html! { <>{ mark("best", "◆", best_text, best) }<span>{ t!("net.replace.never_loses") }</span></> },
                Some(k) => html! {
                    <>
                        { mark("best", "◆", best_text, best) }
                        { mark("turns", "▲", t!("net.replace.loses", k = grouped(k as u64), change = change(k)).into_owned(), k) }
                        if let Some(k) = standing.wins_again() {
                            { mark("again", "↘", t!("net.replace.wins_again", k = grouped(k as u64), change = change(k)).into_owned(), k) }
                        }
                    </>
                },
            } }
        </div>
    }
}

/// Properties of [`Table`].
#[derive(Properties, PartialEq)]
pub struct TableProps {
    /// The convolutions and their curve.
    pub standing: Rc<Standing>,
    /// How many are replaced.
    pub now: usize,
}

/// The curve as a table, folded away; it has rows while it is open.
#[component]
pub fn Table(TableProps { standing, now }: &TableProps) -> Html {
    use_lang();
    let open = use_state_eq(|| false);
    let ontoggle = {
        let open = open.setter();
        Callback::from(move |event: Event| {
            let details = event.target_dyn_into::<HtmlDetailsElement>();
            open.set(details.is_some_and(|details| details.open()));
        })
    };
    let metric = standing.ranking.by;
    let row = |(k, count): (usize, &u64)| {
        let change = k.checked_sub(1).map(|place| standing.change(place));
        let loses = change.is_some_and(|change| change > 0).then_some("loses");
        html! {
            <tr key={k} class={classes!((k == *now).then_some("present"), loses)}>
                <th scope="row">{ grouped(k as u64) }</th><td>{ words::count(*count, metric) }</td>
                <td>{ change.map(|change| words::change(change, metric)).unwrap_or_default() }</td>
            </tr>
        }
    };
    html! {
        <details class="data" {ontoggle}>
            <summary>{ t!("net.replace.table") }</summary>
            if *open {
                <div class="sheet" tabindex="0"><table>
                    <thead><tr>
                        <th scope="col">{ t!("net.replace.table_k") }</th><th scope="col">{ page_words::metric(metric) }</th>
                        <th scope="col">{ t!("net.replace.table_change") }</th>
                    </tr></thead>
                    <tbody>{ for standing.counts.iter().enumerate().map(row) }</tbody>
                </table></div>
            }
        </details>
    }
}
