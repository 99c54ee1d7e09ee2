//! The header: the views, and what applies to all of them.

use gloo_timers::callback::Timeout;
use rust_i18n::t;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::state::link::KEPT_HERE;
use crate::state::{Model, View};

use super::link::{address, whole};
use super::networks::messages::NetworksState;
use super::prefs::{Lang, Prefs, Theme, use_lang};
use super::step::Step;
use super::store::{StoreAction, use_dispatch};
use super::take_away::copy;
use super::words;

/// Properties of [`Header`].
#[derive(Properties, PartialEq)]
pub struct HeaderProps {
    /// What the page shows.
    pub model: Model,
    /// The Networks view, which has steps and a link of its own.
    pub networks: NetworksState,
    /// Whether the other views have a step back.
    pub can_undo: bool,
    /// Whether they have a step forth.
    pub can_redo: bool,
}

/// Name, tabs, undo and redo, share, language, theme.
#[component]
pub fn Header(props: &HeaderProps) -> Html {
    let prefs = use_context::<Prefs>();
    let dispatch = use_dispatch();
    let view = props.model.view;
    let (can_undo, can_redo) = if view == View::Networks {
        (props.networks.can_undo, props.networks.can_redo)
    } else {
        (props.can_undo, props.can_redo)
    };
    let send = |step: Step| {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| step.take(view, &dispatch))
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
        let here = props.model.view == view;
        let href = format!("#{}", whole(&Model { view, ..props.model }, &props.networks.link));
        html! {
            <a {href} onclick={open} aria-current={here.then_some("page")}>{ words::view(view) }</a>
        }
    };
    html! {
        <header>
            <h1>{ "Inception Explorer" }</h1>
            <nav aria-label={t!("header.views").into_owned()}>{ for View::ALL.map(tab) }</nav>
            <div class="tools">
                <button class="icon" title={t!("header.undo").into_owned()} aria-label={t!("header.undo").into_owned()}
                    disabled={!can_undo} onclick={send(Step::Undo)}>{ "↶" }</button>
                <button class="icon" title={t!("header.redo").into_owned()} aria-label={t!("header.redo").into_owned()}
                    disabled={!can_redo} onclick={send(Step::Redo)}>{ "↷" }</button>
                <button class="quiet" onclick={send(Step::Reset)}>{ t!("header.reset") }</button>
                <Share fragment={whole(&props.model, &props.networks.link)} />
                { for prefs.map(|prefs| html! { <Switches {prefs} /> }) }
            </div>
        </header>
    }
}

/// Properties of [`Switches`].
#[derive(Properties, PartialEq)]
struct SwitchesProps {
    prefs: Prefs,
}

#[component]
fn Switches(SwitchesProps { prefs }: &SwitchesProps) -> Html {
    // A language is offered in itself.
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
            <button class="icon" title={theme.clone().into_owned()} aria-label={theme.into_owned()}
                onclick={prefs.switch_theme.clone()}>{ "◐" }</button>
        </>
    }
}

/// Properties of [`Share`].
#[derive(Properties, PartialEq)]
struct ShareProps {
    fragment: AttrValue,
}

/// What became of copying the link.
#[derive(Clone, Copy, PartialEq)]
enum Copied {
    Done,
    /// It names a network that is too long for a link and kept in this browser alone.
    OnlyHere,
    Refused,
}

#[component]
fn Share(ShareProps { fragment }: &ShareProps) -> Html {
    use_lang();
    let copied = use_state_eq(|| None::<Copied>);
    {
        let copied = copied.clone();
        use_effect_with(*copied, move |state| {
            let timer = state.map(|_| Timeout::new(4000, move || copied.set(None)));
            move || drop(timer)
        });
    }
    let address = address(fragment);
    let share = {
        let copied = copied.clone();
        Callback::from(move |_| {
            let (copied, address) = (copied.clone(), address.clone());
            spawn_local(async move {
                let written = copy(&address).await;
                copied.set(Some(match written {
                    true if address.contains(KEPT_HERE) => Copied::OnlyHere,
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
