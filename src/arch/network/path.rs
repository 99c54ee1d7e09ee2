//! Where in a network a node is: by places, and as the pre-order index of steps and rows.

use std::fmt;

use super::Network;
use super::node::Node;

/// The place of a node among its siblings, after those of the containers around it. It may also name a
/// gap: the place a node would have.
#[derive(Clone, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct NodePath(pub Vec<usize>);

impl NodePath {
    /// The container it is in and its place there; `None` of the model itself.
    #[must_use]
    pub fn split(&self) -> Option<(&[usize], usize)> {
        self.0.split_last().map(|(place, parent)| (parent, *place))
    }

    /// The place after it, in the same container.
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

    /// The node that step `index` of [`Network::infer`] (and row `index` of its cost) is about.
    #[must_use]
    pub fn path_of_step(&self, index: usize) -> Option<NodePath> {
        let (mut nodes, mut left, mut places) = (&self.nodes[..], index, Vec::new());
        loop {
            let mut found = None;
            for (place, node) in nodes.iter().enumerate() {
                let count = node.count();
                if left < count {
                    found = Some((place, node));
                    break;
                }
                left -= count;
            }
            let (place, node) = found?;
            places.push(place);
            if left == 0 {
                return Some(NodePath(places));
            }
            left -= 1;
            nodes = node.children();
        }
    }

    /// The index of the step (and row) of the node at `path`.
    #[must_use]
    pub fn step_of_path(&self, path: &NodePath) -> Option<usize> {
        let (mut nodes, mut index) = (&self.nodes[..], 0);
        for (level, place) in path.0.iter().enumerate() {
            let node = nodes.get(*place)?;
            index +=
                nodes[..*place].iter().map(Node::count).sum::<usize>() + usize::from(level > 0);
            nodes = node.children();
        }
        (!path.0.is_empty()).then_some(index)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::network::NetworkId;

    #[test]
    fn every_step_has_its_path_and_every_path_its_step() {
        let network = NetworkId::by_name("googlenet_aux").unwrap().build();
        let shapes = network.infer(Network::INPUT);
        assert_eq!(shapes.steps.len(), network.count());
        for (index, step) in shapes.steps.iter().enumerate() {
            let path = network.path_of_step(index).unwrap();
            assert_eq!(network.node(&path), Some(step.node));
            assert_eq!(path.0.len(), step.depth + 1);
            assert_eq!(network.step_of_path(&path), Some(index));
        }
        assert_eq!(network.path_of_step(network.count()), None);
        for nowhere in [vec![], vec![99], vec![0, 3], vec![0, 0, 0]] {
            assert_eq!(network.step_of_path(&NodePath(nowhere)), None);
        }
    }
}
