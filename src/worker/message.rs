//! What page and worker say to each other.
//!
//! Every message carries the number of its run, so that a stale reply can be dropped. Numbers travel as
//! JavaScript numbers, exact up to 2⁵³; byte counts above that are cut to it.

use serde::{Deserialize, Serialize};
use thiserror::Error;

use crate::arch::{BranchId, Form, InceptionFields, Shape};
use crate::engine::{BatchNorm, ChannelStatistics, CropRectangle, EngineError, ImageError, Stage};

/// The largest whole number that a JavaScript number holds exactly.
const MAX_SAFE_INTEGER: u64 = (1 << 53) - 1;

/// From the page to the worker, with one buffer.
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
    /// Run a module, then plain convolutions, on an input. Buffer: the normalised image, 3 × height ×
    /// width floats. Answers: `Progress` …, `Module`, one `Plain` each, `Done`.
    Forward {
        /// Number of the run.
        run: u32,
        /// The module; checked by the worker.
        #[serde(with = "InceptionFieldsDef")]
        module: InceptionFields,
        /// Rows of the input.
        height: u32,
        /// Columns of the input.
        width: u32,
        /// Seed of the weights, for `torch.manual_seed`.
        seed: u32,
        /// What batch norm normalises by.
        batch_norm: BatchNorm,
        /// The plain convolutions to run on the same input.
        plain: Vec<PlainSpec>,
    },
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
    /// How far a run is. Sent at most once a frame and once at the end of a stage.
    Progress {
        /// Number of the run.
        run: u32,
        /// What is being computed.
        #[serde(with = "StageDef")]
        stage: Stage,
        /// The share of it that is done, from 0 to 1.
        fraction: f64,
    },
    /// The module has run. Buffer: its output (channels × height × width floats).
    Module {
        /// Number of the run.
        run: u32,
        /// Whether the fixed 1×1 layer made the module's input channels from the image's three.
        lifted: bool,
        /// Shape of the output.
        #[serde(with = "ShapeDef")]
        shape: Shape,
        /// The branches that exist, in the order they are concatenated.
        branches: Vec<BranchReport>,
        /// How long all branches took; drawing and packing the weights and the lift don't count.
        milliseconds: f64,
        /// A value for each channel of the output.
        statistics: Vec<ChannelStatistics>,
    },
    /// A plain convolution has run.
    Plain {
        /// Number of the run.
        run: u32,
        /// Which.
        spec: PlainSpec,
        /// How long it took.
        milliseconds: f64,
    },
    /// Nothing more will come of this run.
    Done {
        /// Number of the run.
        run: u32,
    },
    /// The run ended in an error, and nothing more will come of it.
    Failed {
        /// Number of the run; 0 where the worker could not read it.
        run: u32,
        /// What went wrong.
        error: RunError,
    },
}

/// One branch of a module that has run.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct BranchReport {
    /// Which of the four.
    #[serde(with = "BranchIdDef")]
    pub id: BranchId,
    /// Shape of its output.
    #[serde(with = "ShapeDef")]
    pub shape: Shape,
    /// How long it took.
    pub milliseconds: f64,
}

/// Why a run failed. The texts are for logs; the page translates the variants.
#[derive(Clone, Debug, PartialEq, Eq, Error, Serialize, Deserialize)]
pub enum RunError {
    /// The numbers make no module or no convolution.
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
            Self::Preprocess { run, .. } | Self::Forward { run, .. } => *run,
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
            | Self::Module { run, .. }
            | Self::Plain { run, .. }
            | Self::Done { run }
            | Self::Failed { run, .. } => Some(*run),
        }
    }
}

impl RunError {
    /// Too much memory; numbers beyond JavaScript's are cut.
    pub(super) fn too_much_memory(needed: u64, available: u64) -> Self {
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
#[serde(remote = "BranchId")]
enum BranchIdDef {
    One,
    Two,
    Three,
    Four,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Stage")]
enum StageDef {
    Lift,
    Branch(#[serde(with = "BranchIdDef")] BranchId),
    Plain { kernel_size: u64 },
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "Shape")]
struct ShapeDef {
    channels: u64,
    height: u64,
    width: u64,
}

#[derive(Serialize, Deserialize)]
#[serde(remote = "CropRectangle")]
struct CropRectangleDef {
    left: f64,
    top: f64,
    width: f64,
    height: f64,
}
