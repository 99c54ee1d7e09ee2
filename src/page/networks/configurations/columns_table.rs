//! Figure 1: the configurations side by side, what each adds marked, what each costs below it.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::arch::Named;
use crate::arch::network::VggEntry;
use crate::cost::{Additive, Metric};
use crate::page::format::{grouped, short_count, times};
use crate::page::networks::words;
use crate::page::plot::bar;
use crate::page::prefs::use_lang;
use crate::page::store::{StoreAction, use_dispatch};
use crate::page::words as page_words;
use crate::state::networks::{Networks, NetworksAction, Source, Tab};

use super::columns::{Cell, Column, StageLines, fully_connected, stage_lines};

#[derive(Properties, PartialEq)]
pub struct TableProps {
    pub networks: Rc<Networks>,
    pub columns: Rc<Vec<Column>>,
}

/// The class that makes a column one, for the pointer and for the network that is shown.
fn class(index: usize, props: &TableProps) -> Classes {
    let here = props.networks.source == Source::Known(props.columns[index].id());
    classes!(format!("c{index}"), here.then_some("here"))
}

/// The table of configurations. A press on a column opens its network.
#[component]
pub fn Table(props: &TableProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let columns = &props.columns;
    let open = |index: usize| {
        let (dispatch, id) = (dispatch.clone(), columns[index].id());
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(StoreAction::commit(NetworksAction::Open(id)));
            dispatch.dispatch(StoreAction::TurnTo(Tab::Layers));
        })
    };
    let head = |(index, column): (usize, &Column)| {
        let name = words::network(column.id());
        html! {
            <th scope="col" class={class(index, props)}>
                <button type="button" class="link" onclick={open(index)} id={format!("vgg-{}", column.id().name())}
                    title={t!("net.vgg.open", name = name)}>{ column.config.name() }</button>
            </th>
        }
    };
    let foot = |metric: Additive| foot(props, metric);
    // Only a sum that does not fit fails, and then no column could be counted.
    let stages = stage_lines(columns).unwrap_or_default();
    let fault = columns.first().and_then(|column| column.cost.faults.first());
    html! {
        <section class="card vgg-figure" aria-label={t!("net.vgg.title")}>
            <h2>{ t!("net.vgg.title") }<small>{ t!("net.vgg.subtitle") }</small></h2>
            <div class="vgg-scroll" tabindex="0" role="region" aria-label={t!("net.vgg.title")}>
                <table class="vgg-table" id="vgg-table">
                    <thead>
                        <tr><td></td>{ for columns.iter().enumerate().map(head) }</tr>
                        <tr class="mute">
                            <th scope="row">{ t!("net.vgg.weight_layers") }</th>
                            { for columns.iter().enumerate().map(|(index, column)| html! {
                                <td class={class(index, props)}>{ column.config.weight_layers() }</td>
                            }) }
                        </tr>
                    </thead>
                    { for stages.iter().map(|stage| stage_body(props, stage, &open)) }
                    <tbody class="shared"><tr>
                        <th scope="row">{ t!("net.stage.classifier") }</th>
                        <td colspan="6">{ for columns.first().map(classifier) }</td>
                    </tr></tbody>
                    <tfoot>{ foot(Additive::Params) }{ foot(Additive::Macs) }</tfoot>
                </table>
            </div>
            if let Some(fault) = fault {
                <p class="problem">{ t!("net.vgg.fault", why = words::fault(fault)) }</p>
            } else {
                <p class="mute small" id="vgg-growth">{ growth(columns) }</p>
            }
        </section>
    }
}

fn classifier(column: &Column) -> String {
    fully_connected(column).map(|neurons| format!("FC-{neurons}")).collect::<Vec<_>>().join(" · ")
}

fn stage_body(
    props: &TableProps,
    stage: &StageLines,
    open: &impl Fn(usize) -> Callback<MouseEvent>,
) -> Html {
    let size = stage.size.map_or_else(|| "?".to_owned(), words::size);
    let line = |(index, cells): (usize, &[Option<Cell>; 6])| {
        html! {
            <tr>
                if index == 0 {
                    <th scope="rowgroup" rowspan={stage.lines.len().to_string()}>{ size.clone() }</th>
                }
                { for cells.iter().enumerate().map(|(column, cell)| html! {
                    <td class={class(column, props)} onclick={open(column)}>{ for cell.map(entry) }</td>
                }) }
            </tr>
        }
    };
    html! {
        <tbody>
            { for stage.lines.iter().enumerate().map(line) }
            <tr class="shared"><td></td><td colspan="6">{ t!("net.vgg.max_pool") }</td></tr>
        </tbody>
    }
}

/// A line as the paper writes it.
fn entry(cell: Cell) -> Html {
    let text = match cell.entry {
        VggEntry::Conv { kernel_size, out_channels } => {
            format!("conv{kernel_size}-{out_channels}")
        }
        VggEntry::Lrn => "LRN".to_owned(),
    };
    if cell.is_new {
        html! { <b>{ text }<span class="unseen">{ format!(" ({})", t!("net.vgg.new")) }</span></b> }
    } else {
        html! { { text } }
    }
}

/// What the columns cost, with bars that share one scale.
fn foot(props: &TableProps, metric: Additive) -> Html {
    let counts = |column: &Column| column.cost.totals.get(metric).unwrap_or(0);
    let most = props.columns.iter().map(counts).max().unwrap_or(1).max(1);
    let cell = |(index, column): (usize, &Column)| {
        let count = counts(column);
        let is_open = Metric::from(metric).needs_shapes() && !column.cost.faults.is_empty();
        html! {
            <td class={class(index, props)} title={(!is_open).then(|| grouped(count))}>
                if is_open {
                    { "?" }
                } else {
                    { short_count(count, metric) }{ bar(count, most, classes!()) }
                }
            </td>
        }
    };
    html! {
        <tr>
            <th scope="row">{ page_words::metric(metric) }</th>
            { for props.columns.iter().enumerate().map(cell) }
        </tr>
    }
}

/// How parameters and work grow from the first column to the last.
fn growth(columns: &[Column]) -> Option<AttrValue> {
    let (first, last) = (columns.first()?, columns.last()?);
    let ratio = |of: fn(&Column) -> u64| times(of(last) as f64 / of(first).max(1) as f64);
    let text = t!(
        "net.vgg.growth",
        first = first.config.name(),
        last = last.config.name(),
        params = ratio(|column| column.cost.totals.params),
        macs = ratio(|column| column.cost.totals.macs)
    );
    Some(text)
}
