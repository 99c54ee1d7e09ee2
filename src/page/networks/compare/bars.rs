//! A count stage by stage: a bar for each network, all on one scale.

use crate::t;
use yew::prelude::*;

use crate::cost::{Additive, Metric, NetworkCost, Stage, StageKind};
use crate::page::format::{grouped, share};
use crate::page::networks::words;
use crate::page::plot::bar;
use crate::page::words as page_words;

use super::sides::{Both, Pair, Side};

/// What a stage is called.
fn name(stage: &Stage, cost: &NetworkCost) -> AttrValue {
    match stage.kind {
        StageKind::Maps { size } => {
            size.map_or_else(|| AttrValue::Static("?"), |size| words::size(size).into())
        }
        StageKind::Classifier => t!("net.stage.classifier"),
        StageKind::Side { row } => {
            cost.rows.get(row).map(|row| row.path.as_str().into()).unwrap_or_default()
        }
    }
}

/// The stages of both networks, beside each other, by one count.
pub fn bars(both: &Both, stages: &[Pair], metric: Additive) -> Html {
    let Both { subject, rival, names } = both;
    let of = |stage: &Stage| stage.totals.get(metric).unwrap_or(0);
    let all = subject.stages.iter().chain(&rival.stages);
    let most = all.map(of).max().unwrap_or(1).max(1);
    let line = |side: &Side, stage: Option<&Stage>, class: &'static str, network: &str| {
        let is_open = Metric::from(metric).needs_shapes() && !side.is_counted();
        let whole = side.cost.totals.get(metric).unwrap_or(0);
        let count = stage.map(of);
        html! {
            <div class={classes!("pair", class)}>
                <span class="unseen">{ network }{ ": " }</span>
                { for count.filter(|_| !is_open).map(|count| bar(count, most, classes!())) }
                { match count {
                    None => html! { <span class="none">{ "–" }</span> },
                    Some(_) if is_open => html! { <span>{ "?" }</span> },
                    Some(count) => html! { <span>{ grouped(count) }<small>{ share(count, whole) }</small></span> },
                } }
            </div>
        }
    };
    let row = |pair: &Pair| {
        let mut of_both: Vec<AttrValue> = [(&pair.subject, subject), (&pair.rival, rival)]
            .into_iter()
            .filter_map(|(stage, side)| stage.as_ref().map(|stage| name(stage, &side.cost)))
            .collect();
        of_both.dedup();
        html! {
            <tr>
                <th scope="row">{ of_both.join(" / ") }</th>
                <td>
                    { line(subject, pair.subject.as_ref(), "subject", &names[0]) }
                    { line(rival, pair.rival.as_ref(), "rival", &names[1]) }
                </td>
            </tr>
        }
    };
    let heaviest = [subject, rival].into_iter().zip(names).filter_map(|(side, network)| {
        let (stage, count) = side.heaviest(metric)?;
        let whole = side.cost.totals.get(metric).ok()?;
        let text = t!(
            "net.compare.heaviest",
            name = network.as_str(),
            share = share(count, whole),
            stage = name(stage, &side.cost)
        );
        Some(html! { <span>{ text }</span> })
    });
    html! {
        <div class="bars" id={format!("bars-{}", if metric == Additive::Params { "params" } else { "macs" })}>
            <h3>{ page_words::metric(metric) }</h3>
            <p class="heaviest small">{ for heaviest }</p>
            <table>
                <thead class="unseen"><tr>
                    <th scope="col">{ t!("net.stage.label") }</th>
                    <th scope="col">{ page_words::metric(metric) }</th>
                </tr></thead>
                <tbody>{ for stages.iter().map(row) }</tbody>
            </table>
        </div>
    }
}
