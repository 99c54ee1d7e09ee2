//! The page's state: the model with its history, and what there is to say about it.

use std::rc::Rc;

use yew::prelude::*;

use crate::arch::{Field, FieldError};
use crate::state::link::{self, Notice, Reading};
use crate::state::{Action, History, Model, View};

use super::networks::messages::NetworksState;

/// A change that could not be made, and the field it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The field that was set, if one was.
    pub field: Option<Field>,
    /// Why not.
    pub error: FieldError,
    /// Tells this refusal from the last: a control that was pushed again must be put back again.
    pub serial: u32,
}

/// The state of the whole page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Store {
    /// The model and its steps.
    pub history: History<Model>,
    /// The last change, if it could not be made.
    pub refusal: Option<Refusal>,
    /// What reading a link had to say.
    pub notices: Vec<Notice>,
    /// The Networks view.
    pub networks: NetworksState,
    /// The path of the network's block that was opened in the Module view, if one was.
    pub origin: Option<AttrValue>,
}

/// What can happen to the page.
#[derive(Clone, Debug, PartialEq)]
pub enum StoreAction {
    /// A control moves: show it, without a step.
    Preview(Action),
    /// A control is let go: one step.
    Commit(Action),
    /// A control is taken away while it moves: back to the last step.
    Abandon,
    /// One step back.
    Undo,
    /// One step forth.
    Redo,
    /// A link was read.
    Read(Box<Reading>),
    /// Another view.
    Navigate(View),
    /// The Networks view is in another state.
    NetworksMoved(NetworksState),
    /// A network's block is opened in the Module view.
    OpenBlock {
        /// Where it is in the network.
        path: String,
        /// Its link.
        module: String,
    },
    /// The Forward view has changed the model, which is now as this link says: one step.
    ModelChanged(String),
    /// The notices have been read.
    DismissNotices,
    /// The change that could not be made is given up.
    DismissRefusal,
}

impl Store {
    /// A page that starts with a link.
    #[must_use]
    pub fn new(reading: Reading) -> Self {
        let networks = NetworksState { link: reading.networks, ..NetworksState::default() };
        Self {
            history: History::new(reading.model),
            notices: reading.notices,
            networks,
            ..Self::default()
        }
    }

    fn act(
        &mut self,
        action: Action,
        step: impl Fn(&mut History<Model>, Action) -> Result<(), FieldError>,
    ) {
        let field = match action {
            Action::Set(field, _) => Some(field),
            _ => None,
        };
        let before = *self.history.shown();
        let done = step(&mut self.history, action);
        let serial = self.refusal.map_or(0, |refusal| refusal.serial.wrapping_add(1));
        if let Err(error) = done {
            self.refusal = Some(Refusal { field, error, serial });
            return;
        }
        // A slider that was put back still says so when it is let go where it was put.
        let is_echo = before == *self.history.shown()
            && self.refusal.is_some_and(|refusal| refusal.field == field);
        if !is_echo {
            self.refusal = None;
        }
    }
}

impl Reducible for Store {
    type Action = StoreAction;

    fn reduce(self: Rc<Self>, action: StoreAction) -> Rc<Self> {
        let mut next = (*self).clone();
        match action {
            StoreAction::Preview(action) => next.act(action, History::preview),
            StoreAction::Commit(action) => {
                next.act(action, History::commit);
                // Whoever edits has seen what the link could not bring.
                next.notices.clear();
            }
            StoreAction::Abandon => next.history.abandon(),
            StoreAction::Undo => {
                next.history.undo();
                next.refusal = None;
                // The module that is shown now need not be the block's.
                next.origin = None;
            }
            StoreAction::Redo => {
                next.history.redo();
                next.refusal = None;
                next.origin = None;
            }
            StoreAction::Read(reading) => {
                next.refusal = None;
                next.history.load(reading.model);
                next.notices = reading.notices;
                next.networks.link = reading.networks;
                next.origin = None;
            }
            StoreAction::Navigate(view) => next.history.navigate(view),
            StoreAction::NetworksMoved(state) => next.networks = state,
            StoreAction::OpenBlock { path, module } => {
                // How the reader counts and compares stays theirs.
                let Model { module, size, square, .. } = link::read(&module).model;
                let shown = *next.history.shown();
                next.refusal = None;
                next.history.load(Model { view: View::Module, module, size, square, ..shown });
                next.origin = Some(path.into());
            }
            StoreAction::ModelChanged(link) => {
                let view = next.history.committed().view;
                next.history.load(Model { view, ..link::read(&link).model });
                next.refusal = None;
                next.notices.clear();
            }
            StoreAction::DismissNotices => next.notices.clear(),
            StoreAction::DismissRefusal => next.refusal = None,
        }
        Rc::new(next)
    }
}

/// How components send their actions up.
pub type Dispatch = UseReducerDispatcher<Store>;

/// The dispatcher of the page's store.
///
/// # Panics
/// Outside the [`App`](super::app::App), which provides it.
#[hook]
pub fn use_dispatch() -> Dispatch {
    use_context::<Dispatch>().expect("the app provides the dispatcher")
}
