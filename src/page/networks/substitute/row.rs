//! A row of the table of convolutions. Its verdict is computed when it scrolls into view.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::arch::{Conv2d, Layer};
use crate::cost::{Additive, Comparison, Replacement, Survey};
use crate::page::format::{exact, grouped};
use crate::page::networks::words as net_words;
use crate::page::prefs::use_lang;
use crate::page::words as page_words;

use super::menu::ReplacementMenu;
use super::ranked_survey::path;
use super::words;

#[derive(Properties, PartialEq)]
pub struct RowProps {
    /// The network and its convolutions.
    pub survey: Rc<Survey>,
    pub candidate: usize,
    /// Its place on the curve, from 0, if it can be replaced.
    pub place: Option<usize>,
    pub chosen: bool,
    pub replacement: Replacement,
    /// Whether the user overrode the default replacement for this row.
    pub own: bool,
    pub metric: Additive,
    /// Called with the place on the curve of a convolution to choose or not to choose.
    pub ontoggle: Callback<usize>,
    /// Called with the row and its override; `None` for the default.
    pub onown: Callback<(usize, Option<Replacement>)>,
}

#[component]
pub fn Row(props: &RowProps) -> Html {
    use_lang();
    let RowProps { candidate, place, chosen, metric, replacement, own, .. } = *props;
    let verdict = use_memo(
        (props.survey.clone(), candidate, replacement, metric),
        |(survey, candidate, replacement, metric)| {
            survey.candidates.get(*candidate).map(|it| survey.verdict(it, replacement, *metric))
        },
    );
    let Some(it) = props.survey.candidates.get(candidate) else {
        return html! {};
    };
    let row = it.site.row;
    let path = path(&props.survey, it).to_owned();
    let ontoggle = {
        let ontoggle = props.ontoggle.clone();
        Callback::from(move |_: Event| {
            if let Some(place) = place {
                ontoggle.emit(place);
            }
        })
    };
    let onchoose = props.onown.reform(move |replacement| (row, replacement));
    let fitted = match &*verdict {
        Some(Ok(verdict)) => words::fitted(&verdict.fitted),
        _ => String::new(),
    };
    html! {
        <tr class={classes!(chosen.then_some("chosen"), place.is_none().then_some("refused"))}>
            <td class="rank">{ place.map_or_else(|| "–".to_owned(), |place| grouped(place as u64 + 1)) }</td>
            <td class="swap">
                <input type="checkbox" checked={chosen} disabled={place.is_none()} onchange={ontoggle}
                    aria-label={t!("net.replace.swap", path = path)} />
            </td>
            <th scope="row" class="path" title={path.clone()}>{ path.clone() }</th>
            <td class="kernel">{ kernel(&it.site.conv) }</td>
            { counts(verdict.as_ref().as_ref(), it.site.conv.in_channels, metric) }
            <td class="with" title={fitted}>
                <ReplacementMenu id={format!("net-own-{row}")} label={t!("net.replace.own", path = path)}
                    chosen={own.then_some(replacement)} optional=true {onchoose} />
            </td>
        </tr>
    }
}

/// The kernel with its stride, and the channels: `3×3 · 64 → 128`.
fn kernel(conv: &Conv2d) -> String {
    let kernel = net_words::kernel(&Layer::Conv2d(*conv));
    format!("{kernel} · {} → {}", grouped(conv.in_channels), grouped(conv.out_channels))
}

type Judged = Result<crate::cost::substitute::Verdict, crate::cost::Refusal>;

/// Its count before and after, their ratio, and whether the replacement pays.
fn counts(judged: Option<&Judged>, in_channels: u64, metric: Additive) -> Html {
    let verdict = match judged {
        Some(Ok(verdict)) => verdict,
        Some(Err(refusal)) => {
            let text = words::refusal(refusal);
            return html! { <td class="verdict-refused mute" colspan="4" title={text.clone()}>{ text }</td> };
        }
        None => return html! { <td colspan="4"></td> },
    };
    let of = |totals: &crate::cost::Totals| exact(totals.get(metric).unwrap_or(u64::MAX), metric);
    let (class, mark) = match verdict.comparison {
        Comparison::Fewer(_) => ("pays", "✓"),
        Comparison::More(_) => ("loses", "✗"),
        Comparison::Equal => ("", "="),
    };
    let text = words::verdict(verdict, in_channels);
    html! {
        <>
            <td class="now">{ of(&verdict.before) }</td>
            <td class="after">{ of(&verdict.after) }</td>
            <td class={classes!("ratio", class)}>{ page_words::comparison(verdict.comparison) }</td>
            <td class={classes!("says", class)} title={text.clone()}><span aria-hidden="true">{ mark }{ " " }</span>{ text }</td>
        </>
    }
}
