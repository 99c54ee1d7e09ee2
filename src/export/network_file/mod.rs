//! A network as a file: JSON, to be read and edited by people too.
//!
//! ```json
//! {
//!   "format": "inception-explorer/network",
//!   "version": 1,
//!   "name": "A small one",
//!   "input": [3, 32, 32],
//!   "layers": [
//!     {"type": "BasicConv2d", "out_channels": 64, "kernel_size": 3, "padding": 1},
//!     {"type": "Inception", "ch1x1": 64, "ch3x3red": 96, "ch3x3": 128, "ch5x5red": 16, "ch5x5": 32, "pool_proj": 32},
//!     {"type": "AdaptiveAvgPool2d", "output_height": 1},
//!     {"type": "Linear", "out_features": 10}
//!   ]
//! }
//! ```
//!
//! Types, keys and defaults are PyTorch's; a pool's `stride` is its `kernel_size` unless it is said, an
//! adaptive pool's `output_width` its `output_height` (its `output_size` is read too). `kernel_size`,
//! `stride`, `padding` and `dilation` are a number, or `[height, width]` where these differ; a convolution's
//! `padding` may be `"same"` (stride 1) or `"valid"`. `inplace` and `p` are read and left out. What is left out has its default, a `name` the
//! usual one. An input width (`in_channels`, `num_features`, `in_features`) is only said where it is fixed by
//! hand; `last_input` keeps a fitted width for a layer whose input is unknown because of an error before it.
//! `"call": "function"` is a layer that is no module. `BasicConv2d`, `ConvReLU` (with bias, without batch
//! norm) and `Inception` (`batch_norm`, `form`) are one object; any other container has `layers` that run
//! one after another, `branches` on the same input that are concatenated, branches to `add` or to
//! `multiply`, or a `side` branch.

mod build;
mod lines;
mod raw;

use serde::Serialize;
use thiserror::Error;

use crate::arch::network::check::check_input;
use crate::arch::network::{Network, NetworkError};
use crate::arch::{FieldError, LayerFieldError, Shape, Size};
use lines::Lines;
use raw::{Header, RawFile};

/// The value of `format`.
pub const FORMAT: &str = "inception-explorer/network";

/// The version that is written; there is no other yet.
pub const VERSION: u64 = 1;

/// Largest file that is read, in bytes: the most nodes, each with all its numbers, and blanks between.
pub const LARGEST_FILE: usize = 4 << 20;

/// Longest name of a network, in characters.
pub const LONGEST_TITLE: usize = 100;

/// What a file holds.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkFile {
    /// The name of the network; may be empty.
    pub name: String,
    /// The shape of the image that runs through it.
    pub input: Shape,
    /// The network.
    pub network: Network,
}

/// Why a file can't be read as a network.
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
        /// The parser's message: what is wrong, and the allowed keys or words; ends with line and column.
        message: String,
    },
    /// Another kind of file.
    #[error("\"format\" is {}, not {FORMAT:?}", or_missing(given.as_ref().map(|given| format!("{given:?}"))))]
    Format {
        /// The file's `format`, if it has one.
        given: Option<String>,
    },
    /// An unknown version.
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
    /// A required value is missing.
    #[error("{at}: {class} needs {key:?}")]
    Missing {
        /// The layer, by keys and places.
        at: String,
        /// Its type.
        class: &'static str,
        /// The key.
        key: &'static str,
    },
    /// A value that this type of layer does not have, or that excludes another one.
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
    /// PyTorch pads one side more than the other, which `padding` as a number can't express.
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

/// The file's text.
#[must_use]
pub fn write(file: &NetworkFile) -> String {
    let Shape { channels, height, width } = file.input;
    let raw = RawFile {
        format: FORMAT.to_owned(),
        version: VERSION,
        name: file.name.clone(),
        input: [channels, height, width],
        layers: build::raw_nodes(&file.network, file.input),
    };
    let mut bytes = Vec::new();
    let written =
        raw.serialize(&mut serde_json::Serializer::with_formatter(&mut bytes, Lines::default()));
    debug_assert!(written.is_ok(), "nothing in it can't be written to memory");
    bytes.push(b'\n');
    String::from_utf8(bytes).unwrap_or_default()
}

/// Reads a file; input widths are fitted.
///
/// # Errors
/// The part that can't be read and where it is, or the limit of [`Network::check`] that is exceeded.
pub fn read(bytes: &[u8]) -> Result<NetworkFile, FileError> {
    if bytes.len() > LARGEST_FILE {
        return Err(FileError::TooLarge { bytes: bytes.len() });
    }
    // The byte order mark that some editors write.
    let bytes = bytes.strip_prefix("\u{feff}".as_bytes()).unwrap_or(bytes);
    let header: Header = serde_json::from_slice(bytes)?;
    if header.format.as_deref() != Some(FORMAT) {
        let given = header.format.map(|given| given.chars().take(LONGEST_TITLE).collect());
        return Err(FileError::Format { given });
    }
    if header.version != Some(VERSION) {
        return Err(FileError::Version { given: header.version });
    }
    let raw: RawFile = serde_json::from_slice(bytes)?;
    let given = raw.name.chars().count();
    if given > LONGEST_TITLE {
        return Err(FileError::Title { given });
    }
    let [channels, height, width] = raw.input;
    let input = check_input(Shape { channels, height, width })?;
    let network = build::network(raw.layers)?;
    network.check()?;
    Ok(NetworkFile { name: raw.name, input, network: network.fitted(input) })
}

#[cfg(test)]
mod tests;
