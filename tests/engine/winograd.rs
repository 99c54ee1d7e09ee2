//! Winograd's convolutions, and what rounding costs them.

use inception_explorer::arch::{Conv2d, Shape, Size};
use inception_explorer::engine::conv::{Method, Tiling};
use inception_explorer::engine::{ConvWeights, Tensor};
use proptest::prelude::*;
use rstest::rstest;

use crate::naive::{convolution, index, values};
use crate::whole_image::run_conv;

/// A convolution by the method under test and an input that it takes.
fn any_case() -> impl Strategy<Value = (Conv2d, usize, Shape, u64)> {
    let numbers = (prop_oneof![Just(3_u64), Just(5)], 0..=6_u64, 1..=2_u64, any::<bool>());
    let channels = (8..=19_u64, 1..=9_u64);
    let input = (1..=2_usize, 1..=29_u64, 1..=31_u64, any::<u64>());
    (numbers, channels, input).prop_filter_map(
        "the window fits into enough tiles",
        |((kernel_size, padding, groups, bias), (from, to), (images, height, width, seed))| {
            let (in_channels, out_channels) = (from * groups, to * groups);
            let plain = Conv2d::same(in_channels, out_channels, kernel_size);
            let conv = Conv2d { padding: Size::square(padding), groups, bias, ..plain };
            let method = Method::choose(&conv, Size { height, width });
            let winograd = matches!(method, Method::Winograd(_));
            winograd.then_some((conv, images, Shape::new(in_channels, height, width), seed))
        },
    )
}

/// The errors' root mean square and their largest, in units of rounding (2⁻²⁴) of the largest sum that a
/// filter's weights allow: the roundings of its whole tile affect an output, not only the roundings of its own
/// terms.
fn errors(conv: &Conv2d, images: usize, shape: Shape, seed: u64) -> (f64, f64) {
    let taps = conv.weights_per_filter().unwrap();
    let weights = ConvWeights {
        weight: values(index(taps * conv.out_channels), seed),
        bias: conv.bias.then(|| values(index(conv.out_channels), seed ^ 1)),
    };
    let data = values(images * index(shape.numel().unwrap()), seed ^ 2);
    let input = Tensor::from_batch(images, shape, data).unwrap();
    let made = run_conv(conv, &weights, &input).unwrap();
    let expected = convolution(conv, &weights.weight, weights.bias.as_deref(), &input);
    assert_eq!(made.numel(), expected.len());
    let sums =
        weights.weight.chunks(index(taps)).map(|filter| filter.iter().map(|tap| tap.abs()).sum());
    let unit = f64::from(sums.fold(0.0, f32::max)) * f64::from(f32::EPSILON) / 2.0;
    let errors = made.data().iter().zip(&expected);
    let errors: Vec<f64> =
        errors.map(|(&given, &(sum, _))| (f64::from(given) - sum).abs() / unit).collect();
    let squares: f64 = errors.iter().map(|error| error.powi(2)).sum();
    ((squares / errors.len() as f64).sqrt(), errors.iter().copied().fold(0.0, f64::max))
}

#[rstest]
#[case::large(Conv2d::same(96, 128, 3), 28, Method::Winograd(Tiling::FourOfThree))]
#[case::a_large_tile_would_be_half_empty(
    Conv2d::same(192, 384, 3),
    7,
    Method::Winograd(Tiling::TwoOfThree)
)]
#[case::five_taps(Conv2d::same(48, 128, 5), 7, Method::Winograd(Tiling::TwoOfFive))]
#[case::few_pixels(Conv2d::same(192, 384, 3), 4, Method::Im2col)]
#[case::few_channels(Conv2d::same(7, 384, 3), 28, Method::Im2col)]
#[case::no_transform(Conv2d::same(96, 128, 7), 28, Method::Im2col)]
#[case::a_stride(Conv2d { stride: Size::square(2), ..Conv2d::same(96, 128, 3) }, 28, Method::Im2col)]
#[case::one_tap(Conv2d::same(96, 128, 1), 28, Method::Pointwise)]
fn the_method_is_that_of_the_fewest_products(
    #[case] conv: Conv2d,
    #[case] side: u64,
    #[case] method: Method,
) {
    assert_eq!(Method::choose(&conv, Size::square(side)), method);
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn any_winograd_convolution_is_the_naive_one((conv, images, shape, seed) in any_case()) {
        let (_, worst) = errors(&conv, images, shape, seed);
        println!("worst {worst}"); prop_assert!(worst < 6.0, "{conv:?} on {shape}: {worst}");
    }
}

/// The same filters with a stride of 2 are computed by windows, and show what the transforms add. Measured,
/// root mean square and largest, against windows': 0.54 and 2.8 against 0.17 and 1.0; 0.34 and 2.3 against
/// 0.10 and 0.4; 0.25 and 1.5 against 0.05 and 0.2; 0.28 and 1.0 against 0.13 and 0.6; 0.22 and 0.7 against
/// 0.05 and 0.2.
#[rstest]
#[case::shallow_3x3(Conv2d::same(8, 4, 3), [0.7, 4.0])]
#[case::write_ups_3x3(Conv2d::same(96, 4, 3), [0.45, 3.0])]
#[case::deep_3x3(Conv2d::same(384, 4, 3), [0.35, 2.0])]
#[case::write_ups_5x5(Conv2d::same(16, 4, 5), [0.4, 1.5])]
#[case::deep_5x5(Conv2d::same(128, 4, 5), [0.3, 1.0])]
fn errors_stay_near_those_of_the_definition(#[case] conv: Conv2d, #[case] most: [f64; 2]) {
    let shape = Shape::new(conv.in_channels, 21, 21);
    assert!(matches!(Method::choose(&conv, Size::square(21)), Method::Winograd(_)));
    let (mean, worst) = errors(&conv, 1, shape, 5);
    let by_windows = errors(&Conv2d { stride: Size::square(2), ..conv }, 1, shape, 5);
    assert!(mean <= most[0] && worst <= most[1], "{mean} {worst}");
    assert!(mean <= 6.0 * by_windows.0, "{mean}, by windows {by_windows:?}");
}
