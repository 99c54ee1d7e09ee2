//! Replacements of a convolution.

use crate::arch::network::{ConvBlock, ModuleKind, Node};
use crate::arch::{Conv2d, Field, FieldError, Inception};

use super::{Proportions, Refusal, Share};

/// A rule that gives a replacement for any convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Replacement {
    /// An Inception module of these proportions, for a convolution that keeps height and width.
    Inception(Proportions),
    /// A 1×1 that reduces to a share of the input channels, then the convolution itself with its own
    /// kernel, stride, padding and dilation.
    Bottleneck(Share),
}

impl Default for Replacement {
    fn default() -> Self {
        Self::Inception(Proportions::default())
    }
}

/// The replacement of one convolution.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fitted {
    /// This module.
    Inception(Inception),
    /// A 1×1, then the convolution on what it makes.
    Bottleneck {
        /// The convolution that is replaced.
        conv: Conv2d,
        /// Filters of the 1×1.
        reduced: u64,
    },
}

impl Replacement {
    /// The replacement for `conv`, of the same output shape on any input that `conv` can take.
    ///
    /// # Errors
    /// When there is none; see [`Refusal`]. A module needs stride 1 and
    /// `2·padding = dilation·(kernel_size − 1)`; a bottleneck takes any convolution without groups.
    pub fn fit(&self, conv: &Conv2d) -> Result<Fitted, Refusal> {
        let Conv2d { in_channels, out_channels, kernel_size, stride, padding, .. } = *conv;
        if conv.groups != 1 {
            return Err(Refusal::Grouped { groups: conv.groups });
        }
        match self {
            Self::Bottleneck(share) => {
                Ok(Fitted::Bottleneck { conv: *conv, reduced: share.of(in_channels) })
            }
            Self::Inception(_) if !stride.is_square_of(1) => Err(Refusal::Strided { stride }),
            Self::Inception(_) if !conv.keeps_size() => {
                Err(Refusal::ChangesSize { kernel_size, padding, dilation: conv.dilation })
            }
            Self::Inception(proportions) => {
                Ok(Fitted::Inception(proportions.scaled(in_channels, out_channels)?))
            }
        }
    }
}

impl Fitted {
    /// The node of this name, made of `block`s.
    #[must_use]
    pub fn node(&self, name: String, block: ConvBlock) -> Node {
        match *self {
            Self::Inception(module) => block.inception(name, &module),
            Self::Bottleneck { conv, reduced } => {
                let reduce = block.node("0", Conv2d::same(conv.in_channels, reduced, 1));
                let rest = block.node("1", Conv2d { in_channels: reduced, ..conv });
                Node::sequence(name, ModuleKind::Sequential, vec![reduce, rest])
            }
        }
    }

    /// The same replacement for another number of input channels, with the same widths.
    ///
    /// # Errors
    /// When a module can't have so many.
    pub(super) fn with_in_channels(self, in_channels: u64) -> Result<Self, FieldError> {
        Ok(match self {
            Self::Inception(module) => {
                Self::Inception(module.with(Field::InChannels, in_channels)?)
            }
            Self::Bottleneck { conv, reduced } => {
                Self::Bottleneck { conv: Conv2d { in_channels, ..conv }, reduced }
            }
        })
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::arch::Size;

    const CONV: Conv2d = Conv2d::same(64, 64, 3);

    #[rstest]
    #[case::grouped(Conv2d { groups: 2, ..CONV }, Refusal::Grouped { groups: 2 })]
    #[case::strided(Conv2d { stride: Size::square(2), ..CONV }, Refusal::Strided { stride: Size::square(2) })]
    #[case::shrinks(Conv2d { padding: Size::square(0), ..CONV }, Refusal::ChangesSize { kernel_size: Size::square(3), padding: Size::square(0), dilation: Size::square(1) })]
    #[case::even(Conv2d::same(64, 64, 2), Refusal::ChangesSize { kernel_size: Size::square(2), padding: Size::square(1), dilation: Size::square(1) })]
    #[case::narrow(Conv2d::same(64, 2, 3), Refusal::TooNarrow { out_channels: 2, branches: 4 })]
    fn what_a_module_can_not_replace(#[case] conv: Conv2d, #[case] reason: Refusal) {
        assert_eq!(Replacement::default().fit(&conv), Err(reason));
        let bottleneck = Replacement::Bottleneck(Share::QUARTER).fit(&conv);
        assert_eq!(bottleneck.is_err(), conv.groups > 1);
    }

    #[test]
    fn a_dilated_convolution_may_keep_its_size() {
        let dilated = Conv2d { dilation: Size::square(2), padding: Size::square(2), ..CONV };
        assert!(Replacement::default().fit(&dilated).is_ok());
    }
}
