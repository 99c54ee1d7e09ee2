//! What both cost in all, with the ratio either way.

use crate::t;
use yew::prelude::*;

use crate::page::format::{exact, grouped};
use crate::page::words as page_words;

use super::sides::{Both, Quantity, Run, compare};

/// The table of totals: at inference, and, where that differs, while training.
pub fn totals(both: &Both) -> Html {
    let has_auxiliary = both.subject.has_auxiliary() || both.rival.has_auxiliary();
    let group = |run: Run| {
        let (id, title) = match run {
            _ if !has_auxiliary => ("always", t!("net.compare.always")),
            Run::Inference => ("inference", t!("net.compare.inference")),
            Run::Training => ("training", t!("net.compare.training")),
        };
        let quantities = Quantity::of(run, has_auxiliary);
        html! {
            <tbody {id}>
                <tr class="group"><th scope="rowgroup" colspan="3">{ title }</th></tr>
                { for quantities.into_iter().map(|quantity| line(both, quantity, run)) }
            </tbody>
        }
    };
    html! {
        <table class="compare-table" id="compare-table">
            <thead><tr>
                <td></td>
                { for both.names.iter().map(|name| html! { <th scope="col">{ name }</th> }) }
            </tr></thead>
            { group(Run::Inference) }
            if has_auxiliary { { group(Run::Training) } }
        </table>
    }
}

fn line(both: &Both, quantity: Quantity, run: Run) -> Html {
    let counts = [&both.subject, &both.rival].map(|side| side.get(quantity, run));
    let cell = |count: Option<u64>, other: Option<u64>| {
        let ratio = compare(count, other).map(page_words::comparison);
        html! {
            <td>
                { count.map_or_else(|| "?".to_owned(), |count| number(quantity, count)) }
                <small>{ ratio }</small>
            </td>
        }
    };
    let (id, name) = name(quantity);
    html! {
        <tr class={id}>
            <th scope="row">{ name }</th>
            { cell(counts[0], counts[1]) }
            { cell(counts[1], counts[0]) }
        </tr>
    }
}

fn name(quantity: Quantity) -> (&'static str, AttrValue) {
    match quantity {
        Quantity::Count(metric) => ("count", page_words::metric(metric)),
        Quantity::WeightLayers => ("layers", t!("net.vgg.weight_layers")),
        Quantity::Depth => ("depth", t!("net.compare.depth")),
        Quantity::Torchsummary => ("torchsummary", t!("net.compare.torchsummary")),
    }
}

fn number(quantity: Quantity, count: u64) -> String {
    match quantity {
        Quantity::Count(metric) => exact(count, metric),
        // To the digits that the tool prints.
        Quantity::Torchsummary => format!("{:.2} MB", count as f64 / 1_048_576.0),
        Quantity::WeightLayers | Quantity::Depth => grouped(count),
    }
}
