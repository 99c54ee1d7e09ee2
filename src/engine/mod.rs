//! RUNNING IT: f32 tensors, convolution kernels, pooling, the module, preprocessing and weights.
//!
//! From the bottom up: [`tensor`]; [`gemm`], matrix products in register tiles, one file an instruction
//! set; [`conv`], which picks the way a convolution is computed and feeds it to `gemm`; [`pool`] and
//! [`norm`]; [`weights`] as PyTorch would initialise them; [`unit`], a convolution with norm and ReLU;
//! [`band`], which computes some rows of a layer, and [`sample`](mod@sample), which tells it some norms
//! beforehand; [`run`], which runs a module or a plain convolution, whole or some of its channels. Beside
//! them [`preprocess`](mod@preprocess) (a photograph becomes an input), [`statistics`] (what came out),
//! [`split`] (how it is shared out) and [`memory`] (what it will take).
//!
//! Invariant: everything here is pure and single-threaded, knows neither a clock nor JavaScript, and
//! reports what can't be done as an [`EngineError`] instead of aborting.

pub mod band;
pub mod conv;
pub mod error;
pub mod gemm;
pub mod memory;
pub mod norm;
pub mod pool;
pub mod preprocess;
pub mod run;
pub mod sample;
pub mod split;
pub mod statistics;
pub mod tensor;
pub mod unit;
pub mod weights;
mod work;

pub use band::{Band, Norms, PreparedBranch, Strip};
pub use conv::Convolution;
pub use error::EngineError;
pub use gemm::Epilogue;
pub use norm::{BatchNorm, Moments};
pub use preprocess::{CropRectangle, ImageError, PixelFormat, Preprocessed, preprocess};
pub use run::{
    BranchRun, Hooks, ModuleRun, PreparedInception, PreparedLift, UnitRun, run_conv, run_inception,
    run_plain,
};
pub use sample::sample;
pub use split::{Axis, Region, Split};
pub use statistics::{ChannelStatistics, ChannelSums, channel_statistics, channel_sums};
pub use tensor::{ChannelsMut, Tensor};
pub use unit::PreparedUnit;
pub use weights::{BatchNormWeights, ConvWeights, ModuleWeights, UnitWeights};
