//! VGG: figure 1 of the write-up (table 1 of Simonyan & Zisserman, 2014) as data, and the networks
//! built from it, laid out as torchvision's.

use strum::{IntoStaticStr, VariantArray};

use super::node::Node;
use super::{CLASSES, Network};
use crate::arch::{Conv2d, Layer, Pool2d, PoolKind, Size};

/// A column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, IntoStaticStr, VariantArray)]
pub enum VggConfig {
    /// 11 weight layers (VGG11).
    A,
    /// A with local response normalisation.
    #[strum(serialize = "A-LRN")]
    ALrn,
    /// 13 (VGG13).
    B,
    /// 16, three of them 1×1. Not in torchvision.
    C,
    /// 16 (VGG16).
    D,
    /// 19 (VGG19).
    E,
}

/// A line in a column of the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum VggEntry {
    /// `conv k-c`: a convolution that keeps height and width, and `ReLU`.
    Conv {
        /// Side of the kernel.
        kernel_size: u64,
        /// Filters.
        out_channels: u64,
    },
    /// Local response normalisation.
    Lrn,
}

const fn conv3(out_channels: u64) -> VggEntry {
    VggEntry::Conv { kernel_size: 3, out_channels }
}

const fn conv1(out_channels: u64) -> VggEntry {
    VggEntry::Conv { kernel_size: 1, out_channels }
}

/// The lines between two max-pools, five times; a max-pool follows each.
type Stages = [&'static [VggEntry]; 5];

const A: Stages = [
    &[conv3(64)],
    &[conv3(128)],
    &[conv3(256), conv3(256)],
    &[conv3(512), conv3(512)],
    &[conv3(512), conv3(512)],
];
const A_LRN: Stages = [&[conv3(64), VggEntry::Lrn], A[1], A[2], A[3], A[4]];
const B: Stages = [&[conv3(64), conv3(64)], &[conv3(128), conv3(128)], A[2], A[3], A[4]];
const C: Stages = [
    B[0],
    B[1],
    &[conv3(256), conv3(256), conv1(256)],
    &[conv3(512), conv3(512), conv1(512)],
    &[conv3(512), conv3(512), conv1(512)],
];
const D: Stages = [B[0], B[1], &[conv3(256); 3], &[conv3(512); 3], &[conv3(512); 3]];
const E: Stages = [B[0], B[1], &[conv3(256); 4], &[conv3(512); 4], &[conv3(512); 4]];

/// Neurons of the three fully connected layers, the same in every column.
const FULLY_CONNECTED: [u64; 3] = [4096, 4096, CLASSES];

/// Side of the maps that the fully connected layers were built for.
const POOLED_SIDE: u64 = 7;

impl VggConfig {
    /// The column: what stands before each of the five max-pools.
    #[must_use]
    pub const fn stages(self) -> Stages {
        match self {
            Self::A => A,
            Self::ALrn => A_LRN,
            Self::B => B,
            Self::C => C,
            Self::D => D,
            Self::E => E,
        }
    }

    /// Convolutions and fully connected layers: the table's "weight layers".
    #[must_use]
    pub fn weight_layers(self) -> usize {
        let entries = self.stages().into_iter().flatten();
        let convolutions = entries.filter(|entry| matches!(entry, VggEntry::Conv { .. })).count();
        convolutions + FULLY_CONNECTED.len()
    }

    /// The network, with or without batch norm after each convolution; attributes as torchvision's.
    /// Convolutions always have biases, as in torchvision.
    #[must_use]
    pub fn build(self, batch_norm: bool) -> Network {
        let mut features = Vec::new();
        let mut channels = Network::INPUT.channels;
        for stage in self.stages() {
            for entry in stage {
                match *entry {
                    VggEntry::Conv { kernel_size, out_channels } => {
                        let conv = Conv2d::same(channels, out_channels, kernel_size);
                        features.push(Layer::Conv2d(Conv2d { bias: true, ..conv }));
                        if batch_norm {
                            features.push(Layer::BatchNorm2d { num_features: out_channels });
                        }
                        features.push(Layer::ReLU);
                        channels = out_channels;
                    }
                    // Five channels, as Krizhevsky et al., 2012, whose normalisation the paper takes.
                    VggEntry::Lrn => features.push(Layer::LocalResponseNorm { size: 5 }),
                }
            }
            let halving = Pool2d::new(PoolKind::Max, Size::square(2), Size::square(2));
            features.push(Layer::Pool2d(halving));
        }
        let avgpool = Layer::AdaptiveAvgPool2d { output_size: Size::square(POOLED_SIDE) };
        let nodes = vec![
            Node::sequential("features", features),
            Node::layer("avgpool", avgpool),
            Node::sequential("classifier", classifier(channels * POOLED_SIDE * POOLED_SIDE)),
        ];
        Network { nodes }
    }
}

/// Fully connected layers, with `ReLU` and dropout between them.
fn classifier(mut in_features: u64) -> Vec<Layer> {
    let mut layers = Vec::new();
    for out_features in FULLY_CONNECTED {
        if !layers.is_empty() {
            layers.extend([Layer::ReLU, Layer::Dropout]);
        }
        layers.push(Layer::Linear { in_features, out_features, bias: true });
        in_features = out_features;
    }
    layers
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Named;

    #[test]
    fn weight_layers_give_the_networks_their_names() {
        let layers: Vec<_> = VggConfig::all().map(VggConfig::weight_layers).collect();
        assert_eq!(layers, [11, 11, 13, 16, 16, 19]);
    }

    #[test]
    fn attributes_and_order_are_torchvisions() {
        let network = VggConfig::D.build(true);
        let shapes = network.infer(Network::INPUT);
        let at = |path: &str| {
            let step = shapes.steps.iter().find(|step| step.path == path);
            step.map(|step| step.node.class_name())
        };
        assert_eq!(at("features.40"), Some("Conv2d"));
        assert_eq!(at("features.43"), Some("MaxPool2d"));
        assert_eq!(at("classifier.5"), Some("Dropout"));
        assert_eq!(at("classifier.6"), Some("Linear"));
        assert_eq!(at("classifier.7"), None);
    }
}
