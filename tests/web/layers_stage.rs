//! The Layers tab on a stage, with the view's own style sheet: what is scrolled needs a height.

use std::rc::Rc;

use inception_explorer::arch::network::{Network, NetworkId, Node, NodePath};
use inception_explorer::arch::{Layer, Named, Shape};
use inception_explorer::cost::{Convention, network_cost};
use inception_explorer::page::networks::counted::Counted;
use inception_explorer::page::networks::layers::LayersView;
use inception_explorer::page::prefs::Lang;
use inception_explorer::page::store::StoreAction;
use inception_explorer::state::networks::{Networks, Own, Source};
use web_sys::{Element, HtmlElement};
use yew::prelude::*;

use crate::harness::{Stage, networks_stage, text};

/// Height of the table, in CSS pixels.
pub const HEIGHT: u32 = 520;

#[derive(Properties, PartialEq)]
struct TabProps {
    networks: Rc<Networks>,
}

/// The network is counted once a change, as the view does.
#[component]
fn Tab(TabProps { networks }: &TabProps) -> Html {
    let counted = use_memo((networks.source.clone(), networks.input), |(source, input)| {
        counted(&source.network(), *input)
    });
    html! {
        <>
            <style>{ include_str!("../../static/networks.css") }</style>
            <style>{ format!(".net-list {{ height: auto !important; }} .net-table {{ flex: none; height: {HEIGHT}px; }}") }</style>
            <LayersView networks={networks.clone()} counted={(*counted).clone()} />
        </>
    }
}

pub fn counted(network: &Network, input: Shape) -> Counted {
    let cost = network_cost(network, input, Convention::default()).expect("countable");
    Counted { network: Rc::new(network.clone()), cost: Rc::new(cost) }
}

/// The state that shows a published network.
pub fn known(name: &str) -> Networks {
    let id = NetworkId::by_name(name).expect("a network");
    Networks { source: Source::Known(id), ..Networks::default() }
}

/// The state that shows the user's own network.
pub fn own(network: Network) -> Networks {
    let own = Own { name: "mine".into(), network };
    Networks { source: Source::Own(Rc::new(own)), ..Networks::default() }
}

/// As many layers as asked, one after another.
pub fn long(layers: usize) -> Networks {
    let nodes = (0..layers).map(|index| Node::layer(index.to_string(), Layer::ReLU));
    own(Network { nodes: nodes.collect() })
}

/// A stage of the tab, in English.
pub async fn layers(networks: Networks) -> Stage {
    networks_stage(Lang::En, networks, |networks| html! { <Tab networks={networks.clone()} /> })
        .await
}

impl Stage {
    /// The network that is shown.
    pub fn network(&self) -> Network {
        self.networks().source.network()
    }

    /// The place of the node with this path.
    pub fn place(&self, path: &str) -> NodePath {
        self.network().path_named(path).unwrap_or_else(|| panic!("no {path}"))
    }

    /// Selects the node with this path.
    pub async fn select(&self, path: &str) {
        self.dispatch(StoreAction::Select(Some(self.place(path)))).await;
    }

    /// The rows that are drawn.
    pub fn rows(&self) -> Vec<HtmlElement> {
        self.all("tbody tr:not(.space)")
    }

    /// The paths of the rows that are drawn.
    pub fn paths(&self) -> Vec<String> {
        let heads = self.all::<Element>("tbody th[role=rowheader]");
        heads.iter().filter_map(|head| head.get_attribute("title")).collect()
    }

    /// The path of the selected row, if it is drawn.
    pub fn selected(&self) -> Option<String> {
        self.maybe::<Element>("tr.selected > th")?.get_attribute("title")
    }

    /// How many rows there are, drawn or not.
    pub fn row_count(&self) -> usize {
        let count = self.find::<Element>(".net-table").get_attribute("aria-rowcount");
        count.and_then(|count| count.parse::<usize>().ok()).expect("a count") - 1
    }

    /// Presses the head of a column.
    pub async fn press_head(&self, label: &str) {
        let heads = self.all::<HtmlElement>("thead button");
        let found =
            heads.into_iter().find(|head| text(head).trim_end_matches([' ', '↓', '↑']) == label);
        found.expect("a head").click();
        yew::scheduler::flush().await;
    }
}
