//! Max and average pooling.

use crate::arch::pool::PoolKind;
use crate::arch::{Pool2d, Size};

use super::conv::check_rows;
use super::error::EngineError;
use super::tensor::{ChannelsMut, Tensor, size, zeroed};

/// Pools every channel of `input` into `out`: the output rows from `first` on, as many as `out` has. `progress` is
/// called with the share done, from 0 to 1.
///
/// A window is reduced by columns, then by rows: both run along memory, and a window of k × k costs 2k steps instead
/// of k². A pool that keeps height and width reduces many rows at once.
///
/// # Errors
/// When the window does not fit `input`, `out` has another shape, or the scratch can't be allocated.
pub fn pool_rows(
    pool: &Pool2d,
    input: &Tensor,
    first: usize,
    out: &mut ChannelsMut,
    progress: &mut dyn FnMut(f64),
) -> Result<(), EngineError> {
    check_rows(pool.output_shape(input.shape())?, input.images(), first, out)?;
    let window = Window::new(pool, input, out)?;
    let mut scratch = zeroed(window.scratch(out))?;
    let planes = input.images() * input.channels();
    for image in 0..input.images() {
        for channel in 0..input.channels() {
            let source = &input.image(image)[channel * input.plane()..][..input.plane()];
            window.reduce(source, first, out.channel(image, channel), &mut scratch);
            progress((image * input.channels() + channel + 1) as f64 / planes as f64);
        }
    }
    Ok(())
}

/// Values of the rows that are reduced at once where a pool keeps height and width (16 KiB).
const STRIP: usize = 4 << 10;

/// The parameters of a pool as `usize`, with the input's sides and the output's width.
struct Window {
    kind: PoolKind,
    down: Side,
    across: Side,
    /// Whether the output has the input's height and width, and the window no gaps.
    keeps_size: bool,
    height: usize,
    width: usize,
    out_width: usize,
}

/// One side of a pool's window.
struct Side {
    kernel: usize,
    stride: usize,
    padding: usize,
    dilation: usize,
}

impl Side {
    fn of(pool: &Pool2d, side: fn(Size) -> u64) -> Result<Self, EngineError> {
        Ok(Self {
            kernel: size(side(pool.kernel_size))?,
            stride: size(side(pool.stride))?,
            padding: size(side(pool.padding))?,
            dilation: size(side(pool.dilation))?,
        })
    }

    /// Values from the first of the window to the last, those included.
    const fn extent(&self) -> usize {
        (self.kernel - 1) * self.dilation + 1
    }
}

impl Window {
    fn new(pool: &Pool2d, input: &Tensor, out: &ChannelsMut) -> Result<Self, EngineError> {
        Ok(Self {
            kind: pool.kind,
            down: Side::of(pool, |size| size.height)?,
            across: Side::of(pool, |size| size.width)?,
            keeps_size: pool.keeps_size() && pool.dilation.is_square_of(1),
            height: input.height(),
            width: input.width(),
            out_width: out.width(),
        })
    }

    /// Values of scratch that [`Self::reduce`] needs.
    fn scratch(&self, out: &ChannelsMut) -> usize {
        if self.keeps_size {
            return self.strip().min(out.plane());
        }
        let Side { stride, padding, .. } = self.across;
        let padded = (self.out_width - 1) * stride + self.across.extent();
        padded.max(padding + self.width)
    }

    /// Values of the rows that are reduced at once.
    fn strip(&self) -> usize {
        (STRIP / self.width).max(1) * self.width
    }

    /// Writes the output rows from `first` on of one channel.
    fn reduce(&self, source: &[f32], first: usize, out: &mut [f32], scratch: &mut [f32]) {
        if self.keeps_size {
            let mut y = first;
            for rows in out.chunks_mut(self.strip()) {
                let columns = &mut scratch[..rows.len()];
                self.reduce_columns_of_rows(source, y, columns);
                self.reduce_whole_rows(columns, rows);
                y += rows.len() / self.width;
            }
        } else {
            for (y, row) in out.chunks_exact_mut(self.out_width).enumerate() {
                self.reduce_columns(source, first + y, scratch);
                self.reduce_rows(scratch, first + y, row);
            }
        }
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

    /// Reduces the input rows under each output row from `first` on, where the pool keeps height and
    /// width.
    fn reduce_columns_of_rows(&self, source: &[f32], first: usize, columns: &mut [f32]) {
        columns.fill(self.neutral());
        let Side { kernel, padding, .. } = self.down;
        for tap in 0..kernel {
            // Input rows from `from` on are this tap's of the output rows from `skipped` on.
            let from = (first + tap).saturating_sub(padding).min(self.height);
            let skipped = padding.saturating_sub(first + tap) * self.width;
            let (values, length) = (&source[from * self.width..], columns.len());
            let columns = &mut columns[skipped.min(length)..];
            let length = values.len().min(columns.len());
            self.combine(&values[..length], &mut columns[..length]);
        }
    }

    /// Reduces rows of reduced columns to as many output rows.
    fn reduce_whole_rows(&self, columns: &[f32], out: &mut [f32]) {
        out.copy_from_slice(columns);
        let padding = self.across.padding;
        for distance in 1..=padding.min(out.len()) {
            let inner = out.len() - distance;
            self.combine(&columns[..inner], &mut out[distance..]);
            self.combine(&columns[distance..], &mut out[..inner]);
        }
        // At both ends of a row that ran on into its neighbours.
        let (width, near) = (self.width, padding.min(self.width));
        for (columns, out) in columns.chunks_exact(width).zip(out.chunks_exact_mut(width)) {
            for x in (0..near).chain(near.max(width - near)..width) {
                let seen = &columns[x.saturating_sub(padding)..(x + padding + 1).min(width)];
                out[x] = self.neutral();
                for value in seen.chunks(1) {
                    self.combine(value, &mut out[x..=x]);
                }
            }
        }
        if self.kind == PoolKind::Average {
            let values = (self.down.kernel * self.across.kernel) as f32;
            for value in out {
                *value /= values;
            }
        }
    }

    /// Reduces the input rows under output row `y` to one padded line.
    fn reduce_columns(&self, source: &[f32], y: usize, line: &mut [f32]) {
        line.fill(self.neutral());
        let Side { kernel, stride, padding, dilation } = self.down;
        for tap in 0..kernel {
            let row = (y * stride + tap * dilation).checked_sub(padding);
            let Some(row) = row.filter(|&row| row < self.height) else { continue };
            let values = &source[row * self.width..][..self.width];
            self.combine(values, &mut line[self.across.padding..][..self.width]);
        }
    }

    /// Reduces a padded line to output row `y`.
    fn reduce_rows(&self, line: &[f32], y: usize, out: &mut [f32]) {
        out.fill(self.neutral());
        let Side { kernel, stride, dilation, .. } = self.across;
        for tap in 0..kernel {
            if stride == 1 {
                self.combine(&line[tap * dilation..][..out.len()], out);
            } else {
                for (x, value) in out.iter_mut().enumerate() {
                    let taken = line[x * stride + tap * dilation];
                    self.combine(&[taken], std::slice::from_mut(value));
                }
            }
        }
        if self.kind == PoolKind::Average {
            let rows = covered(&self.down, y, self.height);
            for (x, value) in out.iter_mut().enumerate() {
                *value /= (rows * covered(&self.across, x, self.width)) as f32;
            }
        }
    }
}

/// Rows or columns that the window at output `position` covers, its padding counted but not what ceil mode
/// adds beyond (PyTorch's `count_include_pad=True`). Average pools have no dilation.
fn covered(side: &Side, position: usize, length: usize) -> usize {
    let start = position * side.stride;
    (start + side.kernel).min(length + 2 * side.padding) - start
}
