//! The depth of a network.

use super::Network;
use super::fold::{self, Pass};
use super::node::{Join, Node};
use crate::arch::Layer;

impl Network {
    /// Convolutions and linear layers on the longest path from the input to the output, which is how the papers
    /// count their layers. Side branches are not on a path to the output.
    #[must_use]
    pub fn depth(&self) -> usize {
        fold::run(&self.nodes, 0, &mut Depth)
    }
}

/// The value is the number of layers on the longest path so far.
struct Depth;

impl Pass<'_> for Depth {
    type Value = usize;
    type Mark = ();

    fn enter(&mut self, _: &Node, _: &usize) {}

    fn leaf(&mut self, (): (), node: &Node, input: usize) -> usize {
        let counts = matches!(node.as_layer(), Some(Layer::Conv2d(_) | Layer::Linear { .. }));
        input + usize::from(counts)
    }

    fn join(&mut self, (): (), _: Join, outputs: Vec<usize>, input: usize) -> usize {
        outputs.into_iter().max().unwrap_or(input)
    }

    fn leave(&mut self, (): (), output: usize) -> usize {
        output
    }
}

#[cfg(test)]
mod tests {
    use crate::arch::Named;
    use crate::arch::network::{Network, ResNet, Variant, VggConfig};
    use strum::VariantArray;

    #[test]
    fn the_papers_count_their_layers_so() {
        for config in VggConfig::all() {
            assert_eq!(config.build(true).depth(), config.weight_layers());
        }
        // "22 layers deep when counting only layers with parameters" (Szegedy et al., 2014).
        for variant in [Variant::Torchvision, Variant::Paper] {
            assert_eq!([false, true].map(|auxiliary| variant.build(auxiliary).depth()), [22, 22]);
        }
        for (network, layers) in ResNet::VARIANTS.iter().zip([18, 34, 50]) {
            assert_eq!(network.build().depth(), layers);
        }
        assert_eq!(Network::default().depth(), 0);
    }
}
