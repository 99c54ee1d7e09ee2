//! What page and worker say to each other.
//!
//! Every message carries the number of its run, so that a stale reply can be dropped. Numbers travel as
//! JavaScript numbers, exact up to 2⁵³; byte counts above that are cut to it.

use std::ops::Range;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::arch::{Form, InceptionFields};
use crate::engine::{
    BatchNorm, ChannelSums, CropRectangle, EngineError, ImageError, Moments, Region,
};

/// The largest whole number that a JavaScript number holds exactly.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// From the page to the worker, with one buffer or none.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Request {
    /// Make an input of a photograph. Buffer: its RGBA bytes, row by row. Answer: `Preprocessed`.
    Preprocess {
        /// Number of the run.
        run: u32,
        /// Columns of the photograph.
        image_width: u32,
        /// Rows of the photograph.
        image_height: u32,
        /// Rows of the input.
        height: u32,
        /// Columns of the input.
        width: u32,
    },
    /// Be ready for bands of this forward pass. Buffer: the normalised image, 3 × height × width floats.
    /// No answer.
    Open {
        /// Number of the run.
        run: u32,
        /// What is run; checked by the worker.
        forward: ForwardSpec,
    },
    /// Compute a band. Buffers: the moments of the whole image, three numbers a channel, none before they
    /// are known; then, if there is one, an `ArrayBuffer` to hand the band over in, which holds what was
    /// measured where that is to be normalised. Answers: `Progress` …, then `Measured` or `Band`.
    Band {
        /// Number of the run.
        run: u32,
        /// Which rows of what.
        band: BandSpec,
        /// How far.
        goal: Goal,
    },
    /// The run is over: let go of its image, and keep the weights for the next. Answer:
    /// `Closed`.
    Close {
        /// Number of the run.
        run: u32,
    },
}

/// A forward pass of a layer whose output comes back, and of plain convolutions on the same input after it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct ForwardSpec {
    /// The layer.
    pub subject: SubjectSpec,
    /// Rows of the input.
    pub height: u32,
    /// Columns of the input.
    pub width: u32,
    /// Seed of the weights, for `torch.manual_seed`.
    pub seed: u32,
    /// What batch norm normalises by.
    pub batch_norm: BatchNorm,
    /// The plain convolutions.
    pub plain: Vec<PlainSpec>,
}

/// A layer whose output comes back.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum SubjectSpec {
    /// A module.
    Module(#[serde(with = "InceptionFieldsDef")] InceptionFields),
    /// A convolution.
    Conv(ConvSpec),
}

/// A `BasicConv2d`: convolution, batch norm and ReLU.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConvSpec {
    /// Channels of the input.
    pub in_channels: u64,
    /// Number of filters.
    pub out_channels: u64,
    /// Side of the kernel.
    pub kernel_size: u64,
    /// Step of the window in both directions.
    pub stride: u64,
    /// Zeros added on each of the four sides.
    pub padding: u64,
}

/// A part of a layer's output.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct BandSpec {
    /// The layer.
    pub layer: Layer,
    /// Which of its output.
    #[serde(with = "RegionDef")]
    pub region: Region,
}

/// What a forward pass computes, one after the other.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Layer {
    /// The one whose output comes back.
    Subject,
    /// A plain convolution.
    Plain(PlainSpec),
}

/// How far a band is to be computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Goal {
    /// Up to the norms by the batch that must know the whole image, which are measured.
    Measure,
    /// From there, where another request has measured it, to its end.
    Normalize,
    /// From its beginning to its end. Without moments, norms are by the band's own, as they may be where
    /// the band is the whole image, or nobody sees its values.
    Finish,
}

/// A plain `BasicConv2d` that keeps height and width.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlainSpec {
    /// Side of the kernel.
    pub kernel_size: u32,
    /// Number of filters.
    pub out_channels: u32,
}

/// From the worker to the page.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Response {
    /// The worker has started and listens.
    Ready,
    /// An input is made. Buffers: the normalised tensor (3 × height × width floats) and the crop (RGBA
    /// bytes).
    Preprocessed {
        /// Number of the run.
        run: u32,
        /// The part of the photograph that the crop shows.
        #[serde(with = "CropRectangleDef")]
        rectangle: CropRectangle,
        /// Rows of the input.
        height: u32,
        /// Columns of the input.
        width: u32,
    },
    /// How far the band is. Sent at most once a frame.
    Progress {
        /// Number of the run.
        run: u32,
        /// The share of it that is done, from 0 to 1.
        fraction: f64,
    },
    /// A band is measured. Buffers: of each channel that waits for its norm three numbers, see [`Moments`];
    /// and the band's values so far (channels × rows × width floats).
    Measured {
        /// Number of the run.
        run: u32,
        /// How long each branch took, as in `Band`.
        milliseconds: Vec<f64>,
    },
    /// A band is finished. Buffers: five numbers a channel, see [`ChannelSums`]; and of the subject the
    /// band's values (channels × rows × width floats).
    Band {
        /// Number of the run.
        run: u32,
        /// How long each branch took to answer this request, in the order of the layer's branches;
        /// drawing and packing the weights, the lift and what is asked of the image once don't count.
        milliseconds: Vec<f64>,
    },
    /// The worker has let go of the run.
    Closed {
        /// Number of the run.
        run: u32,
        /// Bytes of the worker's memory, which never shrinks: the most it has needed so far.
        memory: f64,
    },
    /// The run ended in an error, and nothing more will come of it.
    Failed {
        /// Number of the run; 0 where the worker could not read it.
        run: u32,
        /// What went wrong.
        error: RunError,
    },
}

/// Why a run failed. The texts are for logs; the page translates the variants.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum RunError {
    /// The numbers make no module, or no convolution of such an input.
    #[error("{0}")]
    InvalidModule(String),
    /// A buffer holds another number of values than the sizes say.
    #[error("the buffer holds {given} values where {expected} are needed")]
    InputLength {
        /// Values needed.
        expected: u64,
        /// Values given.
        given: u64,
    },
    /// The photograph, or the input asked for, has no pixels.
    #[error("the image has no pixels")]
    EmptyImage,
    /// The run would need more memory than it may have.
    #[error("the run needs {needed} bytes, {available} are available")]
    TooMuchMemory {
        /// Bytes the run would need.
        needed: u64,
        /// Bytes it may have.
        available: u64,
    },
    /// The browser has no such block of memory left.
    #[error("no block of {bytes} bytes is left")]
    OutOfMemory {
        /// Size of the block asked for.
        bytes: u64,
    },
    /// The worker's script could not be loaded, or the worker died. Start another.
    #[error("the engine's worker can't be reached: {0}")]
    Unreachable(String),
    /// A fault of the program. After a panic the worker is dead, and `Unreachable` follows: start another.
    #[error("{0}")]
    Internal(String),
}

impl Request {
    /// Number of the run.
    pub const fn run(&self) -> u32 {
        match self {
            Self::Preprocess { run, .. }
            | Self::Open { run, .. }
            | Self::Band { run, .. }
            | Self::Close { run } => *run,
        }
    }
}

impl Response {
    /// Number of the run; `Ready` belongs to none.
    pub const fn run(&self) -> Option<u32> {
        match self {
            Self::Ready => None,
            Self::Preprocessed { run, .. }
            | Self::Progress { run, .. }
            | Self::Measured { run, .. }
            | Self::Band { run, .. }
            | Self::Closed { run, .. }
            | Self::Failed { run, .. } => Some(*run),
        }
    }
}

/// Moments as numbers in a buffer.
pub fn moments_to_numbers(moments: &[Moments]) -> Vec<f64> {
    moments.iter().flat_map(|of| [of.count, of.mean, of.squares]).collect()
}

/// Moments from the numbers in a buffer.
pub fn moments_from_numbers(numbers: &[f64]) -> Vec<Moments> {
    let (each, _) = numbers.as_chunks::<3>();
    each.iter().map(|&[count, mean, squares]| Moments { count, mean, squares }).collect()
}

/// Sums as numbers in a buffer.
pub fn sums_to_numbers(sums: &[ChannelSums]) -> Vec<f64> {
    let numbers = |of: &ChannelSums| [of.min.into(), of.max.into(), of.total, of.zeros, of.count];
    sums.iter().flat_map(numbers).collect()
}

/// Sums from the numbers in a buffer.
#[expect(clippy::cast_possible_truncation, reason = "they were f32")]
pub fn sums_from_numbers(numbers: &[f64]) -> Vec<ChannelSums> {
    let (each, _) = numbers.as_chunks::<5>();
    let sums = |&[min, max, total, zeros, count]: &[f64; 5]| ChannelSums {
        min: min as f32,
        max: max as f32,
        total,
        zeros,
        count,
    };
    each.iter().map(sums).collect()
}

impl RunError {
    /// Too much memory; numbers beyond JavaScript's are cut.
    pub(crate) fn too_much_memory(needed: u64, available: u64) -> Self {
        Self::TooMuchMemory { needed: needed.min(MAX_SAFE_INTEGER), available }
    }
}

impl From<EngineError> for RunError {
    fn from(error: EngineError) -> Self {
        match error {
            EngineError::OutOfMemory { bytes } => {
                Self::OutOfMemory { bytes: bytes.min(MAX_SAFE_INTEGER) }
            }
            EngineError::TooLarge => Self::OutOfMemory { bytes: MAX_SAFE_INTEGER },
            EngineError::Length { expected, given, .. } => {
                Self::InputLength { expected: expected as u64, given: given as u64 }
            }
            EngineError::Shape(error) => Self::InvalidModule(error.to_string()),
            EngineError::MissingWeight(_) => Self::Internal(error.to_string()),
        }
    }
}

impl From<ImageError> for RunError {
    fn from(error: ImageError) -> Self {
        match error {
            ImageError::Empty => Self::EmptyImage,
            ImageError::Length { expected, given } => {
                Self::InputLength { expected: expected.min(MAX_SAFE_INTEGER), given }
            }
            ImageError::Engine(error) => error.into(),
        }
    }
}

// What is `arch`'s, or `engine`'s own, doesn't know how it travels; these mirrors do, and the compiler
// holds them equal.

#[derive(Serialize, Deserialize)]
#[serde(remote = "InceptionFields")]
struct InceptionFieldsDef {
    in_channels: u64,
    ch1x1: u64,
    ch3x3red: u64,
    ch3x3: u64,
    ch5x5red: u64,
    ch5x5: u64,
    pool_proj: u64,
    kernel3: u64,
    kernel5: u64,
    #[serde(with = "FormDef")]
    form: Form,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Form")]
enum FormDef {
    Reduced,
    Naive,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Region")]
struct RegionDef {
    channels: Range<u64>,
    rows: Range<u64>,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "CropRectangle")]
struct CropRectangleDef {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}
