//! Actions on layers: add, copy, move, remove, open in the Module view.

use crate::t;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::arch::network::new_layer::new_branch;
use crate::arch::network::{ConvBlock, Edit, Flow, NewLayer, NodePath};
use crate::arch::{Inception, Named, Size};
use crate::page::networks::counted::Counted;
use crate::page::networks::words;
use crate::page::prefs::use_lang;
use crate::page::store::{Block, Dispatch, StoreAction, use_dispatch};
use crate::state::networks::NetworksAction;

/// Whether a new layer goes into the selected container: into one without children, for instance a new
/// branch.
fn goes_inside(counted: &Counted, selected: &NodePath) -> bool {
    let node = counted.network.node(selected);
    node.is_some_and(|node| node.flow().is_some() && node.children().is_empty())
}

/// The edit that adds a layer: into the selected container if that has no children, else after the
/// selected node, or at the end.
#[must_use]
pub fn insertion(counted: &Counted, selected: Option<&(NodePath, usize)>, new: NewLayer) -> Edit {
    let Some((path, row)) = selected else {
        let at = NodePath(vec![counted.network.nodes.len()]);
        return Edit::Insert { at, node: new.node(counted.cost.output) };
    };
    let row = counted.cost.rows.get(*row);
    let (at, arriving) = if goes_inside(counted, path) {
        (path.child(0), row.and_then(|row| row.input))
    } else {
        (path.next(), row.and_then(|row| row.output))
    };
    Edit::Insert { at, node: new.node(arriving) }
}

/// The edit that adds an empty branch to the selected parallel container, after its other branches.
#[must_use]
pub fn branch_insertion(counted: &Counted, path: &NodePath) -> Option<Edit> {
    let node = counted.network.node(path)?;
    matches!(node.flow()?, Flow::Parallel(_))
        .then(|| Edit::Insert { at: path.child(node.children().len()), node: new_branch() })
}

/// A way to move a node.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Way {
    /// Before its neighbour.
    Up,
    /// After its neighbour.
    Down,
}

/// The edit that moves the selected node past its neighbour or, at the end of its container, out of it.
#[must_use]
pub fn shift(counted: &Counted, path: &NodePath, way: Way) -> Option<Edit> {
    let (parent, place) = path.split()?;
    let siblings = match parent {
        [] => counted.network.nodes.len(),
        parent => counted.network.node(&NodePath(parent.to_vec()))?.children().len(),
    };
    let gap = match way {
        Way::Up => place.checked_sub(1),
        Way::Down => Some(place + 2).filter(|gap| *gap <= siblings),
    };
    let outside = || {
        let container = NodePath(parent.to_vec());
        let gap = if way == Way::Up { container } else { container.next() };
        (!parent.is_empty()).then_some(gap)
    };
    let inside = gap.map(|gap| NodePath(parent.iter().copied().chain([gap]).collect()));
    inside.or_else(outside).map(|to| Edit::Move { from: path.clone(), to })
}

/// The Inception module of a row of the network, if there is one.
#[must_use]
pub fn block(counted: &Counted, row: usize) -> Option<Block> {
    let row = counted.cost.rows.get(row)?;
    let (_, module) = ConvBlock::of_inception(counted.network.node(&row.at)?)?;
    let input = row.input?.shape;
    Some(Block {
        path: row.path.clone(),
        module: Inception::new(*module).ok()?,
        size: Size { height: input.height, width: input.width },
    })
}

/// The row of buttons, for the layer that is selected: its place and its row.
pub fn actions(
    counted: &Counted,
    selected: Option<&(NodePath, usize)>,
    dispatch: &Dispatch,
) -> Html {
    let send = |action: StoreAction| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()))
    };
    let edit = |edit: Edit| send(StoreAction::commit(NetworksAction::Edit(edit)));
    let path = selected.map(|(path, _)| path.clone());
    let up = path.as_ref().and_then(|path| shift(counted, path, Way::Up));
    let down = path.as_ref().and_then(|path| shift(counted, path, Way::Down));
    let branch = path.as_ref().and_then(|path| branch_insertion(counted, path));
    let copy = path.clone().map(|at| Edit::Duplicate { at });
    let remove = path.map(|at| Edit::Remove { at });
    let block = selected.and_then(|(_, row)| block(counted, *row));
    // Not `disabled`: a button that becomes disabled while it is pressed loses the focus.
    let button = |id: &'static str, label: AttrValue, change: Option<Edit>| {
        let off = change.is_none().then_some("true");
        html! {
            <button type="button" {id} class="chip" aria-disabled={off} onclick={change.map(edit)}>{ label }</button>
        }
    };
    html! {
        <div class="net-actions" role="group" aria-label={t!("net.action.label")}>
            <Insert counted={counted.clone()} selected={selected.cloned()} />
            if branch.is_some() {
                { button("net-branch", t!("net.action.branch"), branch) }
            }
            { button("net-copy", t!("net.action.copy"), copy) }
            { button("net-up", t!("net.action.up"), up) }
            { button("net-down", t!("net.action.down"), down) }
            { button("net-remove", t!("net.action.remove"), remove) }
            if let Some(block) = block {
                <button type="button" id="net-open-module" class="chip"
                    onclick={send(StoreAction::OpenBlock(block))}>{ t!("net.action.open_module") }</button>
            }
        </div>
    }
}

/// Properties of [`Insert`].
#[derive(Properties, PartialEq)]
struct InsertProps {
    counted: Counted,
    selected: Option<(NodePath, usize)>,
}

/// Which layer to add, and the button that adds it.
#[component]
fn Insert(InsertProps { counted, selected }: &InsertProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let new = use_state_eq(|| NewLayer::Conv);
    let onchange = {
        let new = new.setter();
        Callback::from(move |event: Event| {
            let index = event.target_dyn_into::<HtmlSelectElement>().map(|it| it.selected_index());
            let index = index.and_then(|index| usize::try_from(index).ok());
            if let Some(layer) = index.and_then(|index| NewLayer::all().nth(index)) {
                new.set(layer);
            }
        })
    };
    let onclick = {
        let edit = insertion(counted, selected.as_ref(), *new);
        Callback::from(move |_: MouseEvent| {
            let action = NetworksAction::Edit(edit.clone());
            dispatch.dispatch(StoreAction::commit(action));
        })
    };
    let option = |layer: NewLayer| {
        html! { <option selected={*new == layer}>{ words::new_layer(layer) }</option> }
    };
    html! {
        <>
            <select id="net-new" aria-label={t!("net.action.new")} {onchange}>{ for NewLayer::all().map(option) }</select>
            <button type="button" id="net-add" class="chip" {onclick}>
                { match selected {
                    Some((path, _)) if goes_inside(counted, path) => t!("net.action.add_inside"),
                    Some(_) => t!("net.action.add_after"),
                    None => t!("net.action.add"),
                } }
            </button>
        </>
    }
}
