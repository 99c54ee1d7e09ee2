//! The convolutions of a network's tree, and the layers that a replacement of each takes out.

use std::collections::BTreeMap;
use std::ops::Range;

use crate::arch::network::{Body, ConvBlock, Flow, ModuleKind, Network, Node};
use crate::arch::{Conv2d, Layer};

/// A convolution and the layers that are replaced together with it.
///
/// The replacement is made of blocks, convolutions with their own batch norm and `ReLU`. So the batch norm and
/// the `ReLU` that directly follow the convolution are replaced too; otherwise there would be two of each. A
/// `BasicConv2d` or `ConvReLU` that has no other children is replaced as a whole. A block ends in `ReLU`
/// even if none followed the convolution.
///
/// Rows are numbered as in [`NetworkCost::rows`](crate::cost::NetworkCost::rows).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Site {
    /// Index of the convolution's row.
    pub row: usize,
    /// The rows that are replaced.
    pub rows: Range<usize>,
    /// The name that the replacement takes over: the container's, or the convolution's.
    pub name: String,
    /// The convolution.
    pub conv: Conv2d,
    /// The layers that are replaced: the convolution, then its batch norm and `ReLU`.
    pub layers: Vec<Layer>,
    /// What a replacement is made of: batch norm where it follows the convolution or the convolution
    /// has no bias, otherwise biases.
    pub block: ConvBlock,
}

/// The convolutions of `network`, in the order of their rows.
#[must_use]
pub fn sites(network: &Network) -> Vec<Site> {
    let mut sites = Vec::new();
    find(Flow::Sequence, &network.nodes, &mut 0, &mut sites);
    sites
}

/// Finds the convolutions in the children of a container of this flow, the first of which has the row
/// `next`.
fn find(flow: Flow, children: &[Node], next: &mut usize, sites: &mut Vec<Site>) {
    for run in flow.runs(children) {
        for (index, node) in run.iter().enumerate() {
            let row = *next;
            *next += 1;
            match &node.body {
                Body::Layer { layer: Layer::Conv2d(conv), .. } => {
                    let layers = block_layers(*conv, &run[index..]);
                    sites.push(Site::new(&node.name, *conv, row, row..row + layers.len(), layers));
                }
                Body::Layer { .. } | Body::Flatten => {}
                Body::Container { flow, kind, children } => match whole_block(*kind, children) {
                    Some((conv, layers)) if *flow == Flow::Sequence => {
                        *next += layers.len();
                        sites.push(Site::new(&node.name, conv, row + 1, row..*next, layers));
                    }
                    _ => find(*flow, children, next, sites),
                },
            }
        }
    }
}

impl Site {
    fn new(name: &str, conv: Conv2d, row: usize, rows: Range<usize>, layers: Vec<Layer>) -> Self {
        let normalised = layers.iter().any(|layer| matches!(layer, Layer::BatchNorm2d { .. }));
        let block = if normalised || !conv.bias { ConvBlock::BatchNorm } else { ConvBlock::Bias };
        Self { row, rows, name: name.to_owned(), conv, layers, block }
    }
}

/// `conv`, the first of the nodes `onward`, and the batch norm and `ReLU` that directly follow it.
fn block_layers(conv: Conv2d, onward: &[Node]) -> Vec<Layer> {
    let mut layers = vec![Layer::Conv2d(conv)];
    for follower in [Layer::BatchNorm2d { num_features: conv.out_channels }, Layer::ReLU] {
        if onward.get(layers.len()).and_then(Node::as_layer) == Some(&follower) {
            layers.push(follower);
        }
    }
    layers
}

/// The convolution and all layers of a container that has just one block as its children.
fn whole_block(kind: ModuleKind, children: &[Node]) -> Option<(Conv2d, Vec<Layer>)> {
    if !matches!(kind, ModuleKind::BasicConv2d | ModuleKind::ConvReLU) {
        return None;
    }
    let Some(Layer::Conv2d(conv)) = children.first().and_then(Node::as_layer) else {
        return None;
    };
    let layers = block_layers(*conv, children);
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
            *next += node.count();
            continue;
        }
        *next += 1;
        let body = match &node.body {
            Body::Layer { .. } | Body::Flatten => node.body.clone(),
            Body::Container { flow, kind, children } => {
                let children = rebuilt_nodes(children, next, replaced);
                Body::Container { flow: *flow, kind: *kind, children }
            }
        };
        built.push(Node { name: node.name.clone(), body });
    }
    built
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::network::{Variant, VggConfig};

    fn found(network: &Network) -> Vec<(usize, Range<usize>, String, ConvBlock)> {
        let each = |site: Site| (site.row, site.rows, site.name, site.block);
        sites(network).into_iter().map(each).collect()
    }

    #[test]
    fn what_follows_a_convolution_goes_with_it() {
        let vgg = found(&VggConfig::A.build(false));
        assert_eq!(vgg[0], (1, 1..3, "0".to_owned(), ConvBlock::Bias));
        let normalised = found(&VggConfig::A.build(true));
        assert_eq!(normalised[0], (1, 1..4, "0".to_owned(), ConvBlock::BatchNorm));
        // A layer of another width, or after another layer, does not belong to the block.
        let conv = Layer::Conv2d(Conv2d { bias: true, ..Conv2d::same(3, 4, 3) });
        let layers = [conv, Layer::BatchNorm2d { num_features: 5 }, Layer::ReLU];
        let network = Network { nodes: vec![Node::sequential("f", layers)] };
        assert_eq!(found(&network), [(1, 1..2, "0".to_owned(), ConvBlock::Bias)]);
    }

    #[test]
    fn a_container_of_one_block_goes_as_a_whole() {
        let network = Variant::Torchvision.build(false);
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
        let network = Network { nodes: vec![Node::concat("p", ModuleKind::Inception, branches)] };
        assert_eq!(found(&network), [(1, 1..2, "a".to_owned(), ConvBlock::BatchNorm)]);
    }

    #[test]
    fn nothing_replaced_is_the_same_network() {
        let network = Variant::Paper.build(true);
        assert_eq!(rebuilt(&network, BTreeMap::new()), network);
    }
}
