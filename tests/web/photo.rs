//! The photograph in use: a late one never replaces a later one, and the user's own stays.

use std::cell::RefCell;
use std::rc::Rc;

use inception_explorer::arch::Size;
use inception_explorer::page::forward::decode::{ImageProblem, Photo, decode};
use inception_explorer::page::forward::input::{InputState, use_input};
use inception_explorer::page::forward::photo::{
    PhotoAction, PhotoHandle, PhotoPicker, PhotoState, use_photo,
};
use inception_explorer::page::store::{Store, StoreAction};
use inception_explorer::state::{Action, Model, Photo as Sample, View};
use inception_explorer::worker::RunError;
use js_sys::{Array, Uint8Array};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Element, File, HtmlElement};
use yew::prelude::*;

use crate::decode::{ONE_PIXEL, blob};
use crate::harness::{Stage, stage, until};

async fn photo(name: &str) -> Photo {
    decode(&blob(&ONE_PIXEL, "image/png"), name.to_owned()).await.expect("an image")
}

async fn came(asked: u32, name: &str) -> PhotoAction {
    PhotoAction::Decoded { asked, own: true, photo: Ok(photo(name).await) }
}

fn failed(asked: u32) -> PhotoAction {
    let problem = ImageProblem::NotAnImage { name: "text.png".into() };
    PhotoAction::Decoded { asked, own: true, photo: Err(problem) }
}

fn name(state: &PhotoState) -> Option<&str> {
    state.photo.as_ref().map(|photo| photo.name.as_str())
}

#[wasm_bindgen_test]
async fn a_late_photograph_does_not_replace_a_later_one() {
    let state = Rc::<PhotoState>::default();
    let state = state.reduce(PhotoAction::Asked(1)).reduce(PhotoAction::Asked(2));
    assert!(state.busy);
    // A late failure is ignored; a late photograph is shown until the later one arrives.
    assert!(Rc::ptr_eq(&state.clone().reduce(failed(1)), &state));
    let meanwhile = state.clone().reduce(came(1, "slow").await);
    assert_eq!((name(&meanwhile), meanwhile.busy), (Some("slow"), true));
    let failed = meanwhile.reduce(failed(2));
    assert_eq!((name(&failed), failed.busy), (Some("slow"), false));
    let state = state.reduce(came(2, "quick").await);
    assert_eq!((name(&state), state.own, state.busy), (Some("quick"), true, false));
    let next = state.clone().reduce(came(1, "slow").await);
    assert!(Rc::ptr_eq(&next, &state));
}

#[wasm_bindgen_test]
async fn the_last_good_one_stays() {
    let state = Rc::<PhotoState>::default().reduce(PhotoAction::Asked(1));
    let state = state.reduce(came(1, "good").await);
    let bad = state.clone().reduce(PhotoAction::Asked(2)).reduce(failed(2));
    let none = state.reduce(PhotoAction::Refused(ImageProblem::NoFile));
    for state in [bad, none] {
        assert_eq!((name(&state), state.busy), (Some("good"), false));
        assert!(state.problem.is_some());
        // The message is removed as soon as another photograph is requested.
        assert_eq!(state.reduce(PhotoAction::Asked(3)).problem, None);
    }
}

type Shared<T> = Rc<RefCell<Option<T>>>;

#[derive(Clone, Properties)]
struct ProbeProps {
    model: Model,
    open: bool,
    photo: Shared<PhotoHandle>,
    input: Shared<Rc<InputState>>,
}

impl PartialEq for ProbeProps {
    fn eq(&self, other: &Self) -> bool {
        (self.model, self.open) == (other.model, other.open)
    }
}

/// What the Forward view does with its hooks. There are no photographs and no engine here: everything that is
/// fetched is not found.
#[component]
fn Probe(props: &ProbeProps) -> Html {
    let open = props.open;
    let handle = use_photo(props.model.run.photo, open);
    let input = use_input(handle.state.photo.clone(), props.model.size, open);
    *props.photo.borrow_mut() = Some(handle.clone());
    *props.input.borrow_mut() = Some(input);
    html! { <PhotoPicker {handle} sample={props.model.run.photo} /> }
}

struct Forward {
    stage: Stage,
    photo: Shared<PhotoHandle>,
    input: Shared<Rc<InputState>>,
}

impl Forward {
    async fn open() -> Self {
        let (photo, input) = (Shared::default(), Shared::default());
        let probe = ProbeProps { model: Model::default(), open: false, photo, input };
        let ProbeProps { photo, input, .. } = probe.clone();
        let view = move |store: &Store| {
            let open = store.view == View::Forward;
            let props = ProbeProps { model: *store.module.shown(), open, ..probe.clone() };
            html! { <Probe ..props /> }
        };
        let stage = stage(Model::default(), view).await;
        let forward = Self { stage, photo, input };
        assert!(!forward.state().busy, "nothing is fetched before the view is opened");
        forward.go(View::Forward).await;
        forward
    }

    async fn go(&self, view: View) {
        self.stage.dispatch(StoreAction::Navigate(view)).await;
    }

    fn handle(&self) -> PhotoHandle {
        self.photo.borrow().clone().expect("rendered")
    }

    fn state(&self) -> Rc<PhotoState> {
        self.handle().state
    }

    fn input_error(&self) -> Option<RunError> {
        self.input.borrow().as_ref().and_then(|input| input.error.clone())
    }

    async fn settled(&self) {
        until("the fetch", || !self.state().busy).await;
    }

    async fn take_own(&self) {
        let parts = Array::of1(&Uint8Array::from(ONE_PIXEL.as_slice()));
        let file = File::new_with_u8_array_sequence(&parts, "own.png").expect("a file");
        self.handle().onfile.emit(file);
        until("the reader's own", || name(&self.state()) == Some("own.png")).await;
    }

    fn thumbs(&self) -> Vec<HtmlElement> {
        self.stage.all(".thumb")
    }
}

#[wasm_bindgen_test]
async fn the_readers_own_survives_a_look_at_the_other_view() {
    let forward = Forward::open().await;
    forward.settled().await;
    assert!(forward.state().problem.is_some(), "there is no sample here");
    forward.take_own().await;
    assert_eq!(forward.state().problem, None);
    forward.go(View::Module).await;
    forward.go(View::Forward).await;
    let state = forward.state();
    assert!(!state.busy, "the sample is fetched again");
    assert_eq!((name(&state), state.own), (Some("own.png"), true));
    // Another sample is asked for by the model: by the link, by undo.
    forward.stage.commit(Action::SetPhoto(Sample::Rocket)).await;
    assert!(forward.state().busy);
}

#[wasm_bindgen_test]
async fn a_sample_that_could_not_be_fetched_can_be_chosen_again() {
    let forward = Forward::open().await;
    forward.settled().await;
    assert!(forward.stage.text("#photo-problem").contains("could not be fetched"));
    forward.thumbs()[0].click();
    yew::scheduler::flush().await;
    assert!(forward.state().busy, "it is tried again");
    forward.settled().await;
    assert!(forward.stage.maybe::<Element>("#photo-problem[role=alert]").is_some());
}

#[wasm_bindgen_test]
async fn a_thumb_brings_the_sample_back() {
    let forward = Forward::open().await;
    forward.settled().await;
    forward.take_own().await;
    let pressed = || forward.stage.all::<Element>(".thumb[aria-pressed=true]").len();
    assert_eq!(pressed(), 0);
    forward.thumbs()[0].click();
    yew::scheduler::flush().await;
    assert!(forward.state().busy);
    forward.settled().await;
    forward.thumbs()[2].click();
    yew::scheduler::flush().await;
    assert_eq!(forward.stage.committed().run.photo, Sample::Rocket);
    assert!(forward.state().busy);
}

#[wasm_bindgen_test]
async fn an_engine_that_died_is_started_again_for_the_next_input() {
    let forward = Forward::open().await;
    forward.settled().await;
    forward.take_own().await;
    let unreachable = || matches!(forward.input_error(), Some(RunError::Unreachable(_)));
    until("the failure", unreachable).await;
    forward.stage.commit(Action::Set(inception_explorer::arch::Field::Height, 14)).await;
    assert_eq!(forward.stage.shown().size, Size::square(14));
    assert_eq!(forward.input_error(), None);
    until("the next failure", unreachable).await;
}
