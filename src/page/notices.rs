//! Notices about parts of a link that could not be used as written.

use crate::t;
use yew::prelude::*;

use crate::state::link::{Notice, example};
use crate::state::networks::SIDE;

use super::format::grouped;
use super::networks::words as network_words;
use super::prefs::use_lang;
use super::store::{StoreAction, use_dispatch};
use super::words;

#[derive(Properties, PartialEq)]
pub struct NoticesProps {
    /// The notices; without any, no bar is shown.
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
                <ul>{ for notices.iter().map(|notice| html! { <li>{ text(notice) }</li> }) }</ul>
            </div>
            <button class="quiet" onclick={dismiss}>{ t!("notice.dismiss") }</button>
        </div>
    }
}

/// The text of a notice.
#[must_use]
pub fn text(notice: &Notice) -> AttrValue {
    match notice {
        Notice::Clamped { field, given, used } => t!(
            "notice.clamped",
            field = words::field(*field),
            given = given,
            allowed = words::allowed(field.limits()),
            used = grouped(*used)
        ),
        Notice::NotANumber { field, given, used } => t!(
            "notice.not_a_number",
            field = words::field(*field),
            given = given,
            allowed = words::allowed(field.limits()),
            used = grouped(*used)
        ),
        Notice::WrongCount { key, expected, given } => {
            t!("notice.wrong_count", key = key, expected = expected, given = given)
        }
        Notice::UnknownValue { key, given, allowed } => {
            t!("notice.unknown_value", key = key, given = given, allowed = allowed.join(", "))
        }
        Notice::UnknownKey { key } => t!("notice.unknown_key", key = key),
        Notice::Duplicate { key, .. } => t!("notice.duplicate", key = key),
        Notice::Version { given } => t!("notice.version", given = given),
        Notice::NoBranch => t!("notice.no_branch"),
        Notice::Network(error) => {
            t!("net.notice.network", why = network_words::text_error(error))
        }
        Notice::Lost => t!("net.notice.lost"),
        Notice::Size { given } => {
            t!("net.notice.size", given = given, allowed = words::allowed(SIDE))
        }
        Notice::Substitutions { key, given } => {
            t!("net.notice.plan", key = key, given = given, example = example(key))
        }
        Notice::More { count } => t!("notice.more", n = count),
    }
}
