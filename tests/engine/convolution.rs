//! Convolutions over random numbers.

use std::ops::RangeInclusive;

use inception_explorer::arch::{Conv2d, Shape, Size};
use inception_explorer::engine::gemm::{BestKernel, Kernel, MR, NR, Panels, Portable};
use inception_explorer::engine::{ConvWeights, Convolution, EngineError, Epilogue, Tensor};
use proptest::prelude::*;
use rstest::rstest;

use crate::naive::{convolution, index, values};
use crate::whole_image::run_conv;

/// A height and a width, half of them alike.
fn size(sides: RangeInclusive<u64>) -> impl Strategy<Value = Size> {
    (sides.clone(), sides, any::<bool>()).prop_map(|(height, width, square)| {
        if square { Size::square(height) } else { Size::new(height, width) }
    })
}

/// A convolution and an input that it takes.
fn any_case() -> impl Strategy<Value = (Conv2d, usize, Shape, u64)> {
    let numbers = (size(1..=11), size(1..=3), size(0..=6), size(1..=3), 1..=3_u64);
    let channels = (1..=6_u64, 1..=7_u64, any::<bool>());
    let input = (1..=2_usize, 1..=19_u64, 1..=21_u64, any::<u64>());
    (numbers, channels, input).prop_filter_map(
        "the window fits",
        |((kernel_size, stride, padding, dilation, groups), (from, to, bias), input)| {
            let (images, height, width, seed) = input;
            let (in_channels, out_channels) = (from * groups, to * groups);
            let conv = Conv2d {
                in_channels,
                out_channels,
                kernel_size,
                stride,
                padding,
                dilation,
                groups,
                bias,
            };
            let shape = Shape::new(in_channels, height, width);
            conv.output_shape(shape).is_ok().then_some((conv, images, shape, seed))
        },
    )
}

/// Runs a convolution on random values and compares every sum. A sum of n terms in f32 may be off by n · 2⁻²⁴
/// of its terms' magnitudes, in any order of addition.
fn agrees(conv: Conv2d, images: usize, shape: Shape, seed: u64) -> Result<(), TestCaseError> {
    let taps = conv.weights_per_filter().unwrap();
    let weights = ConvWeights {
        weight: values(index(taps * conv.out_channels), seed),
        bias: conv.bias.then(|| values(index(conv.out_channels), seed ^ 1)),
    };
    let data = values(images * index(shape.numel().unwrap()), seed ^ 2);
    let input = Tensor::from_batch(images, shape, data).unwrap();
    let made = run_conv(&conv, &weights, &input).unwrap();
    let expected = convolution(&conv, &weights.weight, weights.bias.as_deref(), &input);
    prop_assert_eq!(made.numel(), expected.len());
    for (position, (&given, (sum, magnitude))) in made.data().iter().zip(expected).enumerate() {
        let allowed = (taps + 1) as f64 * magnitude * f64::from(f32::EPSILON) / 2.0;
        let error = (f64::from(given) - sum).abs();
        prop_assert!(error <= allowed, "{conv:?} on {shape} at {position}: {given} for {sum}");
    }
    Ok(())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(256))]

    #[test]
    fn any_convolution_is_the_naive_one((conv, images, shape, seed) in any_case()) {
        agrees(conv, images, shape, seed)?;
    }

    #[test]
    fn the_kernel_is_its_portable_twin(
        (depth, count, gap) in (1..700_usize, 1..=4_usize, 0..9_usize),
        packed in any::<bool>(),
        seed in any::<u64>(),
    ) {
        let columns = count * NR + gap;
        let (step, panel) = if packed { (NR, depth * NR) } else { (columns, NR) };
        let (a, b) = (values(depth * MR, seed), values(depth * columns, !seed));
        let b = Panels { values: &b, step, panel, count };
        let mut made = [vec![9.0; MR * columns], vec![9.0; MR * columns]];
        BestKernel::multiply(&a, b, &mut made[0], columns);
        Portable::multiply(&a, b, &mut made[1], columns);
        for (index, (best, portable)) in made[0].iter().zip(&made[1]).enumerate() {
            prop_assert!((best - portable).abs() <= 1e-4);
            prop_assert!(index % columns < count * NR || best.to_bits() == 9.0_f32.to_bits());
        }
    }
}

#[rstest]
#[case::more_taps_than_one_block(Conv2d::same(37, 9, 5), Shape::new(37, 9, 13))]
#[case::several_blocks_of_pixels(Conv2d::same(3, 5, 3), Shape::new(3, 30, 31))]
#[case::pointwise_over_several_blocks(Conv2d::same(300, 7, 1), Shape::new(300, 13, 11))]
#[case::depthwise(Conv2d { groups: 16, ..Conv2d::same(16, 16, 3) }, Shape::new(16, 14, 15))]
#[case::window_larger_than_the_image(Conv2d::same(2, 3, 11), Shape::new(2, 1, 1))]
#[case::pointwise_with_stride(Conv2d { stride: Size::square(2), ..Conv2d::same(4, 6, 1) }, Shape::new(4, 9, 7))]
#[case::pointwise_with_padding(Conv2d { padding: Size::square(2), ..Conv2d::same(4, 6, 1) }, Shape::new(4, 3, 2))]
#[case::padding_beyond_the_window(Conv2d { padding: Size::square(5), ..Conv2d::same(1, 1, 3) }, Shape::new(1, 2, 2))]
#[case::one_by_seven(Conv2d { kernel_size: Size::new(1, 7), padding: Size::new(0, 3), ..Conv2d::same(24, 16, 1) }, Shape::new(24, 17, 17))]
#[case::seven_by_one(Conv2d { kernel_size: Size::new(7, 1), padding: Size::new(3, 0), ..Conv2d::same(24, 16, 1) }, Shape::new(24, 17, 17))]
#[case::three_by_three_with_two_strides(Conv2d { stride: Size::new(1, 2), ..Conv2d::same(16, 8, 3) }, Shape::new(16, 12, 13))]
fn particular_convolutions_are_the_naive_one(#[case] conv: Conv2d, #[case] shape: Shape) {
    agrees(conv, 1, shape, 7).unwrap();
}

#[test]
fn a_convolution_writes_only_its_own_channels_and_reports_to_the_end() {
    let conv = Conv2d::same(2, 3, 3);
    let input = Tensor::from_batch(2, Shape::new(2, 20, 20), values(1600, 3)).unwrap();
    let weight = values(54, 4);
    let alone =
        run_conv(&conv, &ConvWeights { weight: weight.clone(), bias: None }, &input).unwrap();
    let mut wide = Tensor::zeros(2, Shape::new(7, 20, 20)).unwrap();
    wide.data_mut().fill(9.0);
    let mut reports = Vec::new();
    Convolution::new(&conv, Size::square(20), &weight)
        .unwrap()
        .run_rows(&input, 0, &mut wide.channels_mut(2, 3), &Epilogue::default(), &mut |share| {
            reports.push(share);
        })
        .unwrap();
    for image in 0..2 {
        let (before, rest) = wide.image(image).split_at(800);
        let (own, after) = rest.split_at(1200);
        assert_eq!(own, alone.image(image));
        assert!(before.iter().chain(after).all(|&value| value.to_bits() == 9.0_f32.to_bits()));
    }
    assert!(reports.is_sorted() && reports.last() == Some(&1.0), "{reports:?}");
}

#[test]
fn a_nan_passes_through_relu() {
    let mut input = Tensor::zeros(1, Shape::new(1, 1, 2)).unwrap();
    input.data_mut()[1] = f32::NAN;
    let convolution = Convolution::new(&Conv2d::same(1, 1, 1), input.size(), &[-1.0]).unwrap();
    let mut out = Tensor::zeros(1, Shape::new(1, 1, 2)).unwrap();
    let epilogue = Epilogue { relu: true, ..Epilogue::default() };
    convolution.run_rows(&input, 0, &mut out.all_channels_mut(), &epilogue, &mut |_| {}).unwrap();
    assert!(out.data()[0].abs() < f32::EPSILON && out.data()[1].is_nan());
}

#[test]
fn weights_and_outputs_of_another_size_are_refused() {
    let conv = Conv2d::same(2, 3, 3);
    let short = Convolution::new(&conv, Size::square(20), &[0.0; 53]).unwrap_err();
    let error = EngineError::Length { what: "the weights".into(), expected: 54, given: 53 };
    assert_eq!(short, error);
    let convolution = Convolution::new(&conv, Size::square(20), &[0.0; 54]).unwrap();
    let input = Tensor::zeros(1, Shape::new(2, 4, 4)).unwrap();
    let mut out = Tensor::zeros(1, Shape::new(2, 4, 4)).unwrap();
    let mut run = |input: &Tensor| {
        convolution.run_rows(
            input,
            0,
            &mut out.all_channels_mut(),
            &Epilogue::default(),
            &mut |_| {},
        )
    };
    assert!(matches!(run(&input), Err(EngineError::Length { expected: 48, given: 32, .. })));
    let other = Tensor::zeros(1, Shape::new(1, 4, 4)).unwrap();
    assert!(matches!(run(&other), Err(EngineError::Shape(_))));
    let absurd = Conv2d { in_channels: u64::MAX, out_channels: u64::MAX, ..conv };
    assert!(Convolution::new(&absurd, Size::square(4), &[]).is_err());
    assert!(Convolution::new(&Conv2d { groups: 0, ..conv }, Size::square(4), &[]).is_err());
}
