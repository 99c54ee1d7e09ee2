//! The errors of the engine.

use thiserror::Error;

use crate::arch::ShapeError;

/// Why the engine failed.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum EngineError {
    /// An operation can't take its input.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// A buffer whose number of values is not its shape's.
    #[error("{what} holds {given} values where {expected} are needed")]
    Length {
        /// Which buffer, by its role or its `state_dict` name.
        what: String,
        /// Values its shape needs.
        expected: usize,
        /// Values it holds.
        given: usize,
    },
    /// A branch that the engine is not built for; the text says why.
    #[error("the engine can't run this branch: {0}")]
    UnsupportedBranch(&'static str),
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

/// Checks the length of the buffer named `what`.
pub(crate) fn check_length(what: &str, expected: usize, given: usize) -> Result<(), EngineError> {
    if expected == given {
        Ok(())
    } else {
        Err(EngineError::Length { what: what.to_owned(), expected, given })
    }
}
