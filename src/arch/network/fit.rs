//! Fitting input widths to the inputs.

use super::Network;
use super::fold::{self, PassMut};
use super::infer::output_or_nominal;
use super::node::{Body, InputWidth, Join, Node};
use super::signal::Signal;
use crate::arch::{Layer, Shape};

impl Network {
    /// This network with every input width that is not fixed set to the width of the actual input, in one pass.
    /// If the input is unknown (after a fault) or has no such width (a vector at a convolution), the number
    /// stays.
    ///
    /// Groups stay too: if they don't divide the input's channels, that is a fault. A layer without an input
    /// width has [`InputWidth::Follows`].
    #[must_use]
    pub fn fitted(mut self, input: Shape) -> Self {
        fold::run_mut(&mut self.nodes, Some(Signal::maps(input)), &mut Fit);
        self
    }
}

/// The width of the input to `layer`: channels, values for a linear layer; `None` where that is unknown
/// or plays no part.
#[must_use]
pub fn arriving_width(layer: &Layer, input: Option<Signal>) -> Option<u64> {
    let signal = input?;
    match layer {
        Layer::Linear { .. } => signal.shape.numel(),
        Layer::Conv2d(_) | Layer::BatchNorm2d { .. } if !signal.flat => Some(signal.shape.channels),
        _ => None,
    }
}

/// Sets widths; the values are the signals of [`Network::infer`].
struct Fit;

impl PassMut for Fit {
    type Value = Option<Signal>;

    fn leaf(&mut self, node: &mut Node, input: Option<Signal>) -> Option<Signal> {
        let Body::Layer { layer, input: width, .. } = &mut node.body else {
            return input.map(Signal::flattened);
        };
        if layer.input_field().is_none() {
            *width = InputWidth::Follows;
        }
        if let (InputWidth::Follows, Some(arriving)) = (*width, arriving_width(layer, input)) {
            *layer = layer.with_input_width(arriving);
        }
        output_or_nominal(layer, input)
    }

    fn join(&mut self, join: Join, outputs: Vec<Option<Signal>>) -> Option<Signal> {
        let outputs: Vec<_> = outputs.into_iter().collect::<Option<_>>()?;
        Signal::joined(join, &outputs).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Named;
    use crate::arch::network::{ConvBlock, NetworkId};
    use crate::arch::{Conv2d, Inception, ShapeError, Size};

    fn conv(in_channels: u64, groups: u64) -> Layer {
        Layer::Conv2d(Conv2d { groups, ..Conv2d::same(in_channels, 8, 3) })
    }

    #[test]
    fn what_is_built_to_fit_stays() {
        for id in NetworkId::all() {
            let network = id.build();
            assert_eq!(network.clone().fitted(Network::INPUT), network, "{}", id.name());
        }
    }

    #[test]
    fn widths_follow_into_modules_and_flatten_for_linear_layers() {
        let linear = Layer::Linear { in_features: 1, out_features: 5, bias: true };
        let module = ConvBlock::BatchNorm.inception("module", &Inception::default());
        let nodes = vec![Node::layer("conv", conv(1, 1)), module, Node::layer("fc", linear)];
        let network = Network { nodes }.fitted(Shape::new(3, 4, 5));
        assert_eq!(network.infer(Shape::new(3, 4, 5)).faults, []);
        let (_, module) = ConvBlock::of_inception(&network.nodes[1]).unwrap();
        assert_eq!(module.in_channels, 8);
        let linear = Layer::Linear { in_features: 256 * 20, out_features: 5, bias: true };
        assert_eq!(network.nodes[2].as_layer(), Some(&linear));
    }

    #[test]
    fn a_fixed_width_and_groups_that_do_not_divide_are_faults() {
        let mut fixed = Node::layer("fixed", conv(4, 1));
        if let Body::Layer { input, .. } = &mut fixed.body {
            *input = InputWidth::Fixed;
        }
        let nodes =
            vec![fixed, Node::layer("grouped", conv(1, 3)), Node::layer("last", conv(1, 1))];
        let network = Network { nodes }.fitted(Shape::new(3, 4, 4));
        let shapes = network.infer(Shape::new(3, 4, 4));
        let errors: Vec<_> = shapes.faults.iter().map(|fault| fault.error).collect();
        let channels = ShapeError::Channels { expected: 4, given: 3 };
        assert_eq!(errors, [channels, ShapeError::Groups { channels: 8, groups: 3 }]);
        assert_eq!(network.nodes[2].as_layer(), Some(&conv(8, 1)));
    }

    #[test]
    fn what_is_not_known_stays() {
        let window = Layer::Conv2d(Conv2d { padding: Size::square(0), ..Conv2d::same(3, 8, 9) });
        let nodes = vec![Node::layer("window", window), Node::layer("after", conv(64, 1))];
        let network = Network { nodes }.fitted(Shape::new(3, 4, 4));
        assert_eq!(network.nodes[1].as_layer(), Some(&conv(64, 1)));
        let nodes = vec![Node::flatten(), Node::layer("after", conv(64, 1))];
        let network = Network { nodes }.fitted(Shape::new(3, 4, 4));
        assert_eq!(network.nodes[1].as_layer(), Some(&conv(64, 1)));
    }
}
