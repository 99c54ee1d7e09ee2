//! What can go wrong in the engine.

use thiserror::Error;

use crate::arch::ShapeError;

/// Why the engine can't do what it was asked.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EngineError {
    /// A layer can't take the input it is given.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// A buffer holds another number of values than its shape says.
    #[error("{what} holds {given} values where {expected} are needed")]
    Length {
        /// Which buffer, by its role or its `state_dict` name.
        what: String,
        /// Values its shape needs.
        expected: usize,
        /// Values it holds.
        given: usize,
    },
    /// A tensor that the weights should hold isn't there.
    #[error("the weights hold no tensor named {0}")]
    MissingWeight(String),
    /// More values than this machine can address.
    #[error("the tensor is too large for this machine's memory addresses")]
    TooLarge,
    /// The allocator has no such block left.
    #[error("no block of {bytes} bytes is left")]
    OutOfMemory {
        /// Size of the block asked for.
        bytes: u64,
    },
}

/// A length mismatch of the buffer called `what`.
pub(crate) fn check_length(what: &str, expected: usize, given: usize) -> Result<(), EngineError> {
    if expected == given {
        Ok(())
    } else {
        Err(EngineError::Length { what: what.to_owned(), expected, given })
    }
}
