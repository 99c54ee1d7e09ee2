//! Batch norm, folded into the convolution before it or computed from the batch itself.

use serde::{Deserialize, Serialize};

use crate::arch::BasicConv2d;

use super::tensor::ChannelsMut;
use super::weights::BatchNormWeights;

/// The statistics that batch norm normalises by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BatchNorm {
    /// The statistics of the batch (biased variance): PyTorch's training mode, the write-up's for a newly built
    /// module. The output for a batch of one value a channel, which PyTorch refuses, is the norm's bias.
    #[default]
    Batch,
    /// The running statistics among the weights: PyTorch's `eval()`.
    Running,
}

/// A factor and a constant for each channel.
#[derive(Clone, Debug, PartialEq)]
pub struct Affine {
    /// Factors.
    pub scale: Vec<f32>,
    /// Constants.
    pub shift: Vec<f32>,
}

impl Affine {
    /// The running statistics of `bn` and a convolution's bias before it as one factor and one constant:
    /// `(x + bias − mean) / √(var + eps) · weight + bn.bias`.
    pub fn fold(bn: &BatchNormWeights, bias: Option<&[f32]>) -> Self {
        let running = bn.running_mean.iter().zip(&bn.running_var);
        Self::by(bn, bias, running.map(|(&mean, &variance)| (mean.into(), variance.into())))
    }

    /// As [`Self::fold`], by the statistics of the batch: the moments of the convolution's output, bias included.
    pub fn of_batch(bn: &BatchNormWeights, bias: Option<&[f32]>, moments: &[Moments]) -> Self {
        Self::by(bn, bias, moments.iter().map(|of| (of.mean, of.variance())))
    }

    /// The norm for a mean and a variance of each channel.
    fn by(
        bn: &BatchNormWeights,
        bias: Option<&[f32]>,
        statistics: impl Iterator<Item = (f64, f64)>,
    ) -> Self {
        let (scale, shift) = statistics
            .enumerate()
            .map(|(channel, (mean, variance))| {
                let bias = bias.map_or(0.0, |bias| f64::from(bias[channel]));
                let scale = f64::from(bn.weight[channel]) * inverse_deviation(variance);
                (narrow(scale), narrow(f64::from(bn.bias[channel]) + (bias - mean) * scale))
            })
            .unzip();
        Self { scale, shift }
    }
}

fn inverse_deviation(variance: f64) -> f64 {
    1.0 / (variance + f64::from(BasicConv2d::BN_EPS)).sqrt()
}

/// Rounds to f32.
#[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is what is asked for")]
pub(super) fn narrow(value: f64) -> f32 {
    value as f32
}

/// Count, mean and sum of squared distances from the mean: what batch norm needs of a channel. Moments of parts of a
/// channel can be merged.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct Moments {
    /// Values.
    pub count: f64,
    /// Their mean.
    pub mean: f64,
    /// Sum of the squares of their distances from the mean.
    pub squares: f64,
}

impl Moments {
    /// Two passes: the sum of squares minus the square of the sum would cancel where the mean is large.
    fn of(values: &[f32]) -> Self {
        let count = values.len() as f64;
        let mean = sum(values, |value| value) / count.max(1.0);
        let center = narrow(mean);
        let squares = sum(values, |value| (value - center).powi(2));
        // `center` is the mean rounded to f32. Correct by n·(mean − center)² (shifted-data variance).
        let off = mean - f64::from(center);
        Self { count, mean, squares: (squares - count * off * off).max(0.0) }
    }

    /// The biased variance; 0 for no values.
    #[must_use]
    pub fn variance(self) -> f64 {
        self.squares / self.count.max(1.0)
    }

    /// The moments of both parts together (Chan, Golub & `LeVeque` 1979).
    #[must_use]
    pub fn merge(self, other: Self) -> Self {
        let count = self.count + other.count;
        if count == 0.0 {
            return self;
        }
        let apart = other.mean - self.mean;
        let share = other.count / count;
        Self {
            count,
            mean: self.mean + apart * share,
            squares: self.squares + other.squares + apart * apart * self.count * share,
        }
    }
}

/// The moments of each channel of `out`.
pub fn moments(out: &mut ChannelsMut) -> Vec<Moments> {
    (0..out.channels())
        .map(|channel| {
            let parts = (0..out.images()).map(|image| Moments::of(out.channel(image, channel)));
            parts.fold(Moments::default(), Moments::merge)
        })
        .collect()
}

/// Normalises each channel of `out` by the mean and the biased variance of its `moments`, scales and shifts it by
/// `bn`, and applies ReLU.
///
/// # Panics
/// When there are more moments than channels.
pub fn normalize(bn: &BatchNormWeights, moments: &[Moments], out: &mut ChannelsMut) {
    for (channel, of) in moments.iter().enumerate() {
        let (mean, center) = (of.mean, narrow(of.mean));
        let scale = f64::from(bn.weight[channel]) * inverse_deviation(of.variance());
        let shift = f64::from(bn.bias[channel]);
        let shift = narrow(shift - (mean - f64::from(center)) * scale);
        let scale = narrow(scale);
        for image in 0..out.images() {
            for value in out.channel(image, channel) {
                let normal = (*value - center) * scale + shift;
                *value = if normal < 0.0 { 0.0 } else { normal };
            }
        }
    }
}

/// `Σ term(value)`: see [`sum_of_pairs`].
pub(super) fn sum(values: &[f32], term: impl Fn(f32) -> f32) -> f64 {
    sum_of_pairs(values, values, |value, _| term(value))
}

/// `Σ term(left, right)`: partial sums in f32 lanes, which vectorise, added in f64, so that the error does not grow with
/// the image.
pub(super) fn sum_of_pairs(left: &[f32], right: &[f32], term: impl Fn(f32, f32) -> f32) -> f64 {
    const LANES: usize = 8;
    const RUN: usize = 32 * LANES;
    let run = |(left, right): (&[f32], &[f32])| {
        let mut lanes = [0.0_f32; LANES];
        let ((lefts, left), (rights, right)) =
            (left.as_chunks::<LANES>(), right.as_chunks::<LANES>());
        for (left, right) in lefts.iter().zip(rights) {
            for ((lane, &left), &right) in lanes.iter_mut().zip(left).zip(right) {
                *lane += term(left, right);
            }
        }
        lanes.iter().map(|&lane| f64::from(lane)).sum::<f64>()
            + left.iter().zip(right).map(|(&l, &r)| f64::from(term(l, r))).sum::<f64>()
    };
    left.chunks(RUN).zip(right.chunks(RUN)).map(run).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_tell_of_the_whole_whatever_their_mean() {
        let values: Vec<f32> = (0..1000).map(|i| 4000.0 + ((i * 37) % 101) as f32 / 50.0).collect();
        let whole = Moments::of(&values);
        for cut in [0, 1, 333, 999, 1000] {
            let (left, right) = values.split_at(cut);
            let merged = Moments::of(left).merge(Moments::of(right));
            assert!((merged.count - 1000.0).abs() < 1e-9, "{merged:?}");
            assert!((merged.mean / whole.mean - 1.0).abs() < 1e-7, "{merged:?}");
            assert!((merged.squares / whole.squares - 1.0).abs() < 1e-4, "{merged:?} {whole:?}");
        }
        assert_eq!(Moments::default().merge(Moments::default()), Moments::default());
    }
}
