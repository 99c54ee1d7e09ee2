//! The value of a layer's field.

use std::fmt;

use super::size::Size;

/// The value of a [`LayerField`](super::LayerField).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum FieldValue {
    /// A number; for a pair, height and width at once.
    Number(u64),
    /// A height and a width that differ. A square [`Size`] becomes a [`Self::Number`].
    Pair(Size),
    /// On or off.
    Switch(bool),
}

impl From<u64> for FieldValue {
    fn from(number: u64) -> Self {
        Self::Number(number)
    }
}

impl From<Size> for FieldValue {
    fn from(size: Size) -> Self {
        size.side().map_or(Self::Pair(size), Self::Number)
    }
}

impl From<bool> for FieldValue {
    fn from(on: bool) -> Self {
        Self::Switch(on)
    }
}

impl FieldValue {
    /// Height and width.
    #[must_use]
    pub const fn size(self) -> Size {
        match self {
            Self::Number(number) => Size::square(number),
            Self::Pair(size) => size,
            Self::Switch(on) => Size::square(on as u64),
        }
    }

    /// The number, if it is one.
    #[must_use]
    pub const fn number(self) -> Option<u64> {
        match self {
            Self::Number(number) => Some(number),
            Self::Pair(_) | Self::Switch(_) => None,
        }
    }

    /// Whether it is a switch that is on.
    #[must_use]
    pub const fn is_on(self) -> bool {
        matches!(self, Self::Switch(true))
    }
}

impl fmt::Display for FieldValue {
    /// `3`, `1×7`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.size().brief())
    }
}
