//! Choosing a photograph: a sample, a file, a drop, a paste.

use std::rc::Rc;

use crate::t;
use gloo_events::EventListener;
use wasm_bindgen::JsCast;
use wasm_bindgen_futures::spawn_local;
use web_sys::{ClipboardEvent, DataTransfer, File, HtmlInputElement};
use yew::prelude::*;

use crate::arch::Named;
use crate::page::browser::window;
use crate::page::prefs::use_lang;
use crate::page::store::{StoreAction, use_dispatch};
use crate::state::{Action, Photo as Sample};

use super::decode::{ImageProblem, Photo, decode, fetch};
use super::words;

/// The photograph in use. The last good one stays when another can't be used.
#[derive(Clone, Default)]
pub struct PhotoState {
    /// The photograph, once one is decoded.
    pub photo: Option<Rc<Photo>>,
    /// Whether it is the user's own.
    pub own: bool,
    /// Whether another is being decoded.
    pub busy: bool,
    /// Why the last one could not be used.
    pub problem: Option<ImageProblem>,
    /// Counts the photographs asked for.
    asked: u32,
    /// The count of the one in use: a slow one does not replace a later one.
    taken: u32,
}

impl PartialEq for PhotoState {
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.photo, &other.photo) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        let rest = |state: &Self| (state.own, state.busy, state.asked, state.taken);
        same && rest(self) == rest(other) && self.problem == other.problem
    }
}

/// The actions on the state of the photograph.
pub enum PhotoAction {
    Asked(u32),
    /// One was decoded, or was not.
    Decoded {
        /// The number it was asked for with.
        asked: u32,
        /// Whether it is the user's own.
        own: bool,
        photo: Result<Photo, ImageProblem>,
    },
    /// No file was dropped or pasted.
    Refused(ImageProblem),
}

impl Reducible for PhotoState {
    type Action = PhotoAction;

    fn reduce(self: Rc<Self>, action: PhotoAction) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            PhotoAction::Asked(asked) => {
                next.asked = asked;
                next.busy = true;
                next.problem = None;
            }
            PhotoAction::Decoded { asked, own, photo } => {
                let is_last = asked == next.asked;
                next.busy &= !is_last;
                match photo {
                    // It is shown although a later one was asked for: the later one may fail.
                    Ok(photo) if asked > next.taken => {
                        next.photo = Some(Rc::new(photo));
                        next.own = own;
                        next.taken = asked;
                    }
                    Err(problem) if is_last => next.problem = Some(problem),
                    Ok(_) | Err(_) => return self,
                }
            }
            PhotoAction::Refused(problem) => next.problem = Some(problem),
        }
        Rc::new(next)
    }
}

/// The photograph, and callbacks to choose another.
#[derive(Clone, PartialEq)]
pub struct PhotoHandle {
    pub state: Rc<PhotoState>,
    pub onfile: Callback<File>,
    /// Takes a drop or a paste.
    pub ontransfer: Callback<DataTransfer>,
    /// Takes a sample, even the one in use.
    pub onsample: Callback<Sample>,
}

/// The model's sample, until the user chooses a photograph of their own.
#[hook]
pub fn use_photo(sample: Sample, open: bool) -> PhotoHandle {
    let state = use_reducer_eq(PhotoState::default);
    let counter = use_mut_ref(|| 0_u32);
    let ask = {
        let dispatcher = state.dispatcher();
        move || {
            *counter.borrow_mut() += 1;
            let asked = *counter.borrow();
            dispatcher.dispatch(PhotoAction::Asked(asked));
            asked
        }
    };
    let onsample = {
        let (ask, dispatcher) = (ask.clone(), state.dispatcher());
        use_callback((), move |sample: Sample, ()| {
            let (asked, dispatcher) = (ask(), dispatcher.clone());
            spawn_local(async move {
                let name = words::photo(sample).to_string();
                let mut photo = fetch(sample.name(), name).await;
                if let Ok(photo) = &mut photo {
                    photo.sample = Some(sample);
                }
                dispatcher.dispatch(PhotoAction::Decoded { asked, own: false, photo });
            });
        })
    };
    let onfile = {
        let dispatcher = state.dispatcher();
        use_callback((), move |file: File, ()| {
            let (asked, dispatcher) = (ask(), dispatcher.clone());
            spawn_local(async move {
                let photo = decode(&file, file.name()).await;
                dispatcher.dispatch(PhotoAction::Decoded { asked, own: true, photo });
            });
        })
    };
    let ontransfer = {
        let dispatcher = state.dispatcher();
        use_callback(onfile.clone(), move |transfer: DataTransfer, onfile| {
            match transfer.files().and_then(|files| files.get(0)) {
                Some(file) => onfile.emit(file),
                None => dispatcher.dispatch(PhotoAction::Refused(ImageProblem::NoFile)),
            }
        })
    };
    {
        // Fetched only when the view is first opened, not again when the view is reopened: the photograph may
        // be the user's own by then.
        let onsample = onsample.clone();
        let taken = use_mut_ref(|| None::<Sample>);
        use_effect_with((sample, open), move |(sample, open)| {
            if *open && taken.borrow_mut().replace(*sample) != Some(*sample) {
                onsample.emit(*sample);
            }
        });
    }
    use_paste(open, ontransfer.clone());
    PhotoHandle { state: Rc::new((*state).clone()), onfile, ontransfer, onsample }
}

/// Listens to pasting while the view is open.
#[hook]
fn use_paste(open: bool, ontransfer: Callback<DataTransfer>) {
    use_effect_with((open, ontransfer), |(open, ontransfer)| {
        let listener = window().filter(|_| *open).map(|window| {
            let ontransfer = ontransfer.clone();
            EventListener::new(&window, "paste", move |event| {
                let transfer =
                    event.dyn_ref::<ClipboardEvent>().and_then(ClipboardEvent::clipboard_data);
                // Text pasted into a text box is not meant as a photograph.
                if let Some(transfer) =
                    transfer.filter(|transfer| transfer.types().length() > 0 && has_file(transfer))
                {
                    ontransfer.emit(transfer);
                }
            })
        });
        move || drop(listener)
    });
}

fn has_file(transfer: &DataTransfer) -> bool {
    transfer.files().is_some_and(|files| files.length() > 0)
}

#[derive(Properties, PartialEq)]
pub struct PhotoPickerProps {
    pub handle: PhotoHandle,
    /// The sample that the model names.
    pub sample: Sample,
}

/// The samples, the file button, and what was wrong with the last file.
#[component]
pub fn PhotoPicker(PhotoPickerProps { handle, sample }: &PhotoPickerProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let sample = *sample;
    let thumb = |each: Sample| {
        let on = !handle.state.own && sample == each;
        let name = words::photo(each);
        let onclick = {
            let (dispatch, handle) = (dispatch.clone(), handle.clone());
            Callback::from(move |_: MouseEvent| {
                dispatch.dispatch(StoreAction::commit(Action::SetPhoto(each)));
                // If the model names this sample already, it does not change; the user's own photograph or an
                // error is replaced.
                if sample == each && (handle.state.own || handle.state.problem.is_some()) {
                    handle.onsample.emit(each);
                }
            })
        };
        html! {
            <button type="button" class="thumb" {onclick} aria-pressed={if on { "true" } else { "false" }} title={name.clone()}>
                <img src={format!("./photos/{}.png", each.name())} alt={name} loading="lazy" />
            </button>
        }
    };
    let onchange = {
        let onfile = handle.onfile.clone();
        Callback::from(move |event: Event| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else {
                return;
            };
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                onfile.emit(file);
            }
            // So that choosing the same file again is a change.
            input.set_value("");
        })
    };
    html! {
        <section class="photo">
            <h3>
                { t!("forward.photo") }
                if handle.state.busy {
                    <small role="status">{ t!("forward.loading") }</small>
                }
            </h3>
            <div class="thumbs">{ for Sample::all().map(thumb) }</div>
            <label class="file">
                <input type="file" id="photo-file" accept="image/png,image/jpeg,image/webp,image/gif,image/bmp,image/avif" {onchange} />
                <span>{ t!("forward.choose") }</span>
            </label>
            <p class="mute small">{ t!("forward.drop") }</p>
            if let Some(problem) = &handle.state.problem {
                <p class="problem" id="photo-problem" role="alert">{ problem.text() }</p>
            }
        </section>
    }
}
