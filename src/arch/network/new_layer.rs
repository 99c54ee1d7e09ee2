//! The layers that can be added to a network, with numbers to start from.

use strum::{IntoStaticStr, VariantArray};

use super::CLASSES;
use super::conv_block::ConvBlock;
use super::names::default_name;
use super::node::{ModuleKind, Node};
use super::signal::Signal;
use crate::arch::{Conv2d, Inception, Layer, LayerField, Pool2d, PoolKind, Size};

/// What can be added.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum NewLayer {
    /// A convolution with bias, as VGG's.
    Conv,
    /// Convolution → batch norm → `ReLU`, as GoogLeNet's.
    #[strum(serialize = "conv_bn_relu")]
    ConvBatchNormRelu,
    /// A max-pool that halves.
    MaxPool,
    /// An average pool that halves.
    AvgPool,
    /// Batch norm.
    BatchNorm,
    /// `ReLU`.
    #[strum(serialize = "relu")]
    ReLU,
    /// An Inception module.
    Inception,
    /// A residual branch added to its input.
    Add,
    /// A gate of one value a channel, multiplied with its input.
    Multiply,
    /// Local response normalisation.
    #[strum(serialize = "lrn")]
    LocalResponseNorm,
    /// Dropout.
    Dropout,
    /// A linear layer.
    Linear,
    /// Average pooling of each map to one value.
    GlobalAvgPool,
    /// Maps to a vector.
    Flatten,
}

impl NewLayer {
    /// The node, for a place where `input` arrives: convolutions are 3×3, keep the size and have as many
    /// filters as channels arrive, at least 64; pools are 2×2 with stride 2; the module is GoogLeNet's
    /// 3a; a linear layer has a neuron for each of ImageNet's classes; what is added to or multiplied with
    /// its input keeps the input's shape. The name is the default:
    /// [`Network::edited`](super::Network::edited) makes it differ from its siblings'.
    #[must_use]
    pub fn node(self, input: Option<Signal>) -> Node {
        let channels =
            input.filter(|signal| !signal.flat).map_or(1, |signal| signal.shape.channels);
        let limits = LayerField::OutChannels.limits();
        let conv =
            Conv2d { bias: true, ..Conv2d::same(channels, channels.clamp(64, limits.max), 3) };
        let pool = |kind| Layer::Pool2d(Pool2d::new(kind, Size::square(2), Size::square(2)));
        let layer = match self {
            Self::ConvBatchNormRelu => return named(ConvBlock::BatchNorm.node("", conv)),
            Self::Inception => {
                return named(ConvBlock::BatchNorm.inception("", &Inception::default()));
            }
            Self::Add => return residual(channels.min(limits.max)),
            Self::Multiply => return gate(channels.min(limits.max)),
            Self::Flatten => return Node::flatten(),
            Self::Conv => Layer::Conv2d(conv),
            Self::MaxPool => pool(PoolKind::Max),
            Self::AvgPool => pool(PoolKind::Average),
            Self::BatchNorm => Layer::BatchNorm2d { num_features: channels },
            Self::ReLU => Layer::ReLU,
            Self::LocalResponseNorm => Layer::LocalResponseNorm { size: 5 },
            Self::Dropout => Layer::Dropout,
            Self::Linear => Layer::Linear { in_features: 1, out_features: CLASSES, bias: true },
            Self::GlobalAvgPool => Layer::AdaptiveAvgPool2d { output_size: Size::square(1) },
        };
        named(Node::layer("", layer))
    }
}

/// Two convolutions as in ResNet's `BasicBlock`, added to their input.
fn residual(channels: u64) -> Node {
    let conv = Layer::Conv2d(Conv2d::same(channels, channels, 3));
    let norm = Layer::BatchNorm2d { num_features: channels };
    let branch = Node::sequential("residual", [conv, norm, Layer::ReLU, conv, norm]);
    Node::add("add", vec![branch, shortcut()])
}

/// Squeeze-and-excite (Hu et al., 2018) with a reduction to a sixteenth, without its sigmoid, for which there
/// is no layer here.
fn gate(channels: u64) -> Node {
    let squeezed = (channels / 16).max(1);
    let one_by_one = |from, to| Layer::Conv2d(Conv2d { bias: true, ..Conv2d::same(from, to, 1) });
    let pool = Layer::AdaptiveAvgPool2d { output_size: Size::square(1) };
    let layers =
        [pool, one_by_one(channels, squeezed), Layer::ReLU, one_by_one(squeezed, channels)];
    Node::multiply("multiply", vec![shortcut(), Node::sequential("gate", layers)])
}

/// The identity branch: a `Sequential` without children.
fn shortcut() -> Node {
    Node::sequence("shortcut", ModuleKind::Sequential, Vec::new())
}

/// An empty branch for a parallel container.
#[must_use]
pub fn new_branch() -> Node {
    Node::sequence("branch1", ModuleKind::Sequential, Vec::new())
}

fn named(node: Node) -> Node {
    Node { name: default_name(&node.body).to_owned(), ..node }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Named;
    use crate::arch::Shape;
    use crate::arch::network::{Edit, Network, NodePath, check};

    #[test]
    fn a_network_can_be_built_of_them_from_nothing() {
        let (mut network, input) = (Network::default(), Shape::new(100, 64, 48));
        // Nothing slides over the vector that a linear layer makes.
        let slides = NewLayer::all().filter(|new| *new != NewLayer::GlobalAvgPool);
        for (place, new) in slides.enumerate() {
            let node = new.node(network.infer(input).output);
            assert!(check::is_name(&node.name));
            let edit = Edit::Insert { at: NodePath(vec![place]), node };
            network = network.edited(&edit, input).unwrap().network;
            assert_eq!(network.infer(input).faults, [], "{new:?}");
        }
        let names: Vec<_> = network.nodes.iter().map(|node| &*node.name).collect();
        let expected =
            "conv conv2 maxpool avgpool bn relu inception add multiply norm dropout fc flatten";
        assert_eq!(names.join(" "), expected);
        let width = network.nodes[0].as_layer().unwrap().get(LayerField::OutChannels);
        assert_eq!(width, Some(100.into()));
    }
}
