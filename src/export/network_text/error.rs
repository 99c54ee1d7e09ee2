//! Why a text is no network.

use thiserror::Error;

use crate::arch::network::NetworkError;
use crate::arch::{FieldError, LayerFieldError};

/// Longest piece of a text that an error quotes.
pub(super) const LONGEST_QUOTE: usize = 40;

/// Why a text is no network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TextError {
    /// A token that says nothing.
    #[error("{given:?} (byte {at}): {reason}")]
    Token {
        /// Byte at which the token begins.
        at: usize,
        /// The token, or how it begins.
        given: String,
        /// What is wrong with it.
        reason: TokenError,
    },
    /// The text ends in a container.
    #[error("{0} of the containers that are opened are not closed by \"_\"")]
    Unclosed(usize),
    /// Together the nodes are beyond the limits.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

/// What is wrong with a token.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum TokenError {
    /// Nothing of this kind is known.
    #[error("this is no layer")]
    Unknown,
    /// Nothing that could be closed is open.
    #[error("no container is open")]
    Unopened,
    /// What stands before `*` can't be a name.
    #[error("before \"*\" stands a name of 1 to 64 letters, digits and underscores")]
    Name,
    /// Another count of numbers than belongs after a letter.
    #[error("after {after:?} stand {expected} numbers, not {given}")]
    Count {
        /// The letters before the numbers.
        after: String,
        /// How many belong there.
        expected: usize,
        /// How many there are.
        given: usize,
    },
    /// Not a whole number of 64 bits.
    #[error("{given:?} is no whole number that could be counted")]
    Number {
        /// What stands there.
        given: String,
    },
    /// A letter that this layer has nothing for, or has had.
    #[error("{given:?} can't stand here")]
    Letter {
        /// The letter.
        given: char,
    },
    /// A number its layer can't have.
    #[error(transparent)]
    Layer(#[from] LayerFieldError),
    /// A number an Inception module can't have.
    #[error(transparent)]
    Module(#[from] FieldError),
    /// An input that can't be.
    #[error(transparent)]
    Input(NetworkError),
}
