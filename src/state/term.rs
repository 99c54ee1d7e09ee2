//! The switches that say what is counted.

use strum::{IntoStaticStr, VariantArray};

use crate::cost::{Bias, Convention, Metric};

/// A counting switch. Its name stands in locale keys; see [`Term::link_word`] for links.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Term {
    /// Batch norm's parameters.
    ParamBatchNorm,
    /// A bias for every filter, as in the paper's layout.
    ParamBias,
    /// Batch norm's work.
    OpBatchNorm,
    /// Adding a bias for every output value.
    OpBias,
    /// `ReLU` and pooling.
    OpElementwise,
}

/// What a switch is in a link and in a convention.
struct Entry {
    link_word: &'static str,
    is_on: fn(&Convention) -> bool,
    set: fn(&mut Convention, bool),
}

const fn bias(on: bool, off: Bias) -> Bias {
    if on { Bias::Assumed } else { off }
}

impl Term {
    /// The switches that change a count of parameters.
    pub const PARAMS: [Self; 2] = [Self::ParamBatchNorm, Self::ParamBias];

    /// The switches that change a count of operations.
    pub const OPS: [Self; 3] = [Self::OpBatchNorm, Self::OpBias, Self::OpElementwise];

    /// The table of the switches.
    const fn entry(self) -> Entry {
        match self {
            Self::ParamBatchNorm => Entry {
                link_word: "bn",
                is_on: |convention| convention.params.batch_norm,
                set: |convention, on| convention.params.batch_norm = on,
            },
            Self::ParamBias => Entry {
                link_word: "bias",
                is_on: |convention| matches!(convention.params.bias, Bias::Assumed),
                set: |convention, on| convention.params.bias = bias(on, Bias::AsBuilt),
            },
            Self::OpBatchNorm => Entry {
                link_word: "bn",
                is_on: |convention| convention.ops.batch_norm,
                set: |convention, on| convention.ops.batch_norm = on,
            },
            Self::OpBias => Entry {
                link_word: "bias",
                is_on: |convention| matches!(convention.ops.bias, Bias::Assumed),
                set: |convention, on| convention.ops.bias = bias(on, Bias::Ignored),
            },
            Self::OpElementwise => Entry {
                link_word: "elementwise",
                is_on: |convention| convention.ops.elementwise,
                set: |convention, on| convention.ops.elementwise = on,
            },
        }
    }

    /// The switches that change what `metric` counts.
    #[must_use]
    pub const fn of_metric(metric: Metric) -> &'static [Self] {
        match metric {
            Metric::Params => &Self::PARAMS,
            Metric::Macs | Metric::Flops => &Self::OPS,
            Metric::Memory | Metric::PeakMemory => &[],
        }
    }

    /// The word of version 1 in a link. It isn't the name: the link's key (`params`, `ops`) already says
    /// what is counted, so the same words stand under both keys.
    #[must_use]
    pub const fn link_word(self) -> &'static str {
        self.entry().link_word
    }

    /// Whether the switch is on in `convention`.
    #[must_use]
    pub fn is_on(self, convention: Convention) -> bool {
        (self.entry().is_on)(&convention)
    }

    /// Turns the switch on or off in `convention`.
    pub fn set(self, convention: &mut Convention, on: bool) {
        (self.entry().set)(convention, on);
    }
}
