//! The place of a late program on the page: loads it when it is first opened, and says so.

use gloo_events::EventListener;
use gloo_timers::callback::Timeout;
use js_sys::Reflect;
use rust_i18n::t;
use wasm_bindgen::JsValue;
use web_sys::{Document, window};
use yew::prelude::*;

use crate::page::forward::messages::ModelChanged;
use crate::page::networks::messages::FromNetworks;
use crate::page::prefs::use_lang;
use crate::page::store::{Dispatch, StoreAction};

use super::Late;
use super::bridge::{self, Look, Running};

/// Properties of [`LateHost`].
#[derive(Properties, PartialEq)]
pub struct LateHostProps {
    /// The program.
    pub program: Late,
    /// Whether its view is open.
    pub open: bool,
    /// The link of what it shows.
    pub link: AttrValue,
}

/// How far the program is.
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

/// Adds a link to a file to the document, once.
fn link(rel: &str, href: &str) -> Option<()> {
    let document = document()?;
    let same = format!("link[rel='{rel}'][href='{href}']");
    if document.query_selector(&same).ok()?.is_none() {
        let link = document.create_element("link").ok()?;
        link.set_attribute("rel", rel).ok()?;
        link.set_attribute("href", href).ok()?;
        document.head()?.append_child(&link).ok()?;
        // What could not be loaded must not stand in the way of a second try.
        let failed = link.clone();
        EventListener::once(&link, "error", move |_| failed.remove()).forget();
    }
    Some(())
}

/// Adds the program to the document; `failed` is told when it can't be loaded or does not start.
fn load(program: Late, attempt: u32, failed: &Callback<()>) -> Option<()> {
    const FAILED: &str = "failed";
    link("stylesheet", &program.style())?;
    let document = document()?;
    let script = document.create_element("script").ok()?;
    script.set_attribute("type", "module").ok()?;
    // The browser remembers a module that failed by its address: another try needs another one.
    let query = if attempt == 0 { String::new() } else { format!("?{attempt}") };
    let (name, file) = (program.name(), program.script());
    script.set_text_content(Some(&format!(
        "import init from '{file}{query}';
        init().catch((error) => {{
            console.error(error);
            document.getElementById('{name}').dispatchEvent(new Event('{FAILED}'));
        }});"
    )));
    let (no_script, no_program) = (failed.clone(), failed.clone());
    EventListener::once(&script, "error", move |_| no_script.emit(())).forget();
    let root = bridge::root(program)?;
    EventListener::once(&root, FAILED, move |_| no_program.emit(())).forget();
    document.body()?.append_child(&script).ok()?;
    Some(())
}

/// Takes what the programs tell.
#[hook]
pub fn use_messages(dispatch: Dispatch) {
    use_effect_with((), move |()| {
        let forward = dispatch.clone();
        let listeners = (
            bridge::hear(Late::Forward, move |ModelChanged { link }| {
                forward.dispatch(StoreAction::ModelChanged(link));
            }),
            bridge::hear(Late::Networks, move |message| {
                dispatch.dispatch(match message {
                    FromNetworks::State(state) => StoreAction::NetworksMoved(state),
                    FromNetworks::Open { path, module } => StoreAction::OpenBlock { path, module },
                });
            }),
        );
        move || drop(listeners)
    });
}

/// Whether the reader asked for few bytes; not every browser lets them.
fn saves_data() -> bool {
    let of = |object: &JsValue, key: &str| Reflect::get(object, &key.into()).ok();
    let connection = window().and_then(|window| of(&window.navigator(), "connection"));
    connection.and_then(|connection| of(&connection, "saveData")).is_some_and(|on| on.is_truthy())
}

/// Milliseconds after the first view until the programs are fetched: the first drag comes first.
const QUIET: u32 = 3_000;

/// Has the browser fetch all late programs when it has nothing better to do, so that opening one needs no
/// waiting. They are neither compiled nor run before.
#[hook]
pub fn use_prefetch() {
    use_effect_with((), |()| {
        let timer = (!saves_data()).then(|| {
            Timeout::new(QUIET, || {
                for file in Late::ALL.into_iter().flat_map(Late::files) {
                    // What can't be fetched now is fetched when it is needed.
                    let _ = link("prefetch", &file);
                }
            })
        });
        move || drop(timer)
    });
}

/// Loads a program when its view is first opened; until it runs, says what is going on.
#[component]
pub fn LateHost(LateHostProps { program, open, link }: &LateHostProps) -> Html {
    let lang = use_lang();
    let program = *program;
    let stage = use_state_eq(|| Stage::Away);
    let attempts = use_mut_ref(|| 0);
    {
        let stage = stage.setter();
        use_effect_with((), move |()| {
            let listener = bridge::hear(program, move |Running| stage.set(Stage::Running));
            move || drop(listener)
        });
    }
    use_effect_with((*open, lang, link.clone()), move |&(open, lang, ref link)| {
        Look { lang, open, link: link.to_string() }.tell(program);
    });
    {
        let stage = stage.clone();
        use_effect_with((*open, *stage), move |&(open, now)| {
            if !open || now != Stage::Away {
                return;
            }
            stage.set(Stage::Loading);
            let failed = stage.setter();
            let failed = Callback::from(move |()| failed.set(Stage::Failed));
            let attempt = attempts.replace_with(|attempts| *attempts + 1);
            if load(program, attempt, &failed).is_none() {
                failed.emit(());
            }
        });
    }
    let retry = {
        let stage = stage.setter();
        Callback::from(move |_: MouseEvent| stage.set(Stage::Away))
    };
    match *stage {
        _ if !*open => html! {},
        Stage::Failed => html! {
            <p class="splash" role="alert">
                { t!("late.failed") }{ " " }
                <button class="chip" onclick={retry}>{ t!("late.retry") }</button>
            </p>
        },
        Stage::Away | Stage::Loading => {
            html! { <p class="splash" role="status">{ t!("late.loading") }</p> }
        }
        Stage::Running => html! {},
    }
}
