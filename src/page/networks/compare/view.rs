//! The comparison: a sentence, the totals, the stages.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::cost::{Additive, Comparison, Metric};
use crate::page::format::{grouped, times};
use crate::page::networks::counted::Counted;
use crate::page::networks::toolbar::NetworkMenu;
use crate::page::networks::words;
use crate::page::prefs::use_lang;
use crate::page::store::{StoreAction, use_convention, use_dispatch};
use crate::page::words as page_words;
use crate::state::networks::{Networks, NetworksAction, Source};

use super::bars::bars;
use super::sides::{Both, Claim, Quantity, Run, Side, compare, pairs};
use super::totals::totals;

#[derive(Properties, PartialEq)]
pub struct CompareViewProps {
    pub networks: Rc<Networks>,
    /// The network that is shown.
    pub counted: Counted,
}

/// The network that is shown beside another.
#[component]
pub fn CompareView(CompareViewProps { networks, counted }: &CompareViewProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let asked = (counted.clone(), networks.rival, networks.input, use_convention());
    let sides = use_memo(asked, |(counted, rival, input, convention)| {
        let subject = Side::new(&counted.network, *input, *convention)?;
        Ok::<_, crate::cost::CostError>((
            Rc::new(subject),
            Rc::new(Side::new(&rival.build(), *input, *convention)?),
        ))
    });
    let claim = use_memo((networks.source.clone(), networks.rival), |(subject, rival)| {
        Claim::about(subject, *rival)
    });
    let onchoose = Callback::from(move |id| {
        dispatch.dispatch(StoreAction::commit(NetworksAction::SetRival(id)));
    });
    let (subject, rival) = match &*sides {
        Ok(sides) => sides.clone(),
        Err(error) => {
            return html! { <p class="card" role="alert">{ t!("error.too_large", what = error.to_string()) }</p> };
        }
    };
    let names = [words::source(&networks.source), words::network(networks.rival)];
    let both = Both { subject, rival, names };
    let stages = pairs(&both.subject.stages, &both.rival.stages, networks.input);
    html! {
        <div class="net-compare">
            <section class="card compare-totals" aria-label={t!("net.compare.title")}>
                <NetworkMenu id="rival" label={t!("net.compare.with")}
                    source={Source::Known(networks.rival)} {onchoose} />
                <p class="lead" id="compare-lead" role="status">{ lead(&both, networks.metric) }</p>
                if let Some(claim) = *claim {
                    <p class="errata" id="claim">{ claim_text(claim) }</p>
                }
                if let Some(fault) = both.rival.cost.faults.first() {
                    <p class="problem" role="alert" id="rival-fault">
                        { t!("net.compare.fault", name = both.names[1].as_str(), path = fault.path.as_str(), why = words::fault(fault)) }
                    </p>
                }
                { totals(&both) }
            </section>
            <section class="card compare-stages" aria-label={t!("net.compare.stages")}>
                <h2>{ t!("net.compare.stages") }<small>{ t!("net.compare.stages_hint") }</small></h2>
                <p class="legend" aria-hidden="true">
                    { for both.names.iter().zip(["subject", "rival"]).map(|(name, class)| html! {
                        <span class={classes!("key", class)}><i></i>{ name }</span>
                    }) }
                </p>
                <div class="compare-bars">
                    { for [Additive::Params, Additive::Macs].map(|metric| bars(&both, &stages, metric)) }
                </div>
            </section>
        </div>
    }
}

/// Which of the two needs how many times fewer of `metric`, at inference.
fn lead(both: &Both, metric: Metric) -> AttrValue {
    let of = |side: &Side| side.get(Quantity::Count(metric), Run::Inference);
    let [subject, rival] = &both.names;
    let what = page_words::metric_subject(metric);
    let comparison = compare(of(&both.rival), of(&both.subject));
    let fewer = |less: &str, more: &str, factor: f64| {
        t!("net.compare.fewer", less = less, more = more, factor = times(factor), what = what)
    };
    match comparison {
        // There is no ratio to 0.
        Some(Comparison::Fewer(factor) | Comparison::More(factor)) if factor.is_infinite() => {
            t!("net.compare.nothing", what = page_words::metric_noun(metric))
        }
        Some(Comparison::Fewer(factor)) => fewer(rival, subject, factor),
        Some(Comparison::More(factor)) => fewer(subject, rival, factor),
        Some(Comparison::Equal) => t!("net.compare.equal", what = what),
        None => t!("net.compare.open", what = page_words::metric_noun(metric)),
    }
}

fn claim_text(claim: Claim) -> AttrValue {
    t!(
        "net.compare.claim",
        training = grouped(claim.training),
        vgg = grouped(claim.vgg),
        inference = grouped(claim.inference)
    )
}
