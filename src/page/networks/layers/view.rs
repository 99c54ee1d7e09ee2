//! The tab "Layers": the table beside the architecture, and the selection they share.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::arch::network::NodePath;
use crate::cost::{Metric, NetworkFault};
use crate::page::networks::counted::Counted;
use crate::page::networks::figure::NetworkFigure;
use crate::page::networks::rows::Look;
use crate::page::networks::words;
use crate::page::prefs::use_lang;
use crate::page::store::{StoreAction, use_convention, use_dispatch};
use crate::state::networks::Networks;

use super::actions::{actions, block};
use super::choice::{Change, Choice};
use super::inspector::inspector;
use super::list::List;

#[derive(Properties, PartialEq)]
pub struct LayersViewProps {
    pub networks: Rc<Networks>,
    /// The network and what it costs.
    pub counted: Counted,
}

/// The selected layer or container: its path in the network and its row.
fn selected(networks: &Networks, counted: &Counted) -> Option<(NodePath, usize)> {
    let path = networks.selected.clone()?;
    let row = counted.cost.row_at(&path)?;
    Some((path, row))
}

/// The layers of a network.
#[component]
pub fn LayersView(LayersViewProps { networks, counted }: &LayersViewProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let choice = use_state_eq(Choice::default);
    let look = use_memo(((*choice).clone(), counted.clone()), |(choice, it)| choice.look(&it.cost));
    let change =
        use_callback(choice.clone(), |change: Change, choice| choice.set(choice.after(change)));
    let ontoggle = use_callback((counted.clone(), change.clone()), |row: usize, (it, change)| {
        if let Some(row) = it.cost.rows.get(row) {
            change.emit(Change::Toggle(row.path.clone()));
        }
    });
    let onselect =
        use_callback((counted.clone(), dispatch), |row: Option<usize>, (it, dispatch)| {
            let path = row.and_then(|row| it.cost.rows.get(row)).map(|row| row.at.clone());
            dispatch.dispatch(StoreAction::Select(path));
        });
    let selected = selected(networks, counted);
    html! {
        <div class="net-layers">
            <List networks={networks.clone()} counted={counted.clone()} choice={(*choice).clone()} look={look.clone()}
                selected={selected.as_ref().map(|(_, row)| *row)} {change} onselect={onselect.clone()} ontoggle={ontoggle.clone()} />
            <Side metric={networks.metric} counted={counted.clone()} {look} {selected} {onselect} {ontoggle} />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct SideProps {
    metric: Metric,
    counted: Counted,
    look: Rc<Look>,
    selected: Option<(NodePath, usize)>,
    onselect: Callback<Option<usize>>,
    ontoggle: Callback<usize>,
}

/// The architecture, with the selection.
#[component]
fn Side(props: &SideProps) -> Html {
    use_lang();
    let SideProps { counted, selected, .. } = props;
    let expanded =
        use_memo((props.look.clone(), counted.clone()), |(look, it)| Choice::open(&it.cost, look));
    let onselect = use_callback(props.onselect.clone(), |row, onselect| onselect.emit(Some(row)));
    let (dispatch, convention) = (use_dispatch(), use_convention());
    let onopen = use_callback((counted.clone(), dispatch.clone()), |row, (counted, dispatch)| {
        if let Some(block) = block(counted, row) {
            dispatch.dispatch(StoreAction::OpenBlock(block));
        }
    });
    let explain = use_callback((), |fault: NetworkFault, ()| words::fault(&fault));
    let is_empty = counted.network.nodes.is_empty();
    html! {
        <section class="card net-side">
            if !is_empty {
                <NetworkFigure cost={counted.cost.clone()} metric={props.metric} {expanded}
                    selected={selected.as_ref().map(|(_, row)| *row)} {onselect} ontoggle={props.ontoggle.clone()}
                    {onopen} {explain} />
            }
            { actions(counted, selected.as_ref(), &dispatch) }
            if let Some((path, row)) = selected {
                { inspector(counted, path, *row, convention) }
            } else if is_empty {
                <p class="mute">{ t!("net.inspector.empty") }</p>
            } else {
                <p class="mute">{ t!("net.inspector.nothing") }</p>
            }
        </section>
    }
}
