//! Edits of a network.

use thiserror::Error;

use super::Network;
use super::check::NetworkError;
use super::names::{Names, are_numbered, default_name};
use super::node::{ModuleKind, Node};
use super::path::NodePath;
use crate::arch::Shape;

/// One change.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Edit {
    /// Inserts a node.
    Insert {
        /// The path that the node will have.
        at: NodePath,
        /// The node; it is renamed if a sibling has its name.
        node: Node,
    },
    /// Removes a node with its children.
    Remove {
        /// The path of the node.
        at: NodePath,
    },
    /// Moves a node.
    Move {
        /// The path of the node.
        from: NodePath,
        /// Where it goes: the path that a node inserted there would have, in the network before the edit.
        to: NodePath,
    },
    /// Inserts a copy of a node after it.
    Duplicate {
        /// The path of the node.
        at: NodePath,
    },
    /// Replaces a node, for instance by the same layer with another number.
    Replace {
        /// The path of the node.
        at: NodePath,
        /// The new node.
        node: Node,
    },
}

/// The result of an edit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Edited {
    /// The network, with input widths fitted.
    pub network: Network,
    /// The node that was edited; after a removal, a neighbour or the container.
    pub selection: Option<NodePath>,
}

/// Why an edit is not possible; the network is not changed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EditError {
    /// There is no node at this path, or no place for one.
    #[error("there is no node or place at {path:?}", path = path.to_string())]
    Nowhere {
        /// The path.
        path: NodePath,
    },
    /// A container can't go into itself.
    #[error("a container can't be moved into itself")]
    IntoItself,
    /// The result would exceed the limits.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

impl Network {
    /// This network after `edit`: names differ among siblings, children of a `Sequential` that were named by
    /// their place still are, and input widths follow for an image of shape `input`. Shapes that don't fit are
    /// reported by [`Network::infer`].
    ///
    /// # Errors
    /// When there is no node at a path, or the result exceeds the limits of [`Network::check`].
    pub fn edited(&self, edit: &Edit, input: Shape) -> Result<Edited, EditError> {
        let mut network = self.clone();
        let selection = match edit {
            Edit::Insert { at, node } => {
                network.put(at, node.clone())?;
                Some(at.clone())
            }
            Edit::Remove { at } => {
                network.take(at)?;
                network.beside(at)
            }
            Edit::Move { from, to } => Some(network.relocate(from, to)?),
            Edit::Duplicate { at } => {
                let node = self.node(at).ok_or_else(|| nowhere(at))?;
                let at = at.next();
                network.put(&at, node.clone())?;
                Some(at)
            }
            Edit::Replace { at, node } => {
                let (siblings, place) = network.siblings(at)?;
                *siblings.nodes.get_mut(place).ok_or_else(|| nowhere(at))? = node.clone();
                siblings.rename(place);
                Some(at.clone())
            }
        };
        network.check()?;
        Ok(Edited { network: network.fitted(input), selection })
    }

    fn put(&mut self, at: &NodePath, node: Node) -> Result<(), EditError> {
        let (siblings, place) = self.siblings(at)?;
        if place > siblings.nodes.len() {
            return Err(nowhere(at));
        }
        siblings.nodes.insert(place, node);
        siblings.rename(place);
        Ok(())
    }

    fn take(&mut self, at: &NodePath) -> Result<Node, EditError> {
        let (siblings, place) = self.siblings(at)?;
        if place >= siblings.nodes.len() {
            return Err(nowhere(at));
        }
        let node = siblings.nodes.remove(place);
        if siblings.numbered {
            number(siblings.nodes);
        }
        Ok(node)
    }

    /// Moves a node and returns its new path.
    fn relocate(&mut self, from: &NodePath, to: &NodePath) -> Result<NodePath, EditError> {
        let (parent, place) = from.split().ok_or_else(|| nowhere(from))?;
        let level = parent.len();
        if to.0.len() > from.0.len() && to.0.starts_with(&from.0) {
            return Err(EditError::IntoItself);
        }
        // The siblings after the node move up by one place when it is taken out.
        let mut to = to.clone();
        let same_container = to.0.starts_with(parent);
        if let Some(behind) = to.0.get_mut(level)
            && same_container
            && *behind > place
        {
            *behind -= 1;
        }
        if to != *from {
            let node = self.take(from)?;
            self.put(&to, node)?;
        } else if self.node(from).is_none() {
            return Err(nowhere(from));
        }
        Ok(to)
    }

    /// The path of the node at `path`, else of its predecessor, else of its container.
    fn beside(&self, path: &NodePath) -> Option<NodePath> {
        let (parent, place) = path.split()?;
        let at = |place| NodePath([parent, &[place]].concat());
        let beside = [Some(place), place.checked_sub(1)].into_iter().flatten().map(at);
        let around = NodePath(parent.to_vec());
        beside.chain([around]).find(|path| self.node(path).is_some())
    }

    /// The container that `path` leads into, and the place there.
    fn siblings(&mut self, path: &NodePath) -> Result<(Siblings<'_>, usize), EditError> {
        let (parent, place) = path.split().ok_or_else(|| nowhere(path))?;
        let (mut nodes, mut kind) = (&mut self.nodes, None);
        for place in parent {
            let node = nodes.get_mut(*place).ok_or_else(|| nowhere(path))?;
            kind = node.kind();
            nodes = node.children_mut().ok_or_else(|| nowhere(path))?;
        }
        let numbered = kind == Some(ModuleKind::Sequential) && are_numbered(nodes);
        Ok((Siblings { nodes, numbered }, place))
    }
}

/// The nodes of one container.
struct Siblings<'a> {
    nodes: &'a mut Vec<Node>,
    /// Whether they are named by their place.
    numbered: bool,
}

impl Siblings<'_> {
    /// Renames the node at `place`, which was just inserted, so that its name is unique.
    fn rename(self, place: usize) {
        if self.numbered {
            number(self.nodes);
            return;
        }
        let mut names = Names::default();
        for (index, node) in self.nodes.iter().enumerate() {
            if index != place {
                names.take(&node.name);
            }
        }
        let node = &mut self.nodes[place];
        // A name that is only a number came from the old place, so it is not kept.
        let is_number = node.name.bytes().all(|byte| byte.is_ascii_digit());
        let wanted = if is_number { default_name(&node.body) } else { &node.name };
        node.name = names.free(wanted);
    }
}

fn number(nodes: &mut [Node]) {
    for (index, node) in nodes.iter_mut().enumerate() {
        node.name = index.to_string();
    }
}

fn nowhere(path: &NodePath) -> EditError {
    EditError::Nowhere { path: path.clone() }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Named;
    use crate::arch::network::{NetworkId, NewLayer, check};
    use crate::arch::{Layer, LayerField};

    fn at<const N: usize>(places: [usize; N]) -> NodePath {
        NodePath(places.to_vec())
    }

    fn vgg16() -> Network {
        NetworkId::by_name("vgg16").unwrap().build()
    }

    fn edited(network: &Network, edit: &Edit) -> Edited {
        network.edited(edit, Network::INPUT).unwrap()
    }

    /// The first names of what container `place` of the model holds.
    fn names(network: &Network, place: usize, count: usize) -> Vec<&str> {
        network.nodes[place].children()[..count].iter().map(|node| &*node.name).collect()
    }

    #[test]
    fn widths_follow_an_inserted_layer_and_numbers_stay_places() {
        let conv = NewLayer::Conv.node(None).as_layer().unwrap().with(LayerField::OutChannels, 48);
        let node = Node::layer("conv", conv.unwrap());
        let Edited { network, selection } =
            edited(&vgg16(), &Edit::Insert { at: at([0, 1]), node });
        assert_eq!(selection, Some(at([0, 1])));
        assert_eq!(names(&network, 0, 4), ["0", "1", "2", "3"]);
        assert!(are_numbered(network.nodes[0].children()));
        let width = |place| {
            network.node(&at([0, place])).unwrap().as_layer().unwrap().get(LayerField::InChannels)
        };
        assert_eq!((width(1), width(3)), (Some(64.into()), Some(48.into())));
        assert_eq!(network.infer(Network::INPUT).faults, []);
        let Edited { network, selection } = edited(&network, &Edit::Remove { at: at([0, 1]) });
        assert_eq!((network, selection), (vgg16(), Some(at([0, 1]))));
    }

    #[test]
    fn names_stay_apart_and_a_number_becomes_a_name() {
        let googlenet = NetworkId::by_name("googlenet").unwrap().build();
        let Edited { network, selection } = edited(&googlenet, &Edit::Duplicate { at: at([0]) });
        assert_eq!((&*network.nodes[1].name, selection), ("conv4", Some(at([1]))));
        assert_eq!(
            network.nodes[1].children()[0].as_layer().unwrap().get(LayerField::InChannels),
            Some(64.into())
        );
        let network = edited(&vgg16(), &Edit::Move { from: at([0, 0]), to: at([0]) }).network;
        assert_eq!(network.nodes[0].name, "conv");
        assert!(are_numbered(network.nodes[1].children()));
    }

    #[test]
    fn a_gap_is_named_before_the_move() {
        let relus = |order: [usize; 3]| {
            let nodes = order.map(|index| Node::layer(format!("r{index}"), Layer::ReLU));
            Network { nodes: nodes.to_vec() }
        };
        for (from, to, order, place) in [
            (0, 3, [1, 2, 0], 2),
            (0, 2, [1, 0, 2], 1),
            (0, 1, [0, 1, 2], 0),
            (0, 0, [0, 1, 2], 0),
            (2, 0, [2, 0, 1], 0),
        ] {
            let made = edited(&relus([0, 1, 2]), &Edit::Move { from: at([from]), to: at([to]) });
            let expected = Edited { network: relus(order), selection: Some(at([place])) };
            assert_eq!(made, expected, "{from} to {to}");
        }
        // Out of a container, into one that moves up meanwhile.
        let made = edited(&vgg16(), &Edit::Move { from: at([1]), to: at([2, 0]) });
        assert_eq!(made.selection, Some(at([1, 0])));
        assert_eq!(made.network.node(&at([1, 0])).unwrap().class_name(), "AdaptiveAvgPool2d");
        // Out of one container into another, whose places stay.
        let made = edited(&vgg16(), &Edit::Move { from: at([0, 0]), to: at([2, 5]) });
        assert_eq!(made.selection, Some(at([2, 5])));
    }

    #[test]
    fn what_is_left_is_selected_after_a_removal() {
        let mut network = vgg16();
        let mut selection = at([2, 5]);
        let mut passed = Vec::new();
        while let Some(next) = edited(&network, &Edit::Remove { at: selection.clone() }).selection {
            network = edited(&network, &Edit::Remove { at: selection }).network;
            passed.push(next.0.clone());
            selection = next;
        }
        let below = [5, 4, 3, 2, 1, 0].map(|place| vec![2, place]);
        let above = [vec![2], vec![1], vec![0]];
        assert_eq!(passed, [&below[..], &above[..]].concat());
    }

    #[test]
    fn what_can_not_be_done_is_refused() {
        let network = vgg16();
        let refused = |edit| network.edited(&edit, Network::INPUT).unwrap_err();
        for path in [at([]), at([4]), at([1, 0]), at([0, 99]), at([usize::MAX])] {
            let error = EditError::Nowhere { path: path.clone() };
            let node = Node::flatten();
            assert_eq!(refused(Edit::Insert { at: path.clone(), node: node.clone() }), error);
            assert_eq!(refused(Edit::Replace { at: path.clone(), node }), error);
            assert_eq!(refused(Edit::Remove { at: path.clone() }), error);
            assert_eq!(refused(Edit::Duplicate { at: path.clone() }), error);
            assert_eq!(refused(Edit::Move { from: path.clone(), to: path }), error);
        }
        assert_eq!(refused(Edit::Move { from: at([0]), to: at([0, 3]) }), EditError::IntoItself);
        let node = (0..check::MOST_LEVELS).fold(Node::flatten(), |inner, _| {
            Node::sequence("s", ModuleKind::Sequential, vec![inner])
        });
        let error = refused(Edit::Insert { at: at([0]), node });
        assert!(matches!(error, EditError::Network(NetworkError::TooDeep { .. })), "{error}");
    }
}
