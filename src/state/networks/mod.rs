//! WHAT THE NETWORKS VIEW SHOWS: a network, its input, and what is asked about it.
//!
//! The view is a document of its own beside the page's [`Model`](crate::state::Model), with steps of its
//! own and a part of its own in the link ([`link`]).
//!
//! Invariant: a [`Networks`] that exists can be inferred, counted, drawn and written as a link. The
//! network itself may be wrong: what does not fit is said where it is.

pub mod link;

use std::rc::Rc;

use thiserror::Error;

use crate::arch::network::{Layout, Network, NetworkId, VggConfig};
use crate::arch::{Limits, Shape};
use crate::cost::Metric;

use super::history::{Document, History};

/// The parts of the view.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Tab {
    /// Layer by layer, beside the architecture.
    #[default]
    Layers,
    /// Replacing convolutions.
    Substitute,
    /// Beside another network.
    Compare,
    /// VGG's configurations, and accuracy against cost.
    Configurations,
}

impl Tab {
    /// All of them, in the order of the tabs.
    pub const ALL: [Self; 4] =
        [Self::Layers, Self::Substitute, Self::Compare, Self::Configurations];
}

/// A network of one's own.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Own {
    /// What its maker calls it; empty where it has no name.
    pub name: String,
    /// The network.
    pub network: Network,
}

/// The network that is shown.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Subject {
    /// One that people know.
    Known(NetworkId),
    /// One's own.
    Own(Rc<Own>),
}

impl Subject {
    /// The network itself.
    #[must_use]
    pub fn network(&self) -> Network {
        match self {
            Self::Known(id) => id.build(),
            Self::Own(own) => own.network.clone(),
        }
    }
}

/// VGG16, where the write-up begins.
pub const OPENING: NetworkId = NetworkId::Vgg { config: VggConfig::D, batch_norm: false };

/// What VGG16 is compared with: the write-up's GoogLeNet, with its 13,004,888 parameters.
pub const OPENING_RIVAL: NetworkId =
    NetworkId::GoogLeNet { layout: Layout::Torchvision, auxiliary: true };

/// Rows or columns of an input.
pub const SIDE: Limits = Limits { min: 1, max: 4096, slider_max: 4096, step: 1 };

/// Channels of an input.
pub const IN_CHANNELS: Limits = Limits { min: 1, max: 4096, slider_max: 4096, step: 1 };

/// Everything the view shows that a link brings back.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Networks {
    /// The part that is open.
    pub tab: Tab,
    /// The network.
    pub subject: Subject,
    /// Its input, one image; within [`IN_CHANNELS`] and [`SIDE`].
    pub input: Shape,
    /// The count that sizes, shares and ranks.
    pub metric: Metric,
    /// What it is compared with.
    pub rival: NetworkId,
}

impl Default for Networks {
    fn default() -> Self {
        Self {
            tab: Tab::default(),
            subject: Subject::Known(OPENING),
            input: Network::INPUT,
            metric: Metric::default(),
            rival: OPENING_RIVAL,
        }
    }
}

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum NetworksAction {
    /// Shows a network people know.
    Open(NetworkId),
    /// Shows a network of one's own.
    Take(Rc<Own>),
    /// Another input.
    SetInput(Shape),
    /// Chooses the count that sizes, shares and ranks.
    SetMetric(Metric),
    /// Chooses what to compare with.
    SetRival(NetworkId),
    /// Back to the first state; the tab stays.
    Reset,
}

/// Why a change could not be made.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum NetworksError {
    /// A side of the input outside [`SIDE`].
    #[error("a side of the input is {0}; allowed are 1 to 4096")]
    Side(u64),
    /// Channels of the input outside [`IN_CHANNELS`].
    #[error("the input has {0} channels; allowed are 1 to 4096")]
    InChannels(u64),
}

/// `input` itself, where it is allowed.
fn checked(input: Shape) -> Result<Shape, NetworksError> {
    let Shape { channels, height, width } = input;
    if !IN_CHANNELS.contains(channels) {
        return Err(NetworksError::InChannels(channels));
    }
    match [height, width].into_iter().find(|side| !SIDE.contains(*side)) {
        Some(side) => Err(NetworksError::Side(side)),
        None => Ok(input),
    }
}

impl Document for Networks {
    type Action = NetworksAction;
    type Error = NetworksError;

    fn apply(&self, action: NetworksAction) -> Result<Self, NetworksError> {
        let mut next = self.clone();
        match action {
            NetworksAction::Open(id) => {
                next.subject = Subject::Known(id);
                // All that people know by name take an image of three channels.
                next.input.channels = Network::INPUT.channels;
            }
            NetworksAction::Take(own) => next.subject = Subject::Own(own),
            NetworksAction::SetInput(input) => next.input = checked(input)?,
            NetworksAction::SetMetric(metric) => next.metric = metric,
            NetworksAction::SetRival(id) => next.rival = id,
            NetworksAction::Reset => next = Self { tab: self.tab, ..Self::default() },
        }
        Ok(next)
    }

    fn seen_from(self, other: &Self) -> Self {
        Self { tab: other.tab, ..self }
    }
}

impl History<Networks> {
    /// Opens a tab; no step.
    pub fn turn_to(&mut self, tab: Tab) {
        self.look(|networks| networks.tab = tab);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_input_outside_its_limits_is_refused() {
        let networks = Networks::default();
        let set = |shape| networks.apply(NetworksAction::SetInput(shape)).map(|next| next.input);
        assert_eq!(set(Shape::new(3, 0, 224)), Err(NetworksError::Side(0)));
        assert_eq!(set(Shape::new(3, 224, 4097)), Err(NetworksError::Side(4097)));
        assert_eq!(set(Shape::new(0, 1, 1)), Err(NetworksError::InChannels(0)));
        assert_eq!(set(Shape::new(1, 28, 28)), Ok(Shape::new(1, 28, 28)));
    }

    #[test]
    fn turning_to_a_tab_is_no_step() {
        let mut history = History::new(Networks::default());
        history.turn_to(Tab::Compare);
        assert!(!history.can_undo());
        history.commit(NetworksAction::SetRival(OPENING)).unwrap();
        history.undo();
        assert_eq!(history.shown().tab, Tab::Compare);
    }
}
