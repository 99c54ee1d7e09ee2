//! The texts of the view's values, in the page's language.

use yew::AttrValue;

use crate::t;

use crate::page::format::{bytes, grouped};
use crate::page::words::text;
use crate::state::Photo;
use crate::worker::RunError;

/// A sample photograph's name.
#[must_use]
pub fn photo(photo: Photo) -> AttrValue {
    text("photo", photo)
}

/// Why a run failed, what is allowed and what happens now.
#[must_use]
pub fn run_error(error: &RunError) -> AttrValue {
    match error {
        RunError::InvalidWorkload(what) => t!("run_error.invalid_module", what = what),
        RunError::InputLength { expected, given } => {
            t!("run_error.input_length", expected = grouped(*expected), given = grouped(*given))
        }
        RunError::EmptyImage => t!("run_error.empty_image"),
        RunError::TooMuchMemory { needed, available } => {
            t!("forward.too_much_memory", need = bytes(*needed), most = bytes(*available))
        }
        RunError::OutOfMemory { bytes: needed } => {
            t!("run_error.out_of_memory", need = bytes(*needed))
        }
        RunError::Unreachable(what) => t!("run_error.unreachable", what = what),
        RunError::Internal(what) => t!("run_error.internal", what = what),
    }
}
