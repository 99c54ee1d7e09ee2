//! A node as it is written: the modules that recur as one, and no width that follows anyway.

use crate::arch::network::fit::arriving_width;
use crate::arch::network::names::{Names, default_name};
use crate::arch::network::{Body, Call, InputWidth, ModuleKind, Node, Signal, Unit};
use crate::arch::{Conv2d, FieldValue, Inception, Layer, LayerField, Pool2d};

/// The width that a following layer is read with; what arrives replaces it.
pub(super) const UNKNOWN: u64 = 1;

/// How wide an input a layer takes, as far as it must be written.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Width {
    /// What arrives says it.
    #[default]
    Follows,
    /// It follows, but what arrives is not known for a mistake before it: what it was last.
    Last(u64),
    /// Set by hand.
    Fixed(u64),
}

/// How a container runs what it holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Holds {
    Sequence,
    Parallel,
    Side,
}

/// What is written of a node.
pub(super) enum Item<'a> {
    /// A layer, its width apart.
    Layer(Layer, Call),
    Flatten,
    /// What [`Unit::node`] makes.
    Conv(Unit, Conv2d),
    /// What [`Unit::inception`] makes.
    Module(Unit, Inception),
    Container(Holds, ModuleKind, &'a [Node]),
}

/// What must be written of `node`, where `input` arrives.
pub(super) fn item(node: &Node, input: Option<Signal>) -> (Item<'_>, Width) {
    if let Some((unit, conv)) = Unit::of_conv(node) {
        return (Item::Conv(unit, conv), width(&Layer::Conv2d(conv), input));
    }
    if let Some((unit, module)) = Unit::of_inception(node) {
        let first = Layer::BatchNorm2d { num_features: module.in_channels };
        return (Item::Module(unit, module), width(&first, input));
    }
    let holds = |holds, kind| Item::Container(holds, kind, node.children());
    let item = match &node.body {
        Body::Layer { layer, call, input: InputWidth::Follows } => {
            return (Item::Layer(*layer, *call), width(layer, input));
        }
        Body::Layer { layer, call, input: InputWidth::Fixed } => {
            let fixed = layer.input_width();
            return (Item::Layer(*layer, *call), fixed.map_or(Width::Follows, Width::Fixed));
        }
        Body::Flatten => Item::Flatten,
        Body::Sequence { kind, .. } => holds(Holds::Sequence, *kind),
        Body::Parallel { kind, .. } => holds(Holds::Parallel, *kind),
        Body::Side { kind, .. } => holds(Holds::Side, *kind),
    };
    (item, Width::Follows)
}

/// The width of a layer that follows.
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

/// The node of a container.
pub(super) fn container(name: String, holds: Holds, kind: ModuleKind, children: Vec<Node>) -> Node {
    match holds {
        Holds::Sequence => Node::sequence(name, kind, children),
        Holds::Parallel => Node::parallel(name, kind, children),
        Holds::Side => Node::side(name, kind, children),
    }
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

/// What a field is in PyTorch where it isn't said, the fields before it in [`Layer::fields`] being those
/// of `layer`; `None` where it must be said.
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
