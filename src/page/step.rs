//! Steps back and forth, for the view that is open.

use crate::state::{Action, View};

use super::late::{Late, bridge};
use super::networks::messages::ToNetworks;
use super::store::{Dispatch, StoreAction};

/// What the header's buttons and the keys ask for, whichever view is open.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// One back.
    Undo,
    /// One forth.
    Redo,
    /// To the first state.
    Reset,
}

impl Step {
    /// Asks the Networks view if it is the one that is open, and otherwise the page's store.
    pub fn take(self, view: View, dispatch: &Dispatch) {
        if view == View::Networks {
            let request = match self {
                Self::Undo => ToNetworks::Undo,
                Self::Redo => ToNetworks::Redo,
                Self::Reset => ToNetworks::Reset,
            };
            bridge::tell(Late::Networks, &request);
        } else {
            dispatch.dispatch(match self {
                Self::Undo => StoreAction::Undo,
                Self::Redo => StoreAction::Redo,
                Self::Reset => StoreAction::Commit(Action::Reset),
            });
        }
    }
}
