//! Moments and sums as numbers in a `Float64Array`.

use crate::engine::{ChannelSums, Moments};

/// Three numbers for each element.
pub fn moments_to_numbers(moments: &[Moments]) -> Vec<f64> {
    moments.iter().flat_map(|of| [of.count, of.mean, of.squares]).collect()
}

/// The moments of three numbers each.
pub fn moments_from_numbers(numbers: &[f64]) -> Vec<Moments> {
    let (each, _) = numbers.as_chunks::<3>();
    each.iter().map(|&[count, mean, squares]| Moments { count, mean, squares }).collect()
}

/// Five numbers for each element.
pub fn sums_to_numbers(sums: &[ChannelSums]) -> Vec<f64> {
    let numbers = |of: &ChannelSums| [of.min.into(), of.max.into(), of.total, of.zeros, of.count];
    sums.iter().flat_map(numbers).collect()
}

/// The sums of five numbers each.
#[expect(clippy::cast_possible_truncation, reason = "they were f32")]
pub fn sums_from_numbers(numbers: &[f64]) -> Vec<ChannelSums> {
    let (each, _) = numbers.as_chunks::<5>();
    let sums = |&[min, max, total, zeros, count]: &[f64; 5]| ChannelSums {
        min: min as f32,
        max: max as f32,
        total,
        zeros,
        count,
    };
    each.iter().map(sums).collect()
}
