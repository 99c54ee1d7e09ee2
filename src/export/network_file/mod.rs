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
//! Types, keys and defaults are PyTorch's:
//! - A pool's `stride` is its `kernel_size` by default, an adaptive pool's `output_width` its `output_height` (its
//!   `output_size` is read too).
//! - `kernel_size`, `stride`, `padding` and `dilation` are a number, or `[height, width]` where these differ. A
//!   convolution's `padding` may be `"same"` (stride 1) or `"valid"`.
//! - `inplace` and `p` are read and ignored.
//! - A missing key has its default, a missing `name` the usual one.
//! - An input width (`in_channels`, `num_features`, `in_features`) is written only where it is fixed by hand;
//!   `last_input` keeps a fitted width for a layer whose input is unknown because of an error before it.
//! - `"call": "function"` is a layer that is not a module.
//! - `BasicConv2d`, `ConvReLU` (with bias, without batch norm) and `Inception` (`batch_norm`, `form`) are one object.
//!   Any other container has `layers` that run one after another, `branches` on the same input that are
//!   concatenated, branches to `add` or to `multiply`, or a `side` branch.

mod build;
mod error;
mod lines;
mod raw;

use serde::Serialize;

use crate::arch::Shape;
use crate::arch::network::Network;
use crate::arch::network::check::check_input;
pub use error::{FORMAT, FileError, LARGEST_FILE, LONGEST_TITLE, PaddingError, VERSION};
use lines::Lines;
use raw::{Header, RawFile};

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
