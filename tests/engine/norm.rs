//! Batch norm, folded and by the batch.

use inception_explorer::arch::{BasicConv2d, Shape};
use inception_explorer::engine::{BatchNorm, BatchNormWeights, ConvWeights, Tensor, UnitWeights};
use proptest::prelude::*;

use crate::naive::{convolution, index, values};
use crate::whole_image::run_unit;

/// Mean and biased variance.
fn moments(values: &[f64]) -> (f64, f64) {
    let mean = values.iter().sum::<f64>() / values.len() as f64;
    (mean, values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / values.len() as f64)
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn a_unit_is_convolution_norm_and_relu(
        (images, height, width) in (1..=3_usize, 1..=12_u64, 2..=13_u64),
        (kernel, batch, bias) in (0..=2_u64, any::<bool>(), any::<bool>()),
        shift in -200.0..200.0_f32,
        seed in any::<u64>(),
    ) {
        let mut unit = BasicConv2d::same(3, 5, 2 * kernel + 1);
        unit.conv.bias = bias;
        let positive = |seed| values(5, seed).iter().map(|value| value.abs() + 0.1).collect::<Vec<_>>();
        let weights = UnitWeights {
            conv: ConvWeights {
                weight: values(index(15 * unit.conv.taps()), seed),
                // A large mean, as a photograph's: sums of squares would lose the variance beside it.
                bias: bias.then(|| values(5, seed ^ 1).iter().map(|value| value + shift).collect()),
            },
            bn: BatchNormWeights {
                weight: values(5, seed ^ 2),
                bias: values(5, seed ^ 3),
                running_mean: values(5, seed ^ 4),
                running_var: positive(seed ^ 5),
            },
        };
        let shape = Shape::new(3, height, width);
        let data = values(images * index(shape.numel().unwrap()), seed ^ 6);
        let input = Tensor::from_batch(images, shape, data).unwrap();
        let mode = if batch { BatchNorm::Batch } else { BatchNorm::Running };
        let made = run_unit(&unit, &weights, &input, mode).unwrap();
        let sums = convolution(&unit.conv, &weights.conv.weight, weights.conv.bias.as_deref(), &input);
        let plane = index(height * width);
        for channel in 0..5 {
            let places = |i: &usize| i / plane % 5 == channel;
            let chosen: Vec<usize> = (0..sums.len()).filter(places).collect();
            let seen: Vec<f64> = chosen.iter().map(|&i| sums[i].0).collect();
            let running = (weights.bn.running_mean[channel], weights.bn.running_var[channel]);
            let (mean, variance) =
                if batch { moments(&seen) } else { (running.0.into(), running.1.into()) };
            let scale = f64::from(weights.bn.weight[channel]) / (variance + 0.001).sqrt();
            for (&place, value) in chosen.iter().zip(seen) {
                let expected = ((value - mean) * scale + f64::from(weights.bn.bias[channel])).max(0.0);
                let given = f64::from(made.data()[place]);
                // The sums themselves are f32 and carry the shift; the norm scales their error up.
                let allowed = 1e-5 * (1.0 + scale.abs() * (f64::from(shift.abs()) + 30.0));
                prop_assert!((given - expected).abs() <= allowed, "{given} for {expected}");
            }
        }
    }
}

#[test]
fn one_value_a_channel_becomes_the_norms_bias() {
    // The norm of a 1×1 is folded into it, which rounds.
    let unit = BasicConv2d::same(1, 1, 3);
    let mut weight = vec![0.0; 9];
    weight[4] = 3.0;
    let mut bn = BatchNormWeights::identity(1);
    bn.bias[0] = 0.25;
    let weights = UnitWeights { conv: ConvWeights { weight, bias: None }, bn };
    let input = Tensor::from_image(Shape::new(1, 1, 1), vec![7.0]).unwrap();
    let made = run_unit(&unit, &weights, &input, BatchNorm::Batch).unwrap();
    assert_eq!(made.data(), [0.25]);
}
