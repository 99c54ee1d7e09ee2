//! The header: the views, and what applies to all of them.

use std::rc::Rc;

use crate::t;
use gloo_timers::callback::Timeout;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::arch::Named;
use crate::state::View;
use crate::state::link::Link;

use super::downloads::copy;
use super::link::address;
use super::prefs::{Lang, Prefs, Theme, use_lang};
use super::store::{StoreAction, use_dispatch};
use super::words;

#[derive(Properties, PartialEq)]
pub struct HeaderProps {
    /// The view that is open.
    pub view: View,
    /// The link of what the page shows.
    pub link: Rc<Link>,
    /// Whether a step can be undone.
    pub can_undo: bool,
    /// Whether a step can be redone.
    pub can_redo: bool,
}

/// Name, tabs, undo and redo, share, language, theme.
#[component]
pub fn Header(HeaderProps { view, link, can_undo, can_redo }: &HeaderProps) -> Html {
    let prefs = use_context::<Prefs>();
    let dispatch = use_dispatch();
    let here = *view;
    let send = |action: StoreAction| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| dispatch.dispatch(action.clone()))
    };
    let tab = |view: View| {
        let dispatch = dispatch.clone();
        let open = Callback::from(move |event: MouseEvent| {
            // Ctrl or the middle button open the link elsewhere, as links do.
            if !(event.ctrl_key() || event.meta_key() || event.shift_key()) {
                event.prevent_default();
                dispatch.dispatch(StoreAction::Navigate(view));
            }
        });
        let href = format!("#{}", link.showing(view));
        html! {
            <a {href} onclick={open} aria-current={(here == view).then_some("page")}>{ words::view(view) }</a>
        }
    };
    html! {
        <header>
            <h1>{ "Inception Explorer" }</h1>
            <nav aria-label={t!("header.views")}>{ for View::all().map(tab) }</nav>
            <div class="tools">
                <button class="icon" title={t!("header.undo")} aria-label={t!("header.undo")}
                    disabled={!*can_undo} onclick={send(StoreAction::Undo)}>{ "↶" }</button>
                <button class="icon" title={t!("header.redo")} aria-label={t!("header.redo")}
                    disabled={!*can_redo} onclick={send(StoreAction::Redo)}>{ "↷" }</button>
                <button class="quiet" onclick={send(StoreAction::Reset)}>{ t!("header.reset") }</button>
                <Share view={here} link={link.clone()} />
                { for prefs.as_ref().map(switches) }
            </div>
        </header>
    }
}

/// The buttons that change language and theme.
fn switches(prefs: &Prefs) -> Html {
    // A language is named in itself.
    let (language, code) = match prefs.lang.other() {
        Lang::En => ("English", "en"),
        Lang::Ko => ("한국어", "ko"),
    };
    let theme = match prefs.theme.other() {
        Theme::Light => t!("header.light"),
        Theme::Dark => t!("header.dark"),
    };
    html! {
        <>
            <button class="quiet" lang={code} onclick={prefs.switch_lang.clone()}>{ language }</button>
            <button class="icon" title={theme.clone()} aria-label={theme}
                onclick={prefs.switch_theme.clone()}>{ "◐" }</button>
        </>
    }
}

#[derive(Properties, PartialEq)]
struct ShareProps {
    view: View,
    link: Rc<Link>,
}

/// The outcome of copying the link.
#[derive(Clone, Copy, PartialEq)]
enum Copied {
    Done,
    /// It names a network that is too long for a link and kept in this browser alone.
    OnlyHere,
    Refused,
}

#[component]
fn Share(ShareProps { view, link }: &ShareProps) -> Html {
    use_lang();
    let copied = use_state_eq(|| None::<Copied>);
    {
        let copied = copied.clone();
        use_effect_with(*copied, move |state| {
            let timer = state.map(|_| Timeout::new(4000, move || copied.set(None)));
            move || drop(timer)
        });
    }
    let share = {
        let (copied, view, link) = (copied.clone(), *view, link.clone());
        Callback::from(move |_| {
            let (copied, address) = (copied.clone(), address(&link.showing(view)));
            let only_here = link.only_here;
            spawn_local(async move {
                let written = copy(&address).await;
                copied.set(Some(match written {
                    true if only_here => Copied::OnlyHere,
                    true => Copied::Done,
                    false => Copied::Refused,
                }));
            });
        })
    };
    html! {
        <span class="share">
            <button class="quiet" onclick={share}>{ t!("header.share") }</button>
            <span class="toast" role="status">{
                match *copied {
                    Some(Copied::Done) => t!("header.copied"),
                    Some(Copied::OnlyHere) => t!("header.copied_only_here"),
                    Some(Copied::Refused) => t!("header.not_copied"),
                    None => "".into(),
                }
            }</span>
        </span>
    }
}
