//! What of a node can be set by hand, whichever way it is built.

use super::node::{Body, InputWidth, Node};
use super::units::Unit;
use crate::arch::{
    Conv2d, Field, FieldError, FieldValue, Inception, Layer, LayerField, LayerFieldError,
};

/// A node by what can be set in it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Editable {
    /// A layer's numbers.
    Layer(Layer, InputWidth),
    /// A convolution with what follows it, set as one.
    Unit(Unit, Conv2d),
    /// An Inception module, set as one.
    Inception(Unit, Inception),
}

impl Editable {
    /// What can be set in `node`; `None` for a container that holds whatever it holds.
    #[must_use]
    pub fn of(node: &Node) -> Option<Self> {
        if let Body::Layer { layer, input, .. } = &node.body {
            return Some(Self::Layer(*layer, *input));
        }
        if let Some((unit, conv)) = Unit::of_conv(node) {
            return Some(Self::Unit(unit, conv));
        }
        Unit::of_inception(node).map(|(unit, module)| Self::Inception(unit, module))
    }

    /// The layer's numbers, the width of the input first. A unit's bias is the unit's to say, and its
    /// input's width follows.
    #[must_use]
    pub fn layer_fields(&self) -> Vec<LayerField> {
        match self {
            Self::Layer(layer, _) => layer.fields().to_vec(),
            Self::Unit(_, conv) => {
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
            Self::Unit(_, conv) => Layer::Conv2d(*conv).get(field),
            Self::Inception(..) => None,
        }
    }

    /// `node`, which this is of, with another value of one of [`Self::layer_fields`]. Whoever sets the
    /// width of a layer's input fixes it.
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
            Self::Unit(unit, conv) => match Layer::Conv2d(*conv).with(field, value)? {
                Layer::Conv2d(conv) => Ok(unit.node(node.name.clone(), conv)),
                _ => Ok(node.clone()),
            },
            Self::Inception(..) => {
                Err(LayerFieldError::NoSuchField { class_name: node.class_name(), field })
            }
        }
    }

    /// `node`, which this is of, with another number of the Inception module.
    ///
    /// # Errors
    /// When the module can't have this number. What is no module stays as it is.
    pub fn with_module(&self, node: &Node, field: Field, value: u64) -> Result<Node, FieldError> {
        match self {
            Self::Inception(unit, module) => {
                Ok(unit.inception(node.name.clone(), &module.with(field, value)?))
            }
            Self::Layer(..) | Self::Unit(..) => Ok(node.clone()),
        }
    }

    /// `node`, which this is of, with its input's width following what arrives.
    #[must_use]
    pub fn following(&self, node: &Node) -> Node {
        match self {
            Self::Layer(layer, _) => set_layer(node, *layer, Some(InputWidth::Follows)),
            Self::Unit(..) | Self::Inception(..) => node.clone(),
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
        let unit = Unit::BatchNorm.node("conv1", Conv2d::same(3, 8, 3));
        let next = Editable::of(&unit).unwrap().with(&unit, LayerField::OutChannels, 16).unwrap();
        assert_eq!(next, Unit::BatchNorm.node("conv1", Conv2d::same(3, 16, 3)));
        let block = Unit::Bias.inception("inception", &Inception::default());
        let editable = Editable::of(&block).unwrap();
        let next = editable.with_module(&block, Field::Ch3x3, 192).unwrap();
        let module = Inception::default().with(Field::Ch3x3, 192).unwrap();
        assert_eq!(next, Unit::Bias.inception("inception", &module));
        assert!(editable.with_module(&block, Field::Kernel3, 4).is_err());
        assert_eq!(Editable::of(&Node::flatten()), None);
    }
}
