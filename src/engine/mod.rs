//! RUNNING IT: f32 tensors, convolution kernels, pooling, modules, preprocessing and weights.
//!
//! From the bottom up, each file using those before it:
//!
//! | file | holds |
//! |---|---|
//! | [`tensor`], [`error`] | NCHW tensors; the errors |
//! | [`gemm`] | matrix products in register tiles, one file for each instruction set |
//! | [`conv`] | the method by which a convolution is computed, and its product |
//! | [`pool`], [`norm`] | pooling; batch norm, by running or batch statistics |
//! | [`weights`] | weights drawn as PyTorch draws them |
//! | [`workload`] | what is run: branches of operations on one input |
//! | `work` | how long an operation takes: the one estimate for splitting and progress |
//! | [`split`], [`memory`] | how many workers share a workload, and in which bands; the memory that takes |
//! | `unit`, [`branch`] | a convolution with norm and ReLU, and a branch, with packed weights |
//! | [`band`] | some rows of a workload's output |
//! | [`projection`] | the fixed 1×1 that makes a workload's input channels from an image's three |
//!
//! Beside them: [`preprocess`](mod@preprocess) (a photograph becomes an input), [`surrogate`](mod@surrogate) (a small
//! image with the same batch statistics), [`statistics`] (of the output's channels), [`observer`] (clock and
//! progress).
//!
//! Invariant: everything here is pure and single-threaded, knows neither a clock nor JavaScript, and returns an
//! [`EngineError`] instead of aborting.
#![warn(missing_docs)]

pub mod band;
pub mod branch;
mod channel_ranges;
pub mod conv;
pub mod error;
pub mod gemm;
pub mod memory;
pub mod norm;
pub mod observer;
pub mod pool;
pub mod preprocess;
pub mod projection;
pub mod split;
pub mod statistics;
pub mod surrogate;
pub mod tensor;
mod unit;
pub mod weights;
mod work;
pub mod workload;

pub use band::{Band, Norms, Strip};
pub use branch::PreparedBranch;
pub use conv::Convolution;
pub use error::EngineError;
pub use gemm::Epilogue;
pub use norm::{BatchNorm, Moments};
pub use observer::RunObserver;
pub use preprocess::{CropRectangle, ImageError, PixelFormat, Preprocessed, preprocess};
pub use projection::Projection;
pub use split::{Axis, Region, Split};
pub use statistics::{ChannelStatistics, ChannelSums, channel_sums};
pub use surrogate::surrogate;
pub use tensor::{ChannelsMut, Tensor};
pub use weights::{BatchNormWeights, ConvWeights, UnitWeights};
pub use workload::{BranchOps, Workload};
