//! The shape that one node of a network passes to the next.

use std::fmt;

use super::node::Join;
use crate::arch::{Layer, Shape, ShapeError, broadcast, concatenate};

/// The shape of one image's activations, maps or a vector.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Signal {
    /// The shape before flattening, from which the receptive field is computed.
    pub shape: Shape,
    /// Whether it is a vector now, without rows and columns.
    pub flat: bool,
}

impl Signal {
    /// Feature maps.
    #[must_use]
    pub const fn maps(shape: Shape) -> Self {
        Self { shape, flat: false }
    }

    /// A vector of `features` values.
    #[must_use]
    pub const fn vector(features: u64) -> Self {
        Self { shape: Shape::new(features, 1, 1), flat: true }
    }

    /// The sides as PyTorch prints them after the batch: C, H, W of maps, the length of a vector;
    /// `None` where that does not fit into 64 bits.
    #[must_use]
    pub fn sides(self) -> Option<Vec<u64>> {
        let Shape { channels, height, width } = self.shape;
        if self.flat {
            Some(vec![self.shape.numel()?])
        } else {
            Some(vec![channels, height, width])
        }
    }

    /// The output of `layer` for this signal.
    ///
    /// # Errors
    /// As [`Layer::output_shape`], or when a layer that slides over maps gets a vector.
    pub fn through(self, layer: &Layer) -> Result<Self, ShapeError> {
        match *layer {
            Layer::ReLU | Layer::Dropout => Ok(self),
            Layer::Linear { in_features, out_features, .. } if self.flat => {
                let given = self.shape.numel().ok_or(ShapeError::TooLarge)?;
                if given != in_features {
                    return Err(ShapeError::Channels { expected: in_features, given });
                }
                Ok(Self::vector(out_features))
            }
            _ if self.flat => {
                let features = self.shape.numel().ok_or(ShapeError::TooLarge)?;
                Err(ShapeError::Flattened { features })
            }
            _ => {
                let shape = layer.output_shape(self.shape)?;
                let flat = matches!(layer, Layer::Linear { .. }) && !self.runs_on_rows(layer);
                Ok(Self { shape, flat })
            }
        }
    }

    /// Whether `layer` is linear and works on the rows of these maps, as PyTorch's does on the last axis.
    #[must_use]
    pub const fn runs_on_rows(self, layer: &Layer) -> bool {
        matches!(*layer, Layer::Linear { in_features, .. } if !self.flat && in_features == self.shape.width)
    }

    /// Whether `layer` is linear and takes these maps only because they are flattened for it; PyTorch needs
    /// a `Flatten` before it.
    #[must_use]
    pub fn is_flattened_for(self, layer: &Layer) -> bool {
        matches!(*layer, Layer::Linear { in_features, .. }
            if !self.flat && !self.runs_on_rows(layer) && self.shape.numel() == Some(in_features))
    }

    /// The same values as a vector.
    #[must_use]
    pub const fn flattened(self) -> Self {
        Self { flat: true, ..self }
    }

    /// `signals` joined: concatenated along channels (vectors end to end), or combined element by
    /// element with broadcasting.
    ///
    /// # Errors
    /// As [`concatenate`] and [`broadcast`], or when maps and vectors are mixed.
    pub fn joined(join: Join, signals: &[Self]) -> Result<Self, ShapeError> {
        let flat = !signals.is_empty() && signals.iter().all(|signal| signal.flat);
        let shape = |signal: &Self| {
            let features = signal.shape.numel().ok_or(ShapeError::TooLarge);
            match (signal.flat, flat) {
                (true, true) => Ok(Shape::new(features?, 1, 1)),
                (true, false) => Err(ShapeError::Flattened { features: features? }),
                (false, _) => Ok(signal.shape),
            }
        };
        let shapes: Result<Vec<_>, _> = signals.iter().map(shape).collect();
        let shape = match join {
            Join::Concat => concatenate(&shapes?),
            Join::Add | Join::Multiply => broadcast(&shapes?),
        };
        Ok(Self { shape: shape?, flat })
    }
}

impl fmt::Display for Signal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.flat, self.shape.numel()) {
            (true, Some(features)) => write!(f, "{features}"),
            _ => self.shape.fmt(f),
        }
    }
}
