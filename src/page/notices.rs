//! What a link said that could not be taken as it was.

use rust_i18n::t;
use yew::prelude::*;

use crate::state::link::Notice;

use super::prefs::use_lang;
use super::store::{StoreAction, use_dispatch};
use super::words;

/// Properties of [`Notices`].
#[derive(Properties, PartialEq)]
pub struct NoticesProps {
    /// What there is to say; nothing is shown for none.
    pub notices: Vec<Notice>,
}

/// A bar under the header that names each value that was changed or ignored.
#[component]
pub fn Notices(NoticesProps { notices }: &NoticesProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    if notices.is_empty() {
        return html! { <div role="status"></div> };
    }
    let dismiss = Callback::from(move |_| dispatch.dispatch(StoreAction::DismissNotices));
    html! {
        <div class="notices" role="status">
            <div>
                <b>{ t!("notice.title") }</b>
                <ul>{ for notices.iter().map(|notice| html! { <li>{ words::notice(notice) }</li> }) }</ul>
            </div>
            <button class="quiet" onclick={dismiss}>{ t!("notice.dismiss") }</button>
        </div>
    }
}
