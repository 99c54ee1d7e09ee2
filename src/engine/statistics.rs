//! What came out of a channel, in four numbers.

use serde::{Deserialize, Serialize};

use super::norm::{narrow, sum};
use super::tensor::Tensor;

/// The values of one channel over all images of a tensor. A NaN or an infinity counts in none of the
/// numbers; a channel of nothing else has all four 0.
#[derive(Clone, Copy, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct ChannelStatistics {
    /// Smallest value.
    pub min: f32,
    /// Largest value.
    pub max: f32,
    /// Mean.
    pub mean: f32,
    /// Share of values that are exactly 0 (what ReLU cut off), from 0 to 1.
    pub zeros: f32,
}

/// The statistics of every channel of `tensor`.
pub fn channel_statistics(tensor: &Tensor) -> Vec<ChannelStatistics> {
    let plane = tensor.plane();
    (0..tensor.channels())
        .map(|channel| {
            let parts =
                (0..tensor.images()).map(|image| &tensor.image(image)[channel * plane..][..plane]);
            of_parts(parts)
        })
        .collect()
}

fn of_parts<'a>(parts: impl Iterator<Item = &'a [f32]>) -> ChannelStatistics {
    let (mut min, mut max) = (f32::INFINITY, f32::NEG_INFINITY);
    let (mut total, mut zeros, mut count) = (0.0, 0.0, 0.0);
    for values in parts {
        for &value in values {
            let finite = value.is_finite();
            min = if finite && value < min { value } else { min };
            max = if finite && value > max { value } else { max };
        }
        total += sum(values, |value| if value.is_finite() { value } else { 0.0 });
        zeros += sum(values, |value| f32::from(value == 0.0));
        count += sum(values, |value| f32::from(value.is_finite()));
    }
    if count == 0.0 {
        return ChannelStatistics::default();
    }
    ChannelStatistics { min, max, mean: narrow(total / count), zeros: narrow(zeros / count) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Shape;

    #[test]
    fn what_is_not_finite_counts_nowhere() {
        let data = vec![0.0, 2.0, f32::NAN, -1.0, f32::NAN, f32::INFINITY, f32::NAN, f32::NAN];
        let tensor = Tensor::from_image(Shape::new(2, 2, 2), data).unwrap();
        let statistics = channel_statistics(&tensor);
        let first = ChannelStatistics { min: -1.0, max: 2.0, mean: 1.0 / 3.0, zeros: 1.0 / 3.0 };
        assert_eq!(statistics, [first, ChannelStatistics::default()]);
    }
}
