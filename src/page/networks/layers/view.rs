//! The table of layers and what is chosen in it.

use std::collections::BTreeSet;
use std::rc::Rc;

use rust_i18n::t;
use yew::prelude::*;

use crate::cost::{NetworkCost, NetworkFault, RowKind};
use crate::page::controls::Chip;
use crate::page::late::{Late, bridge};
use crate::page::networks::app::Counted;
use crate::page::networks::figure::NetworkFigure;
use crate::page::networks::messages::FromNetworks;
use crate::page::networks::rows::{Column, Kind, Look, blocks};
use crate::page::networks::store::{StoreAction, use_dispatch};
use crate::page::networks::words;
use crate::page::prefs::use_lang;
use crate::state::networks::Networks;

use super::actions::{Actions, module_link};
use super::export::Export;
use super::inspector::Inspector;
use super::table::Table;
use super::torchsummary::Torchsummary;

/// Properties of [`LayersView`].
#[derive(Properties, PartialEq)]
pub struct LayersViewProps {
    /// What the view shows.
    pub networks: Networks,
    /// The network and what it costs.
    pub counted: Counted,
}

/// What is rolled up before anything is toggled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Grain {
    /// Nothing: every layer.
    Layers,
    /// Blocks such as Inception modules.
    #[default]
    Blocks,
    /// Everything the model itself holds.
    Modules,
}

impl Grain {
    const ALL: [Self; 3] = [Self::Layers, Self::Blocks, Self::Modules];

    const fn id(self) -> &'static str {
        match self {
            Self::Layers => "layers",
            Self::Blocks => "blocks",
            Self::Modules => "modules",
        }
    }

    fn rolled(self, cost: &NetworkCost) -> BTreeSet<usize> {
        let containers = cost.rows.iter().enumerate();
        let containers = containers.filter(|(_, row)| matches!(row.kind, RowKind::Module(_)));
        match self {
            Self::Layers => BTreeSet::new(),
            Self::Blocks => blocks(cost).collect(),
            Self::Modules => containers.map(|(index, _)| index).collect(),
        }
    }
}

/// How the table is looked at; what is rolled up is told by path, which survives an edit elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
struct Choice {
    grain: Grain,
    /// Containers that are not as the grain has them.
    toggled: BTreeSet<String>,
    sort: (Column, bool),
    kind: Option<Kind>,
    as_torchsummary: bool,
}

impl Choice {
    fn look(&self, cost: &NetworkCost) -> Look {
        let mut rolled = self.grain.rolled(cost);
        for (index, row) in cost.rows.iter().enumerate() {
            let is_toggled = !self.toggled.is_empty()
                && matches!(row.kind, RowKind::Module(_))
                && self.toggled.contains(&row.path);
            if is_toggled && !rolled.remove(&index) {
                rolled.insert(index);
            }
        }
        let (column, descending) = self.sort;
        Look { column, descending, kind: self.kind, rolled }
    }

    fn toggle(&mut self, path: &str) {
        if !self.toggled.remove(path) {
            self.toggled.insert(path.to_owned());
        }
    }

    fn press(&mut self, column: Column) {
        let (now, descending) = self.sort;
        let mut look = Look { column: now, descending, ..Look::default() };
        look.press(column);
        self.sort = (look.column, look.descending);
    }
}

/// The layers of a network.
#[component]
pub fn LayersView(LayersViewProps { networks, counted }: &LayersViewProps) -> Html {
    use_lang();
    let choice = use_state_eq(Choice::default);
    let dispatch = use_dispatch();
    let selected = networks.selected.clone().and_then(|path| {
        let row = counted.network.step_of_path(&path)?;
        Some((path, row))
    });
    let cost = counted.cost.clone();
    let look =
        use_memo((choice.clone(), counted.clone()), |(choice, counted)| choice.look(&counted.cost));
    let rows = use_memo((look.clone(), counted.clone(), networks.metric), |(look, counted, by)| {
        look.rows(&counted.cost, *by)
    });
    let change = |alter: Box<dyn Fn(&mut Choice)>| {
        let choice = choice.clone();
        move || {
            let mut next = (*choice).clone();
            alter(&mut next);
            choice.set(next);
        }
    };
    let ontoggle = {
        let (choice, cost) = (choice.clone(), cost.clone());
        Callback::from(move |index: usize| {
            if let Some(row) = cost.rows.get(index) {
                let mut next = (*choice).clone();
                next.toggle(&row.path);
                choice.set(next);
            }
        })
    };
    let onsort = {
        let choice = choice.clone();
        Callback::from(move |column| {
            let mut next = (*choice).clone();
            next.press(column);
            choice.set(next);
        })
    };
    let onselect = {
        let network = counted.network.clone();
        Callback::from(move |row| dispatch.dispatch(StoreAction::Select(network.path_of_step(row))))
    };
    let expanded = use_memo((look.clone(), counted.clone()), |(look, counted)| {
        let rows = counted.cost.rows.iter().enumerate();
        let open = rows.filter(|(index, row)| {
            matches!(row.kind, RowKind::Module(_)) && !look.rolled.contains(index)
        });
        open.map(|(index, _)| index).collect::<BTreeSet<_>>()
    });
    let onopen = {
        let counted = counted.clone();
        Callback::from(move |row| {
            if let Some((path, module)) = module_link(&counted, row) {
                bridge::tell(Late::Networks, &FromNetworks::Open { path, module });
            }
        })
    };
    let figure_cost = cost.clone();
    let grain = |grain: Grain| {
        let press = change(Box::new(move |choice| {
            (choice.grain, choice.toggled) = (grain, BTreeSet::new());
        }));
        let label = t!(format!("net.grain.{}", grain.id())).into_owned();
        html! { <Chip on={choice.grain == grain} {label} onpress={Callback::from(move |()| press())} /> }
    };
    let kind = |kind: Kind| {
        let press = change(Box::new(move |choice| {
            choice.kind = (choice.kind != Some(kind)).then_some(kind);
        }));
        html! {
            <Chip on={choice.kind == Some(kind)} label={words::kind(kind)} onpress={Callback::from(move |()| press())} />
        }
    };
    let torch = change(Box::new(|choice| choice.as_torchsummary = !choice.as_torchsummary));
    html! {
        <div class="net-layers">
            <section class="card net-list">
                <div class="net-list-head">
                    <div class="chips" role="group" aria-label={t!("net.grain.label").into_owned()}>{ for Grain::ALL.map(grain) }</div>
                    <div class="chips" role="group" aria-label={t!("net.kind.label").into_owned()}>{ for Kind::ALL.map(kind) }</div>
                    <Export name={words::subject(&networks.subject)} cost={cost.clone()} rows={rows.clone()} metric={networks.metric} />
                    <Chip on={choice.as_torchsummary} label="torchsummary" hint={t!("net.torchsummary.hint").into_owned()}
                        onpress={Callback::from(move |()| torch())} />
                </div>
                if choice.as_torchsummary {
                    <Torchsummary counted={counted.clone()} input={networks.input} />
                } else {
                    <Table {cost} {rows} rolled={Rc::new(look.rolled.clone())} is_tree={look.is_tree()} column={look.column}
                        descending={look.descending} metric={networks.metric} selected={selected.as_ref().map(|(_, row)| *row)}
                        onselect={onselect.clone()} ontoggle={ontoggle.clone()} {onsort} />
                }
            </section>
            <section class="card net-side">
                <NetworkFigure cost={figure_cost} metric={networks.metric} {expanded}
                    selected={selected.as_ref().map(|(_, row)| *row)} onselect={onselect.clone()} ontoggle={ontoggle.clone()}
                    {onopen} explain={Callback::from(|fault: NetworkFault| words::fault(&fault))} />
                <Actions counted={counted.clone()} selected={selected.clone()} />
                if let Some(selected) = selected {
                    <Inspector counted={counted.clone()} {selected} />
                } else {
                    <p class="mute">{ t!("net.inspector.nothing") }</p>
                }
            </section>
        </div>
    }
}
