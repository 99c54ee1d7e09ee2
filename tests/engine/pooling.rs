//! Pools over random numbers.

use inception_explorer::arch::pool::PoolKind;
use inception_explorer::arch::{Pool2d, Shape, Size};
use inception_explorer::engine::Tensor;
use inception_explorer::engine::pool::pool_rows;
use proptest::prelude::*;

use crate::naive::{self, index, values};

/// A height and a width, half of them alike, and most of them the least.
fn size(least: u64, most: u64) -> impl Strategy<Value = Size> {
    let side = move || prop_oneof![Just(least), least..=most];
    prop_oneof![
        side().prop_map(Size::square),
        (side(), side()).prop_map(|(height, width)| Size::new(height, width)),
    ]
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_pool_is_the_naive_one(
        (kernel_size, stride, padding, dilation) in (size(1, 7), size(1, 4), size(0, 3), size(1, 3)),
        (max, ceil_mode) in any::<(bool, bool)>(),
        (images, height, width) in (1..=2_usize, 1..=17_u64, 1..=19_u64),
        seed in any::<u64>(),
    ) {
        let kind = if max { PoolKind::Max } else { PoolKind::Average };
        // Average pools have no dilation in PyTorch.
        let dilation = if max { dilation } else { Size::square(1) };
        let window = Pool2d { kind, kernel_size, stride, padding, dilation, ceil_mode };
        let shape = Shape::new(3, height, width);
        let Ok(out_shape) = window.output_shape(shape) else {
            return Err(TestCaseError::reject("the window does not fit"));
        };
        let data = values(images * index(shape.numel().unwrap()), seed);
        let input = Tensor::from_batch(images, shape, data).unwrap();
        let mut out = Tensor::zeros(images, out_shape).unwrap();
        pool_rows(&window, &input, 0, &mut out.all_channels_mut(), &mut |_| {}).unwrap();
        for (&given, expected) in out.data().iter().zip(naive::pool(&window, &input)) {
            // Where a window sees padding alone both are −∞, and their difference no number.
            let given = f64::from(given);
            let alike = given.total_cmp(&expected).is_eq() || (given - expected).abs() < 1e-5;
            prop_assert!(alike, "{window:?}: {given} for {expected}");
        }
    }
}

#[test]
fn a_nan_wins_in_every_window_that_sees_it() {
    let mut input = Tensor::zeros(1, Shape::new(1, 5, 5)).unwrap();
    input.data_mut()[12] = f32::NAN;
    let mut out = Tensor::zeros(1, Shape::new(1, 5, 5)).unwrap();
    pool_rows(&Pool2d::INCEPTION, &input, 0, &mut out.all_channels_mut(), &mut |_| {}).unwrap();
    assert_eq!(out.data().iter().filter(|value| value.is_nan()).count(), 9);
}
