//! Why a run failed.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::engine::{EngineError, ImageError};

/// The largest whole number that a JavaScript number holds exactly. Byte counts above it are cut to it.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// Why a run failed. The texts are for logs; the page translates the variants.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum RunError {
    /// The numbers make no workload, or none for such an input.
    #[error("{0}")]
    InvalidWorkload(String),
    /// A buffer whose length does not match the shape.
    #[error("the buffer holds {given} values where {expected} are needed")]
    InputLength {
        /// Values needed.
        expected: u64,
        /// Values given.
        given: u64,
    },
    /// The photograph, or the input asked for, has no pixels.
    #[error("the image has no pixels")]
    EmptyImage,
    /// The run needs more memory than it may have.
    #[error("the run needs {needed} bytes, {available} are available")]
    TooMuchMemory {
        /// Bytes the run needs.
        needed: u64,
        /// Bytes it may have.
        available: u64,
    },
    /// The browser has no block of memory of this size left.
    #[error("no block of {bytes} bytes is left")]
    OutOfMemory {
        /// Size of the block.
        bytes: u64,
    },
    /// The worker's script could not be loaded, or the worker died. Start another.
    #[error("the engine's worker can't be reached: {0}")]
    Unreachable(String),
    /// A fault of the program. After a panic the worker is dead, and `Unreachable` follows: start another.
    #[error("{0}")]
    Internal(String),
}

impl RunError {
    pub(super) fn internal(why: &str) -> Self {
        Self::Internal(why.to_owned())
    }

    #[expect(clippy::needless_pass_by_value, reason = "the argument of `map_err`")]
    pub(super) fn invalid(error: impl ToString) -> Self {
        Self::InvalidWorkload(error.to_string())
    }

    pub(super) fn too_much_memory(needed: u64, available: u64) -> Self {
        Self::TooMuchMemory { needed: needed.min(MAX_SAFE_INTEGER), available }
    }
}

impl From<EngineError> for RunError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::OutOfMemory { bytes } => {
                Self::OutOfMemory { bytes: bytes.min(MAX_SAFE_INTEGER) }
            }
            EngineError::TooLarge => Self::OutOfMemory { bytes: MAX_SAFE_INTEGER },
            EngineError::Length { expected, given, .. } => {
                Self::InputLength { expected: expected as u64, given: given as u64 }
            }
            EngineError::Shape(_) | EngineError::UnsupportedBranch(_) => Self::invalid(error),
        }
    }
}

impl From<ImageError> for RunError {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Empty => Self::EmptyImage,
            ImageError::Length { expected, given } => {
                Self::InputLength { expected: expected.min(MAX_SAFE_INTEGER), given }
            }
            ImageError::Engine(error) => error.into(),
        }
    }
}
