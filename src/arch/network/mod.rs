//! WHOLE NETWORKS: a tree of named nodes that the forward pass walks.
//!
//! [`node`] defines the tree, [`fold`] how values pass through it, [`conv_block`] the modules that recur in
//! it. [`infer`] runs the shape of a [`signal`] through the tree, [`depth`] counts layers as the papers do.
//! [`vgg`], [`googlenet`] and [`resnet`] build the published networks, which [`id`] names. [`fit`] sets the
//! widths that follow what arrives, [`check`] limits the size of a network, [`edit`] changes one,
//! [`new_layer`] lists the nodes that can be added, [`accuracy`] the error rates in VGG's paper.
//!
//! Invariant: a tree is plain data and may be wrong. [`Network::infer`] finds shapes that don't fit, reports
//! where, and continues; no other code assumes that they fit.

pub mod accuracy;
pub mod check;
pub mod conv_block;
pub mod depth;
pub mod edit;
pub mod editable;
pub mod fit;
pub mod fold;
pub mod googlenet;
pub mod id;
pub mod infer;
pub mod names;
pub mod new_layer;
pub mod node;
pub mod path;
pub mod resnet;
pub mod signal;
pub mod vgg;

pub use accuracy::{ErrorRate, TrainSide};
pub use check::NetworkError;
pub use conv_block::ConvBlock;
pub use edit::{Edit, EditError, Edited};
pub use editable::Editable;
pub use googlenet::Variant;
pub use id::{Family, NetworkId};
pub use infer::{Fault, Shapes, Step};
pub use new_layer::NewLayer;
pub use node::{Body, Call, Flow, InputWidth, Join, ModuleKind, Node};
pub use path::NodePath;
pub use resnet::ResNet;
pub use signal::Signal;
pub use vgg::{VggConfig, VggEntry};

use super::shape::Shape;

/// Classes of ImageNet's classification task, which every network here ends in.
pub const CLASSES: u64 = 1000;

/// A network: the nodes that one image runs through, one after another.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Network {
    /// The attributes of the model, in the order `forward` calls them.
    pub nodes: Vec<Node>,
}

impl Network {
    /// The input all networks of the write-up are measured on: 3 × 224 × 224.
    pub const INPUT: Shape = Shape::new(3, 224, 224);
}
