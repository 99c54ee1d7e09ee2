//! Why a file is no network, and the limits of a file.

use thiserror::Error;

use crate::arch::network::NetworkError;
use crate::arch::{FieldError, LayerFieldError, Size};

/// What `format` says.
pub const FORMAT: &str = "inception-explorer/network";

/// The version that is written, and the only one yet.
pub const VERSION: u64 = 1;

/// Largest file that is read, in bytes: the most nodes, each with all its numbers, and blanks between.
pub const LARGEST_FILE: usize = 4 << 20;

/// Longest name of a network, in characters.
pub const LONGEST_TITLE: usize = 100;

/// Why a file is no network.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum FileError {
    /// More than [`LARGEST_FILE`].
    #[error("the file has {bytes} bytes, more than {LARGEST_FILE}")]
    TooLarge {
        /// Its size.
        bytes: usize,
    },
    /// No JSON, or a key or a kind of value that does not belong there.
    #[error("{message}")]
    Json {
        /// The line, from 1.
        line: usize,
        /// The column, from 1; 0 before the line's first character.
        column: usize,
        /// What is wrong and, where there is a choice, what is allowed; ends with line and column.
        message: String,
    },
    /// Another kind of file.
    #[error("\"format\" is {}, not {FORMAT:?}", or_missing(given.as_ref().map(|given| format!("{given:?}"))))]
    Format {
        /// What the file calls itself, if it does.
        given: Option<String>,
    },
    /// A version that isn't known.
    #[error("\"version\" is {}; known is {VERSION}", or_missing(given.map(|given| given.to_string())))]
    Version {
        /// The version, if there is one.
        given: Option<u64>,
    },
    /// A name beyond [`LONGEST_TITLE`].
    #[error("\"name\" has {given} characters, more than {LONGEST_TITLE}")]
    Title {
        /// How many.
        given: usize,
    },
    /// A value that a layer of this type must have.
    #[error("{at}: {class} needs {key:?}")]
    Missing {
        /// The layer, by keys and places.
        at: String,
        /// Its type.
        class: &'static str,
        /// The key.
        key: &'static str,
    },
    /// A value that a layer of this type can't have, or not together with another.
    #[error("{at}: {class} can't have {key:?} here")]
    Unexpected {
        /// The layer, by keys and places.
        at: String,
        /// Its type.
        class: &'static str,
        /// The key.
        key: &'static str,
    },
    /// A number beyond its limits.
    #[error("{at}: {error}")]
    Layer {
        /// The layer, by keys and places.
        at: String,
        /// Which number, and what is allowed.
        error: LayerFieldError,
    },
    /// A word for a padding that this layer can't have.
    #[error("{at}: {error}")]
    Padding {
        /// The layer, by keys and places.
        at: String,
        /// Why not.
        error: PaddingError,
    },
    /// Numbers that are no Inception module.
    #[error("{at}: {error}")]
    Module {
        /// The module, by keys and places.
        at: String,
        /// Which number, and what is allowed.
        error: FieldError,
    },
    /// The network or its input is beyond the limits.
    #[error(transparent)]
    Network(#[from] NetworkError),
}

/// Why a word can't be a layer's padding.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
pub enum PaddingError {
    /// PyTorch refuses `"same"` where the window moves by more than 1.
    #[error("padding=\"same\" is not supported for strided convolutions (the stride is {})", stride.brief())]
    Strided {
        /// The stride.
        stride: Size,
    },
    /// PyTorch pads one side more than the other, which no number says.
    #[error(
        "padding=\"same\" pads one side of a {kernel_size} kernel more than the other; only equal sides can be read"
    )]
    Uneven {
        /// The kernel.
        kernel_size: Size,
    },
    /// PyTorch's pools take numbers alone.
    #[error("the padding of a pool is a number, not {given:?}")]
    Pool {
        /// The word.
        given: String,
    },
}

fn or_missing(given: Option<String>) -> String {
    given.unwrap_or_else(|| "missing".to_owned())
}

impl From<serde_json::Error> for FileError {
    fn from(error: serde_json::Error) -> Self {
        Self::Json { line: error.line(), column: error.column(), message: error.to_string() }
    }
}
