//! A height and a width: of maps, of a window, of its steps.

use std::fmt;

use super::shape::Shape;

/// A height and a width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Size {
    /// Rows.
    pub height: u64,
    /// Columns.
    pub width: u64,
}

impl Size {
    /// A height and a width.
    #[must_use]
    pub const fn new(height: u64, width: u64) -> Self {
        Self { height, width }
    }

    /// A square size.
    #[must_use]
    pub const fn square(side: u64) -> Self {
        Self::new(side, side)
    }

    /// The side of a square; `None` where height and width differ.
    #[must_use]
    pub const fn side(self) -> Option<u64> {
        if self.height == self.width { Some(self.height) } else { None }
    }

    /// Whether both sides are `side`.
    #[must_use]
    pub const fn is_square_of(self, side: u64) -> bool {
        self.height == side && self.width == side
    }

    /// The larger of the two sides.
    #[must_use]
    pub const fn longest(self) -> u64 {
        if self.height > self.width { self.height } else { self.width }
    }

    /// This size with `channels` in front.
    #[must_use]
    pub const fn with_channels(self, channels: u64) -> Shape {
        Shape::new(channels, self.height, self.width)
    }

    /// Both sides through `change`.
    #[must_use]
    pub fn map(self, change: impl Fn(u64) -> u64) -> Self {
        Self::new(change(self.height), change(self.width))
    }

    /// The sides of both sizes, height by height and width by width, through `combine`.
    #[must_use]
    pub fn zip(self, other: Self, combine: impl Fn(u64, u64) -> u64) -> Self {
        Self::new(combine(self.height, other.height), combine(self.width, other.width))
    }

    /// The short spelling: `2`, or `2×1` where height and width differ.
    #[must_use]
    pub fn brief(self) -> String {
        self.side().map_or_else(|| self.to_string(), |side| side.to_string())
    }
}

impl fmt::Display for Size {
    /// `3×3`, `1×7`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}×{}", self.height, self.width)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_size_is_said_in_full_or_as_short_as_it_can_be() {
        assert_eq!(Size::square(3).to_string(), "3×3");
        assert_eq!(Size::square(3).brief(), "3");
        assert_eq!(Size::new(1, 7).to_string(), "1×7");
        assert_eq!(Size::new(1, 7).brief(), "1×7");
    }
}
