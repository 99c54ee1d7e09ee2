//! The parts of a node that files and links write, and their words for containers. A [`ConvBlock`] and an
//! Inception module are one item; an input width that is fitted is not written.

use crate::arch::network::fit::arriving_width;
use crate::arch::network::names::{Names, default_name};
use crate::arch::network::{
    Body, Call, ConvBlock, Flow, InputWidth, Join, ModuleKind, Node, Signal,
};
use crate::arch::{Conv2d, FieldValue, Inception, Layer, LayerField, Pool2d};

/// The width with which a layer is read before its width is fitted.
pub(super) const UNKNOWN: u64 = 1;

/// The input width of a layer, as far as it must be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Width {
    /// It is fitted to the input, so it is not written.
    #[default]
    Follows,
    /// It is fitted, but a fault makes the input unknown: the last known width.
    Last(u64),
    /// Set by hand.
    Fixed(u64),
}

/// The words for one flow.
#[derive(Clone, Copy)]
pub(super) struct FlowWords {
    pub flow: Flow,
    /// The key of the children in a file.
    pub key: &'static str,
    /// The first letter of the container in a link.
    pub letter: char,
    /// The class of a container for which a link names none.
    pub usual: ModuleKind,
}

const fn words(flow: Flow, key: &'static str, letter: char, usual: ModuleKind) -> FlowWords {
    FlowWords { flow, key, letter, usual }
}

/// Every flow.
pub(super) const FLOWS: [FlowWords; 5] = [
    words(Flow::Sequence, "layers", 's', ModuleKind::Sequential),
    words(Flow::Parallel(Join::Concat), "branches", 'p', ModuleKind::Inception),
    words(Flow::Side, "side", 'x', ModuleKind::InceptionAux),
    words(Flow::Parallel(Join::Add), "add", 'a', ModuleKind::Add),
    words(Flow::Parallel(Join::Multiply), "multiply", 'm', ModuleKind::Multiply),
];

/// Every class of container, and its letter in a link. In a file it is the class name.
pub(super) const KINDS: [(ModuleKind, char); 9] = [
    (ModuleKind::Sequential, 's'),
    (ModuleKind::BasicConv2d, 'b'),
    (ModuleKind::ConvReLU, 'r'),
    (ModuleKind::Inception, 'i'),
    (ModuleKind::InceptionAux, 'a'),
    (ModuleKind::BasicBlock, 'k'),
    (ModuleKind::Bottleneck, 'n'),
    (ModuleKind::Add, 'p'),
    (ModuleKind::Multiply, 'm'),
];

impl FlowWords {
    /// The words for `flow`.
    pub fn of(flow: Flow) -> Self {
        FLOWS.into_iter().find(|words| words.flow == flow).unwrap_or(FLOWS[0])
    }
}

/// The part of a node that is written.
pub(super) enum Item<'a> {
    /// A layer, its width apart.
    Layer(Layer, Call),
    Flatten,
    /// A node of [`ConvBlock::node`].
    Conv(ConvBlock, Conv2d),
    /// A node of [`ConvBlock::inception`].
    Module(ConvBlock, Inception),
    Container(Flow, ModuleKind, &'a [Node]),
}

/// The part of `node` that must be written, for the input `input`.
pub(super) fn item(node: &Node, input: Option<Signal>) -> (Item<'_>, Width) {
    if let Some((block, conv)) = ConvBlock::of_conv(node) {
        return (Item::Conv(block, conv), width(&Layer::Conv2d(conv), input));
    }
    if let Some((block, module)) = ConvBlock::of_inception(node) {
        let first = Layer::BatchNorm2d { num_features: module.in_channels };
        return (Item::Module(block, module), width(&first, input));
    }
    let item = match &node.body {
        Body::Layer { layer, call, input: InputWidth::Follows } => {
            return (Item::Layer(*layer, *call), width(layer, input));
        }
        Body::Layer { layer, call, input: InputWidth::Fixed } => {
            let fixed = layer.input_width();
            return (Item::Layer(*layer, *call), fixed.map_or(Width::Follows, Width::Fixed));
        }
        Body::Flatten => Item::Flatten,
        Body::Container { flow, kind, children } => Item::Container(*flow, *kind, children),
    };
    (item, Width::Follows)
}

/// How the input width of a layer is written.
fn width(layer: &Layer, input: Option<Signal>) -> Width {
    match layer.input_width() {
        Some(last) if last != UNKNOWN && arriving_width(layer, input).is_none() => {
            Width::Last(last)
        }
        _ => Width::Follows,
    }
}

/// The node of a layer whose width was read as `width`.
pub(super) fn layer_node(name: String, layer: Layer, call: Call, width: Width) -> Node {
    let (input, value) = match width {
        Width::Follows => (InputWidth::Follows, UNKNOWN),
        Width::Last(value) => (InputWidth::Follows, value),
        Width::Fixed(value) => (InputWidth::Fixed, value),
    };
    let layer = layer.with_input_width(value);
    Node { name, body: Body::Layer { layer, call, input } }
}

/// The names of one container's children, which need not be written where they are the usual ones: their
/// places in a `Sequential`, elsewhere what such a node is called, with a number where that is taken.
#[derive(Default)]
pub(super) struct Naming {
    numbered: bool,
    count: usize,
    names: Names,
}

impl Naming {
    /// For the children of a `kind`, or of the model.
    pub fn of(kind: Option<ModuleKind>) -> Self {
        Self { numbered: kind == Some(ModuleKind::Sequential), ..Self::default() }
    }

    /// The usual name of the next child.
    pub fn usual(&mut self, body: &Body) -> String {
        if self.numbered { self.count.to_string() } else { self.names.free(default_name(body)) }
    }

    /// Goes on to the child after this one.
    pub fn take(&mut self, name: &str) {
        self.count += 1;
        if !self.numbered {
            self.names.take(name);
        }
    }
}

/// PyTorch's default of a field, where the fields before it in [`Layer::fields`] have `layer`'s values; `None`
/// if PyTorch requires it.
pub(super) fn default(layer: &Layer, field: LayerField) -> Option<FieldValue> {
    Some(match (layer, field) {
        (Layer::Pool2d(Pool2d { kernel_size, .. }), LayerField::Stride) => (*kernel_size).into(),
        (_, LayerField::Padding) => 0.into(),
        (_, LayerField::Stride | LayerField::Dilation | LayerField::Groups) => 1.into(),
        (_, LayerField::Bias) => true.into(),
        (_, LayerField::CeilMode) => false.into(),
        _ => return None,
    })
}
