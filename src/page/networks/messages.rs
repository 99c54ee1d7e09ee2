//! What the page and the Networks view tell each other.

use crate::page::late::bridge::{Message, flag};

/// What the page tells the Networks view.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum ToNetworks {
    /// A link was read: this is its part about networks.
    Read(String),
    /// One step back.
    Undo,
    /// One step forth.
    Redo,
    /// Back to the first state.
    Reset,
    /// Puts a module, described by a link, in the place of the block at this path.
    Put {
        /// The names from the network down to the block, joined by dots.
        path: String,
        /// The module's link.
        module: String,
    },
}

impl Message for ToNetworks {
    const EVENT: &'static str = "to-networks";

    fn parts(&self) -> Vec<&str> {
        match self {
            Self::Read(link) => vec!["read", link],
            Self::Undo => vec!["undo"],
            Self::Redo => vec!["redo"],
            Self::Reset => vec!["reset"],
            Self::Put { path, module } => vec!["put", path, module],
        }
    }

    fn of_parts(parts: &[&str]) -> Option<Self> {
        Some(match *parts {
            ["read", link] => Self::Read(link.to_owned()),
            ["undo"] => Self::Undo,
            ["redo"] => Self::Redo,
            ["reset"] => Self::Reset,
            ["put", path, module] => Self::Put { path: path.to_owned(), module: module.to_owned() },
            _ => return None,
        })
    }
}

/// What the Networks view tells the page.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum FromNetworks {
    /// Where the view is now.
    State(NetworksState),
    /// Opens a block in the Module view.
    Open {
        /// The names from the network down to the block, joined by dots.
        path: String,
        /// The module's link.
        module: String,
    },
}

/// The Networks view as the page knows it.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct NetworksState {
    /// Its part of the link.
    pub link: String,
    /// Whether it has a step back.
    pub can_undo: bool,
    /// Whether it has a step forth.
    pub can_redo: bool,
}

impl Message for FromNetworks {
    const EVENT: &'static str = "from-networks";

    fn parts(&self) -> Vec<&str> {
        match self {
            Self::State(NetworksState { link, can_undo, can_redo }) => {
                vec!["state", link, flag(*can_undo), flag(*can_redo)]
            }
            Self::Open { path, module } => vec!["open", path, module],
        }
    }

    fn of_parts(parts: &[&str]) -> Option<Self> {
        Some(match *parts {
            ["state", link, undo, redo] => Self::State(NetworksState {
                link: link.to_owned(),
                can_undo: undo == "1",
                can_redo: redo == "1",
            }),
            ["open", path, module] => {
                Self::Open { path: path.to_owned(), module: module.to_owned() }
            }
            _ => return None,
        })
    }
}
