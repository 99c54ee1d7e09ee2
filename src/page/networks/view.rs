//! The view's frame: the network in a sentence, and the tab that is open.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::page::prefs::use_lang;
use crate::state::networks::{Networks, NetworksError, Tab};

use super::compare::CompareView;
use super::configurations::ConfigurationsView;
use super::counted::{Counted, use_counted};
use super::layers::LayersView;
use super::substitute::SubstituteView;
use super::summary::summary;
use super::toolbar::{Tabs, Toolbar};
use super::words;

#[derive(Clone, Properties, PartialEq)]
pub struct NetworksViewProps {
    pub networks: Rc<Networks>,
    /// Why the last change could not be made.
    pub refusal: Option<NetworksError>,
}

/// The Networks view.
#[component]
pub fn NetworksView(NetworksViewProps { networks, refusal }: &NetworksViewProps) -> Html {
    use_lang();
    let counted = use_counted(networks);
    let body = match &*counted {
        Ok(counted) => html! {
            <>
                <div class="net-head">
                    <Tabs current={networks.tab} />
                    { summary(networks, counted) }
                </div>
                { tab_body(networks.clone(), counted.clone()) }
            </>
        },
        Err(error) => html! {
            <p class="card problem" role="alert">{ words::cost_error(*error) }{ " " }{ t!("net.uncountable") }</p>
        },
    };
    html! {
        <div class="networks-view">
            <Toolbar networks={networks.clone()} refusal={refusal.clone()} />
            { body }
        </div>
    }
}

fn tab_body(networks: Rc<Networks>, counted: Counted) -> Html {
    match networks.tab {
        Tab::Layers => html! { <LayersView {networks} {counted} /> },
        Tab::Substitute => html! { <SubstituteView {networks} {counted} /> },
        Tab::Compare => html! { <CompareView {networks} {counted} /> },
        Tab::Configurations => html! { <ConfigurationsView {networks} /> },
    }
}
