//! Batch norm, folded into the convolution before it or computed from the batch itself.

use serde::{Deserialize, Serialize};

use crate::arch::BasicConv2d;

use super::tensor::ChannelsMut;
use super::weights::BatchNormWeights;

/// Which statistics a batch norm normalises by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum BatchNorm {
    /// Those of the batch itself (biased variance), as a freshly built module does in the write-up:
    /// PyTorch's training mode. A batch of one value a channel, which PyTorch refuses, becomes the
    /// norm's bias.
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
        let channels = bn.weight.iter().zip(&bn.bias).zip(&bn.running_mean).zip(&bn.running_var);
        let (scale, shift) = channels
            .enumerate()
            .map(|(channel, (((&weight, &shift), &mean), &variance))| {
                let bias = bias.map_or(0.0, |bias| f64::from(bias[channel]));
                let scale = f64::from(weight) * inverse_deviation(f64::from(variance));
                (narrow(scale), narrow(f64::from(shift) + (bias - f64::from(mean)) * scale))
            })
            .unzip();
        Self { scale, shift }
    }
}

fn inverse_deviation(variance: f64) -> f64 {
    1.0 / (variance + f64::from(BasicConv2d::BN_EPS)).sqrt()
}

/// To the precision of the values it stands beside.
#[expect(clippy::cast_possible_truncation, reason = "rounding to f32 is what is asked for")]
pub(super) fn narrow(value: f64) -> f32 {
    value as f32
}

/// Normalises each channel of `out` by its own mean and biased variance over all images, scales and
/// shifts it by `bn`, and applies ReLU. Two passes: a variance from sums of squares would lose what a
/// large mean leaves of it.
pub fn normalize_by_batch(bn: &BatchNormWeights, out: &mut ChannelsMut) {
    for channel in 0..out.channels() {
        let count = (out.images() * out.plane()) as f64;
        let mean = fold_images(out, channel, |values| sum(values, |value| value)) / count;
        let center = narrow(mean);
        let squares =
            fold_images(out, channel, |values| sum(values, |value| (value - center).powi(2)));
        // The mean rounded to f32 is a hair off; its square is what the sum of squares has too much.
        let variance = (squares / count - (mean - f64::from(center)).powi(2)).max(0.0);
        let scale = f64::from(bn.weight[channel]) * inverse_deviation(variance);
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

fn fold_images(out: &mut ChannelsMut, channel: usize, part: impl Fn(&[f32]) -> f64) -> f64 {
    (0..out.images()).map(|image| part(out.channel(image, channel))).sum()
}

/// `Σ term(value)`: short runs in f32 lanes, which vectorise, the runs in f64, so that the error doesn't
/// grow with the image.
pub(super) fn sum(values: &[f32], term: impl Fn(f32) -> f32) -> f64 {
    const LANES: usize = 8;
    const RUN: usize = 32 * LANES;
    let run = |run: &[f32]| {
        let mut lanes = [0.0_f32; LANES];
        let (chunks, rest) = run.as_chunks::<LANES>();
        for chunk in chunks {
            for (lane, &value) in lanes.iter_mut().zip(chunk) {
                *lane += term(value);
            }
        }
        lanes.iter().map(|&lane| f64::from(lane)).sum::<f64>()
            + rest.iter().map(|&value| f64::from(term(value))).sum::<f64>()
    };
    values.chunks(RUN).map(run).sum()
}
