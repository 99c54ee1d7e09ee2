//! Networks of one's own: begun from nothing, named, saved to a file and opened from one.

use std::rc::Rc;

use rust_i18n::t;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, HtmlInputElement, window};
use yew::prelude::*;

use crate::export::network_file::{self, LARGEST_FILE, NetworkFile};
use crate::page::prefs::use_lang;
use crate::page::take_away::{TextFile, file_name, save};
use crate::state::networks::{LONGEST_NAME, Networks, NetworksAction, Own, Subject};

use super::store::{StoreAction, use_dispatch};
use super::words;

/// Where a network is kept that is too long for the link.
const KEPT: &str = "network";

/// What is shown, as a file.
fn file_of(networks: &Networks) -> NetworkFile {
    let name = words::subject(&networks.subject);
    NetworkFile { name, input: networks.input, network: networks.subject.network() }
}

/// The action that shows what a file holds.
fn taking(file: NetworkFile) -> NetworksAction {
    let name = file.name.chars().take(LONGEST_NAME).collect();
    NetworksAction::Take(Rc::new(Own { name, network: file.network }), file.input)
}

/// Keeps a network that is too long for the link in the browser, if it keeps anything.
pub fn keep(networks: &Networks) {
    if let Ok(Some(storage)) = window().map_or(Ok(None), |window| window.local_storage()) {
        // A browser that refuses forgets the network at the end of the visit; its file remains.
        let _ = storage.set_item(KEPT, &network_file::write(&file_of(networks)));
    }
}

/// The network that was kept, as an action that shows it.
#[must_use]
pub fn kept() -> Option<NetworksAction> {
    let storage = window()?.local_storage().ok()??;
    let text = storage.get_item(KEPT).ok()??;
    network_file::read(text.as_bytes()).ok().map(taking)
}

/// What is in `file`.
async fn read(file: &File) -> Result<NetworkFile, String> {
    // Before it is loaded: no browser should have to hold a film for this.
    if file.size() > LARGEST_FILE as f64 {
        return Err(t!(
            "net.file.too_large",
            most = crate::page::format::bytes(LARGEST_FILE as u64)
        )
        .into_owned());
    }
    let buffer = JsFuture::from(file.array_buffer()).await;
    let buffer = buffer.map_err(|_| t!("net.file.unreadable").into_owned())?;
    let bytes = js_sys::Uint8Array::new(&buffer).to_vec();
    network_file::read(&bytes).map_err(|error| words::file_error(&error))
}

/// Properties of [`FileMenu`].
#[derive(Properties, PartialEq)]
pub struct FileMenuProps {
    /// What the view shows.
    pub networks: Networks,
}

/// New, open, save; and the name of a network of one's own.
#[component]
pub fn FileMenu(FileMenuProps { networks }: &FileMenuProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let problem = use_state_eq(|| None::<String>);
    let commit = |action: NetworksAction| {
        let dispatch = dispatch.clone();
        move || dispatch.dispatch(StoreAction::Commit(action.clone()))
    };
    let new = commit(NetworksAction::Empty);
    let onsave = {
        let (networks, problem) = (networks.clone(), problem.setter());
        Callback::from(move |_: MouseEvent| {
            let file = file_of(&networks);
            let file = TextFile {
                name: file_name(&file.name, "json"),
                media_type: "application/json",
                text: network_file::write(&file),
            };
            problem.set(save(&file).err().map(|_| t!("net.file.not_saved").into_owned()));
        })
    };
    let onopen = {
        let (dispatch, problem) = (dispatch.clone(), problem.setter());
        Callback::from(move |event: Event| {
            let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok())
            else {
                return;
            };
            let Some(file) = input.files().and_then(|files| files.get(0)) else { return };
            let (dispatch, problem) = (dispatch.clone(), problem.clone());
            spawn_local(async move {
                let read = read(&file).await;
                // The same file, mended meanwhile, may be opened again.
                input.set_value("");
                match read {
                    Ok(read) => {
                        problem.set(None);
                        dispatch.dispatch(StoreAction::Commit(taking(read)));
                    }
                    Err(why) => {
                        let message = t!("net.file.refused", name = file.name(), why = why);
                        problem.set(Some(message.into_owned()));
                    }
                }
            });
        })
    };
    let dismiss = {
        let problem = problem.setter();
        Callback::from(move |_: MouseEvent| problem.set(None))
    };
    html! {
        <div class="net-file" role="group" aria-label={t!("net.file.title").into_owned()}>
            if let Subject::Own(own) = &networks.subject {
                <Name own={own.clone()} />
            }
            <button type="button" id="net-empty" class="chip" title={t!("net.file.new_hint").into_owned()}
                onclick={Callback::from(move |_: MouseEvent| new())}>{ t!("net.file.new") }</button>
            <label class="chip net-open">
                <input type="file" id="net-open" accept=".json,application/json" onchange={onopen} />
                { t!("net.file.open") }
            </label>
            <button type="button" id="net-save" class="chip" onclick={onsave}>{ t!("net.file.save") }</button>
            if let Some(problem) = &*problem {
                <p class="problem" role="alert">
                    { problem }{ " " }<button type="button" class="link" onclick={dismiss}>{ t!("notice.dismiss") }</button>
                </p>
            }
        </div>
    }
}

/// Properties of [`Name`].
#[derive(Properties, PartialEq)]
struct NameProps {
    own: Rc<Own>,
}

/// The name of a network of one's own.
#[component]
fn Name(NameProps { own }: &NameProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let onchange = Callback::from(move |event: Event| {
        if let Some(input) = event.target().and_then(|it| it.dyn_into::<HtmlInputElement>().ok()) {
            let action = NetworksAction::Rename(input.value());
            dispatch.dispatch(StoreAction::Commit(action));
        }
    });
    html! {
        <input type="text" id="net-name" class="net-name" value={own.name.clone()} maxlength={LONGEST_NAME.to_string()}
            placeholder={t!("net.network.own").into_owned()} aria-label={t!("net.file.name").into_owned()} {onchange} />
    }
}
