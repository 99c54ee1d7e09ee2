//! WHOLE NETWORKS: a tree of named nodes that the forward pass walks.
//!
//! [`node`] is what a tree is made of and [`units`] the modules that recur in it; [`infer`] runs a
//! [`signal`]'s shape through it, [`depth`] counts its layers as the papers do; [`vgg`] and
//! [`googlenet`] build the networks of the write-up from their papers' tables, [`id`] names them all,
//! [`fit`] lets widths follow what arrives, [`check`] limits what a network may be, [`edit`] changes one,
//! [`fresh`] has the layers that can be added, and [`accuracy`] has the error rates VGG's paper reports.
//!
//! Invariant: a tree is plain data and may be wrong. What doesn't fit is found by [`Network::infer`],
//! which says where and goes on; nothing else assumes that it fits.

pub mod accuracy;
pub mod check;
pub mod depth;
pub mod edit;
pub mod editable;
pub mod fit;
pub mod fresh;
pub mod googlenet;
pub mod id;
pub mod infer;
pub mod names;
pub mod node;
pub mod path;
pub mod signal;
pub mod units;
pub mod vgg;

pub use accuracy::{ErrorRate, TrainSide};
pub use check::NetworkError;
pub use edit::{Edit, EditError, Edited};
pub use editable::Editable;
pub use fresh::NewLayer;
pub use googlenet::Layout;
pub use id::NetworkId;
pub use infer::{Fault, Shapes, Step};
pub use node::{Body, Call, InputWidth, ModuleKind, Node};
pub use path::NodePath;
pub use signal::Signal;
pub use units::Unit;
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
