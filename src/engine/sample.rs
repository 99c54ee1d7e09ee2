//! What a 1×1 convolution needs to know of an image for its batch norm.
//!
//! Each channel that it makes is a weighted sum of the image's: its mean follows from their means, its
//! variance from their variances and covariances. So any image that has the same ones serves as well, and
//! of three channels there is one of six pixels. It spares whoever computes a part of the image to hear
//! of the other parts before it goes on behind a reduction.

use crate::arch::Shape;

use super::error::EngineError;
use super::norm::{narrow, sum, sum_of_pairs};
use super::tensor::Tensor;

/// An image of as many channels as `image` has and twice as many pixels, in one row, with the same means
/// and (biased) covariances of its channels: pairs of pixels that lie as far on either side of the mean,
/// each pair along a column of the covariances' Cholesky factor.
///
/// # Errors
/// When an allocation fails.
pub fn sample(image: &Tensor) -> Result<Tensor, EngineError> {
    let channels = image.channels();
    let means: Vec<f64> = (0..channels).map(|channel| mean(image, channel)).collect();
    let factor = cholesky(channels, |left, right| {
        covariance(image, [(left, means[left]), (right, means[right])])
    });
    let pixels = 2 * channels;
    let mut made = Tensor::zeros(1, Shape::new(channels as u64, 1, pixels as u64))?;
    // One of `channels` pairs has that share in the variance.
    let length = (channels as f64).sqrt();
    for (channel, row) in made.data_mut().chunks_mut(pixels).enumerate() {
        for (pixels, factor) in row.chunks_mut(2).zip(&factor[channel * channels..]) {
            let (mean, apart) = (means[channel], factor * length);
            pixels.copy_from_slice(&[narrow(mean + apart), narrow(mean - apart)]);
        }
    }
    Ok(made)
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

/// Of two channels with their means.
fn covariance(image: &Tensor, [left, right]: [(usize, f64); 2]) -> f64 {
    let pairs = parts(image, left.0).zip(parts(image, right.0));
    let centers = (narrow(left.1), narrow(right.1));
    let product = |left: f32, right: f32| (left - centers.0) * (right - centers.1);
    per_value(image, pairs.map(|(left, right)| sum_of_pairs(left, right, product)).sum())
}

/// The lower triangular matrix L (row by row) with `L·Lᵀ` = `matrix`, which is positive semidefinite of
/// `side` rows. A column that those before it already account for is 0.
fn cholesky(side: usize, matrix: impl Fn(usize, usize) -> f64) -> Vec<f64> {
    /// Of a diagonal value: what is left of it by rounding alone.
    const NOTHING: f64 = 1e-12;
    let mut factor = vec![0.0; side * side];
    for column in 0..side {
        let before = |factor: &[f64], row: usize| -> f64 {
            let rows = factor[row * side..][..column].iter().zip(&factor[column * side..]);
            rows.map(|(left, right)| left * right).sum()
        };
        let whole = matrix(column, column);
        let left = whole - before(&factor, column);
        if left <= whole * NOTHING {
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
            let small = sample(&image).unwrap();
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
        let small = sample(&image).unwrap();
        let (_, variance) = mixed(&small, &[2.0, 1.0, 0.0]);
        assert!(variance < 1e-9, "{variance}");
        assert_eq!(small.data()[12..], [2.5; 6]);
        // Where there is a NaN it is not lost.
        let broken = Tensor::from_image(Shape::new(1, 1, 2), vec![f32::NAN, 1.0]).unwrap();
        assert!(sample(&broken).unwrap().data().iter().all(|value| value.is_nan()));
    }
}
