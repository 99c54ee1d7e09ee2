//! Where the module on the page came from: a block of a network, which it can go back to.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::state::View;

use super::prefs::use_lang;
use super::store::{StoreAction, use_dispatch};

#[derive(Properties, PartialEq)]
pub struct OriginProps {
    /// The block's path in the network.
    pub block: Rc<str>,
}

/// A bar that leads back to the network, with the block as it was or as the module is now.
#[component]
pub fn Origin(OriginProps { block }: &OriginProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let send = |action: StoreAction| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()))
    };
    let back = send(StoreAction::Navigate(View::Networks));
    let put = send(StoreAction::PutBlock);
    html! {
        <div class="origin">
            <button class="quiet" onclick={back}>{ t!("origin.back") }</button>
            <b>{ t!("origin.from", path = &**block) }</b>
            <button class="chip" onclick={put}>{ t!("origin.put") }</button>
        </div>
    }
}
