//! The counts that can be asked for: their units, and which of them add up.

use strum::{IntoStaticStr, VariantArray};

/// What a count is written in.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Unit {
    /// Things, in powers of 1000: k, M, G.
    Count,
    /// Bytes, in powers of 1024: KiB, MiB, GiB.
    Bytes,
}

/// Which count is meant.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Metric {
    /// Learnable parameters.
    #[default]
    Params,
    /// Multiply–accumulates for one image.
    Macs,
    /// Floating-point operations for one image: twice the multiply–accumulates.
    Flops,
    /// Bytes of all activations together, float32, for one image.
    Memory,
    /// Bytes of the activations alive at once in inference, float32, for one image: see
    /// [`liveness`](super::liveness).
    #[strum(serialize = "peak")]
    PeakMemory,
}

/// A count whose value for the whole is the sum of the values for the parts. Shares of a whole, savings and
/// curves of sums exist for these alone.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, VariantArray)]
pub enum Additive {
    /// Learnable parameters.
    #[default]
    Params,
    /// Multiply–accumulates.
    Macs,
    /// Floating-point operations.
    Flops,
    /// Bytes of all activations.
    Memory,
}

impl Metric {
    /// The unit of its counts.
    #[must_use]
    pub const fn unit(self) -> Unit {
        match self {
            Self::Params | Self::Macs | Self::Flops => Unit::Count,
            Self::Memory | Self::PeakMemory => Unit::Bytes,
        }
    }

    /// The metric as one that adds up; `None` where the count of a whole is the largest of the counts of
    /// its parts.
    #[must_use]
    pub const fn additive(self) -> Option<Additive> {
        Some(match self {
            Self::Params => Additive::Params,
            Self::Macs => Additive::Macs,
            Self::Flops => Additive::Flops,
            Self::Memory => Additive::Memory,
            Self::PeakMemory => return None,
        })
    }

    /// The count that a part is measured by where the whole is measured by this metric: the metric itself
    /// where it adds up. The peak has no parts; it is made of the activations, so its parts are theirs.
    #[must_use]
    pub const fn of_parts(self) -> Additive {
        match self.additive() {
            Some(additive) => additive,
            None => Additive::Memory,
        }
    }

    /// Whether the count depends on the input: parameters are known even where shapes do not fit.
    #[must_use]
    pub const fn needs_shapes(self) -> bool {
        !matches!(self, Self::Params)
    }
}

impl From<Additive> for Metric {
    fn from(additive: Additive) -> Self {
        match additive {
            Additive::Params => Self::Params,
            Additive::Macs => Self::Macs,
            Additive::Flops => Self::Flops,
            Additive::Memory => Self::Memory,
        }
    }
}
