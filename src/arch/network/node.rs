//! The nodes of a network.

use crate::arch::Layer;

/// How the forward pass reaches a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// As an attribute of its parent: hooks see it, `state_dict` and tables name it.
    Module,
    /// As a function of `torch.nn.functional`, which leaves no trace in the tree of modules. Its name
    /// is ours.
    Function,
}

/// The class of a module that holds others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModuleKind {
    /// `torch.nn.Sequential`.
    Sequential,
    /// Convolution → batch norm → `ReLU`.
    BasicConv2d,
    /// Convolution → `ReLU`, as before batch norm was known. No class of torchvision's.
    ConvReLU,
    /// The Inception module.
    Inception,
    /// GoogLeNet's auxiliary classifier.
    InceptionAux,
}

/// Who says how wide an input a layer takes (`in_channels`, `num_features`, `in_features`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum InputWidth {
    /// What arrives: [`Network::fitted`](super::Network::fitted) sets the number.
    #[default]
    Follows,
    /// The number, set by hand: where something else arrives, that is a fault.
    Fixed,
}

impl ModuleKind {
    /// The name of the class, torchvision's where it has one.
    #[must_use]
    pub const fn class_name(self) -> &'static str {
        match self {
            Self::Sequential => "Sequential",
            Self::BasicConv2d => "BasicConv2d",
            Self::ConvReLU => "ConvReLU",
            Self::Inception => "Inception",
            Self::InceptionAux => "InceptionAux",
        }
    }
}

/// What a node does with its input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// One layer.
    Layer {
        /// Which.
        layer: Layer,
        /// Whether the layer is a module.
        call: Call,
        /// Who says how wide its input is; a layer that takes any has `Follows`.
        input: InputWidth,
    },
    /// `torch.flatten(x, 1)`: maps to a vector. [`Layer::Linear`] flattens maps that have as many values as
    /// it takes, which PyTorch's does not: see [`Signal::is_flattened_for`](super::Signal::is_flattened_for).
    Flatten,
    /// Its children one after another.
    Sequence {
        /// The class of the container.
        kind: ModuleKind,
        /// In the order they run; none passes the input on.
        children: Vec<Node>,
    },
    /// Its children on the same input, their outputs concatenated along channels.
    Parallel {
        /// The class of the container.
        kind: ModuleKind,
        /// In the order they are concatenated.
        branches: Vec<Node>,
    },
    /// A side branch that runs while training only (an auxiliary classifier): its children one after
    /// another, while the input itself goes on to the next node.
    Side {
        /// The class of the container.
        kind: ModuleKind,
        /// In the order they run.
        children: Vec<Node>,
    },
}

/// A named node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Node {
    /// The attribute of its parent (`features`, `0`, `inception3a`); names joined by dots are
    /// PyTorch's path of the module.
    pub name: String,
    /// What it does.
    pub body: Body,
}

impl Node {
    /// A layer that is a module; its input's width follows what arrives.
    pub fn layer(name: impl Into<String>, layer: Layer) -> Self {
        let input = InputWidth::Follows;
        Self { name: name.into(), body: Body::Layer { layer, call: Call::Module, input } }
    }

    /// A layer that is only a function call.
    pub fn function(name: impl Into<String>, layer: Layer) -> Self {
        let input = InputWidth::Follows;
        Self { name: name.into(), body: Body::Layer { layer, call: Call::Function, input } }
    }

    /// `torch.flatten(x, 1)`.
    #[must_use]
    pub fn flatten() -> Self {
        Self { name: "flatten".to_owned(), body: Body::Flatten }
    }

    /// Children one after another.
    pub fn sequence(name: impl Into<String>, kind: ModuleKind, children: Vec<Self>) -> Self {
        Self { name: name.into(), body: Body::Sequence { kind, children } }
    }

    /// A `Sequential`, whose children are named by their place: 0, 1, …
    pub fn sequential(name: impl Into<String>, layers: impl IntoIterator<Item = Layer>) -> Self {
        let numbered = layers.into_iter().enumerate();
        let children = numbered.map(|(index, layer)| Self::layer(index.to_string(), layer));
        Self::sequence(name, ModuleKind::Sequential, children.collect())
    }

    /// Branches that are concatenated.
    pub fn parallel(name: impl Into<String>, kind: ModuleKind, branches: Vec<Self>) -> Self {
        Self { name: name.into(), body: Body::Parallel { kind, branches } }
    }

    /// A side branch.
    pub fn side(name: impl Into<String>, kind: ModuleKind, children: Vec<Self>) -> Self {
        Self { name: name.into(), body: Body::Side { kind, children } }
    }

    /// The nodes it holds; a layer holds none.
    #[must_use]
    pub fn children(&self) -> &[Self] {
        match &self.body {
            Body::Layer { .. } | Body::Flatten => &[],
            Body::Sequence { children, .. } | Body::Side { children, .. } => children,
            Body::Parallel { branches, .. } => branches,
        }
    }

    /// The list of nodes it holds; a layer has none.
    pub const fn children_mut(&mut self) -> Option<&mut Vec<Self>> {
        match &mut self.body {
            Body::Layer { .. } | Body::Flatten => None,
            Body::Sequence { children, .. } | Body::Side { children, .. } => Some(children),
            Body::Parallel { branches, .. } => Some(branches),
        }
    }

    /// Nodes in it, itself included.
    #[must_use]
    pub fn count(&self) -> usize {
        1 + self.children().iter().map(Self::count).sum::<usize>()
    }

    /// Its layer, if it is one.
    #[must_use]
    pub const fn as_layer(&self) -> Option<&Layer> {
        match &self.body {
            Body::Layer { layer, .. } => Some(layer),
            _ => None,
        }
    }

    /// The class of the container, if it is one.
    #[must_use]
    pub const fn kind(&self) -> Option<ModuleKind> {
        match &self.body {
            Body::Layer { .. } | Body::Flatten => None,
            Body::Sequence { kind, .. } | Body::Parallel { kind, .. } | Body::Side { kind, .. } => {
                Some(*kind)
            }
        }
    }

    /// The name of its class in PyTorch, or of the function.
    #[must_use]
    pub const fn class_name(&self) -> &'static str {
        match &self.body {
            Body::Layer { layer, .. } => layer.class_name(),
            Body::Flatten => "Flatten",
            Body::Sequence { kind, .. } | Body::Parallel { kind, .. } | Body::Side { kind, .. } => {
                kind.class_name()
            }
        }
    }

    /// Whether it is a module, that is, not a function call.
    #[must_use]
    pub const fn is_module(&self) -> bool {
        !matches!(&self.body, Body::Layer { call: Call::Function, .. } | Body::Flatten)
    }
}
