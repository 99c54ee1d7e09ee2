//! GoogLeNet: torchvision's and the paper's (Szegedy et al., 2014), from the table of its nine blocks
//! (`Preset::googlenet`).

use super::conv_block::ConvBlock;
use super::node::{ModuleKind, Node};
use super::{CLASSES, Network};
use crate::arch::{Conv2d, Inception, InceptionFields, Layer, Pool2d, PoolKind, Preset, Size};

/// The two published forms of GoogLeNet.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Variant {
    /// Batch norm and no biases; 3×3 in the "5×5" branch (a known bug, kept for its weights); pools to a fixed
    /// size, so that any input size is possible.
    Torchvision,
    /// Biases and local response normalisation, no batch norm; 5×5; average pools with fixed windows, so that
    /// the classifiers need an input of 224 × 224.
    Paper,
}

/// Convolutions before the first block: name, kernel size, stride, filters.
const STEM: [(&str, u64, u64, u64); 3] =
    [("conv1", 7, 2, 64), ("conv2", 1, 1, 64), ("conv3", 3, 1, 192)];

/// The blocks that a max-pool precedes, with its name and the window torchvision gives it. The paper's
/// are all 3×3.
const POOLS: [(&str, &str, u64); 2] = [("4a", "maxpool3", 3), ("5a", "maxpool4", 2)];

/// The blocks that an auxiliary classifier follows, and its name.
const AUXILIARY: [(&str, &str); 2] = [("4a", "aux1"), ("4d", "aux2")];

/// Filters of the auxiliary classifiers' 1×1, and neurons of their first linear layer.
const AUX_WIDTHS: [u64; 2] = [128, 1024];

/// Side of the maps an auxiliary classifier is built for.
const AUX_SIDE: u64 = 4;

impl Variant {
    /// The network, with or without the two auxiliary classifiers that help to train it. Attributes
    /// and order of calls are torchvision's, in the paper's variant too.
    #[must_use]
    pub fn build(self, auxiliary: bool) -> Network {
        let (mut nodes, mut channels) = self.stem();
        for preset in Preset::googlenet() {
            if let Some((_, name, window)) = POOLS.iter().find(|(before, ..)| *before == preset.id)
            {
                nodes.push(Node::layer(*name, self.max_pool(*window)));
            }
            let kernel5 = match self {
                Self::Torchvision => 3,
                Self::Paper => preset.fields.kernel5,
            };
            let module = Inception::from_table(InceptionFields { kernel5, ..preset.fields });
            nodes.push(self.block().inception(format!("inception{}", preset.id), &module));
            channels = module.out_channels();
            let classifier = AUXILIARY.iter().find(|(after, _)| auxiliary && *after == preset.id);
            if let Some((_, name)) = classifier {
                nodes.push(Node::side(*name, ModuleKind::InceptionAux, self.auxiliary(channels)));
            }
        }
        let pool = match self {
            Self::Torchvision => Layer::AdaptiveAvgPool2d { output_size: Size::square(1) },
            Self::Paper => average(7, 1),
        };
        nodes.extend([
            Node::layer("avgpool", pool),
            Node::flatten(),
            Node::layer("dropout", Layer::Dropout),
            Node::layer("fc", linear(channels, CLASSES)),
        ]);
        Network { nodes }
    }

    const fn block(self) -> ConvBlock {
        match self {
            Self::Torchvision => ConvBlock::BatchNorm,
            Self::Paper => ConvBlock::Bias,
        }
    }

    /// The layers before the first block, and the channels of their output.
    fn stem(self) -> (Vec<Node>, u64) {
        let mut channels = Network::INPUT.channels;
        let [conv1, conv2, conv3] = STEM.map(|(name, kernel_size, stride, out_channels)| {
            let stride = Size::square(stride);
            let conv = Conv2d { stride, ..Conv2d::same(channels, out_channels, kernel_size) };
            channels = out_channels;
            self.block().node(name, conv)
        });
        let pool = |name| Node::layer(name, self.max_pool(3));
        let normalised = |name| Node::layer(name, Layer::LocalResponseNorm { size: 5 });
        let nodes = match self {
            Self::Torchvision => vec![conv1, pool("maxpool1"), conv2, conv3, pool("maxpool2")],
            Self::Paper => vec![
                conv1,
                pool("maxpool1"),
                normalised("norm1"),
                conv2,
                conv3,
                normalised("norm2"),
                pool("maxpool2"),
            ],
        };
        (nodes, channels)
    }

    /// A max-pool that halves; a partial window at the edge counts, in both variants.
    const fn max_pool(self, torchvisions: u64) -> Layer {
        let kernel_size = match self {
            Self::Torchvision => torchvisions,
            Self::Paper => 3,
        };
        let (window, stride) = (Size::square(kernel_size), Size::square(2));
        Layer::Pool2d(Pool2d { ceil_mode: true, ..Pool2d::new(PoolKind::Max, window, stride) })
    }

    /// The layers of an auxiliary classifier on `channels` maps.
    fn auxiliary(self, channels: u64) -> Vec<Node> {
        let [filters, neurons] = AUX_WIDTHS;
        let pool = match self {
            Self::Torchvision => Node::function(
                "avgpool",
                Layer::AdaptiveAvgPool2d { output_size: Size::square(AUX_SIDE) },
            ),
            Self::Paper => Node::layer("avgpool", average(5, 3)),
        };
        vec![
            pool,
            self.block().node("conv", Conv2d::same(channels, filters, 1)),
            Node::flatten(),
            Node::layer("fc1", linear(filters * AUX_SIDE * AUX_SIDE, neurons)),
            Node::function("relu", Layer::ReLU),
            Node::layer("dropout", Layer::Dropout),
            Node::layer("fc2", linear(neurons, CLASSES)),
        ]
    }
}

const fn average(kernel_size: u64, stride: u64) -> Layer {
    let (window, stride) = (Size::square(kernel_size), Size::square(stride));
    Layer::Pool2d(Pool2d::new(PoolKind::Average, window, stride))
}

const fn linear(in_features: u64, out_features: u64) -> Layer {
    Layer::Linear { in_features, out_features, bias: true }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Shape, Size};

    #[test]
    fn every_block_gets_the_size_its_preset_says() {
        for variant in [Variant::Torchvision, Variant::Paper] {
            let network = variant.build(true);
            let shapes = network.infer(Network::INPUT);
            assert_eq!(shapes.faults, []);
            for preset in Preset::googlenet() {
                let path = format!("inception{}", preset.id);
                let step = shapes.steps.iter().find(|step| step.path == path).unwrap();
                let Shape { height, width, .. } = step.input.unwrap().shape;
                assert_eq!(Size { height, width }, preset.size, "{path} of {variant:?}");
            }
        }
    }

    #[test]
    fn torchvisions_takes_other_sizes_and_the_papers_says_where_it_does_not() {
        // At 15 × 15 the last pools keep windows that only partly fit.
        for (height, width) in [(96, 160), (33, 500), (15, 15)] {
            let network = Variant::Torchvision.build(true);
            assert_eq!(network.infer(Shape::new(3, height, width)).faults, []);
        }
        let paper = Variant::Paper.build(true);
        let faults = paper.infer(Shape::new(3, 320, 320)).faults;
        let paths: Vec<_> = faults.iter().map(|fault| fault.path.as_str()).collect();
        assert_eq!(paths, ["aux1.fc1", "aux2.fc1", "fc"]);
    }

    #[test]
    fn the_paper_has_22_layers_with_weights_on_the_longest_path() {
        // Three before the blocks, two in each of nine (a branch counts once), one after.
        assert_eq!(STEM.len() + 2 * Preset::googlenet().count() + 1, 22);
    }
}
