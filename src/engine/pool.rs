//! Max and average pooling.

use crate::arch::Pool2d;
use crate::arch::pool::PoolKind;

use super::conv::{check_output, check_rows};
use super::error::EngineError;
use super::tensor::{ChannelsMut, Tensor, size, zeroed};

/// Pools every channel of `input` into `out`. `progress` hears the share done, from 0 to 1.
///
/// A window is reduced by columns, then by rows: both run along memory, and a window of k × k costs
/// 2k steps instead of k².
///
/// # Errors
/// When the window doesn't fit `input`, `out` has another shape, or the scratch can't be allocated.
pub fn pool(
    pool: &Pool2d,
    input: &Tensor,
    out: &mut ChannelsMut,
    progress: &mut dyn FnMut(f64),
) -> Result<(), EngineError> {
    check_output(pool.output_shape(input.shape())?, input.images(), out)?;
    pool_rows(pool, input, 0, out, progress)
}

/// As [`pool`](fn@pool), of the output's rows from `first` on alone, as many as `out` has.
///
/// # Errors
/// As [`pool`](fn@pool).
pub fn pool_rows(
    pool: &Pool2d,
    input: &Tensor,
    first: usize,
    out: &mut ChannelsMut,
    progress: &mut dyn FnMut(f64),
) -> Result<(), EngineError> {
    check_rows(pool.output_shape(input.shape())?, input.images(), first, out)?;
    let window = Window::new(pool, input)?;
    let padded = (out.width() - 1) * window.stride + window.kernel;
    let mut line = zeroed(padded.max(window.padding + input.width()))?;
    let planes = input.images() * input.channels();
    for image in 0..input.images() {
        for channel in 0..input.channels() {
            let source = &input.image(image)[channel * input.plane()..][..input.plane()];
            let width = out.width();
            for (y, row) in out.channel(image, channel).chunks_exact_mut(width).enumerate() {
                window.reduce_columns(source, first + y, &mut line);
                window.reduce_rows(&line, first + y, row);
            }
            progress((image * input.channels() + channel + 1) as f64 / planes as f64);
        }
    }
    Ok(())
}

/// A pool's numbers as indices of this machine, with the input's sides.
struct Window {
    kind: PoolKind,
    kernel: usize,
    stride: usize,
    padding: usize,
    height: usize,
    width: usize,
}

impl Window {
    fn new(pool: &Pool2d, input: &Tensor) -> Result<Self, EngineError> {
        Ok(Self {
            kind: pool.kind,
            kernel: size(pool.kernel_size)?,
            stride: size(pool.stride)?,
            padding: size(pool.padding)?,
            height: input.height(),
            width: input.width(),
        })
    }

    /// What padding counts as.
    const fn neutral(&self) -> f32 {
        match self.kind {
            PoolKind::Max => f32::NEG_INFINITY,
            PoolKind::Average => 0.0,
        }
    }

    fn combine(&self, values: &[f32], out: &mut [f32]) {
        match self.kind {
            // A NaN wins, as in PyTorch.
            PoolKind::Max => out.iter_mut().zip(values).for_each(|(best, &value)| {
                *best = if value > *best || value.is_nan() { value } else { *best };
            }),
            PoolKind::Average => out.iter_mut().zip(values).for_each(|(sum, &value)| *sum += value),
        }
    }

    /// Reduces the input rows under output row `y` to one padded line.
    fn reduce_columns(&self, source: &[f32], y: usize, line: &mut [f32]) {
        line.fill(self.neutral());
        let start = y * self.stride;
        let rows = start.saturating_sub(self.padding)
            ..(start + self.kernel).saturating_sub(self.padding).min(self.height);
        for row in rows {
            let values = &source[row * self.width..][..self.width];
            self.combine(values, &mut line[self.padding..][..self.width]);
        }
    }

    /// Reduces a padded line to output row `y`.
    fn reduce_rows(&self, line: &[f32], y: usize, out: &mut [f32]) {
        out.fill(self.neutral());
        for tap in 0..self.kernel {
            if self.stride == 1 {
                self.combine(&line[tap..][..out.len()], out);
            } else {
                for (x, value) in out.iter_mut().enumerate() {
                    let taken = line[x * self.stride + tap];
                    self.combine(&[taken], std::slice::from_mut(value));
                }
            }
        }
        if self.kind == PoolKind::Average {
            let rows = self.extent(y, self.height);
            for (x, value) in out.iter_mut().enumerate() {
                *value /= (rows * self.extent(x, self.width)) as f32;
            }
        }
    }

    /// Rows or columns that the window at output `position` covers, its padding counted but not what
    /// ceil mode adds beyond (PyTorch's `count_include_pad=True`).
    fn extent(&self, position: usize, side: usize) -> usize {
        let start = position * self.stride;
        (start + self.kernel).min(side + 2 * self.padding) - start
    }
}
