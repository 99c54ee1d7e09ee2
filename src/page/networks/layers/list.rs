//! The table of layers with its options.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::arch::Named;
use crate::page::controls::Chip;
use crate::page::networks::counted::Counted;
use crate::page::networks::rows::{Column, Kind, Look};
use crate::page::networks::words;
use crate::page::prefs::use_lang;
use crate::page::words as page_words;
use crate::state::networks::Networks;

use super::choice::{Change, Choice, Grain};
use super::export::TableExport;
use super::table::Table;
use super::torchsummary::Torchsummary;

#[derive(Properties, PartialEq)]
pub struct ListProps {
    pub networks: Rc<Networks>,
    /// The network and what it costs.
    pub counted: Counted,
    /// What is chosen.
    pub choice: Choice,
    /// The options applied to this network.
    pub look: Rc<Look>,
    pub selected: Option<usize>,
    /// Called with a change of the options.
    pub change: Callback<Change>,
    /// Called with the row that is selected, if any.
    pub onselect: Callback<Option<usize>>,
    /// Called with the container that is to be rolled up or opened.
    pub ontoggle: Callback<usize>,
}

/// The table, which can be rolled up, filtered, sorted and exported, or torchsummary's text.
#[component]
pub fn List(props: &ListProps) -> Html {
    use_lang();
    let ListProps { networks, counted, choice, look, .. } = props;
    let rows =
        use_memo((look.clone(), counted.clone(), networks.counting.metric), |(look, it, by)| {
            look.rows(&it.cost, *by)
        });
    let rolled = use_memo(look.clone(), |look| look.rolled.clone());
    let onsort = use_callback(props.change.clone(), |column: Column, change| {
        change.emit(Change::Sort(column));
    });
    let chip = |on: bool, label: AttrValue, change: Change| {
        let onpress = props.change.reform(move |()| change.clone());
        html! { <Chip {on} {label} {onpress} /> }
    };
    let grain = |grain: Grain| {
        let label = page_words::text("net.grain", grain);
        chip(choice.grain == grain, label, Change::Grain(grain))
    };
    let kind = |kind: Kind| chip(choice.kind == Some(kind), words::kind(kind), Change::Kind(kind));
    let name = words::file_stem(&networks.source);
    html! {
        <section class="card net-list">
            <div class="net-list-head">
                if !choice.as_torchsummary {
                    <div class="chips" role="group" aria-label={t!("net.grain.label")}>{ for Grain::all().map(grain) }</div>
                    <div class="chips" role="group" aria-label={t!("net.kind.label")}>{ for Kind::all().map(kind) }</div>
                    <TableExport {name} cost={counted.cost.clone()} rows={rows.clone()} metric={networks.counting.metric} />
                }
                <Chip on={choice.as_torchsummary} label="torchsummary" hint={t!("net.torchsummary.hint")}
                    onpress={props.change.reform(|()| Change::Torchsummary)} />
            </div>
            if choice.as_torchsummary {
                <Torchsummary counted={counted.clone()} input={networks.input} name={words::file_stem(&networks.source)} />
            } else if counted.network.nodes.is_empty() {
                <p class="empty-state">{ t!("net.table.empty") }</p>
            } else {
                <Table cost={counted.cost.clone()} {rows} {rolled} is_tree={look.is_tree()} column={look.column}
                    descending={look.descending} metric={networks.counting.metric} selected={props.selected}
                    onselect={props.onselect.clone()} ontoggle={props.ontoggle.clone()} {onsort} />
            }
        </section>
    }
}
