//! The nodes of a network.

use crate::arch::Layer;

/// How the forward pass reaches a layer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Call {
    /// As an attribute of its parent: hooks see it, `state_dict` and tables name it.
    Module,
    /// As a function of `torch.nn.functional`, which leaves no trace in the tree of modules. Its name is chosen
    /// here.
    Function,
}

/// How the outputs of parallel branches become one.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Join {
    /// `torch.cat` along channels.
    Concat,
    /// `torch.add`: element by element, broadcasting as PyTorch does. A residual connection.
    Add,
    /// `torch.mul`: element by element, broadcasting as PyTorch does. A gate, as in squeeze-and-excite.
    Multiply,
}

/// How a container passes values through its children; [`fold`](super::fold) carries it out.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Flow {
    /// One child after another. Without children the output is the input.
    Sequence,
    /// Every child (a branch) on the same input; the outputs are joined.
    Parallel(Join),
    /// A side branch that runs while training only (an auxiliary classifier): one child after another,
    /// while the input itself is the output.
    Side,
}

/// The class of a module that holds others.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ModuleKind {
    /// `torch.nn.Sequential`.
    Sequential,
    /// Convolution → batch norm → `ReLU`.
    BasicConv2d,
    /// Convolution → `ReLU`, as in networks without batch norm. torchvision has no such class.
    ConvReLU,
    /// The Inception module.
    Inception,
    /// GoogLeNet's auxiliary classifier.
    InceptionAux,
    /// ResNet's block of two 3×3 convolutions.
    BasicBlock,
    /// ResNet's block of a 1×1, a 3×3 and a 1×1 convolution.
    Bottleneck,
    /// A sum in the forward pass. PyTorch has no such class, so forward hooks do not see it.
    Add,
    /// A product in the forward pass. PyTorch has no such class, so forward hooks do not see it.
    Multiply,
}

/// Where the input width of a layer (`in_channels`, `num_features`, `in_features`) comes from.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum InputWidth {
    /// The layer's input: [`Network::fitted`](super::Network::fitted) sets the number.
    #[default]
    Follows,
    /// A number set by hand: an input of another width is a fault.
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
            Self::BasicBlock => "BasicBlock",
            Self::Bottleneck => "Bottleneck",
            Self::Add => "Add",
            Self::Multiply => "Multiply",
        }
    }

    /// Whether PyTorch has a module for it; a sum or product is an operation of `forward`.
    #[must_use]
    pub const fn is_module(self) -> bool {
        !matches!(self, Self::Add | Self::Multiply)
    }
}

/// The kind of a node.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Body {
    /// One layer.
    Layer {
        /// Which.
        layer: Layer,
        /// Whether the layer is a module.
        call: Call,
        /// Where its input width comes from; a layer without one has `Follows`.
        input: InputWidth,
    },
    /// `torch.flatten(x, 1)`: maps to a vector. [`Layer::Linear`] flattens maps that have as many values as
    /// it takes, which PyTorch's does not: see [`Signal::is_flattened_for`](super::Signal::is_flattened_for).
    Flatten,
    /// A container of other nodes.
    Container {
        /// How values pass through the children.
        flow: Flow,
        /// The class.
        kind: ModuleKind,
        /// In the order they run; of a concatenation, also the order of its parts.
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
    /// A layer that is a module; its input width is fitted.
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

    /// A container.
    pub fn container(
        name: impl Into<String>,
        flow: Flow,
        kind: ModuleKind,
        children: Vec<Self>,
    ) -> Self {
        Self { name: name.into(), body: Body::Container { flow, kind, children } }
    }

    /// Children one after another.
    pub fn sequence(name: impl Into<String>, kind: ModuleKind, children: Vec<Self>) -> Self {
        Self::container(name, Flow::Sequence, kind, children)
    }

    /// A `Sequential`, whose children are named by their place: 0, 1, …
    pub fn sequential(name: impl Into<String>, layers: impl IntoIterator<Item = Layer>) -> Self {
        let numbered = layers.into_iter().enumerate();
        let children = numbered.map(|(index, layer)| Self::layer(index.to_string(), layer));
        Self::sequence(name, ModuleKind::Sequential, children.collect())
    }

    /// Branches that are concatenated.
    pub fn concat(name: impl Into<String>, kind: ModuleKind, branches: Vec<Self>) -> Self {
        Self::container(name, Flow::Parallel(Join::Concat), kind, branches)
    }

    /// Branches that are added, for instance a residual and its shortcut (an empty sequence).
    pub fn add(name: impl Into<String>, branches: Vec<Self>) -> Self {
        Self::container(name, Flow::Parallel(Join::Add), ModuleKind::Add, branches)
    }

    /// Branches that are multiplied.
    pub fn multiply(name: impl Into<String>, branches: Vec<Self>) -> Self {
        Self::container(name, Flow::Parallel(Join::Multiply), ModuleKind::Multiply, branches)
    }

    /// A side branch.
    pub fn side(name: impl Into<String>, kind: ModuleKind, children: Vec<Self>) -> Self {
        Self::container(name, Flow::Side, kind, children)
    }

    /// The children of a container; a layer has none.
    #[must_use]
    pub fn children(&self) -> &[Self] {
        match &self.body {
            Body::Layer { .. } | Body::Flatten => &[],
            Body::Container { children, .. } => children,
        }
    }

    /// The children of a container; `None` for a layer.
    pub const fn children_mut(&mut self) -> Option<&mut Vec<Self>> {
        match &mut self.body {
            Body::Layer { .. } | Body::Flatten => None,
            Body::Container { children, .. } => Some(children),
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

    /// How values pass through it, if it is a container.
    #[must_use]
    pub const fn flow(&self) -> Option<Flow> {
        match &self.body {
            Body::Container { flow, .. } => Some(*flow),
            _ => None,
        }
    }

    /// The class of the container, if it is one.
    #[must_use]
    pub const fn kind(&self) -> Option<ModuleKind> {
        match &self.body {
            Body::Container { kind, .. } => Some(*kind),
            _ => None,
        }
    }

    /// The name of its class in PyTorch, or of the function.
    #[must_use]
    pub const fn class_name(&self) -> &'static str {
        match &self.body {
            Body::Layer { layer, .. } => layer.class_name(),
            Body::Flatten => "Flatten",
            Body::Container { kind, .. } => kind.class_name(),
        }
    }

    /// Whether it is a module, not a function call.
    #[must_use]
    pub const fn is_module(&self) -> bool {
        match &self.body {
            Body::Layer { call, .. } => matches!(call, Call::Module),
            Body::Flatten => false,
            Body::Container { kind, .. } => kind.is_module(),
        }
    }
}
