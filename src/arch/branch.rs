//! The branches of an Inception module and the operations they are made of.

use strum::VariantArray;

use super::conv::BasicConv2d;
use super::field::Field;
use super::pool::Pool2d;
use super::shape::{Shape, ShapeError};
use super::window::Window;

/// The four branches in the order they are concatenated.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, VariantArray)]
pub enum BranchId {
    /// 1×1.
    One,
    /// 1×1, then 3×3.
    Two,
    /// 1×1, then 5×5.
    Three,
    /// Pool, then 1×1.
    Four,
}

impl BranchId {
    /// 1 to 4, as the write-up counts them.
    #[must_use]
    pub const fn number(self) -> usize {
        self as usize + 1
    }
}

/// The part an operation plays in the module.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord, VariantArray)]
pub enum OpRole {
    /// The 1×1 of branch 1.
    Conv1x1,
    /// The 1×1 before the 3×3.
    Reduce3x3,
    /// The 3×3 of branch 2.
    Conv3x3,
    /// The 1×1 before the 5×5.
    Reduce5x5,
    /// The 5×5 of branch 3.
    Conv5x5,
    /// The max-pool of branch 4.
    Pool,
    /// The 1×1 after the pool.
    PoolProj,
}

impl OpRole {
    /// The width that sets this operation's output channels; the pool has none.
    #[must_use]
    pub const fn width_field(self) -> Option<Field> {
        Some(match self {
            Self::Conv1x1 => Field::Ch1x1,
            Self::Reduce3x3 => Field::Ch3x3Red,
            Self::Conv3x3 => Field::Ch3x3,
            Self::Reduce5x5 => Field::Ch5x5Red,
            Self::Conv5x5 => Field::Ch5x5,
            Self::PoolProj => Field::PoolProj,
            Self::Pool => return None,
        })
    }

    /// Whether this is a 1×1 reduction before an expensive convolution.
    #[must_use]
    pub const fn is_reduction(self) -> bool {
        matches!(self, Self::Reduce3x3 | Self::Reduce5x5)
    }
}

/// The layer of an operation.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Operation {
    /// Convolution, batch norm and ReLU.
    Conv(BasicConv2d),
    /// Pooling.
    Pool(Pool2d),
}

impl Operation {
    /// The window that slides over its input.
    #[must_use]
    pub const fn window(&self) -> Window {
        match self {
            Self::Conv(unit) => unit.conv.window(),
            Self::Pool(pool) => pool.window(),
        }
    }

    /// Input rows above and below an output row that it depends on; `None` if the operation changes height or
    /// width.
    #[must_use]
    pub fn reach(&self) -> Option<u64> {
        let window = self.window();
        window.keeps_size().then_some(window.padding.height)
    }

    /// The shape it makes of `input`.
    ///
    /// # Errors
    /// As [`Layer::output_shape`](super::Layer::output_shape).
    pub fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        match self {
            Self::Conv(unit) => unit.conv.output_shape(input),
            Self::Pool(pool) => pool.output_shape(input),
        }
    }
}

/// One operation of a branch.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Op {
    /// Its part in the module.
    pub role: OpRole,
    /// What it computes.
    pub operation: Operation,
}

/// One branch: its operations in the order they run.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Branch {
    /// Which of the four.
    pub id: BranchId,
    /// One or two operations.
    pub ops: Vec<Op>,
}

impl Branch {
    /// The prefix of operation `index` in PyTorch's `state_dict`: `branch1`, but `branch2.0`, since the
    /// write-up's other branches are a `Sequential`, in the naive form too.
    #[must_use]
    pub fn state_dict_prefix(&self, index: usize) -> String {
        match self.id {
            BranchId::One => "branch1".to_owned(),
            id => format!("branch{}.{index}", id.number()),
        }
    }

    /// The shape the branch makes of `input`.
    ///
    /// # Errors
    /// As [`Operation::output_shape`].
    pub fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        self.ops.iter().try_fold(input, |shape, op| op.operation.output_shape(shape))
    }
}
