//! The network's block that the module was opened from, and the way to put the module back.

use crate::t;
use yew::prelude::*;

use crate::state::View;

use super::store::{Dispatch, StoreAction};

/// A bar that leads back to the network, with the block as it was or as the module is now; `block` is its path
/// in the network.
pub fn origin(block: &str, dispatch: &Dispatch) -> Html {
    let send = |action: StoreAction| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()))
    };
    let back = send(StoreAction::Navigate(View::Networks));
    let put = send(StoreAction::PutBlock);
    html! {
        <div class="origin">
            <button class="quiet" onclick={back}>{ t!("origin.back") }</button>
            <b>{ t!("origin.from", path = block) }</b>
            <button class="chip" onclick={put}>{ t!("origin.put") }</button>
        </div>
    }
}
