//! From a network to the file's objects, and back.

use super::super::item::{
    FlowWords, Item, KINDS, Naming, UNKNOWN, Width, default, item, layer_node,
};
use super::error::{FileError, PaddingError};
use super::raw::{
    BATCH_NORM, CALL, FORM, FUNCTION, LAST_INPUT, NAIVE, OUTPUT_HEIGHT, OUTPUT_WIDTH, RawNode,
    SAME, Value, has_no_effect,
};
use crate::arch::network::check::{MOST_LEVELS, MOST_NODES};
use crate::arch::network::infer::Step;
use crate::arch::network::{Call, ConvBlock, Flow, ModuleKind, Network, NetworkError, Node};
use crate::arch::{
    Conv2d, Field, FieldValue, Form, Inception, InceptionFields, Layer, LayerField, Named, Pool2d,
    PoolKind, Shape, Size,
};

/// The objects of a network's nodes.
pub(super) fn raw_nodes(network: &Network, input: Shape) -> Vec<RawNode> {
    let shapes = network.infer(input);
    level(&network.nodes, None, &shapes.steps, &mut 0)
}

fn level(
    nodes: &[Node],
    kind: Option<ModuleKind>,
    steps: &[Step],
    next: &mut usize,
) -> Vec<RawNode> {
    let mut naming = Naming::of(kind);
    let mut raw = Vec::with_capacity(nodes.len());
    for node in nodes {
        let step = &steps[*next];
        let (item, width) = item(node, step.input);
        let name = (naming.usual(&node.body) != node.name).then(|| node.name.clone());
        naming.take(&node.name);
        let children = if let Item::Container(flow, kind, children) = item {
            *next += 1;
            Some((flow, level(children, Some(kind), steps, next)))
        } else {
            None
        };
        *next = step.end;
        raw.push(RawNode {
            class: node.class_name(),
            name,
            values: values(&item, width),
            children,
        });
    }
    raw
}

/// The values of a node besides its type.
fn values(item: &Item, width: Width) -> Vec<(&'static str, Value)> {
    let mut values = Vec::new();
    match item {
        Item::Flatten | Item::Container(..) => {}
        Item::Layer(layer, call) => {
            if let (Width::Fixed(width), Some(field)) = (width, layer.input_field()) {
                values.push((field.name(), Value::Number(width)));
            }
            push_fields(&mut values, layer);
            if *call == Call::Function {
                values.push((CALL, Value::Word(FUNCTION)));
            }
        }
        // The block determines whether there is a bias.
        Item::Conv(_, conv) => {
            push_fields(&mut values, &Layer::Conv2d(Conv2d { bias: true, ..*conv }));
        }
        Item::Module(block, module) => {
            for field in Field::WIDTHS_AND_KERNELS {
                let value = module.get(field).filter(|value| Some(*value) != kernel(field));
                values.extend(value.map(|value| (field.name(), Value::Number(value))));
            }
            if module.form == Form::Naive {
                values.push((FORM, Value::Word(NAIVE)));
            }
            if *block == ConvBlock::Bias {
                values.push((BATCH_NORM, Value::Switch(false)));
            }
        }
    }
    if let Width::Last(width) = width {
        values.push((LAST_INPUT, Value::Number(width)));
    }
    values
}

fn push_fields(values: &mut Vec<(&'static str, Value)>, layer: &Layer) {
    for field in layer.fields().iter().filter(|field| layer.input_field() != Some(**field)) {
        let Some(value) = layer.get(*field).filter(|it| default(layer, *field) != Some(*it)) else {
            continue;
        };
        if *field == LayerField::OutputSize {
            let Size { height, width } = value.size();
            values.push((OUTPUT_HEIGHT, Value::Number(height)));
            values.extend((width != height).then_some((OUTPUT_WIDTH, Value::Number(width))));
            continue;
        }
        let value = match value {
            FieldValue::Number(number) => Value::Number(number),
            FieldValue::Pair(Size { height, width }) => Value::Pair([height, width]),
            FieldValue::Switch(on) => Value::Switch(on),
        };
        values.push((field.name(), value));
    }
}

/// The default kernel size, which is not written.
const fn kernel(field: Field) -> Option<u64> {
    match field {
        Field::Kernel3 => Some(3),
        Field::Kernel5 => Some(5),
        _ => None,
    }
}

/// The network of a file's objects; of the whole, only the size is checked.
pub(super) fn network(raw: Vec<RawNode>) -> Result<Network, FileError> {
    let mut builder = Builder { nodes: 0, at: String::new() };
    Ok(Network { nodes: builder.level(raw, Flow::Sequence, None, 1)? })
}

struct Builder {
    nodes: usize,
    /// The object, by keys and places.
    at: String,
}

impl Builder {
    fn level(
        &mut self,
        raw: Vec<RawNode>,
        flow: Flow,
        kind: Option<ModuleKind>,
        level: usize,
    ) -> Result<Vec<Node>, FileError> {
        let mut naming = Naming::of(kind);
        let mut nodes = Vec::with_capacity(raw.len());
        for (place, mut raw) in raw.into_iter().enumerate() {
            let around = self.at.len();
            if around > 0 {
                self.at.push('.');
            }
            self.at.extend([FlowWords::of(flow).key, "[", &place.to_string(), "]"]);
            if level > MOST_LEVELS {
                return Err(NetworkError::TooDeep { path: self.at.clone() }.into());
            }
            let name = raw.name.take();
            let mut node = self.node(raw, level)?;
            node.name = name.unwrap_or_else(|| naming.usual(&node.body));
            naming.take(&node.name);
            nodes.push(node);
            self.at.truncate(around);
        }
        Ok(nodes)
    }

    /// The node of an object, without a name.
    fn node(&mut self, mut raw: RawNode, level: usize) -> Result<Node, FileError> {
        let node = if let Some((flow, children)) = raw.children.take() {
            let Some(kind) = module_kind(raw.class) else {
                return Err(self.unexpected(raw.class, FlowWords::of(flow).key));
            };
            let children = self.level(children, flow, Some(kind), level + 1)?;
            self.nodes += 1;
            Node::container("", flow, kind, children)
        } else {
            let node = self.leaf(&mut raw)?;
            self.nodes += node.count();
            node
        };
        raw.values.retain(|(key, _)| !has_no_effect(raw.class, key));
        if let Some((key, _)) = raw.values.first() {
            return Err(self.unexpected(raw.class, key));
        }
        if self.nodes > MOST_NODES { Err(NetworkError::TooManyNodes.into()) } else { Ok(node) }
    }

    /// A node without children.
    fn leaf(&self, raw: &mut RawNode) -> Result<Node, FileError> {
        let block = match raw.class {
            "Flatten" => return Ok(Node::flatten()),
            "Inception" => return self.module(raw),
            "BasicConv2d" => Some(ConvBlock::BatchNorm),
            "ConvReLU" => Some(ConvBlock::Bias),
            _ => None,
        };
        let class = if block.is_some() { "Conv2d" } else { raw.class };
        let template = LAYERS.into_iter().find(|layer| layer.class_name() == class);
        // Only a container has no template.
        let template = template.ok_or_else(|| self.missing(raw.class, "layers"))?;
        for key in [LayerField::Bias.name(), LayerField::InChannels.name(), CALL] {
            if block.is_some() && raw.values.iter().any(|(known, _)| *known == key) {
                return Err(self.unexpected(raw.class, key));
            }
        }
        let (layer, width) = self.layer(raw, template)?;
        let call = match raw.take(CALL) {
            Some(Value::Word(FUNCTION)) => Call::Function,
            _ => Call::Module,
        };
        let node = layer_node(String::new(), layer, call, width);
        Ok(match (block, node.as_layer()) {
            (Some(block), Some(Layer::Conv2d(conv))) => block.node("", *conv),
            _ => node,
        })
    }

    /// `template` with the numbers of the object.
    fn layer(&self, raw: &mut RawNode, template: Layer) -> Result<(Layer, Width), FileError> {
        let limit = |error| FileError::Layer { at: self.at.clone(), error };
        let (mut layer, mut width) = (template, Width::Follows);
        let mut padding = None;
        for field in template.fields() {
            let said = match (field, raw.take(field.name())) {
                (LayerField::OutputSize, None) => self.output_size(raw)?,
                (_, Some(Value::Number(number))) => Some(number.into()),
                (_, Some(Value::Pair([height, width]))) => Some(Size::new(height, width).into()),
                (_, Some(Value::Switch(on))) => Some(on.into()),
                (_, Some(Value::Word(word))) => {
                    padding = Some(word);
                    Some(0.into())
                }
                (_, None) => None,
            };
            if template.input_field() == Some(*field) {
                if let Some(value) = said.and_then(FieldValue::number) {
                    width = Width::Fixed(field.check(value).map_err(limit)?);
                } else if let Some(Value::Number(last)) = raw.take(LAST_INPUT) {
                    width = Width::Last(last);
                }
                continue;
            }
            let value = said.or_else(|| default(&layer, *field));
            let value = value.ok_or_else(|| self.missing(raw.class, key(*field)))?;
            layer = layer.with(*field, value).map_err(limit)?;
        }
        if let Some(word) = padding {
            let padding = padding_of(&layer, word);
            let padding =
                padding.map_err(|error| FileError::Padding { at: self.at.clone(), error })?;
            layer = layer.with(LayerField::Padding, padding).map_err(limit)?;
        }
        Ok((layer, width))
    }

    /// An adaptive pool's output by the keys it is written with.
    fn output_size(&self, raw: &mut RawNode) -> Result<Option<FieldValue>, FileError> {
        let mut side = |key| match raw.take(key) {
            Some(Value::Number(side)) => Some(side),
            _ => None,
        };
        match (side(OUTPUT_HEIGHT), side(OUTPUT_WIDTH)) {
            (Some(height), width) => Ok(Some(Size::new(height, width.unwrap_or(height)).into())),
            (None, Some(_)) => Err(self.missing(raw.class, OUTPUT_HEIGHT)),
            (None, None) => Ok(None),
        }
    }

    fn module(&self, raw: &mut RawNode) -> Result<Node, FileError> {
        let mut fields = InceptionFields::new(UNKNOWN, [0; 6]);
        for field in Field::WIDTHS_AND_KERNELS {
            let said = match raw.take(field.name()) {
                Some(Value::Number(number)) => Some(number),
                _ => kernel(field),
            };
            let value = said.ok_or_else(|| self.missing(raw.class, field.name()))?;
            if let Some(place) = fields.get_mut(field) {
                *place = value;
            }
        }
        if let Some(Value::Number(last)) = raw.take(LAST_INPUT) {
            fields.in_channels = last;
        }
        if let Some(Value::Word(NAIVE)) = raw.take(FORM) {
            fields.form = Form::Naive;
        }
        let block = match raw.take(BATCH_NORM) {
            Some(Value::Switch(false)) => ConvBlock::Bias,
            _ => ConvBlock::BatchNorm,
        };
        let module = Inception::new(fields);
        let module = module.map_err(|error| FileError::Module { at: self.at.clone(), error })?;
        Ok(block.inception("", &module))
    }

    fn missing(&self, class: &'static str, key: &'static str) -> FileError {
        FileError::Missing { at: self.at.clone(), class, key }
    }

    fn unexpected(&self, class: &'static str, key: &'static str) -> FileError {
        FileError::Unexpected { at: self.at.clone(), class, key }
    }
}

fn module_kind(class: &str) -> Option<ModuleKind> {
    KINDS.into_iter().map(|(kind, _)| kind).find(|kind| kind.class_name() == class)
}

const fn pool(kind: PoolKind) -> Layer {
    Layer::Pool2d(Pool2d { kind, ..Pool2d::INCEPTION })
}

/// The key that a field is written with.
fn key(field: LayerField) -> &'static str {
    match field {
        LayerField::OutputSize => OUTPUT_HEIGHT,
        _ => field.name(),
    }
}

/// The padding that PyTorch's word means for `layer`.
fn padding_of(layer: &Layer, word: &str) -> Result<Size, PaddingError> {
    let Layer::Conv2d(conv) = layer else {
        return Err(PaddingError::Pool { given: word.to_owned() });
    };
    if word != SAME {
        return Ok(Size::square(0));
    }
    let Conv2d { kernel_size, stride, .. } = *conv;
    if !stride.is_square_of(1) {
        return Err(PaddingError::Strided { stride });
    }
    conv.window().evenly_padded().ok_or(PaddingError::Uneven { kernel_size })
}

/// A layer of each class, as a template: every number is replaced.
const LAYERS: [Layer; 9] = [
    Layer::Conv2d(Conv2d::same(UNKNOWN, 1, 1)),
    Layer::BatchNorm2d { num_features: UNKNOWN },
    Layer::ReLU,
    pool(PoolKind::Max),
    pool(PoolKind::Average),
    Layer::AdaptiveAvgPool2d { output_size: Size::square(1) },
    Layer::LocalResponseNorm { size: 1 },
    Layer::Dropout,
    Layer::Linear { in_features: UNKNOWN, out_features: 1, bias: true },
];
