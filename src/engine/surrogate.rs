//! A small image in the place of a large one, for the batch statistics of a 1×1 convolution.
//!
//! Each channel of a 1×1's output is a weighted sum of the input channels: its mean follows from their means,
//! its variance from their variances and covariances. So an image of six pixels with the same channel means and
//! covariances as a large one of three channels gives the same batch statistics. Each worker computes the batch
//! statistics of a 1×1 from it and need not wait for the others.

use crate::arch::Shape;

use super::error::EngineError;
use super::norm::{narrow, sum, sum_of_pairs};
use super::tensor::Tensor;

/// An image with as many channels as `image`, twice as many pixels, in one row, and the same channel means and
/// (biased) covariances: pairs of pixels on either side of the mean, each pair along a column of the Cholesky
/// factor of the covariance matrix.
///
/// # Errors
/// When an allocation fails.
pub fn surrogate(image: &Tensor) -> Result<Tensor, EngineError> {
    let channels = image.channels();
    let means: Vec<f64> = (0..channels).map(|channel| mean(image, channel)).collect();
    let factor = cholesky(channels, |left, right| {
        covariance(image, [(left, means[left]), (right, means[right])])
    });
    let pixels = 2 * channels;
    let mut output = Tensor::zeros(1, Shape::new(channels as u64, 1, pixels as u64))?;
    // Each of the `channels` pairs contributes 1/channels of the variance.
    let length = (channels as f64).sqrt();
    for (channel, row) in output.data_mut().chunks_mut(pixels).enumerate() {
        for (pixels, factor) in row.chunks_mut(2).zip(&factor[channel * channels..]) {
            let (mean, apart) = (means[channel], factor * length);
            pixels.copy_from_slice(&[narrow(mean + apart), narrow(mean - apart)]);
        }
    }
    Ok(output)
}

/// The values of a channel, image by image.
fn parts(image: &Tensor, channel: usize) -> impl Iterator<Item = &[f32]> {
    let plane = image.plane();
    (0..image.images()).map(move |index| &image.image(index)[channel * plane..][..plane])
}

fn per_value(image: &Tensor, sum: f64) -> f64 {
    sum / ((image.images() * image.plane()) as f64).max(1.0)
}

fn mean(image: &Tensor, channel: usize) -> f64 {
    per_value(image, parts(image, channel).map(|values| sum(values, |value| value)).sum())
}

/// The covariance of two channels, given with their means.
fn covariance(image: &Tensor, [left, right]: [(usize, f64); 2]) -> f64 {
    let pairs = parts(image, left.0).zip(parts(image, right.0));
    let centers = (narrow(left.1), narrow(right.1));
    let product = |left: f32, right: f32| (left - centers.0) * (right - centers.1);
    per_value(image, pairs.map(|(left, right)| sum_of_pairs(left, right, product)).sum())
}

/// The Cholesky factor of a positive semidefinite matrix of `side` rows: the lower triangular L (row by row) with
/// `L·Lᵀ` = `matrix`. A column that depends linearly on those before it is 0.
fn cholesky(side: usize, matrix: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    /// A smaller remainder of a diagonal value, relative to it, is rounding.
    const ROUNDING: f64 = 1e-12;
    let mut factor = vec![0.0; side * side];
    for column in 0..side {
        let before = |factor: &[f64], row: usize| -> f64 {
            let rows = factor[row * side..][..column].iter().zip(&factor[column * side..]);
            rows.map(|(left, right)| left * right).sum()
        };
        let whole = matrix(column, column);
        let left = whole - before(&factor, column);
        if left <= whole * ROUNDING {
            continue;
        }
        let root = left.sqrt();
        factor[column * side + column] = root;
        for row in column + 1..side {
            factor[row * side + column] = (matrix(row, column) - before(&factor, row)) / root;
        }
    }
    factor
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Size;

    /// A weighted sum of the channels, pixel by pixel: its mean and its variance.
    fn mixed(image: &Tensor, weights: &[f32]) -> (f64, f64) {
        let plane = image.plane();
        let values: Vec<f64> = (0..image.images() * plane)
            .map(|at| {
                let pixel = &image.image(at / plane)[at % plane..];
                let channels = pixel.iter().step_by(plane).zip(weights);
                channels.map(|(&value, &weight)| f64::from(value) * f64::from(weight)).sum()
            })
            .collect();
        let count = values.len() as f64;
        let mean = values.iter().sum::<f64>() / count;
        (mean, values.iter().map(|value| (value - mean).powi(2)).sum::<f64>() / count)
    }

    fn noise(length: usize) -> Vec<f32> {
        (0..length).map(|i| ((i * 7919 + 13) % 509) as f32 / 100.0 - 1.0).collect()
    }

    #[test]
    fn weighted_sums_of_channels_have_the_same_mean_and_variance() {
        for (images, channels, side) in [(1, 3, 17), (2, 5, 9), (1, 1, 4), (1, 3, 1), (1, 6, 2)] {
            let shape = Size::square(side).with_channels(channels);
            let numel = usize::try_from(shape.numel().unwrap()).unwrap();
            let image = Tensor::from_batch(images, shape, noise(images * numel)).unwrap();
            let small = surrogate(&image).unwrap();
            assert_eq!(small.shape(), Shape::new(channels, 1, 2 * channels));
            for seed in 0..4 {
                let weights: Vec<f32> =
                    (0..channels).map(|i| ((i * 3 + seed * 5 + 1) % 7) as f32 - 3.0).collect();
                let (given, expected) = (mixed(&small, &weights), mixed(&image, &weights));
                assert!((given.0 - expected.0).abs() < 1e-5, "{given:?} for {expected:?}");
                let error = (given.1 - expected.1).abs();
                assert!(error < 1e-5 * (1.0 + expected.1), "{given:?} for {expected:?}");
            }
        }
    }

    #[test]
    fn channels_that_repeat_others_or_are_constant_add_nothing() {
        let mut values = noise(100);
        values.extend(values.clone().iter().map(|value| 1.0 - 2.0 * value));
        values.extend([2.5; 100]);
        let image = Tensor::from_image(Shape::new(3, 10, 10), values).unwrap();
        let small = surrogate(&image).unwrap();
        let (_, variance) = mixed(&small, &[2.0, 1.0, 0.0]);
        assert!(variance < 1e-9, "{variance}");
        assert_eq!(small.data()[12..], [2.5; 6]);
        // A NaN is kept.
        let broken = Tensor::from_image(Shape::new(1, 1, 2), vec![f32::NAN, 1.0]).unwrap();
        assert!(surrogate(&broken).unwrap().data().iter().all(|value| value.is_nan()));
    }
}
