//! The place of the Networks view on the page: loads it when it is first opened, and says so.

use gloo_events::EventListener;
use rust_i18n::t;
use wasm_bindgen::JsCast;
use web_sys::{Document, HtmlElement, window};
use yew::prelude::*;

use super::bridge::{self, FromNetworks, LINK, ToNetworks};
use super::prefs::use_lang;
use super::store::{StoreAction, use_dispatch};

/// The program, relative to the page so that it works below any path, and its looks.
const SCRIPT: &str = "./networks_loader.js";
const STYLE: &str = "./networks.css";

/// Properties of [`NetworksHost`].
#[derive(Properties, PartialEq)]
pub struct NetworksHostProps {
    /// Whether the view is open.
    pub open: bool,
    /// The part of the link it starts with.
    pub link: AttrValue,
}

/// How far the view is.
#[derive(Clone, Copy, PartialEq)]
enum Stage {
    Away,
    Loading,
    Running,
    Failed,
}

fn document() -> Option<Document> {
    window()?.document()
}

/// Adds the program to the document; `failed` is told when it can't be loaded.
fn load(failed: impl FnOnce() + 'static) -> Option<()> {
    let document = document()?;
    let body = document.body()?;
    if document.query_selector("link[href='./networks.css']").ok()?.is_none() {
        let style = document.create_element("link").ok()?;
        style.set_attribute("rel", "stylesheet").ok()?;
        style.set_attribute("href", STYLE).ok()?;
        document.head()?.append_child(&style).ok()?;
        // Looks that could not be loaded must not stand in the way of a second try.
        let failed = style.clone();
        EventListener::once(&style, "error", move |_| failed.remove()).forget();
    }
    let script = document.create_element("script").ok()?;
    script.set_attribute("type", "module").ok()?;
    // A second try must not get the first one's failure.
    let address = format!("{SCRIPT}?{}", js_sys::Date::now());
    script.set_attribute("src", &address).ok()?;
    EventListener::once(&script, "error", move |_| failed()).forget();
    body.append_child(&script).ok()?;
    Some(())
}

/// Loads the Networks view when it is first opened; until it runs, says what is going on.
#[component]
pub fn NetworksHost(NetworksHostProps { open, link }: &NetworksHostProps) -> Html {
    let lang = use_lang();
    let dispatch = use_dispatch();
    let stage = use_state_eq(|| Stage::Away);
    {
        let stage = stage.setter();
        use_effect_with((), move |()| {
            let listener = bridge::hear_networks(move |message| match message {
                FromNetworks::State(state) => {
                    stage.set(Stage::Running);
                    dispatch.dispatch(StoreAction::NetworksMoved(state));
                }
                FromNetworks::Open { path, module } => {
                    dispatch.dispatch(StoreAction::OpenBlock { path, module });
                }
            });
            move || drop(listener)
        });
    }
    // Until the view runs it hears nothing: what is read meanwhile must be here when it starts.
    use_effect_with(link.clone(), |link| {
        if let Some(root) = bridge::root() {
            // Fails only for names that are no attribute names.
            let _ = root.set_attribute(LINK, link);
        }
    });
    {
        let stage = stage.clone();
        use_effect_with((*open, *stage), move |(open, now)| {
            if !*open || *now != Stage::Away {
                return;
            }
            stage.set(Stage::Loading);
            let failed = stage.setter();
            if load(move || failed.set(Stage::Failed)).is_none() {
                stage.set(Stage::Failed);
            }
        });
    }
    use_effect_with((*open, lang), |&(open, lang)| {
        if let Some(root) = bridge::root().and_then(|root| root.dyn_into::<HtmlElement>().ok()) {
            root.set_hidden(!open);
        }
        bridge::tell_networks(&ToNetworks::Look { lang, open });
    });
    let retry = {
        let stage = stage.setter();
        Callback::from(move |_: MouseEvent| stage.set(Stage::Away))
    };
    match *stage {
        _ if !*open => html! {},
        Stage::Failed => html! {
            <p class="splash" role="alert">
                { t!("late.failed") }{ " " }
                <button class="secondary" onclick={retry}>{ t!("late.retry") }</button>
            </p>
        },
        Stage::Away | Stage::Loading => {
            html! { <p class="splash" role="status">{ t!("late.loading") }</p> }
        }
        Stage::Running => html! {},
    }
}
