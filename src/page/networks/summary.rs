//! The network in a sentence.

use crate::t;
use yew::prelude::*;

use crate::cost::{Additive, Metric, NetworkCost, NetworkRow};
use crate::page::format::{bytes, grouped, share, shortened};
use crate::page::words as page_words;
use crate::state::networks::Networks;

use super::counted::Counted;
use super::words;

/// The layer with most of `metric`, and how much that is.
fn heaviest(cost: &NetworkCost, metric: Additive) -> Option<(&NetworkRow, u64)> {
    let counts = cost.layers().filter_map(|(row, _)| Some((row, row.totals.get(metric).ok()?)));
    counts.max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0)
}

/// Where most of `metric` sits: the heaviest layer, or the row that needs the peak.
fn lead(cost: &NetworkCost, metric: Metric) -> Option<AttrValue> {
    let Some(additive) = metric.additive() else {
        let peak = cost.peak?;
        let path = cost.rows.get(peak.row)?.path.as_str();
        return Some(t!("net.summary.peak", n = bytes(peak.bytes), path = path));
    };
    let (row, count) = heaviest(cost, additive)?;
    let total = cost.totals.get(additive).unwrap_or(u64::MAX);
    Some(t!(
        "net.summary.heaviest",
        share = share(count, total),
        what = page_words::metric_noun(metric),
        path = row.path.as_str()
    ))
}

/// What the network costs, and where most of it sits.
pub fn summary(networks: &Networks, counted: &Counted) -> Html {
    let cost = &counted.cost;
    let lead = lead(cost, networks.metric);
    // After a fault only parameters are counted.
    let at_least = if cost.faults.is_empty() { "" } else { "≥ " };
    let training = cost.totals.params - cost.inference.params;
    html! {
        <p class="net-summary" id="net-summary">
            <b>{ words::source(&networks.source) }</b>{ ": " }
            <b id="net-params" title={grouped(cost.totals.params)}>{ grouped(cost.totals.params) }</b>
            { " " }{ page_words::metric_noun(Metric::Params) }{ " · " }
            <span title={grouped(cost.totals.macs)}>{ at_least }{ shortened(cost.totals.macs) }{ " MACs" }</span>{ " · " }
            <span title={t!("net.summary.memory")}>{ at_least }{ bytes(cost.totals.bytes) }</span>{ ". " }
            { for lead }
            if training > 0 {
                { " " }{ t!("net.summary.training", inference = grouped(cost.inference.params), training = grouped(training)) }
            }
            if let Some(fault) = cost.faults.first() {
                <span class="problem" role="alert">
                    { " " }{ t!("net.summary.fault", path = fault.path.as_str(), why = words::fault(fault)) }
                </span>
            }
        </p>
    }
}
