//! ResNet-18, -34 and -50 (He et al., 2015, table 1), laid out as torchvision's ("v1.5": a bottleneck
//! that halves the maps does so in its 3×3 convolution).

use strum::VariantArray;

use super::node::{ModuleKind, Node};
use super::{CLASSES, Network};
use crate::arch::{Conv2d, Layer, Pool2d, PoolKind, Size};

/// A residual network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, VariantArray)]
pub enum ResNet {
    /// 18 layers with weights.
    ResNet18,
    /// 34.
    ResNet34,
    /// 50.
    ResNet50,
}

/// Filters of the convolution before the blocks.
const STEM: u64 = 64;

/// Filters of the 3×3 convolutions in each of the four stages.
const WIDTHS: [u64; 4] = [64, 128, 256, 512];

/// Filters of a bottleneck's last 1×1, divided by the filters of its 3×3.
const EXPANSION: u64 = 4;

impl ResNet {
    /// Layers with weights on the longest path.
    #[must_use]
    pub const fn layers(self) -> u64 {
        match self {
            Self::ResNet18 => 18,
            Self::ResNet34 => 34,
            Self::ResNet50 => 50,
        }
    }

    /// The class of its blocks.
    const fn block(self) -> ModuleKind {
        match self {
            Self::ResNet18 | Self::ResNet34 => ModuleKind::BasicBlock,
            Self::ResNet50 => ModuleKind::Bottleneck,
        }
    }

    /// Blocks in each of the four stages.
    const fn blocks(self) -> [u64; 4] {
        match self {
            Self::ResNet18 => [2, 2, 2, 2],
            Self::ResNet34 | Self::ResNet50 => [3, 4, 6, 3],
        }
    }

    /// The network, with torchvision's attributes and order of calls.
    ///
    /// In torchvision a block adds its shortcut itself. Here its sum is a container `add` of the branches
    /// `residual` and `downsample` (or `shortcut`, which is empty), so paths have these names besides
    /// torchvision's. The one `ReLU` module that a block calls two or three times is a node for each call.
    #[must_use]
    pub fn build(self) -> Network {
        let conv =
            Conv2d { stride: Size::square(2), ..Conv2d::same(Network::INPUT.channels, STEM, 7) };
        let window = Pool2d::new(PoolKind::Max, Size::square(3), Size::square(2));
        let pool = Pool2d { padding: Size::square(1), ..window };
        let mut nodes = vec![
            Node::layer("conv1", Layer::Conv2d(conv)),
            Node::layer("bn1", Layer::BatchNorm2d { num_features: STEM }),
            Node::layer("relu", Layer::ReLU),
            Node::layer("maxpool", Layer::Pool2d(pool)),
        ];
        let mut channels = STEM;
        for (stage, (width, count)) in (1..).zip(WIDTHS.into_iter().zip(self.blocks())) {
            let blocks = (0..count).map(|index| {
                let stride = if index == 0 && stage > 1 { 2 } else { 1 };
                let convs = convolutions(self.block(), channels, width, stride);
                let (block, out_channels) = block(self.block(), &convs, stride);
                channels = out_channels;
                Node { name: index.to_string(), ..block }
            });
            let blocks = blocks.collect();
            nodes.push(Node::sequence(format!("layer{stage}"), ModuleKind::Sequential, blocks));
        }
        let fc = Layer::Linear { in_features: channels, out_features: CLASSES, bias: true };
        nodes.extend([
            Node::layer("avgpool", Layer::AdaptiveAvgPool2d { output_size: Size::square(1) }),
            Node::flatten(),
            Node::layer("fc", fc),
        ]);
        Network { nodes }
    }
}

/// The convolutions of a block's residual branch; the first 3×3 has the stride.
fn convolutions(kind: ModuleKind, channels: u64, width: u64, stride: u64) -> Vec<Conv2d> {
    let strided = |conv| Conv2d { stride: Size::square(stride), ..conv };
    if kind == ModuleKind::Bottleneck {
        vec![
            Conv2d::same(channels, width, 1),
            strided(Conv2d::same(width, width, 3)),
            Conv2d::same(width, width * EXPANSION, 1),
        ]
    } else {
        vec![strided(Conv2d::same(channels, width, 3)), Conv2d::same(width, width, 3)]
    }
}

/// A block of `convs`, each with batch norm, and the channels of its output. The shortcut is the input
/// itself, or a 1×1 convolution where the residual has another shape.
fn block(kind: ModuleKind, convs: &[Conv2d], stride: u64) -> (Node, u64) {
    let [first, .., last] = convs else { return (Node::add("", Vec::new()), 0) };
    let (in_channels, out_channels) = (first.in_channels, last.out_channels);
    let mut residual = Vec::new();
    for (number, conv) in (1..).zip(convs) {
        if number > 1 {
            let name = if number == 2 { "relu".to_owned() } else { format!("relu{}", number - 1) };
            residual.push(Node::layer(name, Layer::ReLU));
        }
        let norm = Layer::BatchNorm2d { num_features: conv.out_channels };
        residual.push(Node::layer(format!("conv{number}"), Layer::Conv2d(*conv)));
        residual.push(Node::layer(format!("bn{number}"), norm));
    }
    let shortcut = if stride == 1 && in_channels == out_channels {
        Node::sequence("shortcut", ModuleKind::Sequential, Vec::new())
    } else {
        let conv =
            Conv2d { stride: Size::square(stride), ..Conv2d::same(in_channels, out_channels, 1) };
        let norm = Layer::BatchNorm2d { num_features: out_channels };
        Node::sequential("downsample", [Layer::Conv2d(conv), norm])
    };
    let residual = Node::sequence("residual", ModuleKind::Sequential, residual);
    let children =
        vec![Node::add("add", vec![residual, shortcut]), Node::layer("relu", Layer::ReLU)];
    (Node::sequence("", kind, children), out_channels)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Shape;

    #[test]
    fn stages_have_the_papers_sizes() {
        for &network in ResNet::VARIANTS {
            let network = network.build();
            let shapes = network.infer(Network::INPUT);
            assert_eq!(shapes.faults, []);
            for (stage, side) in [(1, 56), (2, 28), (3, 14), (4, 7)] {
                let path = format!("layer{stage}");
                let step = shapes.steps.iter().find(|step| step.path == path).unwrap();
                let Shape { height, width, .. } = step.output.unwrap().shape;
                assert_eq!((height, width), (side, side), "{path}");
            }
        }
    }

    #[test]
    fn only_a_block_of_another_output_shape_projects_its_shortcut() {
        let projected = |network: ResNet| {
            let network = network.build();
            let steps = network.infer(Network::INPUT).steps;
            let paths = steps.iter().filter(|step| step.node.name == "downsample");
            paths.map(|step| step.path.clone()).collect::<Vec<_>>()
        };
        let halved = ["layer2.0.add", "layer3.0.add", "layer4.0.add"]
            .map(|add| add.to_owned() + ".downsample");
        assert_eq!(projected(ResNet::ResNet34), halved);
        let bottleneck = projected(ResNet::ResNet50);
        assert_eq!(bottleneck[0], "layer1.0.add.downsample");
        assert_eq!(bottleneck[1..], halved);
    }

    #[test]
    fn any_size_of_input_fits() {
        for (height, width) in [(32, 32), (33, 500), (1, 1)] {
            let network = ResNet::ResNet50.build();
            assert_eq!(network.infer(Shape::new(3, height, width)).faults, []);
        }
    }
}
