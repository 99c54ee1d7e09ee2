//! The numbers of an Inception module that the user can set, and their allowed values.
//!
//! Sliders, number boxes, links and errors all read the same [`Limits`].

use strum::{IntoStaticStr, VariantArray};
use thiserror::Error;

use super::named::Named;

/// A number that a person, a link or a file may set.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Field {
    /// Channels of the module's input.
    InChannels,
    /// Rows of the input.
    Height,
    /// Columns of the input.
    Width,
    /// Filters of the 1×1 branch.
    Ch1x1,
    /// Filters of the 1×1 before the 3×3.
    #[strum(serialize = "ch3x3red")]
    Ch3x3Red,
    /// Filters of the 3×3.
    Ch3x3,
    /// Filters of the 1×1 before the 5×5.
    #[strum(serialize = "ch5x5red")]
    Ch5x5Red,
    /// Filters of the 5×5.
    Ch5x5,
    /// Filters of the 1×1 after the pool.
    PoolProj,
    /// Kernel size of the second branch (3 in the paper).
    Kernel3,
    /// Kernel size of the third branch (5 in the paper).
    Kernel5,
    /// Kernel size of a plain convolution.
    PlainKernel,
    /// Filters of the plain convolutions.
    PlainOut,
    /// Seed of the weights.
    Seed,
}

/// The values a field may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Limits {
    /// Smallest value allowed.
    pub min: u64,
    /// Largest value allowed.
    pub max: u64,
    /// Largest value of the slider; a number box allows up to `max`.
    pub slider_max: u64,
    /// Distance between allowed values, counted from `min`.
    pub step: u64,
}

impl Limits {
    pub(super) const fn new(min: u64, max: u64) -> Self {
        Self { min, max, slider_max: max, step: 1 }
    }

    /// Whether `value` is allowed.
    #[must_use]
    pub fn contains(&self, value: u64) -> bool {
        (self.min..=self.max).contains(&value) && (value - self.min).is_multiple_of(self.step)
    }

    /// The allowed value nearest to `value`; of two equally near, the lower.
    #[must_use]
    pub fn clamp(&self, value: u64) -> u64 {
        let offset = value.clamp(self.min, self.max) - self.min;
        let below = offset - offset % self.step;
        let above = (below + self.step).min(self.max - self.min);
        self.min + if offset - below <= above.saturating_sub(offset) { below } else { above }
    }
}

impl Field {
    /// Every field of an Inception module (its input's size apart).
    pub const INCEPTION: [Self; 9] = [
        Self::InChannels,
        Self::Ch1x1,
        Self::Ch3x3Red,
        Self::Ch3x3,
        Self::Ch5x5Red,
        Self::Ch5x5,
        Self::PoolProj,
        Self::Kernel3,
        Self::Kernel5,
    ];

    /// The six branch widths, in the order of the write-up's constructor.
    pub const WIDTHS: [Self; 6] =
        [Self::Ch1x1, Self::Ch3x3Red, Self::Ch3x3, Self::Ch5x5Red, Self::Ch5x5, Self::PoolProj];

    /// The fields of a module apart from its input: the six widths, then both kernel sizes.
    pub const WIDTHS_AND_KERNELS: [Self; 8] = [
        Self::Ch1x1,
        Self::Ch3x3Red,
        Self::Ch3x3,
        Self::Ch5x5Red,
        Self::Ch5x5,
        Self::PoolProj,
        Self::Kernel3,
        Self::Kernel5,
    ];

    /// The values this field may have.
    #[must_use]
    pub const fn limits(self) -> Limits {
        match self {
            Self::InChannels => Limits::new(1, 1024),
            Self::Height | Self::Width => Limits::new(1, 512),
            Self::Ch1x1
            | Self::Ch3x3Red
            | Self::Ch3x3
            | Self::Ch5x5Red
            | Self::Ch5x5
            | Self::PoolProj => Limits { slider_max: 512, ..Limits::new(0, 4096) },
            Self::Kernel3 | Self::Kernel5 | Self::PlainKernel => {
                Limits { step: 2, ..Limits::new(1, 11) }
            }
            Self::PlainOut => Limits { slider_max: 1024, ..Limits::new(1, 16_384) },
            Self::Seed => Limits::new(0, u32::MAX as u64),
        }
    }

    /// Returns `value` if it is allowed.
    ///
    /// # Errors
    /// When `value` is not allowed; the error names the field and the value.
    pub fn check(self, value: u64) -> Result<u64, FieldError> {
        if self.limits().contains(value) {
            Ok(value)
        } else {
            Err(FieldError::OutOfRange { field: self, given: value })
        }
    }
}

/// Why a set of numbers does not make an Inception module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum FieldError {
    /// A number outside its [`Limits`].
    #[error("{} is {given}; allowed are {} to {} in steps of {}", field.name(), field.limits().min, field.limits().max, field.limits().step)]
    OutOfRange {
        /// The field.
        field: Field,
        /// What was given.
        given: u64,
    },
    /// Every branch has a width of 0.
    #[error("every branch has a width of 0; one must remain")]
    NoBranch,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kernels_are_odd_and_clamp_to_a_neighbour() {
        let limits = Field::Kernel3.limits();
        assert!(limits.contains(11) && !limits.contains(4) && !limits.contains(13));
        let clamped: Vec<_> = [0, 1, 2, 4, 10, 12, u64::MAX].map(|k| limits.clamp(k)).to_vec();
        assert_eq!(clamped, [1, 1, 1, 3, 9, 11, 11]);
    }

    #[test]
    fn the_error_says_field_value_and_limits() {
        let error = Field::InChannels.check(2000).unwrap_err();
        assert_eq!(error.to_string(), "in_channels is 2000; allowed are 1 to 1024 in steps of 1");
    }
}
