//! The vocabulary: what letters and signs mean.

use super::super::item::UNKNOWN;
use crate::arch::network::ConvBlock;
use crate::arch::{Conv2d, Form, Layer, LayerField, Pool2d, PoolKind, Size};

/// Between tokens.
pub(super) const SEPARATOR: char = '-';
/// After a name.
pub(super) const NAMES: char = '*';
/// Ends the token that opens a container; alone, closes a container.
pub(super) const CLOSE: char = '_';
/// Between a height and a width that differ.
pub(super) const BY: char = 'x';
/// Between numbers of a list.
pub(super) const LIST: char = '.';
/// Before a layer that is a function call.
pub(super) const FUNCTION: char = 'F';
/// Before the input's shape.
pub(super) const INPUT: &str = "at";
/// A width that is fixed, a width that was the last.
pub(super) const FIXED: char = 'i';
pub(super) const LAST: char = 'w';
/// The kernels of an Inception module.
pub(super) const KERNELS: char = 'k';

/// The letters of fields; the letter of a switch has no value and means the value that is not the default.
pub(super) const LETTERS: [(LayerField, char); 7] = [
    (LayerField::KernelSize, 'k'),
    (LayerField::Stride, 's'),
    (LayerField::Padding, 'p'),
    (LayerField::Dilation, 'd'),
    (LayerField::Groups, 'g'),
    (LayerField::Bias, 'n'),
    (LayerField::CeilMode, 'c'),
];

/// The meaning of the letters at the beginning of a token.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Head {
    /// A layer, its numbers to come, the first of them without a letter.
    Layer(Layer, Option<LayerField>),
    Conv(ConvBlock),
    Module(ConvBlock, Form),
    Flatten,
}

const fn pool(kind: PoolKind) -> Head {
    let pool = Pool2d::new(kind, Size::square(1), Size::square(1));
    Head::Layer(Layer::Pool2d(pool), Some(LayerField::KernelSize))
}

pub(super) const CONV: Layer = Layer::Conv2d(Conv2d { bias: true, ..Conv2d::same(1, 1, 3) });

const GLOBAL_POOL: Layer = Layer::AdaptiveAvgPool2d { output_size: Size::square(1) };

pub(super) const HEADS: [(&str, Head); 17] = [
    ("c", Head::Layer(CONV, Some(LayerField::OutChannels))),
    ("cb", Head::Conv(ConvBlock::BatchNorm)),
    ("cr", Head::Conv(ConvBlock::Bias)),
    ("mp", pool(PoolKind::Max)),
    ("ap", pool(PoolKind::Average)),
    ("gap", Head::Layer(GLOBAL_POOL, None)),
    ("aap", Head::Layer(GLOBAL_POOL, Some(LayerField::OutputSize))),
    ("i", Head::Module(ConvBlock::BatchNorm, Form::Reduced)),
    ("in", Head::Module(ConvBlock::BatchNorm, Form::Naive)),
    ("ir", Head::Module(ConvBlock::Bias, Form::Reduced)),
    ("irn", Head::Module(ConvBlock::Bias, Form::Naive)),
    ("bn", Head::Layer(Layer::BatchNorm2d { num_features: UNKNOWN }, None)),
    ("r", Head::Layer(Layer::ReLU, None)),
    ("d", Head::Layer(Layer::Dropout, None)),
    ("f", Head::Flatten),
    ("lrn", Head::Layer(Layer::LocalResponseNorm { size: 1 }, Some(LayerField::Size))),
    (
        "l",
        Head::Layer(
            Layer::Linear { in_features: UNKNOWN, out_features: 1, bias: true },
            Some(LayerField::OutFeatures),
        ),
    ),
];

/// The first letters of a layer and the field whose number follows them.
pub(super) fn head_of(layer: &Layer) -> (&'static str, Option<LayerField>) {
    let is_it = |head: &Head| match head {
        // A pool to 1×1 is `gap`.
        Head::Layer(GLOBAL_POOL, None) => *layer == GLOBAL_POOL,
        Head::Layer(known, _) => known.class_name() == layer.class_name(),
        _ => false,
    };
    let found = HEADS.iter().find_map(|(text, head)| match head {
        Head::Layer(_, main) if is_it(head) => Some((*text, *main)),
        _ => None,
    });
    found.unwrap_or_default()
}

/// The first letters of a convolution block or module.
pub(super) fn text_of(head: Head) -> &'static str {
    HEADS.iter().find(|(_, known)| *known == head).map_or("", |(text, _)| text)
}
