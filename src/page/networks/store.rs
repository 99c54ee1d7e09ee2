//! The view's state: its document with its history, and what there is to say about it.

use std::rc::Rc;

use yew::prelude::*;

use crate::arch::network::NodePath;
use crate::state::networks::link::{Notice, Reading};
use crate::state::networks::{Networks, NetworksAction, NetworksError, Tab};
use crate::state::{Document, History};

use super::file;

/// The state of the view.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Store {
    /// The document and its steps.
    pub history: History<Networks>,
    /// Why the last change could not be made.
    pub refusal: Option<NetworksError>,
    /// What reading the link had to say.
    pub notices: Vec<Notice>,
}

/// What can happen to the view.
#[derive(Clone, Debug, PartialEq)]
pub enum StoreAction {
    /// A control moves: show it, without a step.
    Preview(NetworksAction),
    /// One step.
    Commit(NetworksAction),
    /// What was previewed is dropped.
    Abandon,
    /// One step back.
    Undo,
    /// One step forth.
    Redo,
    /// A link was read.
    Read(Box<Reading>),
    /// Another tab.
    TurnTo(Tab),
    /// Another layer or container is selected.
    Select(Option<NodePath>),
    /// The notices have been read.
    DismissNotices,
    /// What could not be done has been read.
    DismissRefusal,
}

impl Store {
    /// A view that starts with a link.
    #[must_use]
    pub fn new(reading: Reading) -> Self {
        let (networks, notices) = complete(reading);
        Self { history: History::new(networks), refusal: None, notices }
    }
}

/// What a link describes, with a network that was too long for it from where it was kept.
fn complete(reading: Reading) -> (Networks, Vec<Notice>) {
    let Reading { networks, kept, mut notices } = reading;
    let Some(mark) = kept else {
        return (networks, notices);
    };
    let found = file::kept(mark).and_then(|action| networks.apply(action).ok());
    if found.is_none() {
        notices.push(Notice::Lost);
    }
    (found.unwrap_or(networks), notices)
}

impl Reducible for Store {
    type Action = StoreAction;

    fn reduce(self: Rc<Self>, action: StoreAction) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            StoreAction::Preview(action) => next.refusal = next.history.preview(action).err(),
            StoreAction::Commit(action) => {
                next.refusal = next.history.commit(action).err();
                // Whoever edits has seen what the link could not bring.
                next.notices.clear();
            }
            StoreAction::Abandon => next.history.abandon(),
            StoreAction::Undo => {
                next.history.undo();
                next.refusal = None;
            }
            StoreAction::Redo => {
                next.history.redo();
                next.refusal = None;
            }
            StoreAction::Read(reading) => {
                next.refusal = None;
                let (networks, notices) = complete(*reading);
                next.history.load(networks);
                next.notices = notices;
            }
            StoreAction::TurnTo(tab) => next.history.turn_to(tab),
            StoreAction::Select(path) => next.history.select(path.as_ref()),
            StoreAction::DismissNotices => next.notices.clear(),
            StoreAction::DismissRefusal => next.refusal = None,
        }
        Rc::new(next)
    }
}

/// How components send their actions up.
pub type Dispatch = UseReducerDispatcher<Store>;

/// The dispatcher of the view's store.
///
/// # Panics
/// Outside the view, which provides it.
#[hook]
pub fn use_dispatch() -> Dispatch {
    use_context::<Dispatch>().expect("the view provides the dispatcher")
}
