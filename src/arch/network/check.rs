//! Limits of a network from an edit, a link or a file.

use std::collections::HashSet;

use thiserror::Error;

use super::Network;
use super::node::{Body, InputWidth, Node};
use crate::arch::{LayerFieldError, Shape};

/// Most nodes of a network: four times the 5,000 that the page must stay fast with.
pub const MOST_NODES: usize = 20_000;

/// Most levels of nodes, the model's own attributes being the first.
pub const MOST_LEVELS: usize = 16;

/// Largest side of the image that runs through a network, and most channels of it.
pub const LARGEST_INPUT: u64 = 65_536;

/// Longest name of a node.
pub const LONGEST_NAME: usize = 64;

/// Why a network is rejected: it exceeds a limit. Shapes that don't fit are no reason; [`Network::infer`]
/// reports them.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum NetworkError {
    /// More than [`MOST_NODES`].
    #[error("the network has more than {MOST_NODES} nodes")]
    TooManyNodes,
    /// More than [`MOST_LEVELS`].
    #[error("{path}: containers are nested more than {MOST_LEVELS} levels deep")]
    TooDeep {
        /// The node that is too deep.
        path: String,
    },
    /// A name that can't be an attribute.
    #[error(
        "{path}: the name {given:?} can't be taken; allowed are 1 to {LONGEST_NAME} letters a–z, A–Z, \
         digits and underscores"
    )]
    Name {
        /// The path of the node's parent, and the node's place in it.
        path: String,
        /// The name, or how it begins.
        given: String,
    },
    /// Two nodes of one container have the same name.
    #[error("{path}: there are two nodes of this name")]
    SameName {
        /// The second one.
        path: String,
    },
    /// An image with a side of 0 or beyond [`LARGEST_INPUT`].
    #[error("the input is {given}; allowed are sides of 1 to {LARGEST_INPUT}")]
    Input {
        /// What was given.
        given: Shape,
    },
    /// A number that its layer can't have.
    #[error("{path}: {error}")]
    Number {
        /// The layer.
        path: String,
        /// Which number, and what is allowed.
        error: LayerFieldError,
    },
}

/// Whether `name` can be an attribute that stands unescaped in paths and links.
#[must_use]
pub fn is_name(name: &str) -> bool {
    let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'_';
    (1..=LONGEST_NAME).contains(&name.len()) && name.bytes().all(allowed)
}

/// Returns `input` if its sides are within the limits.
///
/// # Errors
/// When a side is 0 or beyond [`LARGEST_INPUT`].
pub fn check_input(input: Shape) -> Result<Shape, NetworkError> {
    let Shape { channels, height, width } = input;
    let allowed = [channels, height, width].iter().all(|side| (1..=LARGEST_INPUT).contains(side));
    if allowed { Ok(input) } else { Err(NetworkError::Input { given: input }) }
}

impl Network {
    /// Whether the network keeps within the limits: its nodes, their depth, their names (which must
    /// differ among siblings) and every number that a person set. An input width that follows is
    /// not set by hand and has no limit.
    ///
    /// # Errors
    /// What the first node out of the limits is, and what is allowed.
    pub fn check(&self) -> Result<(), NetworkError> {
        let mut walk = Walk { nodes: 0, path: String::new() };
        walk.level(&self.nodes, 1)
    }
}

struct Walk {
    nodes: usize,
    path: String,
}

impl Walk {
    fn level(&mut self, nodes: &[Node], level: usize) -> Result<(), NetworkError> {
        let mut names = HashSet::with_capacity(nodes.len());
        for (index, node) in nodes.iter().enumerate() {
            let parent = self.path.len();
            if parent > 0 {
                self.path.push('.');
            }
            if !is_name(&node.name) {
                let path = format!("{}{index}", self.path);
                let given = node.name.chars().take(LONGEST_NAME).collect();
                return Err(NetworkError::Name { path, given });
            }
            self.path.push_str(&node.name);
            self.node(node, level)?;
            if !names.insert(node.name.as_str()) {
                return Err(NetworkError::SameName { path: self.path.clone() });
            }
            self.path.truncate(parent);
        }
        Ok(())
    }

    fn node(&mut self, node: &Node, level: usize) -> Result<(), NetworkError> {
        self.nodes += 1;
        if self.nodes > MOST_NODES {
            return Err(NetworkError::TooManyNodes);
        }
        if level > MOST_LEVELS {
            return Err(NetworkError::TooDeep { path: self.path.clone() });
        }
        if let Body::Layer { layer, input, .. } = &node.body {
            for field in layer.fields() {
                let follows = *input == InputWidth::Follows && layer.input_field() == Some(*field);
                let value = layer.get(*field).filter(|_| !follows);
                value
                    .map_or(Ok(*layer), |value| layer.with(*field, value))
                    .map_err(|error| NetworkError::Number { path: self.path.clone(), error })?;
            }
        }
        self.level(node.children(), level + 1)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Named;
    use crate::arch::network::{ModuleKind, NetworkId};
    use crate::arch::{Layer, LayerField};

    fn relu(name: impl Into<String>) -> Node {
        Node::layer(name, Layer::ReLU)
    }

    fn error(nodes: Vec<Node>) -> String {
        Network { nodes }.check().unwrap_err().to_string()
    }

    #[test]
    fn every_network_people_know_keeps_within_the_limits() {
        for id in NetworkId::all() {
            assert_eq!(id.build().check(), Ok(()), "{}", id.name());
        }
    }

    #[test]
    fn each_limit_says_where_and_what() {
        let most: Vec<_> = (0..MOST_NODES).map(|index| relu(index.to_string())).collect();
        assert_eq!(Network { nodes: most.clone() }.check(), Ok(()));
        assert_eq!(
            error([most, vec![relu("more")]].concat()),
            "the network has more than 20000 nodes"
        );
        let around = |inner| Node::sequence("a", ModuleKind::Sequential, vec![inner]);
        let deepest = (1..MOST_LEVELS).fold(relu("r"), |inner, _| around(inner));
        assert_eq!(Network { nodes: vec![deepest.clone()] }.check(), Ok(()));
        assert!(
            error(vec![around(deepest)])
                .ends_with("a.a.r: containers are nested more than 16 levels deep")
        );
        assert_eq!(
            error(vec![around(relu("b")), relu("a")]),
            "a: there are two nodes of this name"
        );
        for name in ["", "a.b", "가", &"x".repeat(65)] {
            assert!(error(vec![around(relu(name))]).starts_with("a.0: the name \""), "{name}");
        }
        let pool = Layer::LocalResponseNorm { size: 0 };
        let expected = "a.n: size is 0; allowed are 1 to 65536";
        assert_eq!(error(vec![around(Node::layer("n", pool))]), expected);
    }

    #[test]
    fn only_a_fixed_width_has_limits() {
        let layer = Layer::BatchNorm2d { num_features: 0 };
        let mut node = Node::layer("bn", layer);
        assert_eq!(Network { nodes: vec![node.clone()] }.check(), Ok(()));
        if let Body::Layer { input, .. } = &mut node.body {
            *input = InputWidth::Fixed;
        }
        let error = LayerFieldError::OutOfRange { field: LayerField::NumFeatures, given: 0 };
        let expected = NetworkError::Number { path: "bn".to_owned(), error };
        assert_eq!(Network { nodes: vec![node] }.check(), Err(expected));
    }
}
