//! The convolutions of a network's tree, and what goes with each when it is replaced.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::arch::network::{Body, ModuleKind, Network, Node, Unit};
use crate::arch::{Conv2d, Layer};

/// A convolution and what stands around it.
///
/// A module is made of units, convolutions with their own batch norm and `ReLU`; so the batch norm and
/// the `ReLU` that directly follow the convolution go with it, or would be there twice. Where they and
/// the convolution are all that a `BasicConv2d` (or its like) holds, the container goes too. A unit ends
/// in `ReLU`, also where none followed the convolution.
///
/// Rows are numbered as in [`NetworkCost::rows`](crate::cost::NetworkCost::rows).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Index of the convolution's row.
    pub row: usize,
    /// The rows that go with it.
    pub rows: Range<usize>,
    /// The name of what goes, which the replacement takes over: the container's, or the convolution's.
    pub name: String,
    /// The convolution.
    pub conv: Conv2d,
    /// The layers that go: the convolution, then what follows it.
    pub layers: Vec<Layer>,
    /// What a replacement is made of: batch norm where it follows the convolution or the convolution
    /// has no bias, otherwise biases.
    pub unit: Unit,
}

/// The convolutions of `network`, in the order of their rows.
#[must_use]
pub fn sites(network: &Network) -> Vec<Site> {
    let mut walk = Walk { row: 0, sites: Vec::new() };
    walk.sequence(&network.nodes);
    walk.sites
}

struct Walk {
    /// Index of the next node's row.
    row: usize,
    sites: Vec<Site>,
}

impl Walk {
    fn sequence(&mut self, nodes: &[Node]) {
        for (index, node) in nodes.iter().enumerate() {
            self.visit(node, &nodes[index..]);
        }
    }

    /// Visits `node`, with which the nodes `onward` begin that run one after another.
    fn visit(&mut self, node: &Node, onward: &[Node]) {
        let row = self.row;
        self.row += 1;
        match &node.body {
            Body::Layer { layer: Layer::Conv2d(conv), .. } => {
                let layers = unit_layers(*conv, onward);
                self.push(node, *conv, row, row..row + layers.len(), layers);
            }
            Body::Layer { .. } | Body::Flatten => {}
            Body::Sequence { kind, children } => match whole_unit(*kind, children) {
                Some((conv, layers)) => {
                    self.row += layers.len();
                    self.push(node, conv, row + 1, row..self.row, layers);
                }
                None => self.sequence(children),
            },
            Body::Side { children, .. } => self.sequence(children),
            Body::Parallel { branches, .. } => {
                for branch in branches {
                    self.visit(branch, std::slice::from_ref(branch));
                }
            }
        }
    }

    fn push(
        &mut self,
        node: &Node,
        conv: Conv2d,
        row: usize,
        rows: Range<usize>,
        layers: Vec<Layer>,
    ) {
        let normalised = layers.iter().any(|layer| matches!(layer, Layer::BatchNorm2d { .. }));
        let unit = if normalised || !conv.bias { Unit::BatchNorm } else { Unit::Bias };
        self.sites.push(Site { row, rows, name: node.name.clone(), conv, layers, unit });
    }
}

/// `conv`, with which `onward` begins, and the batch norm and `ReLU` that directly follow it.
fn unit_layers(conv: Conv2d, onward: &[Node]) -> Vec<Layer> {
    let mut layers = vec![Layer::Conv2d(conv)];
    for follower in [Layer::BatchNorm2d { num_features: conv.out_channels }, Layer::ReLU] {
        if onward.get(layers.len()).and_then(Node::as_layer) == Some(&follower) {
            layers.push(follower);
        }
    }
    layers
}

/// The convolution and all layers of a container that holds just one unit.
fn whole_unit(kind: ModuleKind, children: &[Node]) -> Option<(Conv2d, Vec<Layer>)> {
    if !matches!(kind, ModuleKind::BasicConv2d | ModuleKind::ConvReLU) {
        return None;
    }
    let Some(Layer::Conv2d(conv)) = children.first().and_then(Node::as_layer) else {
        return None;
    };
    let layers = unit_layers(*conv, children);
    (layers.len() == children.len()).then_some((*conv, layers))
}

/// `network` with other nodes in place of some rows: by the first of them, the row after the last and
/// the node.
pub(super) fn rebuilt(network: &Network, mut replaced: BTreeMap<usize, (usize, Node)>) -> Network {
    Network { nodes: rebuilt_nodes(&network.nodes, &mut 0, &mut replaced) }
}

/// The same of `nodes`, the first of which has the row `next`.
fn rebuilt_nodes(
    nodes: &[Node],
    next: &mut usize,
    replaced: &mut BTreeMap<usize, (usize, Node)>,
) -> Vec<Node> {
    let mut built = Vec::with_capacity(nodes.len());
    let mut gone = 0;
    for node in nodes {
        let row = *next;
        if let Some((end, new)) = replaced.remove(&row) {
            built.push(new);
            gone = end;
        }
        if row < gone {
            *next += rows(node);
            continue;
        }
        *next += 1;
        let mut inside = |nodes: &[Node]| rebuilt_nodes(nodes, next, replaced);
        let body = match &node.body {
            Body::Layer { .. } | Body::Flatten => node.body.clone(),
            Body::Sequence { kind, children } => {
                Body::Sequence { kind: *kind, children: inside(children) }
            }
            Body::Parallel { kind, branches } => {
                Body::Parallel { kind: *kind, branches: inside(branches) }
            }
            Body::Side { kind, children } => Body::Side { kind: *kind, children: inside(children) },
        };
        built.push(Node { name: node.name.clone(), body });
    }
    built
}

/// The rows of `node` and of all it holds.
fn rows(node: &Node) -> usize {
    1 + node.children().iter().map(rows).sum::<usize>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::network::{Layout, VggConfig};

    fn found(network: &Network) -> Vec<(usize, Range<usize>, String, Unit)> {
        let each = |site: Site| (site.row, site.rows, site.name, site.unit);
        sites(network).into_iter().map(each).collect()
    }

    #[test]
    fn what_follows_a_convolution_goes_with_it() {
        let vgg = found(&VggConfig::A.build(false));
        assert_eq!(vgg[0], (1, 1..3, "0".to_owned(), Unit::Bias));
        let normalised = found(&VggConfig::A.build(true));
        assert_eq!(normalised[0], (1, 1..4, "0".to_owned(), Unit::BatchNorm));
        // What is of another width, or stands after something else, is no part of the unit.
        let conv = Layer::Conv2d(Conv2d { bias: true, ..Conv2d::same(3, 4, 3) });
        let layers = [conv, Layer::BatchNorm2d { num_features: 5 }, Layer::ReLU];
        let network = Network { nodes: vec![Node::sequential("f", layers)] };
        assert_eq!(found(&network), [(1, 1..2, "0".to_owned(), Unit::Bias)]);
    }

    #[test]
    fn a_container_of_one_unit_goes_as_a_whole() {
        let network = Layout::Torchvision.build(false);
        let steps = network.infer(Network::INPUT).steps;
        let sites = sites(&network);
        assert_eq!(sites.len(), 3 + 9 * 6);
        for site in sites {
            assert_eq!(steps[site.row].node.as_layer(), Some(&Layer::Conv2d(site.conv)));
            assert_eq!((site.rows.start + 1, site.rows.end), (site.row, site.row + 3));
            assert_eq!(steps[site.rows.start].node.name, site.name);
            assert_eq!(steps[site.rows.start].end, site.rows.end);
        }
    }

    #[test]
    fn branches_do_not_follow_each_other() {
        let conv = Layer::Conv2d(Conv2d::same(3, 4, 3));
        let branches = vec![Node::layer("a", conv), Node::layer("b", Layer::ReLU)];
        let network = Network { nodes: vec![Node::parallel("p", ModuleKind::Inception, branches)] };
        assert_eq!(found(&network), [(1, 1..2, "a".to_owned(), Unit::BatchNorm)]);
    }

    #[test]
    fn nothing_replaced_is_the_same_network() {
        let network = Layout::Paper.build(true);
        assert_eq!(rebuilt(&network, BTreeMap::new()), network);
    }
}
