//! The view's frame: its state, what it tells the page and hears from it, and the tab that is open.

use std::rc::Rc;

use rust_i18n::t;
use yew::prelude::*;

use crate::arch::network::Network;
use crate::cost::{Convention, CostError, NetworkCost, network_cost};
use crate::page::late::Late;
use crate::page::late::bridge::{self, Look};
use crate::page::late::program::{self, use_look};
use crate::page::prefs::Lang;
use crate::state::link as page_link;
use crate::state::networks::link;
use crate::state::networks::{Networks, NetworksAction, Tab};

use super::compare::CompareView;
use super::configurations::ConfigurationsView;
use super::layers::LayersView;
use super::messages::{FromNetworks, NetworksState, ToNetworks};
use super::store::{Dispatch, Store, StoreAction};
use super::substitute::SubstituteView;
use super::summary::Summary;
use super::toolbar::{Tabs, Toolbar};
use super::{file, texts, words};

/// A network and what it costs, worked out once a change.
#[derive(Clone, Debug)]
pub struct Counted {
    /// The network.
    pub network: Rc<Network>,
    /// What it costs on its input.
    pub cost: Rc<NetworkCost>,
}

impl PartialEq for Counted {
    fn eq(&self, other: &Self) -> bool {
        Rc::ptr_eq(&self.network, &other.network) && Rc::ptr_eq(&self.cost, &other.cost)
    }
}

/// The network that is shown, counted.
#[hook]
fn use_counted(networks: &Networks) -> Rc<Result<Counted, CostError>> {
    use_memo((networks.subject.clone(), networks.input), |(subject, input)| {
        let network = subject.network();
        let cost = network_cost(&network, *input, Convention::default())?;
        Ok(Counted { network: Rc::new(network), cost: Rc::new(cost) })
    })
}

/// Does what the page asks for.
#[hook]
fn use_requests(dispatch: Dispatch) {
    use_effect_with((), move |()| {
        let listener = bridge::hear(Late::Networks, move |message| {
            dispatch.dispatch(match message {
                ToNetworks::Read(part) => StoreAction::Read(Box::new(link::read(&part))),
                ToNetworks::Undo => StoreAction::Undo,
                ToNetworks::Redo => StoreAction::Redo,
                ToNetworks::Reset => StoreAction::Commit(NetworksAction::Reset),
                ToNetworks::Put { path, module } => {
                    let module = page_link::read(&module).model.module;
                    StoreAction::Commit(NetworksAction::Put(path, module))
                }
            });
        });
        move || drop(listener)
    });
}

/// The whole view.
#[component]
pub fn App() -> Html {
    let Look { lang, open, link: part } = use_look(Late::Networks);
    let store = use_reducer_eq(|| Store::new(link::read(&part)));
    let dispatch = store.dispatcher();
    use_requests(dispatch.clone());

    let link = use_memo(store.history.committed().clone(), link::write);
    let state = NetworksState {
        link: (*link).clone(),
        can_undo: store.history.can_undo(),
        can_redo: store.history.can_redo(),
    };
    use_effect_with(state, |state| {
        bridge::tell(Late::Networks, &FromNetworks::State(state.clone()));
    });
    let committed = store.history.committed();
    use_effect_with((committed.subject.clone(), committed.input), |(subject, input)| {
        file::keep_if_long(subject, *input);
    });

    html! {
        <ContextProvider<Lang> context={lang}>
        <ContextProvider<Dispatch> context={dispatch}>
            <View store={(*store).clone()} {open} />
        </ContextProvider<Dispatch>>
        </ContextProvider<Lang>>
    }
}

/// Properties of [`View`].
#[derive(Properties)]
struct ViewProps {
    store: Store,
    open: bool,
}

impl PartialEq for ViewProps {
    /// A view that is not open need not be rendered for what it would show.
    fn eq(&self, other: &Self) -> bool {
        let closed = !self.open && !other.open;
        closed || (&self.store, self.open) == (&other.store, other.open)
    }
}

#[component]
fn View(ViewProps { store, .. }: &ViewProps) -> Html {
    crate::page::prefs::use_lang();
    let networks = store.history.shown();
    let counted = use_counted(networks);
    let body = match &*counted {
        Ok(counted) => html! {
            <>
                <div class="net-head">
                    <Tabs current={networks.tab} />
                    <Summary networks={networks.clone()} counted={counted.clone()} />
                </div>
                { tab_body(networks, counted) }
            </>
        },
        Err(error) => html! {
            <p class="card problem" role="alert">{ words::cost_error(*error) }{ " " }{ t!("net.uncountable") }</p>
        },
    };
    html! {
        <main class="networks-view">
            <Notices store={store.clone()} />
            <Toolbar networks={networks.clone()} refusal={store.refusal.clone()} />
            { body }
        </main>
    }
}

fn tab_body(networks: &Networks, counted: &Counted) -> Html {
    let (networks, counted) = (networks.clone(), counted.clone());
    match networks.tab {
        Tab::Layers => html! { <LayersView {networks} {counted} /> },
        Tab::Substitute => html! { <SubstituteView {networks} {counted} /> },
        Tab::Compare => html! { <CompareView {networks} {counted} /> },
        Tab::Configurations => html! { <ConfigurationsView {networks} /> },
    }
}

/// Properties of [`Notices`].
#[derive(Properties, PartialEq)]
struct NoticesProps {
    store: Store,
}

/// What the link said that could not be taken as it was.
#[component]
fn Notices(NoticesProps { store }: &NoticesProps) -> Html {
    let dispatch = super::store::use_dispatch();
    if store.notices.is_empty() {
        return html! { <div role="status"></div> };
    }
    let dismiss = Callback::from(move |_| dispatch.dispatch(StoreAction::DismissNotices));
    let notices = store.notices.iter().map(words::notice);
    html! {
        <div class="notices" role="status">
            <div>
                <b>{ t!("notice.title") }</b>
                <ul>{ for notices.map(|notice| html! { <li>{ notice }</li> }) }</ul>
            </div>
            <button class="quiet" onclick={dismiss}>{ t!("notice.dismiss") }</button>
        </div>
    }
}

/// Starts the view in its place of the document.
pub fn start() {
    texts::install();
    program::start::<App>(Late::Networks);
}
