//! A convolution with the layers that follow it, and the Inception modules made of such blocks.

use super::node::{ModuleKind, Node};
use crate::arch::{
    BasicConv2d, Branch, BranchId, Conv2d, Form, Inception, InceptionFields, Layer, Op, Operation,
};

/// A convolution and the layers that follow it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum ConvBlock {
    /// Batch norm and `ReLU` after a convolution without bias: torchvision's and the write-up's.
    BatchNorm,
    /// `ReLU` after a convolution with bias: the paper's.
    Bias,
}

impl ConvBlock {
    /// `conv` and the layers that follow it, as one module. The kind of block decides about the bias.
    ///
    /// `ReLU` is a function call in torchvision's `BasicConv2d`, so it is one here.
    pub fn node(self, name: impl Into<String>, conv: Conv2d) -> Node {
        let relu = Node::function("relu", Layer::ReLU);
        match self {
            Self::BatchNorm => {
                let layers = BasicConv2d { conv: Conv2d { bias: false, ..conv } };
                let [conv, bn, _] = layers.layers();
                let children = vec![Node::layer("conv", conv), Node::layer("bn", bn), relu];
                Node::sequence(name, ModuleKind::BasicConv2d, children)
            }
            Self::Bias => {
                let conv = Layer::Conv2d(Conv2d { bias: true, ..conv });
                let children = vec![Node::layer("conv", conv), relu];
                Node::sequence(name, ModuleKind::ConvReLU, children)
            }
        }
    }

    /// An Inception module of such blocks.
    pub fn inception(self, name: impl Into<String>, module: &Inception) -> Node {
        let branches = module.branches().iter().map(|branch| self.branch(branch)).collect();
        Node::concat(name, ModuleKind::Inception, branches)
    }

    /// Branch 1 is a block itself, the others are a `Sequential`, even of one block in the naive form: see
    /// [`Branch::state_dict_prefix`].
    fn branch(self, branch: &Branch) -> Node {
        let name = format!("branch{}", branch.id.number());
        let op = |name, op: &Op| match op.operation {
            Operation::Conv(unit) => self.node(name, unit.conv),
            Operation::Pool(pool) => Node::layer(name, Layer::Pool2d(pool)),
        };
        match (&branch.ops[..], branch.id) {
            ([only], BranchId::One) => op(name, only),
            (ops, _) => {
                let ops = ops.iter().enumerate();
                let children = ops.map(|(index, each)| op(index.to_string(), each)).collect();
                Node::sequence(name, ModuleKind::Sequential, children)
            }
        }
    }

    /// Inverse of [`ConvBlock::node`]: the block and its convolution; `None` for any other node.
    #[must_use]
    pub fn of_conv(node: &Node) -> Option<(Self, Conv2d)> {
        let block = match node.kind()? {
            ModuleKind::BasicConv2d => Self::BatchNorm,
            ModuleKind::ConvReLU => Self::Bias,
            _ => return None,
        };
        match node.children().first()?.as_layer()? {
            Layer::Conv2d(conv) if block.node(node.name.clone(), *conv) == *node => {
                Some((block, *conv))
            }
            _ => None,
        }
    }

    /// Inverse of [`ConvBlock::inception`]: the module and the kind of its blocks; `None` for any other node,
    /// for instance after an edit of one layer.
    #[must_use]
    pub fn of_inception(node: &Node) -> Option<(Self, Inception)> {
        if node.kind() != Some(ModuleKind::Inception) {
            return None;
        }
        let mut convs: Vec<(&str, Vec<Conv2d>)> = Vec::new();
        for branch in node.children() {
            let mut found = Vec::new();
            collect_convs(branch, &mut found);
            convs.push((&branch.name, found));
        }
        let widths = read_fields(&convs);
        let candidates =
            [Form::Reduced, Form::Naive].map(|form| InceptionFields { form, ..widths });
        for block in [Self::BatchNorm, Self::Bias] {
            for fields in candidates {
                let Ok(module) = Inception::new(fields) else { continue };
                if block.inception(node.name.clone(), &module) == *node {
                    return Some((block, module));
                }
            }
        }
        None
    }
}

fn collect_convs(node: &Node, found: &mut Vec<Conv2d>) {
    if let Some(Layer::Conv2d(conv)) = node.as_layer() {
        found.push(*conv);
    }
    for child in node.children() {
        collect_convs(child, found);
    }
}

/// The numbers of the convolutions in each branch; the form is not known yet.
fn read_fields(branches: &[(&str, Vec<Conv2d>)]) -> InceptionFields {
    let input = branches.iter().find_map(|(_, convs)| convs.first());
    let mut fields = InceptionFields::new(input.map_or(0, |conv| conv.in_channels), [0; 6]);
    for (name, convs) in branches {
        match (*name, &convs[..]) {
            ("branch1", [conv]) => fields.ch1x1 = conv.out_channels,
            ("branch2", [reductions @ .., conv]) => {
                (fields.ch3x3, fields.kernel3) = (conv.out_channels, conv.kernel_size.height);
                fields.ch3x3red = reductions.first().map_or(0, |conv| conv.out_channels);
            }
            ("branch3", [reductions @ .., conv]) => {
                (fields.ch5x5, fields.kernel5) = (conv.out_channels, conv.kernel_size.height);
                fields.ch5x5red = reductions.first().map_or(0, |conv| conv.out_channels);
            }
            ("branch4", [conv]) => fields.pool_proj = conv.out_channels,
            // The naive form's pool: any width stands for it.
            ("branch4", []) => fields.pool_proj = 1,
            _ => {}
        }
    }
    fields
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{OpRole, Preset};

    #[test]
    fn an_inception_module_is_read_back_from_its_node() {
        let no_third =
            InceptionFields { ch5x5: 0, ..InceptionFields::new(192, [64, 96, 128, 16, 32, 32]) };
        let fields = Preset::ALL.iter().map(|preset| preset.fields).chain([no_third]);
        for fields in fields {
            let module = Inception::new(fields).unwrap();
            for block in [ConvBlock::BatchNorm, ConvBlock::Bias] {
                let node = block.inception("inception", &module);
                let (read_block, read) = ConvBlock::of_inception(&node).unwrap();
                assert_eq!(read_block, block);
                assert_eq!(read.branches(), module.branches(), "{fields:?}");
            }
        }
    }

    #[test]
    fn what_is_no_inception_module_is_not_read_as_one() {
        let mut node = ConvBlock::Bias.inception("inception", &Inception::default());
        node.children_mut().unwrap().swap(0, 1);
        assert_eq!(ConvBlock::of_inception(&node), None);
        assert_eq!(ConvBlock::of_inception(&Node::flatten()), None);
    }

    #[test]
    fn names_are_state_dict_names() {
        let module = Inception::default();
        let node = ConvBlock::BatchNorm.inception("inception3a", &module);
        let mut prefixes = Vec::new();
        for branch in module.branches() {
            for (index, op) in branch.ops.iter().enumerate() {
                if op.role != OpRole::Pool {
                    prefixes.push(format!("inception3a.{}.conv", branch.state_dict_prefix(index)));
                }
            }
        }
        let network = crate::arch::network::Network { nodes: vec![node] };
        let shapes = network.infer(crate::arch::Shape::new(192, 28, 28));
        let convs = shapes.steps.iter().filter(|step| step.node.class_name() == "Conv2d");
        let paths: Vec<_> = convs.map(|step| step.path.clone()).collect();
        assert_eq!(paths, prefixes);
    }
}
