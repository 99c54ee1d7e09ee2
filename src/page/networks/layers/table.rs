//! The table of layers. Rows are drawn as they come into view, so that a network of thousands scrolls
//! like one of ten.

use std::collections::BTreeSet;
use std::rc::Rc;

use crate::t;
use web_sys::{Element, KeyboardEvent};
use yew::prelude::*;

use crate::arch::Named;
use crate::cost::{Metric, NetworkCost, NetworkRow};
use crate::page::format::{bytes, grouped, share, short_count};
use crate::page::networks::rows::Column;
use crate::page::networks::window::use_window;
use crate::page::networks::words;
use crate::page::plot::bar;
use crate::page::prefs::use_lang;

use super::notes;

/// Height of a row, in CSS pixels; the style sheet has the same.
pub const ROW: u32 = 26;

#[derive(Clone, Properties, PartialEq)]
pub struct TableProps {
    pub cost: Rc<NetworkCost>,
    /// The rows to show, by index.
    pub rows: Rc<Vec<usize>>,
    /// The containers that are rolled up.
    pub rolled: Rc<BTreeSet<usize>>,
    /// Whether rows are set in by their depth.
    pub is_tree: bool,
    /// The column it is sorted by.
    pub column: Column,
    /// Whether the largest comes first.
    pub descending: bool,
    /// The count that shares are of.
    pub metric: Metric,
    /// The selected row, by index.
    pub selected: Option<usize>,
    /// Called with the row that is selected.
    pub onselect: Callback<Option<usize>>,
    /// Called with the container that is to be rolled up or opened.
    pub ontoggle: Callback<usize>,
    /// Called with the column whose head was pressed.
    pub onsort: Callback<Column>,
}

/// The table, its heads that sort, and the rows in view.
#[component]
pub fn Table(props: &TableProps) -> Html {
    use_lang();
    let scroller = use_node_ref();
    let window = use_window(&scroller, ROW, props.rows.len(), props.rows.clone());
    use_keep_in_view(props, &scroller);

    let active = props.selected.filter(|row| props.rows.contains(row));
    html! {
        <div class="net-table" ref={scroller.clone()} tabindex="0" role="treegrid" aria-label={t!("net.table.label")}
            aria-rowcount={(props.rows.len() + 1).to_string()} aria-activedescendant={active.map(|row| format!("row-{row}"))}
            onscroll={window.onscroll.clone()} onkeydown={keys(props, scroller)}>
            // The focus is on the grid; the table inside is presentational.
            <table role="presentation">
                <thead><tr role="row" aria-rowindex="1">{ for Column::all().map(|column| head(props, column)) }</tr></thead>
                <tbody>
                    { window.above() }
                    { for window.shown.clone().map(|place| row(props, place)) }
                    { window.below() }
                </tbody>
            </table>
        </div>
    }
}

/// Scrolls to the selected row when the selection changes.
#[hook]
fn use_keep_in_view(props: &TableProps, scroller: &NodeRef) {
    let (rows, scroller) = (props.rows.clone(), scroller.clone());
    use_effect_with((props.selected, props.rows.clone()), move |(selected, _)| {
        let place = selected.and_then(|selected| rows.iter().position(|row| *row == selected));
        let Some((place, element)) = place.zip(scroller.cast::<Element>()) else {
            return;
        };
        let place = i32::try_from(place).unwrap_or(i32::MAX).saturating_mul(ROW.cast_signed());
        // The head covers the first row's height of what is in view.
        let bottom = element.scroll_top() + element.client_height() - 2 * ROW.cast_signed();
        if place < element.scroll_top() {
            element.set_scroll_top(place);
        } else if place > bottom {
            element.set_scroll_top(place - element.client_height() + 2 * ROW.cast_signed());
        }
    });
}

fn head(props: &TableProps, column: Column) -> Html {
    let sorted = props.column == column && column != Column::Layer;
    let order = match (sorted, props.descending) {
        (false, _) => "none",
        (true, true) => "descending",
        (true, false) => "ascending",
    };
    let mark = match order {
        "descending" => " ↓",
        "ascending" => " ↑",
        _ => "",
    };
    let onclick = props.onsort.reform(move |_: MouseEvent| column);
    let [name, hint] = words::heading(column, props.metric);
    html! {
        <th role="columnheader" class={column.name()} aria-sort={order} title={hint}>
            <button type="button" class="link" {onclick}>{ name }{ mark }</button>
        </th>
    }
}

/// Arrows, Home and End move the selection, left rolls up, right opens, Escape gives the selection up.
fn keys(props: &TableProps, scroller: NodeRef) -> Callback<KeyboardEvent> {
    let props = props.clone();
    Callback::from(move |event: KeyboardEvent| {
        // Keys on a button in the table, and keys with a modifier, are not handled here.
        let is_here =
            event.target().is_some_and(|target| scroller.get().is_some_and(|it| *it == target));
        if !is_here || event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let place = props.selected.and_then(|row| props.rows.iter().position(|each| *each == row));
        let last = props.rows.len().saturating_sub(1);
        let key = event.key();
        let next = match (key.as_str(), place) {
            ("ArrowDown", None) | ("Home", _) => 0,
            ("ArrowDown", Some(place)) => (place + 1).min(last),
            ("ArrowUp", Some(place)) => place.saturating_sub(1),
            ("PageDown", Some(place)) => (place + 10).min(last),
            ("PageUp", Some(place)) => place.saturating_sub(10),
            ("End", _) => last,
            ("Escape", Some(_)) => return props.onselect.emit(None),
            ("ArrowLeft" | "ArrowRight" | "Enter", Some(_)) => {
                let Some(row) = props.selected else { return };
                let is_container =
                    props.cost.rows.get(row).is_some_and(|row| row.kind.is_container());
                let is_rolled = props.rolled.contains(&row);
                if is_container && (key == "Enter" || (key == "ArrowRight") == is_rolled) {
                    event.prevent_default();
                    props.ontoggle.emit(row);
                }
                return;
            }
            _ => return,
        };
        event.prevent_default();
        if let Some(row) = props.rows.get(next) {
            props.onselect.emit(Some(*row));
        }
    })
}

fn row(props: &TableProps, place: usize) -> Html {
    let Some((index, row)) =
        props.rows.get(place).and_then(|index| Some((*index, props.cost.rows.get(*index)?)))
    else {
        return html! {};
    };
    let fault = props.cost.faults.iter().find(|fault| fault.row == index);
    let selected = props.selected == Some(index);
    let class = classes!(
        selected.then_some("selected"),
        fault.is_some().then_some("faulty"),
        row.training_only.then_some("training"),
        row.kind.is_container().then_some("container"),
    );
    let onclick = props.onselect.reform(move |_: MouseEvent| Some(index));
    let title = fault.map(words::fault);
    let is_container = props.is_tree && row.kind.is_container();
    html! {
        <tr key={index} id={format!("row-{index}")} role="row" {class} {onclick} {title} aria-rowindex={(place + 2).to_string()}
            aria-level={(row.depth + 1).to_string()} aria-expanded={is_container.then(|| (!props.rolled.contains(&index)).to_string())}
            aria-selected={if selected { "true" } else { "false" }}>
            { name(props, index, row) }
            { for Column::all().skip(1).map(|column| cell(props, row, column)) }
        </tr>
    }
}

fn name(props: &TableProps, index: usize, row: &NetworkRow) -> Html {
    let depth = if props.is_tree { row.depth } else { 0 };
    let style = format!("padding-left: {}px", 8 + 14 * depth);
    let is_rolled = props.rolled.contains(&index);
    let name = if props.is_tree { row.name() } else { &row.path };
    let ontoggle = {
        let ontoggle = props.ontoggle.clone();
        Callback::from(move |event: MouseEvent| {
            event.stop_propagation();
            ontoggle.emit(index);
        })
    };
    let label = if is_rolled { t!("net.table.open") } else { t!("net.table.roll_up") };
    let label = format!("{label}: {}", row.path);
    html! {
        <th role="rowheader" class="layer" {style} title={row.path.clone()}>
            if props.is_tree && row.kind.is_container() {
                <button type="button" class="twist" tabindex="-1" onclick={ontoggle} aria-label={label}
                    aria-expanded={if is_rolled { "false" } else { "true" }}>{ if is_rolled { "▸" } else { "▾" } }</button>
            }
            <span class="name">{ name.to_owned() }</span>
            <span class="kind">{ row.kind.class_name() }</span>
        </th>
    }
}

fn cell(props: &TableProps, row: &NetworkRow, column: Column) -> Html {
    let counted = |text: String| if row.counted { text } else { "?".to_owned() };
    let text = match column {
        Column::Layer => String::new(),
        Column::Kernel => row.layer().map(words::kernel).unwrap_or_default(),
        Column::Output => row.output.map_or_else(|| "?".to_owned(), words::signal),
        Column::Params => grouped(row.totals.params),
        Column::Share => return share_cell(props, row),
        Column::Macs => counted(grouped(row.totals.macs)),
        Column::Memory => counted(bytes(row.totals.bytes)),
        Column::ReceptiveField => {
            row.receptive_field.map_or_else(|| "?".to_owned(), notes::receptive_field)
        }
    };
    let remark = receptive_field_note(props, row).filter(|_| column == Column::ReceptiveField);
    let noted = remark.is_some().then_some("noted");
    let hint = remark.map_or_else(|| text.clone(), |remark| format!("{text}: {remark}"));
    let zero = matches!(text.as_str(), "0" | "0 B").then_some("zero");
    html! { <td role="gridcell" class={classes!(column.name(), zero, noted)} title={hint}>{ text }</td> }
}

fn receptive_field_note(props: &TableProps, row: &NetworkRow) -> Option<String> {
    notes::receptive_field_note(row.receptive_field?, props.cost.input()?)
}

/// The share of the network's count, as a number and a bar. Of the peak there are no shares: the bytes alive
/// while the row runs.
fn share_cell(props: &TableProps, row: &NetworkRow) -> Html {
    let part = row.count(props.metric).unwrap_or(0);
    let whole = props.cost.count(props.metric).unwrap_or(0);
    let is_additive = props.metric.additive().is_some();
    let text = match part {
        0 => String::new(),
        part if is_additive => share(part, whole),
        part => short_count(part, props.metric),
    };
    let peak = (!is_additive && part == whole && part > 0).then_some("peak");
    html! {
        <td role="gridcell" class={classes!("share", peak)}>
            { bar(part, whole, classes!()) }
            <span class="text">{ text }</span>
        </td>
    }
}
