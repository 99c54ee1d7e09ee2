//! The state of the whole page: its documents with their histories, the open view, refusals and notices.

#[cfg(test)]
mod tests;

use std::rc::Rc;

use crate::arch::network::NodePath;
use crate::arch::{Field, FieldError, Inception, Size};

use crate::state::action::Action;
use crate::state::counting::Counting;
use crate::state::history::History;
use crate::state::link::{Notice, Reading};
use crate::state::model::{Model, View};
use crate::state::networks::{Networks, NetworksAction, NetworksError, Tab};

/// A change of the model that could not be made, and the field it came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Refusal {
    /// The field that was set, if one was.
    pub field: Option<Field>,
    pub error: FieldError,
    /// Differs from the last refusal's, so that a control which is refused twice is reset twice.
    pub serial: u32,
}

/// The state of the whole page.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Store {
    /// The view that is open. It is no part of a history: undo leaves it alone.
    pub view: View,
    /// The module, which the Module and the Forward view show.
    pub module: History<Model>,
    /// The networks, which the Networks view shows.
    pub networks: History<Networks>,
    /// The last change of the module, if it could not be made.
    pub module_refusal: Option<Refusal>,
    /// Why the last change of the networks could not be made.
    pub networks_refusal: Option<NetworksError>,
    /// The notices of the link that was read.
    pub notices: Vec<Notice>,
    /// The network's block that the module was taken from, if it was: its names joined by dots, by which it
    /// is found again after other edits of the network.
    pub block: Option<Rc<str>>,
}

/// A change of one of the documents.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    Module(Action),
    Networks(NetworksAction),
}

impl From<Action> for Change {
    fn from(action: Action) -> Self {
        Self::Module(action)
    }
}

impl From<NetworksAction> for Change {
    fn from(action: NetworksAction) -> Self {
        Self::Networks(action)
    }
}

/// The actions of the page's store.
#[derive(Clone, Debug, PartialEq)]
pub enum StoreAction {
    /// A control moves: shown without an undo step.
    Preview(Change),
    /// A control is released: one undo step.
    Commit(Change),
    /// A control is unmounted while it moves: back to the last step.
    Abandon,
    /// Undo, in the document that the open view shows.
    Undo,
    /// Redo, in the document that the open view shows.
    Redo,
    /// Back to the first state of the document that the open view shows: one step.
    Reset,
    Read(Box<Reading>),
    Navigate(View),
    /// Another tab of the Networks view.
    TurnTo(Tab),
    /// Another layer or container of the network is selected.
    Select(Option<NodePath>),
    /// A network's block is opened in the Module view.
    OpenBlock(Block),
    /// The module is put into the network, in the place of the block it was taken from.
    PutBlock,
    /// The notices have been read.
    DismissNotices,
    /// The change that could not be made, in the document that the open view shows, is given up.
    DismissRefusal,
}

impl StoreAction {
    /// Shows a change of either document, without a step.
    pub fn preview(change: impl Into<Change>) -> Self {
        Self::Preview(change.into())
    }

    /// Makes a change of either document: one step.
    pub fn commit(change: impl Into<Change>) -> Self {
        Self::Commit(change.into())
    }
}

/// An Inception module of a network.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Block {
    /// The names from the network down to it, joined by dots.
    pub path: String,
    pub module: Inception,
    /// Rows and columns of its input.
    pub size: Size,
}

impl Store {
    /// A page that starts with a link.
    #[must_use]
    pub fn new(reading: Reading) -> Self {
        Self {
            view: reading.view,
            module: History::new(reading.model),
            networks: History::new(reading.networks),
            notices: reading.notices,
            ..Self::default()
        }
    }

    /// Whether a step can be undone in the document that the open view shows.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        match self.view {
            View::Networks => self.networks.can_undo(),
            View::Module | View::Forward => self.module.can_undo(),
        }
    }

    /// Whether a step can be redone in the document that the open view shows.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        match self.view {
            View::Networks => self.networks.can_redo(),
            View::Module | View::Forward => self.module.can_redo(),
        }
    }

    /// What is counted on the whole page: the counting of the document that the open view shows.
    #[must_use]
    pub fn counting(&self) -> Counting {
        match self.view {
            View::Networks => self.networks.shown().counting,
            View::Module | View::Forward => self.module.shown().counting,
        }
    }

    /// The state after `action`.
    ///
    /// When the page's counting changes, the document that is not shown takes it without a step.
    #[must_use]
    pub fn after(&self, action: StoreAction) -> Self {
        let mut next = self.applied(action);
        let counting = next.counting();
        if counting != self.counting() {
            match next.view {
                View::Networks => next.module.look(|model| model.counting = counting),
                View::Module | View::Forward => {
                    next.networks.look(|networks| networks.counting = counting);
                }
            }
        }
        next
    }

    /// The state after `action`, with the counting changed in one document only.
    fn applied(&self, action: StoreAction) -> Self {
        let mut next = self.clone();
        match action {
            StoreAction::Preview(Change::Module(action)) => {
                next.change_module(action, History::preview);
            }
            StoreAction::Preview(Change::Networks(action)) => {
                next.networks_refusal = next.networks.preview(action).err();
            }
            StoreAction::Commit(change) => next.commit(change),
            StoreAction::Abandon => {
                next.module.abandon();
                next.networks.abandon();
            }
            StoreAction::Undo => next.step(History::undo, History::undo),
            StoreAction::Redo => next.step(History::redo, History::redo),
            StoreAction::Reset => next.commit(match self.view {
                View::Networks => NetworksAction::Reset.into(),
                View::Module | View::Forward => Action::Reset.into(),
            }),
            StoreAction::Read(reading) => next.load(*reading),
            StoreAction::Navigate(view) => next.view = view,
            StoreAction::TurnTo(tab) => next.networks.turn_to(tab),
            StoreAction::Select(path) => next.networks.select(path.as_ref()),
            StoreAction::OpenBlock(block) => next.open_block(block),
            StoreAction::PutBlock => next.put_block(),
            StoreAction::DismissNotices => next.notices.clear(),
            StoreAction::DismissRefusal => match next.view {
                View::Networks => next.networks_refusal = None,
                View::Module | View::Forward => next.module_refusal = None,
            },
        }
        next
    }

    fn commit(&mut self, change: Change) {
        match change {
            Change::Module(action) => self.change_module(action, History::commit),
            Change::Networks(action) => self.networks_refusal = self.networks.commit(action).err(),
        }
        // The first edit dismisses the notices: the user has seen the page.
        self.notices.clear();
    }

    fn change_module(
        &mut self,
        action: Action,
        step: impl Fn(&mut History<Model>, Action) -> Result<(), FieldError>,
    ) {
        let field = match action {
            Action::Set(field, _) => Some(field),
            _ => None,
        };
        let before = *self.module.shown();
        let done = step(&mut self.module, action);
        let serial = self.module_refusal.map_or(0, |refusal| refusal.serial.wrapping_add(1));
        if let Err(error) = done {
            self.module_refusal = Some(Refusal { field, error, serial });
            return;
        }
        // A slider that was put back still says so when it is let go where it was put.
        let is_echo = before == *self.module.shown()
            && self.module_refusal.is_some_and(|refusal| refusal.field == field);
        if !is_echo {
            self.module_refusal = None;
        }
    }

    /// Undoes or redoes a step of the open view's document, if there is one.
    fn step(
        &mut self,
        module: impl Fn(&mut History<Model>) -> bool,
        networks: impl Fn(&mut History<Networks>) -> bool,
    ) {
        match self.view {
            View::Networks if networks(&mut self.networks) => self.networks_refusal = None,
            View::Module | View::Forward if module(&mut self.module) => {
                self.module_refusal = None;
                // The module that is shown now need not be the block's.
                self.block = None;
            }
            _ => {}
        }
    }

    fn load(&mut self, reading: Reading) {
        self.view = reading.view;
        self.module.load(reading.model);
        self.networks.load(reading.networks);
        self.notices = reading.notices;
        self.module_refusal = None;
        self.networks_refusal = None;
        self.block = None;
    }

    fn open_block(&mut self, Block { path, module, size }: Block) {
        // How the reader counts and compares stays theirs.
        let shown = *self.module.shown();
        let square = size.height == size.width;
        self.module.load(Model { module, size, square, ..shown });
        self.module_refusal = None;
        self.view = View::Module;
        self.block = Some(path.into());
    }

    fn put_block(&mut self) {
        if let Some(path) = &self.block {
            let module = self.module.committed().module;
            self.commit(NetworksAction::Put(path.to_string(), module).into());
            self.view = View::Networks;
        }
    }
}
