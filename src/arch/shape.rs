//! The shape of one image's activations, and shape errors.

use std::fmt;

use thiserror::Error;

/// Channels × height × width of one image (the `CHW` of `NCHW`; the batch is always 1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Shape {
    /// Number of feature maps.
    pub channels: u64,
    /// Rows of each map.
    pub height: u64,
    /// Columns of each map.
    pub width: u64,
}

impl Shape {
    /// A shape from its three sides.
    #[must_use]
    pub const fn new(channels: u64, height: u64, width: u64) -> Self {
        Self { channels, height, width }
    }

    /// Number of values, or `None` where it does not fit into 64 bits.
    #[must_use]
    pub fn numel(self) -> Option<u64> {
        self.channels.checked_mul(self.height)?.checked_mul(self.width)
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} × {} × {}", self.channels, self.height, self.width)
    }
}

/// Why a layer can't take its input.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum ShapeError {
    /// The input has another number of channels (or features) than the layer was built for.
    #[error("the layer takes {expected} channels, the input has {given}")]
    Channels {
        /// The number that the layer needs.
        expected: u64,
        /// The number that the input has.
        given: u64,
    },
    /// The window reaches beyond the padded input, so that not one output would come out.
    #[error("a window of {window} does not fit into {padded} rows or columns (padding included)")]
    WindowTooLarge {
        /// Extent of the (dilated) window.
        window: u64,
        /// Extent of the input with its padding.
        padded: u64,
    },
    /// The channels can't be split into that many groups.
    #[error("{channels} channels can't be split into {groups} groups")]
    Groups {
        /// Channels to be split.
        channels: u64,
        /// Groups asked for.
        groups: u64,
    },
    /// PyTorch allows a pooling padding of at most half the window.
    #[error("a padding of {padding} is more than half the window of {kernel_size}")]
    PoolPadding {
        /// The padding given.
        padding: u64,
        /// The window it belongs to.
        kernel_size: u64,
    },
    /// A number that must be at least 1 (named) is 0.
    #[error("{0} must be at least 1")]
    Zero(&'static str),
    /// Feature maps of different sizes can't be concatenated along channels.
    #[error("{given} can't be concatenated with maps of {height} × {width}")]
    Concatenate {
        /// Height of the first input.
        height: u64,
        /// Width of the first input.
        width: u64,
        /// The input that differs.
        given: Shape,
    },
    /// Shapes that can't be added or multiplied: two sides differ and neither is 1.
    #[error("{given} and {joined} can't be joined element by element: sides must be alike or 1")]
    Broadcast {
        /// The shape of the inputs before it, joined.
        joined: Shape,
        /// The input that differs.
        given: Shape,
    },
    /// A layer that slides over rows and columns got a flattened vector.
    #[error("the layer takes feature maps, not a vector of {features} values")]
    Flattened {
        /// Length of the vector.
        features: u64,
    },
    /// Nothing to join.
    #[error("there is nothing to join")]
    Empty,
    /// A side of the output does not fit into 64 bits.
    #[error("the shape is too large to count")]
    TooLarge,
}

/// The shape of `inputs` concatenated along channels (`torch.cat(inputs, 1)`).
///
/// # Errors
/// When there is no input, or the sizes of the maps differ.
pub fn concatenate(inputs: &[Shape]) -> Result<Shape, ShapeError> {
    let (first, rest) = inputs.split_first().ok_or(ShapeError::Empty)?;
    rest.iter().try_fold(*first, |sum, &given| {
        if (given.height, given.width) != (sum.height, sum.width) {
            return Err(ShapeError::Concatenate { height: sum.height, width: sum.width, given });
        }
        let channels = sum.channels.checked_add(given.channels).ok_or(ShapeError::TooLarge)?;
        Ok(Shape { channels, ..sum })
    })
}

/// The shape of `inputs` added or multiplied element by element (`torch.add`, `torch.mul`): as
/// `torch.broadcast_shapes`, sides are alike, or one is 1 and its values are repeated.
///
/// # Errors
/// When there is no input, or two sides differ and neither is 1.
pub fn broadcast(inputs: &[Shape]) -> Result<Shape, ShapeError> {
    let (first, rest) = inputs.split_first().ok_or(ShapeError::Empty)?;
    rest.iter().try_fold(*first, |joined, &given| {
        let side = |one: u64, other: u64| match (one, other) {
            (one, other) if one == other => Ok(one),
            (1, other) => Ok(other),
            (one, 1) => Ok(one),
            _ => Err(ShapeError::Broadcast { joined, given }),
        };
        Ok(Shape {
            channels: side(joined.channels, given.channels)?,
            height: side(joined.height, given.height)?,
            width: side(joined.width, given.width)?,
        })
    })
}

/// Extent of a window of `kernel_size` taps, `dilation` apart.
pub(crate) fn window_extent(kernel_size: u64, dilation: u64) -> Result<u64, ShapeError> {
    if kernel_size == 0 {
        return Err(ShapeError::Zero("kernel_size"));
    }
    if dilation == 0 {
        return Err(ShapeError::Zero("dilation"));
    }
    (kernel_size - 1)
        .checked_mul(dilation)
        .and_then(|span| span.checked_add(1))
        .ok_or(ShapeError::TooLarge)
}

/// `input + 2 × padding`.
pub(crate) fn padded(input: u64, padding: u64) -> Result<u64, ShapeError> {
    padding.checked_mul(2).and_then(|both| both.checked_add(input)).ok_or(ShapeError::TooLarge)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn concatenation_adds_channels_and_refuses_other_sizes() {
        let maps = |channels| Shape::new(channels, 28, 28);
        assert_eq!(concatenate(&[maps(64), maps(128), maps(32), maps(32)]), Ok(maps(256)));
        assert_eq!(concatenate(&[]), Err(ShapeError::Empty));
        let odd = Shape::new(3, 27, 28);
        assert_eq!(
            concatenate(&[maps(1), odd]),
            Err(ShapeError::Concatenate { height: 28, width: 28, given: odd })
        );
        assert_eq!(concatenate(&[maps(u64::MAX), maps(1)]), Err(ShapeError::TooLarge));
    }

    #[test]
    fn element_by_element_sides_are_alike_or_1() {
        let maps = Shape::new(64, 7, 9);
        assert_eq!(broadcast(&[maps, maps, maps]), Ok(maps));
        assert_eq!(broadcast(&[maps, Shape::new(64, 1, 1)]), Ok(maps));
        assert_eq!(broadcast(&[Shape::new(1, 7, 9), Shape::new(64, 1, 1)]), Ok(maps));
        assert_eq!(broadcast(&[]), Err(ShapeError::Empty));
        for given in [Shape::new(32, 7, 9), Shape::new(64, 7, 7), Shape::new(64, 2, 1)] {
            let error = ShapeError::Broadcast { joined: maps, given };
            assert_eq!(broadcast(&[maps, Shape::new(64, 1, 1), given]), Err(error));
        }
    }
}
