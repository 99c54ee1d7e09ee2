//! Layers by their definitions, accumulated in f64.

use inception_explorer::arch::pool::PoolKind;
use inception_explorer::arch::{Conv2d, Pool2d, Size};
use inception_explorer::engine::Tensor;

/// Reproducible values between -1 and 1.
pub fn values(count: usize, seed: u64) -> Vec<f32> {
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let next = || {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        let bits = u16::try_from(state >> 48).unwrap();
        f32::from(bits) / 32_768.0 - 1.0
    };
    std::iter::repeat_with(next).take(count).collect()
}

/// A number of the specification as an index.
pub fn index(value: u64) -> usize {
    usize::try_from(value).unwrap()
}

/// Something down and across.
type Sides = (usize, usize);

fn sides(size: Size) -> Sides {
    (index(size.height), index(size.width))
}

/// The value at a padded position, `None` in the padding.
fn at(
    input: &Tensor,
    image: usize,
    channel: usize,
    y: usize,
    x: usize,
    padding: Sides,
) -> Option<f64> {
    let (y, x) = (y.checked_sub(padding.0)?, x.checked_sub(padding.1)?);
    let inside = y < input.height() && x < input.width();
    inside.then(|| f64::from(input.image(image)[channel * input.plane() + y * input.width() + x]))
}

/// Sums of a convolution, and for each the sum of its terms' magnitudes (what rounding is measured by).
pub fn convolution(
    conv: &Conv2d,
    weight: &[f32],
    bias: Option<&[f32]>,
    input: &Tensor,
) -> Vec<(f64, f64)> {
    let shape = conv.output_shape(input.shape()).unwrap();
    let (kernel, padding) = (sides(conv.kernel_size), sides(conv.padding));
    let (stride, dilation) = (sides(conv.stride), sides(conv.dilation));
    let per_group = index(conv.channels_per_group());
    let filters_per_group = index(conv.out_channels / conv.groups);
    let mut sums = Vec::new();
    for image in 0..input.images() {
        for filter in 0..index(shape.channels) {
            let first = filter / filters_per_group * per_group;
            for (y, x) in positions(index(shape.height), index(shape.width)) {
                let mut sum = bias.map_or(0.0, |bias| f64::from(bias[filter]));
                let mut magnitude = sum.abs();
                for channel in 0..per_group {
                    for (ky, kx) in positions(kernel.0, kernel.1) {
                        let y = y * stride.0 + ky * dilation.0;
                        let x = x * stride.1 + kx * dilation.1;
                        let value = at(input, image, first + channel, y, x, padding).unwrap_or(0.0);
                        let channel = filter * per_group + channel;
                        let tap = (channel * kernel.0 + ky) * kernel.1 + kx;
                        sum += f64::from(weight[tap]) * value;
                        magnitude += (f64::from(weight[tap]) * value).abs();
                    }
                }
                sums.push((sum, magnitude));
            }
        }
    }
    sums
}

/// Maxima or means of a pool's windows.
pub fn pool(pool: &Pool2d, input: &Tensor) -> Vec<f64> {
    let shape = pool.output_shape(input.shape()).unwrap();
    let (kernel, stride) = (sides(pool.kernel_size), sides(pool.stride));
    let (padding, dilation) = (sides(pool.padding), sides(pool.dilation));
    let mut made = Vec::new();
    for image in 0..input.images() {
        for channel in 0..input.channels() {
            for (y, x) in positions(index(shape.height), index(shape.width)) {
                let window = positions(kernel.0, kernel.1).map(|(ky, kx)| {
                    (y * stride.0 + ky * dilation.0, x * stride.1 + kx * dilation.1)
                });
                // The part of a window that ceil mode extends beyond the padding does not count.
                let window = window.filter(|&(y, x)| {
                    y < input.height() + 2 * padding.0 && x < input.width() + 2 * padding.1
                });
                let seen = window.map(|(y, x)| at(input, image, channel, y, x, padding));
                made.push(match pool.kind {
                    PoolKind::Max => seen.flatten().fold(f64::NEG_INFINITY, f64::max),
                    PoolKind::Average => {
                        let seen: Vec<f64> = seen.map(Option::unwrap_or_default).collect();
                        seen.iter().sum::<f64>() / seen.len() as f64
                    }
                });
            }
        }
    }
    made
}

fn positions(rows: usize, columns: usize) -> impl Iterator<Item = (usize, usize)> {
    (0..rows).flat_map(move |y| (0..columns).map(move |x| (y, x)))
}
