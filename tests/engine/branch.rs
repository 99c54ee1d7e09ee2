//! Which branches are accepted.

use inception_explorer::arch::{BasicConv2d, Conv2d, Operation, Pool2d, Shape, Size};
use inception_explorer::engine::{
    BatchNorm, BranchOps, EngineError, PreparedBranch, Tensor, UnitWeights, Workload,
};

use crate::naive::{index, values};
use crate::whole_image::{run_workload, seeded};

const SIZE: Size = Size::square(8);

fn conv(conv: Conv2d) -> Operation {
    Operation::Conv(BasicConv2d { conv })
}

fn prepare(
    operations: &[Operation],
    channels: std::ops::Range<usize>,
) -> Result<PreparedBranch, EngineError> {
    let units = operations.iter().filter_map(|operation| match operation {
        Operation::Conv(unit) => Some(unit),
        Operation::Pool(_) => None,
    });
    let weights = UnitWeights::from_seed(units, 1).unwrap();
    PreparedBranch::new(operations, (4, SIZE), &weights, &channels)
}

#[test]
fn a_convolution_in_the_middle_of_a_branch_is_refused() {
    let middle = [1, 3, 3].map(|kernel| conv(Conv2d::same(4, 4, kernel)));
    let error = prepare(&middle, 0..4).unwrap_err();
    assert!(matches!(error, EngineError::UnsupportedBranch(_)), "{error:?}");
    assert!(error.to_string().contains("must be a 1×1 and the first"), "{error}");
    // Even where none of its channels is computed.
    assert!(prepare(&middle, 0..0).is_err());
    assert!(prepare(&middle[1..2], 0..4).is_ok());
}

#[test]
fn an_operation_in_the_middle_keeps_height_and_width() {
    let strided = Pool2d { stride: Size::square(2), ..Pool2d::INCEPTION };
    let error = prepare(&[Operation::Pool(strided), conv(Conv2d::same(4, 4, 3))], 0..4);
    assert!(error.unwrap_err().to_string().contains("must keep height and width"));
    assert!(prepare(&[Operation::Pool(strided)], 0..4).is_ok());
}

#[test]
fn channels_of_a_pool_and_of_groups_stay_together() {
    let pool = [Operation::Pool(Pool2d::INCEPTION)];
    let grouped = [conv(Conv2d { groups: 2, ..Conv2d::same(4, 4, 3) })];
    for operations in [pool, grouped] {
        let error = prepare(&operations, 0..2).unwrap_err();
        assert!(matches!(error, EngineError::UnsupportedBranch(_)), "{error:?}");
        assert!(prepare(&operations, 0..4).is_ok());
    }
}

#[test]
fn weights_of_another_number_are_refused() {
    let operations = [conv(Conv2d::same(4, 4, 3))];
    let error = PreparedBranch::new(&operations, (4, SIZE), &[], &(0..4)).unwrap_err();
    assert!(matches!(error, EngineError::Length { expected: 1, given: 0, .. }), "{error:?}");
}

/// A chain that no module has: 1×1, pool, 5×5 with groups. Under batch statistics both convolutions are
/// normalised and cut off at 0.
#[test]
fn a_chain_of_three_is_the_chain_of_its_parts() {
    let grouped = Conv2d { groups: 2, ..Conv2d::same(6, 4, 5) };
    let operations =
        vec![conv(Conv2d::same(3, 6, 1)), Operation::Pool(Pool2d::INCEPTION), conv(grouped)];
    let workload = |operations: &[Operation], channels| {
        Workload::new(channels, vec![BranchOps::new(operations.to_vec()).unwrap()])
    };
    let image = Tensor::from_image(Shape::new(3, 8, 8), values(index(3 * 64), 5)).unwrap();
    let whole = workload(&operations, 3);
    let weights = seeded(&whole, 2);
    for norm in [BatchNorm::Batch, BatchNorm::Running] {
        let made = run_workload(&whole, &weights, &image, norm).unwrap();
        let run = |part: &[Operation], weights: &[UnitWeights], input: &Tensor| {
            let channels = input.channels() as u64;
            run_workload(&workload(part, channels), weights, input, norm).unwrap()
        };
        let first = run(&operations[..1], &weights[..1], &image);
        let pooled = run(&operations[1..2], &[], &first);
        let expected = run(&operations[2..], &weights[1..], &pooled);
        assert_eq!(made.shape(), expected.shape());
        assert!(made.data().contains(&0.0), "ReLU");
        for (given, expected) in made.data().iter().zip(expected.data()) {
            assert!((given - expected).abs() <= 1e-5, "{given} for {expected}");
        }
    }
}
