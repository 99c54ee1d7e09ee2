//! Why a convolution can't be replaced.

use thiserror::Error;

use crate::arch::{FieldError, Size};
use crate::cost::CostError;

/// Why a convolution can't be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum Refusal {
    /// The row is no convolution.
    #[error("there is no convolution")]
    NoConvolution,
    /// Its groups already keep channels apart, which neither replacement would.
    #[error("the convolution has {groups} groups")]
    Grouped {
        /// Its groups.
        groups: u64,
    },
    /// Its windows are apart, and a module's are not.
    #[error("the convolution has a stride of {}, an Inception module has 1", stride.brief())]
    Strided {
        /// Its stride.
        stride: Size,
    },
    /// Its padding does not keep height and width, as a module does.
    #[error(
        "a kernel of {} (dilation {}) with a padding of {} does not keep height and width",
        kernel_size.brief(), dilation.brief(), padding.brief()
    )]
    ChangesSize {
        /// Its kernel.
        kernel_size: Size,
        /// Its padding.
        padding: Size,
        /// Its dilation.
        dilation: Size,
    },
    /// It has fewer filters than the module has branches.
    #[error("{out_channels} filters can't be shared by {branches} branches")]
    TooNarrow {
        /// Its filters.
        out_channels: u64,
        /// The branches that have a share.
        branches: usize,
    },
    /// A number of the module would be outside its limits.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// The replacement can't be counted.
    #[error(transparent)]
    Cost(#[from] CostError),
}

/// A convolution that can't be replaced.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
#[error("row {row}: {reason}")]
pub struct Refused {
    /// Index of its row.
    pub row: usize,
    /// Why not.
    pub reason: Refusal,
}
