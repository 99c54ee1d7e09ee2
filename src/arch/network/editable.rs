//! The numbers of a node that the user can set.

use super::conv_block::ConvBlock;
use super::node::{Body, InputWidth, Node};
use crate::arch::{
    Conv2d, Field, FieldError, FieldValue, Inception, Layer, LayerField, LayerFieldError,
};

/// A node, as the editor shows it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Editable {
    /// A layer's numbers.
    Layer(Layer, InputWidth),
    /// A [`ConvBlock`], edited as one layer.
    ConvBlock(ConvBlock, Conv2d),
    /// An Inception module, edited as one layer.
    Inception(ConvBlock, Inception),
}

impl Editable {
    /// `node` as the editor shows it; `None` for any other container.
    #[must_use]
    pub fn of(node: &Node) -> Option<Self> {
        if let Body::Layer { layer, input, .. } = &node.body {
            return Some(Self::Layer(*layer, *input));
        }
        if let Some((block, conv)) = ConvBlock::of_conv(node) {
            return Some(Self::ConvBlock(block, conv));
        }
        ConvBlock::of_inception(node).map(|(block, module)| Self::Inception(block, module))
    }

    /// The layer's numbers, the width of the input first. The kind of a
    /// [`ConvBlock`] says whether there is a bias, and its input width follows.
    #[must_use]
    pub fn layer_fields(&self) -> Vec<LayerField> {
        match self {
            Self::Layer(layer, _) => layer.fields().to_vec(),
            Self::ConvBlock(_, conv) => {
                let fields = Layer::Conv2d(*conv).fields().iter().copied();
                fields
                    .filter(|field| !matches!(field, LayerField::Bias | LayerField::InChannels))
                    .collect()
            }
            Self::Inception(..) => Vec::new(),
        }
    }

    /// The value of one of [`Self::layer_fields`].
    #[must_use]
    pub fn get(&self, field: LayerField) -> Option<FieldValue> {
        match self {
            Self::Layer(layer, _) => layer.get(field),
            Self::ConvBlock(_, conv) => Layer::Conv2d(*conv).get(field),
            Self::Inception(..) => None,
        }
    }

    /// `node` (from which `self` was made) with another value of one of [`Self::layer_fields`]. Setting the input
    /// width of a layer fixes it.
    ///
    /// # Errors
    /// When the layer can't have this number.
    pub fn with(
        &self,
        node: &Node,
        field: LayerField,
        value: impl Into<FieldValue>,
    ) -> Result<Node, LayerFieldError> {
        let value = value.into();
        match self {
            Self::Layer(layer, _) => {
                let next = layer.with(field, value)?;
                let is_width = field.is_input_width();
                let width = if is_width { Some(InputWidth::Fixed) } else { None };
                Ok(set_layer(node, next, width))
            }
            Self::ConvBlock(block, conv) => match Layer::Conv2d(*conv).with(field, value)? {
                Layer::Conv2d(conv) => Ok(block.node(node.name.clone(), conv)),
                _ => Ok(node.clone()),
            },
            Self::Inception(..) => {
                Err(LayerFieldError::NoSuchField { class_name: node.class_name(), field })
            }
        }
    }

    /// `node` (from which `self` was made) with another number of the Inception module.
    ///
    /// # Errors
    /// When the module can't have this number. Another node is returned unchanged.
    pub fn with_module(&self, node: &Node, field: Field, value: u64) -> Result<Node, FieldError> {
        match self {
            Self::Inception(block, module) => {
                Ok(block.inception(node.name.clone(), &module.with(field, value)?))
            }
            Self::Layer(..) | Self::ConvBlock(..) => Ok(node.clone()),
        }
    }

    /// `node` (from which `self` was made) with an input width that follows from its input.
    #[must_use]
    pub fn following(&self, node: &Node) -> Node {
        match self {
            Self::Layer(layer, _) => set_layer(node, *layer, Some(InputWidth::Follows)),
            Self::ConvBlock(..) | Self::Inception(..) => node.clone(),
        }
    }
}

fn set_layer(node: &Node, next: Layer, width: Option<InputWidth>) -> Node {
    let mut node = node.clone();
    if let Body::Layer { layer, input, .. } = &mut node.body {
        *layer = next;
        *input = width.unwrap_or(*input);
    }
    node
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_width_set_by_hand_is_fixed_until_it_follows_again() {
        let conv = Node::layer("conv", Layer::Conv2d(Conv2d::same(3, 8, 3)));
        let of = |node: &Node| Editable::of(node).unwrap();
        let fixed = of(&conv).with(&conv, LayerField::InChannels, 4).unwrap();
        let Editable::Layer(layer, width) = of(&fixed) else { panic!("{fixed:?}") };
        assert_eq!((layer.get(LayerField::InChannels), width), (Some(4.into()), InputWidth::Fixed));
        let wider = of(&fixed).with(&fixed, LayerField::OutChannels, 9).unwrap();
        assert!(matches!(of(&wider), Editable::Layer(_, InputWidth::Fixed)));
        assert!(matches!(
            of(&of(&fixed).following(&fixed)),
            Editable::Layer(_, InputWidth::Follows)
        ));
    }

    #[test]
    fn units_and_modules_are_set_as_one() {
        let unit = ConvBlock::BatchNorm.node("conv1", Conv2d::same(3, 8, 3));
        let next = Editable::of(&unit).unwrap().with(&unit, LayerField::OutChannels, 16).unwrap();
        assert_eq!(next, ConvBlock::BatchNorm.node("conv1", Conv2d::same(3, 16, 3)));
        let block = ConvBlock::Bias.inception("inception", &Inception::default());
        let editable = Editable::of(&block).unwrap();
        let next = editable.with_module(&block, Field::Ch3x3, 192).unwrap();
        let module = Inception::default().with(Field::Ch3x3, 192).unwrap();
        assert_eq!(next, ConvBlock::Bias.inception("inception", &module));
        assert!(editable.with_module(&block, Field::Kernel3, 4).is_err());
        assert_eq!(Editable::of(&Node::flatten()), None);
    }
}
