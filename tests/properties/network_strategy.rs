//! Any layer, node, network, edit.

use inception_explorer::arch::network::names::default_name;
use inception_explorer::arch::network::{
    Body, Call, ConvBlock, Edit, Flow, InputWidth, Join, ModuleKind, Network, NetworkId, NewLayer,
    Node, NodePath,
};
use inception_explorer::arch::{
    Conv2d, FieldKind, FieldValue, Inception, InceptionFields, Layer, Named, Shape, Size,
};
use proptest::prelude::*;
use proptest::sample::select;

use crate::strategy;
use strum::VariantArray;

/// A layer of each class, to be given other numbers.
fn template() -> impl Strategy<Value = Layer> {
    let nodes = NewLayer::all().map(|new| new.node(None));
    let layers: Vec<_> = nodes.filter_map(|node| node.as_layer().copied()).collect();
    select(layers)
}

/// A layer with any numbers, most of them small, so that it often fits.
pub fn layer() -> impl Strategy<Value = Layer> {
    let number = || (0..4_u8, 0..12_u64, any::<u64>());
    let numbers = prop::collection::vec((number(), number(), any::<bool>()), 8);
    (template(), numbers).prop_map(|(mut layer, numbers)| {
        for (field, (first, second, rectangular)) in layer.fields().iter().zip(numbers) {
            let limits = field.limits();
            let number = |(which, small, large): (u8, u64, u64)| match which {
                0 => None,
                1 | 2 => Some((limits.min + small).min(limits.max)),
                _ => Some(limits.min + large % (limits.max - limits.min + 1)),
            };
            let value = match (field.kind(), number(first), number(second)) {
                (_, None, _) => continue,
                (FieldKind::Pair, Some(height), Some(width)) if rectangular => {
                    Size::new(height, width).into()
                }
                (_, Some(number), _) => FieldValue::from(number),
            };
            layer = layer.with(*field, value).unwrap();
        }
        layer
    })
}

fn kind() -> impl Strategy<Value = ModuleKind> {
    select(vec![
        ModuleKind::Sequential,
        ModuleKind::BasicConv2d,
        ModuleKind::ConvReLU,
        ModuleKind::Inception,
        ModuleKind::InceptionAux,
        ModuleKind::BasicBlock,
        ModuleKind::Bottleneck,
        ModuleKind::Add,
        ModuleKind::Multiply,
    ])
}

fn flow() -> impl Strategy<Value = Flow> {
    select(vec![
        Flow::Sequence,
        Flow::Parallel(Join::Concat),
        Flow::Parallel(Join::Add),
        Flow::Parallel(Join::Multiply),
        Flow::Side,
    ])
}

fn name() -> impl Strategy<Value = Option<String>> {
    prop_oneof![3 => Just(None), 1 => "[a-zA-Z0-9_]{1,5}".prop_map(Some), 1 => "[a-z]{2}[0-9]{1,2}".prop_map(Some)]
}

fn named(node: Node, name: Option<String>) -> Node {
    let name = name.unwrap_or_else(|| default_name(&node.body).to_owned());
    Node { name, ..node }
}

fn leaf() -> impl Strategy<Value = Node> {
    let block = || select(vec![ConvBlock::BatchNorm, ConvBlock::Bias]);
    let call = select(vec![Call::Module, Call::Function]);
    let input = prop_oneof![3 => Just(InputWidth::Follows), 1 => Just(InputWidth::Fixed)];
    let conv = layer().prop_map(|layer| match layer {
        Layer::Conv2d(conv) => conv,
        _ => Conv2d::same(3, 16, 3),
    });
    let small = (1..4_u64, prop::array::uniform6(1..6_u64))
        .prop_map(|(from, widths)| Inception::new(InceptionFields::new(from, widths)).unwrap());
    let module = prop_oneof![strategy::module(), small];
    let node = prop_oneof![
        6 => (layer(), call, input).prop_map(|(layer, call, input)| {
            // Only a layer that has a width can fix it.
            let input = layer.input_field().map_or(InputWidth::Follows, |_| input);
            Node { name: String::new(), body: Body::Layer { layer, call, input } }
        }),
        1 => Just(Node::flatten()),
        1 => (block(), conv).prop_map(|(block, conv)| block.node("", conv)),
        1 => (block(), module).prop_map(|(block, module)| block.inception("", &module)),
        4 => (select(NewLayer::VARIANTS), Just(None)).prop_map(|(new, input)| new.node(input)),
    ];
    (node, name()).prop_map(|(node, name)| named(node, name))
}

/// A node that keeps within the limits, with all it holds.
pub fn node() -> impl Strategy<Value = Node> {
    leaf().prop_recursive(3, 24, 5, |inner| {
        let children = prop::collection::vec(inner, 0..5);
        (children, kind(), flow(), any::<bool>(), name()).prop_map(
            |(mut children, kind, flow, numbered, name)| {
                for (index, child) in children.iter_mut().enumerate() {
                    let own = std::mem::take(&mut child.name);
                    child.name =
                        if numbered { index.to_string() } else { format!("{own}_{index}") };
                }
                named(Node::container("", flow, kind, children), name)
            },
        )
    })
}

/// The shape of an image.
pub fn input() -> impl Strategy<Value = Shape> {
    let side = || prop_oneof![3 => 1..40_u64, 1 => Just(224), 1 => 1..=65_536_u64];
    prop_oneof![
        1 => Just(Network::INPUT),
        2 => (1..70_u64, side(), side()).prop_map(|(c, h, w)| Shape::new(c, h, w)),
    ]
}

/// A network to begin with: empty, or a published one. It fits [`Network::INPUT`].
pub fn start() -> impl Strategy<Value = Network> {
    let known: Vec<_> = NetworkId::all().collect();
    prop_oneof![
        2 => Just(Network::default()),
        1 => select(known).prop_map(NetworkId::build),
    ]
}

/// A network of any nodes, its names apart and its widths as they come.
pub fn network() -> impl Strategy<Value = Network> {
    prop::collection::vec(node(), 0..8).prop_map(|mut nodes| {
        for (index, node) in nodes.iter_mut().enumerate() {
            if index > 0 {
                node.name = format!("{}{index}", node.name);
            }
        }
        let mut network = Network { nodes };
        // `a1` and `a`, then `1`: what is still the same is renamed.
        if network.check().is_err() {
            for (index, node) in network.nodes.iter_mut().enumerate() {
                node.name = format!("n{index}");
            }
        }
        network
    })
}

/// An edit before it is known what it is for: places are drawn, and wrong ones too.
#[derive(Clone, Debug)]
pub struct Draft {
    kind: u8,
    at: Place,
    to: Place,
    node: Node,
}

#[derive(Clone, Debug)]
struct Place {
    step: prop::sample::Index,
    /// Into the container at that step, as its child of this number.
    into: Option<usize>,
    after: bool,
    anywhere: Option<Vec<usize>>,
}

fn place() -> impl Strategy<Value = Place> {
    let into = prop::option::weighted(0.3, 0..4_usize);
    let anywhere = prop::option::weighted(0.05, prop::collection::vec(0..5_usize, 0..4));
    (any::<prop::sample::Index>(), into, any::<bool>(), anywhere)
        .prop_map(|(step, into, after, anywhere)| Place { step, into, after, anywhere })
}

pub fn draft() -> impl Strategy<Value = Draft> {
    (0..8_u8, place(), place(), node()).prop_map(|(kind, at, to, node)| Draft {
        kind,
        at,
        to,
        node,
    })
}

impl Place {
    fn of(&self, network: &Network) -> NodePath {
        if let Some(places) = &self.anywhere {
            return NodePath(places.clone());
        }
        let count = network.count();
        if count == 0 {
            return NodePath(vec![0]);
        }
        let steps = network.infer(Network::INPUT).steps;
        let mut path = steps[self.step.index(count)].at.clone();
        if let Some(child) = self.into {
            path.0.push(child);
        }
        if self.after { path.next() } else { path }
    }
}

impl Draft {
    /// The edit, for `network`.
    pub fn of(&self, network: &Network) -> Edit {
        let (at, node) = (self.at.of(network), self.node.clone());
        match self.kind {
            0..=2 => Edit::Insert { at, node },
            3 => Edit::Remove { at },
            4 => Edit::Duplicate { at },
            5 => Edit::Replace { at, node },
            _ => Edit::Move { from: at, to: self.to.of(network) },
        }
    }
}
