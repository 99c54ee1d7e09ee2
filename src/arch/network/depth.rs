//! How deep a network is.

use super::Network;
use super::node::{Body, Node};
use crate::arch::Layer;

impl Network {
    /// Convolutions and linear layers on the longest way from the input to the output, which is how the
    /// papers count their layers. Side branches are on no way to the output.
    #[must_use]
    pub fn depth(&self) -> usize {
        along(&self.nodes)
    }
}

fn along(nodes: &[Node]) -> usize {
    nodes.iter().map(depth).sum()
}

fn depth(node: &Node) -> usize {
    match &node.body {
        Body::Layer { layer, .. } => {
            usize::from(matches!(layer, Layer::Conv2d(_) | Layer::Linear { .. }))
        }
        Body::Flatten | Body::Side { .. } => 0,
        Body::Sequence { children, .. } => along(children),
        Body::Parallel { branches, .. } => branches.iter().map(depth).max().unwrap_or(0),
    }
}

#[cfg(test)]
mod tests {
    use crate::arch::network::{Layout, Network, VggConfig};

    #[test]
    fn the_papers_count_their_layers_so() {
        for config in VggConfig::ALL {
            assert_eq!(config.build(true).depth(), config.weight_layers());
        }
        // "22 layers deep when counting only layers with parameters" (Szegedy et al., 2014).
        for layout in [Layout::Torchvision, Layout::Paper] {
            assert_eq!([false, true].map(|auxiliary| layout.build(auxiliary).depth()), [22, 22]);
        }
        assert_eq!(Network::default().depth(), 0);
    }
}
