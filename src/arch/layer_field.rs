//! The numbers of a layer: the one list by which the page, files and links show, check, read and write them.

use strum::{IntoStaticStr, VariantArray};
use thiserror::Error;

use super::field::Limits;
use super::field_value::FieldValue;
use super::layer::Layer;
use super::named::Named;
use super::pool::{Pool2d, PoolKind};
use super::size::Size;

/// An argument of a [`Layer`]: a number, a height and a width, or a switch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum LayerField {
    /// Channels that a convolution takes.
    InChannels,
    /// Filters of a convolution.
    OutChannels,
    /// Height and width of the window.
    KernelSize,
    /// Step of the window.
    Stride,
    /// Rows and columns added on each side.
    Padding,
    /// Distance between the kernel's taps.
    Dilation,
    /// Groups of channels that don't see each other.
    Groups,
    /// Channels that batch norm takes.
    NumFeatures,
    /// Height and width of an adaptive pool's output.
    OutputSize,
    /// Channels in the window of local response normalisation.
    Size,
    /// Values that a linear layer takes.
    InFeatures,
    /// Neurons of a linear layer.
    OutFeatures,
    /// Switch: a constant is added.
    Bias,
    /// Switch: a pooling window that only partly fits counts.
    CeilMode,
}

/// The kind of value that a field has.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldKind {
    /// A number.
    Number,
    /// A height and a width, or a number for both.
    Pair,
    /// On or off.
    Switch,
}

/// Why a layer can't have such a number.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum LayerFieldError {
    /// It is outside the [`Limits`].
    #[error("{} is {given}; allowed are {} to {}", field.name(), field.limits().min, field.limits().max)]
    OutOfRange {
        /// The field.
        field: LayerField,
        /// What was given.
        given: u64,
    },
    /// A height and a width, or a switch, for a field that takes neither.
    #[error("{} is one number, not {given}", field.name())]
    Kind {
        /// The field.
        field: LayerField,
        /// What was given.
        given: FieldValue,
    },
    /// This kind of layer has no such number.
    #[error("{class_name} has no {}", field.name())]
    NoSuchField {
        /// The layer's class.
        class_name: &'static str,
        /// The field.
        field: LayerField,
    },
}

impl LayerField {
    /// The allowed values: far beyond any network in use. Counts that exceed 64 bits are errors of the
    /// counting. Sliders end at the sizes of networks in use.
    #[must_use]
    pub const fn limits(self) -> Limits {
        match self {
            Self::InChannels | Self::OutChannels | Self::NumFeatures => {
                Limits { slider_max: 1024, ..Limits::new(1, 65_536) }
            }
            Self::KernelSize => Limits { slider_max: 11, ..Limits::new(1, 65_536) },
            Self::Stride | Self::Dilation | Self::Size => {
                Limits { slider_max: 8, ..Limits::new(1, 65_536) }
            }
            Self::Padding => Limits { slider_max: 8, ..Limits::new(0, 65_536) },
            Self::Groups => Limits { slider_max: 64, ..Limits::new(1, 65_536) },
            Self::OutputSize => Limits { slider_max: 14, ..Limits::new(1, 65_536) },
            // VGG's first maps alone, flattened, are 3,211,264 values.
            Self::InFeatures => Limits { slider_max: 25_088, ..Limits::new(1, 16_777_216) },
            Self::OutFeatures => Limits { slider_max: 4096, ..Limits::new(1, 1_048_576) },
            Self::Bias | Self::CeilMode => Limits::new(0, 1),
        }
    }

    /// Whether it is the width of the layer's input.
    #[must_use]
    pub const fn is_input_width(self) -> bool {
        matches!(self, Self::InChannels | Self::NumFeatures | Self::InFeatures)
    }

    /// What kind of value it has.
    #[must_use]
    pub const fn kind(self) -> FieldKind {
        match self {
            Self::KernelSize | Self::Stride | Self::Padding | Self::Dilation | Self::OutputSize => {
                FieldKind::Pair
            }
            Self::Bias | Self::CeilMode => FieldKind::Switch,
            Self::InChannels
            | Self::OutChannels
            | Self::Groups
            | Self::NumFeatures
            | Self::Size
            | Self::InFeatures
            | Self::OutFeatures => FieldKind::Number,
        }
    }

    /// Whether it is a switch.
    #[must_use]
    pub const fn is_switch(self) -> bool {
        matches!(self.kind(), FieldKind::Switch)
    }

    /// Returns `value` if it is allowed; each side of a pair must be.
    ///
    /// # Errors
    /// When it isn't.
    pub fn check(self, value: u64) -> Result<u64, LayerFieldError> {
        if self.limits().contains(value) {
            Ok(value)
        } else {
            Err(LayerFieldError::OutOfRange { field: self, given: value })
        }
    }
}

/// Where a layer keeps a field.
enum Place<'a> {
    Number(&'a mut u64),
    Pair(&'a mut Size),
    Switch(&'a mut bool),
}

impl Layer {
    /// Its numbers, the input's width first; each may be set for itself.
    #[must_use]
    pub const fn fields(&self) -> &'static [LayerField] {
        use LayerField as F;
        match self {
            Self::Conv2d(_) => &[
                F::InChannels,
                F::OutChannels,
                F::KernelSize,
                F::Stride,
                F::Padding,
                F::Dilation,
                F::Groups,
                F::Bias,
            ],
            Self::BatchNorm2d { .. } => &[F::NumFeatures],
            Self::Pool2d(Pool2d { kind: PoolKind::Max, .. }) => {
                &[F::KernelSize, F::Stride, F::Padding, F::Dilation, F::CeilMode]
            }
            Self::Pool2d(_) => &[F::KernelSize, F::Stride, F::Padding, F::CeilMode],
            Self::AdaptiveAvgPool2d { .. } => &[F::OutputSize],
            Self::LocalResponseNorm { .. } => &[F::Size],
            Self::Linear { .. } => &[F::InFeatures, F::OutFeatures, F::Bias],
            Self::ReLU | Self::Dropout => &[],
        }
    }

    fn place(&mut self, field: LayerField) -> Option<Place<'_>> {
        use LayerField as F;
        if !self.fields().contains(&field) {
            return None;
        }
        Some(match (self, field) {
            (Self::Conv2d(conv), F::InChannels) => Place::Number(&mut conv.in_channels),
            (Self::Conv2d(conv), F::OutChannels) => Place::Number(&mut conv.out_channels),
            (Self::Conv2d(conv), F::KernelSize) => Place::Pair(&mut conv.kernel_size),
            (Self::Conv2d(conv), F::Stride) => Place::Pair(&mut conv.stride),
            (Self::Conv2d(conv), F::Padding) => Place::Pair(&mut conv.padding),
            (Self::Conv2d(conv), F::Dilation) => Place::Pair(&mut conv.dilation),
            (Self::Conv2d(conv), F::Groups) => Place::Number(&mut conv.groups),
            (Self::Conv2d(conv), F::Bias) => Place::Switch(&mut conv.bias),
            (Self::BatchNorm2d { num_features }, F::NumFeatures) => Place::Number(num_features),
            (Self::Pool2d(pool), F::KernelSize) => Place::Pair(&mut pool.kernel_size),
            (Self::Pool2d(pool), F::Stride) => Place::Pair(&mut pool.stride),
            (Self::Pool2d(pool), F::Padding) => Place::Pair(&mut pool.padding),
            (Self::Pool2d(pool), F::Dilation) => Place::Pair(&mut pool.dilation),
            (Self::Pool2d(pool), F::CeilMode) => Place::Switch(&mut pool.ceil_mode),
            (Self::AdaptiveAvgPool2d { output_size }, F::OutputSize) => Place::Pair(output_size),
            (Self::LocalResponseNorm { size }, F::Size) => Place::Number(size),
            (Self::Linear { in_features, .. }, F::InFeatures) => Place::Number(in_features),
            (Self::Linear { out_features, .. }, F::OutFeatures) => Place::Number(out_features),
            (Self::Linear { bias, .. }, F::Bias) => Place::Switch(bias),
            _ => return None,
        })
    }

    /// The value that `field` names, if this layer has it.
    #[must_use]
    pub fn get(&self, field: LayerField) -> Option<FieldValue> {
        let mut copy = *self;
        copy.place(field).map(|place| match place {
            Place::Number(number) => (*number).into(),
            Place::Pair(size) => (*size).into(),
            Place::Switch(on) => (*on).into(),
        })
    }

    /// The number of [`Self::input_field`], if it has one.
    #[must_use]
    pub fn input_width(&self) -> Option<u64> {
        self.get(self.input_field()?)?.number()
    }

    /// This layer with one value changed. A number for a pair is both sides; for a switch 0 is off and
    /// 1 is on.
    ///
    /// # Errors
    /// When the layer has no such field, or it can't have this value.
    pub fn with(
        mut self,
        field: LayerField,
        value: impl Into<FieldValue>,
    ) -> Result<Self, LayerFieldError> {
        let (class_name, given) = (self.class_name(), value.into());
        let place = self.place(field);
        match (place.ok_or(LayerFieldError::NoSuchField { class_name, field })?, given) {
            (Place::Number(number), FieldValue::Number(value)) => *number = field.check(value)?,
            (Place::Pair(size), FieldValue::Number(_) | FieldValue::Pair(_)) => {
                let Size { height, width } = given.size();
                *size = Size::new(field.check(height)?, field.check(width)?);
            }
            (Place::Switch(on), FieldValue::Switch(value)) => *on = value,
            (Place::Switch(on), FieldValue::Number(value)) => *on = field.check(value)? == 1,
            _ => return Err(LayerFieldError::Kind { field, given }),
        }
        Ok(self)
    }

    /// The number that says how wide an input it takes, if it has one.
    #[must_use]
    pub const fn input_field(&self) -> Option<LayerField> {
        match self {
            Self::Conv2d(_) => Some(LayerField::InChannels),
            Self::BatchNorm2d { .. } => Some(LayerField::NumFeatures),
            Self::Linear { .. } => Some(LayerField::InFeatures),
            _ => None,
        }
    }

    /// This layer for an input of `width`. An input width that follows from the input is not set by the user,
    /// so no limits apply; a layer without an input width is returned unchanged.
    #[must_use]
    pub fn with_input_width(mut self, width: u64) -> Self {
        let field = self.input_field();
        if let Some(Place::Number(number)) = field.and_then(|field| self.place(field)) {
            *number = width;
        }
        self
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Conv2d;

    const LAYERS: [Layer; 9] = [
        Layer::Conv2d(Conv2d::same(3, 64, 3)),
        Layer::BatchNorm2d { num_features: 64 },
        Layer::ReLU,
        Layer::Pool2d(Pool2d::INCEPTION),
        Layer::Pool2d(Pool2d { kind: PoolKind::Average, ..Pool2d::INCEPTION }),
        Layer::AdaptiveAvgPool2d { output_size: Size::new(7, 5) },
        Layer::LocalResponseNorm { size: 5 },
        Layer::Dropout,
        Layer::Linear { in_features: 9, out_features: 8, bias: true },
    ];

    /// Values that a field may have.
    fn values(field: LayerField) -> Vec<FieldValue> {
        let Limits { min, max, .. } = field.limits();
        match field.kind() {
            FieldKind::Number => vec![min.into(), max.into()],
            FieldKind::Pair => vec![min.into(), max.into(), Size::new(min, max).into()],
            FieldKind::Switch => vec![false.into(), true.into()],
        }
    }

    #[test]
    fn every_field_of_a_layer_is_read_and_set_and_no_other() {
        for layer in LAYERS {
            for field in LayerField::all() {
                let limits = field.limits();
                assert_eq!(LayerField::by_name(field.name()), Some(field));
                if layer.fields().contains(&field) {
                    for value in values(field) {
                        let changed = layer.with(field, value).unwrap();
                        assert_eq!(changed.get(field), Some(value));
                        let back = changed.with(field, layer.get(field).unwrap());
                        assert_eq!(back, Ok(layer));
                    }
                    let given = limits.max + 1;
                    let error = LayerFieldError::OutOfRange { field, given };
                    assert_eq!(layer.with(field, given), Err(error));
                    let pair = FieldValue::Pair(Size::new(limits.min, given));
                    let error = match field.kind() {
                        FieldKind::Pair => error,
                        _ => LayerFieldError::Kind { field, given: pair },
                    };
                    assert_eq!(layer.with(field, pair), Err(error));
                } else {
                    assert_eq!(layer.get(field), None);
                    let class_name = layer.class_name();
                    let error = LayerFieldError::NoSuchField { class_name, field };
                    assert_eq!(layer.with(field, limits.min), Err(error));
                }
            }
            let first = layer.fields().first().copied();
            assert!(layer.input_field().is_none_or(|field| Some(field) == first));
        }
    }

    #[test]
    fn the_errors_say_what_is_allowed() {
        let conv = LAYERS[0];
        let error = conv.with(LayerField::Stride, 0).unwrap_err();
        assert_eq!(error.to_string(), "stride is 0; allowed are 1 to 65536");
        let error = conv.with(LayerField::Size, 5).unwrap_err();
        assert_eq!(error.to_string(), "Conv2d has no size");
        let error = conv.with(LayerField::Groups, Size::new(1, 7)).unwrap_err();
        assert_eq!(error.to_string(), "groups is one number, not 1×7");
    }
}
