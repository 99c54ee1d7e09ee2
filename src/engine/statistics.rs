//! Minimum, maximum, mean and share of zeros of each channel.

use serde::{Deserialize, Serialize};

use super::gemm::{BestVector, Vector};
use super::norm::{self, narrow};
use super::tensor::Tensor;

/// The values of one channel over all images of a tensor. A NaN or an infinity counts in none of the numbers; a
/// channel without any finite value has 0 for all four.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChannelStatistics {
    /// Smallest value.
    pub min: f32,
    /// Largest value.
    pub max: f32,
    /// Mean.
    pub mean: f32,
    /// Share of values that are exactly 0 (mostly cut off by ReLU), from 0 to 1.
    pub zeros: f32,
}

/// What the statistics of a channel are made of, for a part of it; parts can be merged.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ChannelSums {
    /// Smallest value; +∞ where there is none.
    pub min: f32,
    /// Largest value; −∞ where there is none.
    pub max: f32,
    /// Sum.
    pub total: f64,
    /// Values that are exactly 0.
    pub zeros: f64,
    /// Values that are finite.
    pub count: f64,
}

impl Default for ChannelSums {
    /// The sums of no values.
    fn default() -> Self {
        Self { min: f32::INFINITY, max: f32::NEG_INFINITY, total: 0.0, zeros: 0.0, count: 0.0 }
    }
}

impl ChannelSums {
    /// The sums of both parts together.
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        Self {
            min: self.min.min(other.min),
            max: self.max.max(other.max),
            total: self.total + other.total,
            zeros: self.zeros + other.zeros,
            count: self.count + other.count,
        }
    }

    /// The statistics of these values.
    #[must_use]
    pub fn statistics(self) -> ChannelStatistics {
        if self.count == 0.0 {
            return ChannelStatistics::default();
        }
        ChannelStatistics {
            min: self.min,
            max: self.max,
            mean: narrow(self.total / self.count),
            zeros: narrow(self.zeros / self.count),
        }
    }
}

/// The sums of every channel of `tensor`.
pub fn channel_sums(tensor: &Tensor) -> Vec<ChannelSums> {
    let plane = tensor.plane();
    (0..tensor.channels())
        .map(|channel| {
            let parts =
                (0..tensor.images()).map(|image| &tensor.image(image)[channel * plane..][..plane]);
            of_finite::<BestVector>(parts.clone()).unwrap_or_else(|| of_parts(parts))
        })
        .collect()
}

/// Length of a partial sum in f32 (blocked summation); the partial sums are added in f64.
const RUN: usize = 256;

/// The sums of a channel without a NaN or an infinity, in vectors; `None` where there is one. Nearly every
/// channel has none.
fn of_finite<'a, V: Vector>(parts: impl Iterator<Item = &'a [f32]>) -> Option<ChannelSums> {
    let (mut min, mut max) = (V::splat(f32::INFINITY), V::splat(f32::NEG_INFINITY));
    let (mut total, mut zeros, mut count) = (0.0, 0.0, 0);
    for run in parts.flat_map(|values| values.chunks(RUN)) {
        let (mut run_total, mut run_zeros) = (V::splat(0.0), V::splat(0.0));
        let (quads, rest) = run.as_chunks::<4>();
        for quad in quads {
            let values = V::load(quad);
            (min, max) = (min.least(values), max.greatest(values));
            (run_total, run_zeros) = (run_total.plus(values), run_zeros.plus(values.zeros()));
        }
        total += sum(run_total) + rest.iter().map(|&value| f64::from(value)).sum::<f64>();
        zeros += sum(run_zeros) + rest.iter().filter(|&&value| value == 0.0).count() as f64;
        for &value in rest {
            (min, max) = (min.least(V::splat(value)), max.greatest(V::splat(value)));
        }
        count += run.len();
    }
    // A NaN or an infinity makes the sum one.
    (count > 0 && total.is_finite()).then(|| ChannelSums {
        min: values(min).into_iter().fold(f32::INFINITY, f32::min),
        max: values(max).into_iter().fold(f32::NEG_INFINITY, f32::max),
        total,
        zeros,
        count: count as f64,
    })
}

fn values<V: Vector>(vector: V) -> [f32; 4] {
    let mut values = [0.0; 4];
    vector.store(&mut values);
    values
}

fn sum<V: Vector>(vector: V) -> f64 {
    values(vector).into_iter().map(f64::from).sum()
}

fn of_parts<'a>(parts: impl Iterator<Item = &'a [f32]>) -> ChannelSums {
    let (mut min, mut max) = (f32::INFINITY, f32::NEG_INFINITY);
    let (mut total, mut zeros, mut count) = (0.0, 0.0, 0.0);
    for values in parts {
        for &value in values {
            let finite = value.is_finite();
            min = if finite && value < min { value } else { min };
            max = if finite && value > max { value } else { max };
        }
        total += norm::sum(values, |value| if value.is_finite() { value } else { 0.0 });
        zeros += norm::sum(values, |value| f32::from(value == 0.0));
        count += norm::sum(values, |value| f32::from(value.is_finite()));
    }
    ChannelSums { min, max, total, zeros, count }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Shape;

    #[test]
    fn finite_channels_count_as_any_other() {
        for length in [1, 3, 4, 255, 256, 259, 1030] {
            let data: Vec<f32> =
                (0..length).map(|i| ((i * 37 + 11) % 23).max(3) as f32 / 2.0 - 1.5).collect();
            let parts = || [&data[..], &data[1..]].into_iter();
            assert_eq!(of_finite::<BestVector>(parts()), Some(of_parts(parts())), "{length}");
        }
    }

    #[test]
    fn what_is_not_finite_counts_nowhere() {
        let data = vec![0.0, 2.0, f32::NAN, -1.0, f32::NAN, f32::INFINITY, f32::NAN, f32::NAN];
        let tensor = Tensor::from_image(Shape::new(2, 2, 2), data).unwrap();
        let statistics: Vec<_> =
            channel_sums(&tensor).into_iter().map(ChannelSums::statistics).collect();
        let first = ChannelStatistics { min: -1.0, max: 2.0, mean: 1.0 / 3.0, zeros: 1.0 / 3.0 };
        assert_eq!(statistics, [first, ChannelStatistics::default()]);
    }
}
