//! The matrix of windows: a row for each tap of a filter, a column for each output pixel.
//!
//! The matrix is virtual: [`Im2col::pack`] writes a block of it from the input, zeros where a window
//! reaches into the padding.

use crate::arch::{Conv2d, Shape, Size, Window};
use crate::engine::error::EngineError;
use crate::engine::gemm::{Columns, NC, NR, copy_short};
use crate::engine::tensor::size;

/// One side of a convolution's window as indices of this machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Side {
    kernel: usize,
    stride: usize,
    pub padding: usize,
    dilation: usize,
}

impl Side {
    fn of(window: &Window, side: fn(Size) -> u64) -> Result<Self, EngineError> {
        Ok(Self {
            kernel: size(side(window.kernel_size))?,
            stride: size(side(window.stride))?,
            padding: size(side(window.padding))?,
            dilation: size(side(window.dilation))?,
        })
    }

    /// The input row or column under tap `tap` of the window at output `position`; `None` for padding (outside
    /// `0..length`).
    fn source(&self, position: usize, tap: usize, length: usize) -> Option<usize> {
        (position * self.stride + tap * self.dilation)
            .checked_sub(self.padding)
            .filter(|&source| source < length)
    }
}

/// The numbers of a convolution as indices of this machine.
#[derive(Clone, Copy, Debug)]
pub(super) struct Geometry {
    pub down: Side,
    pub across: Side,
    pub height: usize,
    pub width: usize,
    /// The output row that is computed first.
    pub first: usize,
    pub out_height: usize,
    pub out_width: usize,
}

impl Geometry {
    /// Of the output's rows from `first` on, as many as `output` has.
    ///
    /// # Errors
    /// When a number can't be addressed.
    pub(super) fn new(
        conv: &Conv2d,
        input: Shape,
        first: usize,
        output: Shape,
    ) -> Result<Self, EngineError> {
        Ok(Self {
            down: Side::of(&conv.window(), |size| size.height)?,
            across: Side::of(&conv.window(), |size| size.width)?,
            height: size(input.height)?,
            width: size(input.width)?,
            first,
            out_height: size(output.height)?,
            out_width: size(output.width)?,
        })
    }

    /// Writes the values that tap column `tap` of the windows `first..` of one output row sees in one
    /// input row (`None`: all padding).
    fn fill(&self, row: Option<&[f32]>, tap: usize, first: usize, out: &mut [f32]) {
        let Some(row) = row else {
            out.fill(0.0);
            return;
        };
        let Side { stride, padding, dilation, .. } = self.across;
        if stride == 1 {
            // Windows before `start` and from `end` on see padding in this tap; between them the input
            // runs along.
            let offset = tap * dilation;
            let start = padding.saturating_sub(first + offset).min(out.len());
            let end = (self.width + padding).saturating_sub(first + offset).min(out.len());
            let end = end.max(start);
            out[..start].fill(0.0);
            if start < end {
                let source = first + start + offset - padding;
                copy_short(&row[source..], &mut out[start..end]);
            }
            out[end..].fill(0.0);
        } else {
            for (window, value) in out.iter_mut().enumerate() {
                *value =
                    self.across.source(first + window, tap, self.width).map_or(0.0, |x| row[x]);
            }
        }
    }
}

/// One group's channels seen through a convolution's windows.
pub(super) struct Im2col<'a> {
    input: &'a [f32],
    geometry: Geometry,
}

impl<'a> Im2col<'a> {
    pub(super) const fn new(input: &'a [f32], geometry: Geometry) -> Self {
        Self { input, geometry }
    }

    /// Writes matrix row `row` for the output pixels from (`y`, `x`) on.
    fn fill(&self, row: usize, mut y: usize, mut x: usize, mut out: &mut [f32]) {
        let geometry = &self.geometry;
        let (taps, tap_x) = (row / geometry.across.kernel, row % geometry.across.kernel);
        let (channel, tap_y) = (taps / geometry.down.kernel, taps % geometry.down.kernel);
        let plane = geometry.height * geometry.width;
        let channel = &self.input[channel * plane..][..plane];
        while !out.is_empty() {
            let length = out.len().min(geometry.out_width - x);
            let (part, rest) = out.split_at_mut(length);
            let source = geometry
                .down
                .source(geometry.first + y, tap_y, geometry.height)
                .map(|source| &channel[source * geometry.width..][..geometry.width]);
            geometry.fill(source, tap_x, x, part);
            out = rest;
            (y, x) = (y + 1, 0);
        }
    }
}

impl Columns for Im2col<'_> {
    fn rows(&self) -> usize {
        let Geometry { height, width, down, across, .. } = self.geometry;
        self.input.len() / (height * width) * down.kernel * across.kernel
    }

    fn columns(&self) -> usize {
        self.geometry.out_height * self.geometry.out_width
    }

    fn pack(&self, first: usize, count: usize, out: &mut [f32]) {
        let (y, x) = (first / self.geometry.out_width, first % self.geometry.out_width);
        let depth = self.rows();
        let mut line = [0.0; NC];
        let line = &mut line[..count.next_multiple_of(NR)];
        for row in 0..depth {
            self.fill(row, y, x, &mut line[..count]);
            let (panels, _) = line.as_chunks::<NR>();
            for (panel, values) in panels.iter().enumerate() {
                out[(panel * depth + row) * NR..][..NR].copy_from_slice(values);
            }
        }
    }
}
