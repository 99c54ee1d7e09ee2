//! The address of a node in a network.

use std::fmt;

use super::Network;
use super::node::Node;

/// The place of a node among its siblings, after the places of the containers around it. It can also be the
/// place at which a node is to be inserted. Paths are ordered as the nodes run (pre-order).
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodePath(pub Vec<usize>);

impl NodePath {
    /// The path of its container and its place there; `None` for the model itself.
    #[must_use]
    pub fn split(&self) -> Option<(&[usize], usize)> {
        self.0.split_last().map(|(place, parent)| (parent, *place))
    }

    /// The path of the child at `place` of the container at this path.
    #[must_use]
    pub fn child(&self, place: usize) -> Self {
        Self(self.0.iter().copied().chain([place]).collect())
    }

    /// The path of the next sibling.
    #[must_use]
    pub fn next(&self) -> Self {
        let mut places = self.0.clone();
        if let Some(place) = places.last_mut() {
            *place = place.saturating_add(1);
        }
        Self(places)
    }
}

impl fmt::Display for NodePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (level, place) in self.0.iter().enumerate() {
            write!(f, "{}{place}", if level > 0 { "." } else { "" })?;
        }
        Ok(())
    }
}

impl Network {
    /// The node at `path`.
    #[must_use]
    pub fn node(&self, path: &NodePath) -> Option<&Node> {
        let (parent, place) = path.split()?;
        let mut nodes = &self.nodes[..];
        for place in parent {
            nodes = nodes.get(*place)?.children();
        }
        nodes.get(place)
    }

    /// The node whose names from the model down to it, joined by dots, are `names`.
    #[must_use]
    pub fn path_named(&self, names: &str) -> Option<NodePath> {
        let mut nodes = &self.nodes[..];
        let mut places = Vec::new();
        for name in names.split('.') {
            let place = nodes.iter().position(|node| node.name == name)?;
            nodes = nodes.get(place)?.children();
            places.push(place);
        }
        Some(NodePath(places))
    }

    /// Nodes in it, containers included.
    #[must_use]
    pub fn count(&self) -> usize {
        self.nodes.iter().map(Node::count).sum()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Named;
    use crate::arch::network::NetworkId;

    #[test]
    fn every_step_has_its_path_in_order() {
        let network = NetworkId::by_name("googlenet_aux").unwrap().build();
        let shapes = network.infer(Network::INPUT);
        assert_eq!(shapes.steps.len(), network.count());
        for step in &shapes.steps {
            assert_eq!(network.node(&step.at), Some(step.node));
            assert_eq!(step.at.0.len(), step.depth + 1);
            assert_eq!(network.path_named(&step.path).as_ref(), Some(&step.at));
        }
        assert!(shapes.steps.is_sorted_by(|one, other| one.at < other.at));
        for nowhere in [vec![], vec![99], vec![0, 3], vec![0, 0, 0]] {
            assert_eq!(network.node(&NodePath(nowhere)), None);
        }
    }
}
