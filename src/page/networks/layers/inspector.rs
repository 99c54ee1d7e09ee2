//! The inspector of the selected layer: its counts with their arithmetic, and its numbers as fields.

use crate::t;
use yew::prelude::*;

use crate::arch::network::{Edit, Editable, InputWidth, Node, NodePath};
use crate::arch::{Field, FieldError, FieldKind, FieldValue, LayerField, Named, Shape};
use crate::cost::{Convention, NetworkRow};
use crate::page::controls::{Chip, NumberField, ValueField};
use crate::page::format::grouped;
use crate::page::networks::arithmetic::{self, Erratum};
use crate::page::networks::counted::Counted;
use crate::page::networks::words;
use crate::page::prefs::use_lang;
use crate::page::store::{StoreAction, use_dispatch};
use crate::page::words as page_words;
use crate::state::networks::NetworksAction;

use super::notes;

/// The node at `path`, which is `row` of the network's rows, in full, counted by `convention`.
pub fn inspector(counted: &Counted, path: &NodePath, row: usize, convention: Convention) -> Html {
    let found = counted.network.node(path).zip(counted.cost.rows.get(row));
    let Some((node, row_data)) = found else {
        return html! {};
    };
    let fault = counted.cost.faults.iter().find(|fault| fault.row == row);
    html! {
        <div class="net-inspector">
            <h2>{ row_data.path.clone() }<small>{ words::row_kind(row_data) }</small></h2>
            if let Some(fault) = fault {
                <p class="problem" role="alert">{ words::fault(fault) }</p>
            }
            { counts(row_data, counted.cost.input(), convention) }
            <Numbers key={path.to_string()} node={node.clone()} path={path.clone()} />
        </div>
    }
}

/// What a row counts by `convention`, for an image of shape `input` that runs through the network.
fn counts(row: &NetworkRow, input: Option<Shape>, convention: Convention) -> Html {
    let open = || "?".to_owned();
    let signal = |signal: Option<_>| signal.map_or_else(open, words::signal);
    let erratum = Erratum::of(row).map(|erratum| match erratum {
        Erratum::Product => t!(
            "net.erratum.product",
            printed = grouped(Erratum::PRINTED),
            exact = grouped(row.totals.macs)
        ),
        Erratum::OtherLayer => t!("net.erratum.other_layer", params = grouped(row.totals.params)),
    });
    let seen = row.receptive_field.zip(input);
    let params = arithmetic::params(row, convention).unwrap_or_else(|| grouped(row.totals.params));
    let macs = arithmetic::macs(row, convention).unwrap_or_else(|| grouped(row.totals.macs));
    html! {
        <>
            <p class="shapes">{ signal(row.input) }{ " → " }<b>{ signal(row.output) }</b></p>
            <dl>
                <dt>{ words::column(super::super::rows::Column::Params) }</dt><dd><code>{ params }</code></dd>
                <dt>{ "MACs" }</dt><dd><code>{ macs }</code></dd>
            </dl>
            if let Some((field, input)) = seen {
                <p class="small mute sees">
                    { t!("net.sees.field", size = notes::receptive_field(field)) }
                    { " " }{ notes::receptive_field_note(field, input).unwrap_or_default() }
                </p>
            }
            if let Some(note) = notes::flattened(row) {
                <p class="small flattened">{ note }</p>
            }
            if let Some(erratum) = erratum {
                <p class="warn small">{ erratum }</p>
            }
        </>
    }
}

#[derive(Properties, PartialEq)]
struct NumbersProps {
    node: Node,
    path: NodePath,
}

/// Fields for the numbers; setting one makes the network the user's own.
#[component]
fn Numbers(NumbersProps { node, path }: &NumbersProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let refused = use_state_eq(|| None::<FieldError>);
    let Some(editable) = Editable::of(node) else {
        return html! {};
    };
    let replace = {
        let at = path.clone();
        Callback::from(move |node: Node| {
            let edit = Edit::Replace { at: at.clone(), node };
            dispatch.dispatch(StoreAction::commit(NetworksAction::Edit(edit)));
        })
    };
    let of_layer = |field: LayerField| layer_number(&editable, node, field, &replace);
    let of_module =
        |field: Field| module_number(&editable, node, field, &replace, &refused.setter());
    let module_fields: &[Field] = match editable {
        Editable::Inception(..) => &Field::WIDTHS_AND_KERNELS,
        Editable::Layer(..) | Editable::ConvBlock(..) => &[],
    };
    let follows = matches!(editable, Editable::Layer(_, InputWidth::Fixed)).then(|| {
        let (node, replace) = (node.clone(), replace.clone());
        let onpress = Callback::from(move |()| replace.emit(editable.following(&node)));
        html! { <Chip on=false label={t!("net.inspector.follow")} hint={t!("net.inspector.follow_hint")} {onpress} /> }
    });
    html! {
        <div class="net-numbers" role="group" aria-label={t!("net.inspector.numbers")}>
            { for editable.layer_fields().into_iter().map(of_layer) }
            { for module_fields.iter().map(|field| of_module(*field)) }
            { for follows }
            if let Some(error) = *refused {
                <p class="problem" role="alert">{ page_words::refusal(error) }</p>
            }
        </div>
    }
}

fn module_number(
    editable: &Editable,
    node: &Node,
    field: Field,
    replace: &Callback<Node>,
    refused: &UseStateSetter<Option<FieldError>>,
) -> Html {
    let value = match editable {
        Editable::Inception(_, module) => module.get(field).unwrap_or_default(),
        Editable::Layer(..) | Editable::ConvBlock(..) => 0,
    };
    let (editable, node, replace) = (*editable, node.clone(), replace.clone());
    let refused = refused.clone();
    let onset = Callback::from(move |value| {
        // The box checks the limits, but the last branch might be removed.
        let next = editable.with_module(&node, field, value);
        refused.set(next.as_ref().err().copied());
        if let Ok(next) = next {
            replace.emit(next);
        }
    });
    html! {
        <label class="net-number" key={field.name()} title={page_words::field(field)}>
            <span>{ field.name() }</span>
            <NumberField id={format!("net-{}", field.name())} label={page_words::field(field)} {value}
                limits={field.limits()} {onset} />
        </label>
    }
}

fn layer_number(
    editable: &Editable,
    node: &Node,
    field: LayerField,
    replace: &Callback<Node>,
) -> Html {
    let Some(value) = editable.get(field) else { return html! {} };
    let (editable, node, replace) = (*editable, node.clone(), replace.clone());
    let onset = Callback::from(move |value: FieldValue| {
        // The box has checked the limits.
        if let Ok(next) = editable.with(&node, field, value) {
            replace.emit(next);
        }
    });
    let (id, label, limits) = (format!("net-{}", field.name()), field.name(), field.limits());
    let kind = field.kind();
    if kind == FieldKind::Switch {
        let onpress = onset.reform(move |()| (!value.is_on()).into());
        return html! { <Chip key={label} on={value.is_on()} {label} {onpress} /> };
    }
    html! {
        <label class="net-number" key={label}>
            <span>{ label }</span>
            <ValueField {id} {label} {value} {kind} {limits} {onset} />
        </label>
    }
}
