//! Where the module on the page came from: a block of a network, which it can go back to.

use rust_i18n::t;
use yew::prelude::*;

use crate::state::{Model, View, link};

use super::late::{Late, bridge};
use super::networks::messages::ToNetworks;
use super::prefs::use_lang;
use super::store::{StoreAction, use_dispatch};

/// Properties of [`Origin`].
#[derive(Properties, PartialEq)]
pub struct OriginProps {
    /// The block's path in the network.
    pub path: AttrValue,
    /// The module as it is now.
    pub model: Model,
}

/// A bar that leads back to the network, with the module as it was or as it is now.
#[component]
pub fn Origin(OriginProps { path, model }: &OriginProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let back = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(StoreAction::Navigate(View::Networks));
        })
    };
    let put = {
        let (path, model) = (path.to_string(), *model);
        Callback::from(move |_: MouseEvent| {
            let module = link::write(&model);
            bridge::tell(Late::Networks, &ToNetworks::Put { path: path.clone(), module });
            dispatch.dispatch(StoreAction::Navigate(View::Networks));
        })
    };
    html! {
        <div class="origin">
            <button class="quiet" onclick={back}>{ t!("origin.back") }</button>
            <b>{ t!("origin.from", path = path.as_str()) }</b>
            <button class="chip" onclick={put}>{ t!("origin.put") }</button>
        </div>
    }
}
