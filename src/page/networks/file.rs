//! The user's own networks: created, named, saved to a file and opened from one.

use std::rc::Rc;

use crate::t;
use js_sys::Uint8Array;
use wasm_bindgen_futures::{JsFuture, spawn_local};
use web_sys::{File, HtmlInputElement};
use yew::prelude::*;

use crate::arch::Shape;
use crate::export::network_file::{self, FileError, LARGEST_FILE, NetworkFile};
use crate::page::downloads::{TextFile, file_name, save};
use crate::page::prefs::use_lang;
use crate::page::store::{Dispatch, StoreAction, use_dispatch};
use crate::state::networks::{LONGEST_NAME, Networks, NetworksAction, Own, Source};

use super::words;

/// A network, as a file.
pub(super) fn file_of(source: &Source, input: Shape) -> NetworkFile {
    NetworkFile { name: words::file_stem(source), input, network: source.network() }
}

/// The action that shows what a file holds.
pub(super) fn taking(file: NetworkFile) -> NetworksAction {
    let name = file.name.chars().take(LONGEST_NAME).collect();
    NetworksAction::Take(Rc::new(Own { name, network: file.network }), file.input)
}

/// Why a file could not be opened or saved; the text is looked up when it is shown.
#[derive(Clone, Debug, PartialEq)]
enum Problem {
    Refused { name: String, error: FileError },
    Unreadable { name: String },
    NotSaved,
}

impl Problem {
    fn words(&self) -> AttrValue {
        match self {
            Self::Refused { name, error } => {
                t!("net.file.refused", name = name, why = words::file_error(error))
            }
            Self::Unreadable { name } => {
                t!("net.file.refused", name = name, why = t!("net.file.unreadable"))
            }
            Self::NotSaved => t!("net.file.not_saved"),
        }
    }
}

/// What is in `file`.
async fn read(file: &File) -> Result<NetworkFile, Problem> {
    let name = file.name();
    // Checked before the file is loaded into memory.
    if file.size() > LARGEST_FILE as f64 {
        let error = FileError::TooLarge { bytes: usize::MAX };
        return Err(Problem::Refused { name, error });
    }
    let Ok(buffer) = JsFuture::from(file.array_buffer()).await else {
        return Err(Problem::Unreadable { name });
    };
    let bytes = Uint8Array::new(&buffer).to_vec();
    network_file::read(&bytes).map_err(|error| Problem::Refused { name, error })
}

/// Opens the file that is chosen in an `<input>`.
fn opening(dispatch: Dispatch, problem: UseStateSetter<Option<Problem>>) -> Callback<Event> {
    Callback::from(move |event: Event| {
        let input = event.target_dyn_into::<HtmlInputElement>();
        let file = input.as_ref().and_then(|input| input.files()?.get(0));
        let Some((input, file)) = input.zip(file) else { return };
        let (dispatch, problem) = (dispatch.clone(), problem.clone());
        spawn_local(async move {
            let read = read(&file).await;
            // So that the same file can be chosen again after it was corrected.
            input.set_value("");
            match read {
                Ok(read) => {
                    problem.set(None);
                    dispatch.dispatch(StoreAction::commit(taking(read)));
                }
                Err(error) => problem.set(Some(error)),
            }
        });
    })
}

#[derive(Properties, PartialEq)]
pub struct FileMenuProps {
    pub networks: Rc<Networks>,
}

/// New, open, save, and the name of the user's own network.
#[component]
pub fn FileMenu(FileMenuProps { networks }: &FileMenuProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let problem = use_state_eq(|| None::<Problem>);
    let new = {
        let dispatch = dispatch.clone();
        Callback::from(move |_: MouseEvent| {
            dispatch.dispatch(StoreAction::commit(NetworksAction::Empty));
        })
    };
    let onsave = {
        let (networks, problem) = (networks.clone(), problem.setter());
        Callback::from(move |_: MouseEvent| {
            let file = file_of(&networks.source, networks.input);
            let file = TextFile {
                name: file_name(&file.name, "json"),
                media_type: "application/json",
                text: network_file::write(&file),
            };
            problem.set(save(&file).is_err().then_some(Problem::NotSaved));
        })
    };
    let dismiss = {
        let problem = problem.setter();
        Callback::from(move |_: MouseEvent| problem.set(None))
    };
    html! {
        <div class="net-file" role="group" aria-label={t!("net.file.title")}>
            if let Source::Own(own) = &networks.source {
                <Name own={own.clone()} />
            }
            <button type="button" id="net-empty" class="chip" title={t!("net.file.new_hint")}
                onclick={new}>{ t!("net.file.new") }</button>
            <label class="chip net-open">
                <input type="file" id="net-open" accept=".json,application/json" onchange={opening(dispatch, problem.setter())} />
                { t!("net.file.open") }
            </label>
            <button type="button" id="net-save" class="chip" onclick={onsave}>{ t!("net.file.save") }</button>
            if let Some(problem) = &*problem {
                <p class="problem" role="alert">
                    { problem.words() }{ " " }<button type="button" class="link" onclick={dismiss}>{ t!("notice.dismiss") }</button>
                </p>
            }
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct NameProps {
    own: Rc<Own>,
}

/// The name of the user's own network.
#[component]
fn Name(NameProps { own }: &NameProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let draft = use_state_eq(|| None::<String>);
    let value_of = |event: &Event| event.target_dyn_into::<HtmlInputElement>().map(|it| it.value());
    let oninput = {
        let draft = draft.setter();
        Callback::from(move |event: InputEvent| draft.set(value_of(&event)))
    };
    let onchange = {
        let draft = draft.setter();
        Callback::from(move |event: Event| {
            draft.set(None);
            let name = value_of(&event).unwrap_or_default();
            dispatch.dispatch(StoreAction::commit(NetworksAction::Rename(name)));
        })
    };
    let value = (*draft).clone().unwrap_or_else(|| own.name.clone());
    html! {
        <input type="text" id="net-name" class="net-name" data-draft={draft.is_some().then_some("true")} {value} maxlength={LONGEST_NAME.to_string()}
            placeholder={t!("net.network.own")} aria-label={t!("net.file.name")} {oninput} {onchange} />
    }
}
