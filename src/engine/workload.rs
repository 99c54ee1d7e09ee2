//! What is run: branches of operations on one input, whose outputs are concatenated along channels.

use crate::arch::{BasicConv2d, Inception, Operation, Shape, ShapeError, Size, concatenate};

use super::error::EngineError;
use super::norm::BatchNorm;

/// The operations of a branch in the order they run.
///
/// Invariant: there is at least one. All but the last keep height and width. A convolution before the last
/// operation is a 1×1 and the first: its batch statistics are known before the run (see
/// [`surrogate`](super::surrogate())), the statistics of any other convolution would need the whole image in
/// the middle of the branch.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchOps(Vec<Operation>);

impl BranchOps {
    /// A branch of these operations.
    ///
    /// # Errors
    /// [`EngineError::UnsupportedBranch`] when they break the type's invariant.
    pub fn new(operations: Vec<Operation>) -> Result<Self, EngineError> {
        let Some((_, before)) = operations.split_last() else {
            return Err(EngineError::UnsupportedBranch("it has no operation"));
        };
        for (index, operation) in before.iter().enumerate() {
            if operation.reach().is_none() {
                let why = "an operation before the last must keep height and width";
                return Err(EngineError::UnsupportedBranch(why));
            }
            if let Operation::Conv(unit) = operation
                && !(index == 0 && unit.conv.is_pointwise())
            {
                let why = "a convolution before the last operation must be a 1×1 and the first";
                return Err(EngineError::UnsupportedBranch(why));
            }
        }
        Ok(Self(operations))
    }

    /// The operations.
    pub fn operations(&self) -> &[Operation] {
        &self.0
    }

    /// The last operation.
    pub fn last(&self) -> &Operation {
        &self.0[self.0.len() - 1]
    }

    /// The shape it makes of `input`.
    ///
    /// # Errors
    /// As [`Operation::output_shape`].
    pub fn output_shape(&self, input: Shape) -> Result<Shape, ShapeError> {
        self.0.iter().try_fold(input, |shape, operation| operation.output_shape(shape))
    }

    /// Whether batch norm at its end needs the moments of the whole image: it does for the statistics of
    /// the batch, unless the branch is a single 1×1.
    pub fn needs_whole_image(&self, norm: BatchNorm) -> bool {
        let known = matches!(&self.0[..], [Operation::Conv(unit)] if unit.conv.is_pointwise());
        norm == BatchNorm::Batch && matches!(self.last(), Operation::Conv(_)) && !known
    }
}

/// Branches on the same input.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Workload {
    /// Channels of the input.
    pub in_channels: u64,
    /// The branches in the order their outputs are concatenated.
    pub branches: Vec<BranchOps>,
    /// How often workers that share it by rows must exchange moments.
    pub sync_points: u64,
}

impl Workload {
    /// A workload run for timing only: its output is discarded, so batch norm may use each band's own moments
    /// and workers never synchronise.
    pub const fn new(in_channels: u64, branches: Vec<BranchOps>) -> Self {
        Self { in_channels, branches, sync_points: 0 }
    }

    /// The branches of a module, for timing only.
    pub fn of_module(module: &Inception) -> Self {
        let branches = module.branches().into_iter();
        // The branches of a module keep the invariant of `BranchOps`; a test holds that.
        let operations = branches.map(|branch| branch.ops.iter().map(|op| op.operation).collect());
        Self::new(module.in_channels, operations.map(BranchOps).collect())
    }

    /// A single convolution, for timing only.
    pub fn of_conv(unit: &BasicConv2d) -> Self {
        Self::new(unit.conv.in_channels, vec![BranchOps(vec![Operation::Conv(*unit)])])
    }

    /// The same workload when its output is kept. With batch statistics the workers must then merge their
    /// moments once, unless every branch that ends in a convolution is a single 1×1.
    #[must_use]
    pub fn keep_output(self, norm: BatchNorm) -> Self {
        let waits = self.branches.iter().any(|branch| branch.needs_whole_image(norm));
        Self { sync_points: u64::from(waits), ..self }
    }

    /// The convolutions, branch by branch, in each branch in the order they run: the order of their weights.
    pub fn convolutions(&self) -> impl Iterator<Item = &BasicConv2d> {
        let operations = self.branches.iter().flat_map(BranchOps::operations);
        operations.filter_map(|operation| match operation {
            Operation::Conv(unit) => Some(unit),
            Operation::Pool(_) => None,
        })
    }

    /// The shape of each branch's output for an input of `size`.
    ///
    /// # Errors
    /// When a branch can't take such an input.
    pub fn branch_shapes(&self, size: Size) -> Result<Vec<Shape>, ShapeError> {
        let input = size.with_channels(self.in_channels);
        self.branches.iter().map(|branch| branch.output_shape(input)).collect()
    }

    /// The shape of the output for an input of `size`.
    ///
    /// # Errors
    /// When a branch can't take such an input, or the branches' outputs differ in height or width.
    pub fn output_shape(&self, size: Size) -> Result<Shape, ShapeError> {
        concatenate(&self.branch_shapes(size)?)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Conv2d, Field, Form, InceptionFields, Pool2d};

    fn conv(kernel_size: u64) -> Operation {
        Operation::Conv(BasicConv2d::same(4, 4, kernel_size))
    }

    fn strided(kernel_size: u64) -> Operation {
        let conv = Conv2d { stride: Size::square(2), ..Conv2d::same(4, 4, kernel_size) };
        Operation::Conv(BasicConv2d { conv })
    }

    #[test]
    fn branches_of_every_module_can_be_run() {
        for form in [Form::Reduced, Form::Naive] {
            for kernel in [1, 3, 11] {
                let fields =
                    InceptionFields { form, ..InceptionFields::new(8, [4, 2, 5, 3, 6, 7]) };
                let module = Inception::new(fields).unwrap();
                let module = module.with(Field::Kernel3, kernel).unwrap();
                let workload = Workload::of_module(&module);
                assert!(!workload.branches.is_empty());
                for branch in workload.branches {
                    assert_eq!(BranchOps::new(branch.0.clone()), Ok(branch));
                }
            }
        }
    }

    #[test]
    fn a_branch_that_the_engine_cannot_run_is_refused() {
        let pool = Operation::Pool(Pool2d::INCEPTION);
        for allowed in [
            vec![pool],
            vec![strided(3)],
            vec![conv(1), pool, conv(5)],
            vec![pool, pool, conv(1)],
            vec![conv(1), strided(3)],
        ] {
            assert!(BranchOps::new(allowed.clone()).is_ok(), "{allowed:?}");
        }
        for (refused, why) in [
            (vec![], "no operation"),
            // With batch statistics the first would get neither norm nor ReLU.
            (vec![conv(3), conv(3)], "must be a 1×1 and the first"),
            (vec![conv(1), conv(1), conv(3)], "must be a 1×1 and the first"),
            (vec![pool, conv(1), conv(3)], "must be a 1×1 and the first"),
            (vec![strided(1), conv(3)], "must keep height and width"),
        ] {
            let error = BranchOps::new(refused.clone()).unwrap_err();
            assert!(matches!(error, EngineError::UnsupportedBranch(_)), "{refused:?}");
            assert!(error.to_string().contains(why), "{error}");
        }
    }

    #[test]
    fn moments_are_exchanged_only_for_a_kept_output_normalised_by_the_batch() {
        let one = Workload::of_conv(&BasicConv2d::same(3, 8, 1));
        let three = Workload::of_conv(&BasicConv2d::same(3, 8, 3));
        let sync_points = |of: &Workload, norm| of.clone().keep_output(norm).sync_points;
        assert_eq!(three.sync_points, 0);
        assert_eq!(sync_points(&three, BatchNorm::Batch), 1);
        assert_eq!(sync_points(&three, BatchNorm::Running), 0);
        assert_eq!(sync_points(&one, BatchNorm::Batch), 0);
    }
}
