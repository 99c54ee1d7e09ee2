//! The networks by name.

use strum::{IntoStaticStr, VariantArray};

use super::{Network, ResNet, Variant, VggConfig};
use crate::arch::Named;

/// A published network.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum NetworkId {
    /// VGG.
    Vgg {
        /// Which column of the table.
        config: VggConfig,
        /// Whether batch norm follows each convolution; the paper has none.
        batch_norm: bool,
    },
    /// GoogLeNet.
    GoogLeNet {
        /// Whose.
        variant: Variant,
        /// Whether it has the two auxiliary classifiers, as while training.
        auxiliary: bool,
    },
    /// ResNet.
    ResNet(ResNet),
}

/// The networks of one architecture.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "lowercase")]
pub enum Family {
    /// VGG (Simonyan & Zisserman, 2014).
    Vgg,
    /// GoogLeNet (Szegedy et al., 2014).
    GoogLeNet,
    /// ResNet (He et al., 2015).
    ResNet,
}

const fn vgg(config: VggConfig, batch_norm: bool) -> NetworkId {
    NetworkId::Vgg { config, batch_norm }
}

const fn googlenet(variant: Variant, auxiliary: bool) -> NetworkId {
    NetworkId::GoogLeNet { variant, auxiliary }
}

/// Every network in the order it is offered in, and its name: torchvision's where it has the network.
const NAMES: [(NetworkId, &str); 19] = [
    (vgg(VggConfig::A, false), "vgg11"),
    (vgg(VggConfig::A, true), "vgg11_bn"),
    (vgg(VggConfig::ALrn, false), "vgg11_lrn"),
    (vgg(VggConfig::ALrn, true), "vgg11_lrn_bn"),
    (vgg(VggConfig::B, false), "vgg13"),
    (vgg(VggConfig::B, true), "vgg13_bn"),
    (vgg(VggConfig::C, false), "vgg16_c"),
    (vgg(VggConfig::C, true), "vgg16_c_bn"),
    (vgg(VggConfig::D, false), "vgg16"),
    (vgg(VggConfig::D, true), "vgg16_bn"),
    (vgg(VggConfig::E, false), "vgg19"),
    (vgg(VggConfig::E, true), "vgg19_bn"),
    (googlenet(Variant::Torchvision, false), "googlenet"),
    (googlenet(Variant::Torchvision, true), "googlenet_aux"),
    (googlenet(Variant::Paper, false), "googlenet_paper"),
    (googlenet(Variant::Paper, true), "googlenet_paper_aux"),
    (NetworkId::ResNet(ResNet::ResNet18), "resnet18"),
    (NetworkId::ResNet(ResNet::ResNet34), "resnet34"),
    (NetworkId::ResNet(ResNet::ResNet50), "resnet50"),
];

impl Named for NetworkId {
    fn all() -> impl Iterator<Item = Self> {
        NAMES.into_iter().map(|(id, _)| id)
    }

    fn name(self) -> &'static str {
        NAMES.iter().find(|(id, _)| *id == self).map_or("", |(_, name)| name)
    }
}

impl NetworkId {
    /// The architecture it belongs to.
    #[must_use]
    pub const fn family(self) -> Family {
        match self {
            Self::Vgg { .. } => Family::Vgg,
            Self::GoogLeNet { .. } => Family::GoogLeNet,
            Self::ResNet(_) => Family::ResNet,
        }
    }

    /// The network itself.
    #[must_use]
    pub fn build(self) -> Network {
        match self {
            Self::Vgg { config, batch_norm } => config.build(batch_norm),
            Self::GoogLeNet { variant, auxiliary } => variant.build(auxiliary),
            Self::ResNet(network) => network.build(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::network::Signal;

    #[test]
    fn every_network_has_a_name_of_its_own_and_fits() {
        let mut count = 0;
        for config in VggConfig::all() {
            for batch_norm in [false, true] {
                check(NetworkId::Vgg { config, batch_norm }, &mut count);
            }
        }
        for variant in [Variant::Torchvision, Variant::Paper] {
            for auxiliary in [false, true] {
                check(NetworkId::GoogLeNet { variant, auxiliary }, &mut count);
            }
        }
        for &network in ResNet::VARIANTS {
            check(NetworkId::ResNet(network), &mut count);
        }
        assert_eq!(count, NAMES.len());
    }

    fn check(id: NetworkId, count: &mut usize) {
        assert_eq!(NetworkId::by_name(id.name()), Some(id));
        let network = id.build();
        let shapes = network.infer(Network::INPUT);
        assert_eq!(shapes.faults, [], "{}", id.name());
        assert_eq!(shapes.output.and_then(Signal::sides), Some(vec![1000]));
        *count += 1;
    }
}
