//! The matrix of a 1×1 convolution: the input itself, channels × pixels.

use super::im2col::Geometry;
use crate::engine::gemm::{Columns, NR, copy_short};

/// Channels × pixels, row by row; of each channel the pixels from `first` on.
pub(super) struct Pointwise<'a> {
    input: &'a [f32],
    plane: usize,
    first: usize,
    pixels: usize,
}

impl<'a> Pointwise<'a> {
    pub(super) const fn new(input: &'a [f32], geometry: &Geometry) -> Self {
        let Geometry { height, width, first, out_height, .. } = *geometry;
        Self { input, plane: height * width, first: first * width, pixels: out_height * width }
    }
}

impl Columns for Pointwise<'_> {
    fn rows(&self) -> usize {
        self.input.len() / self.plane
    }

    fn columns(&self) -> usize {
        self.pixels
    }

    // Copied although it could be read in place: rows lie `pixels` values apart, so that a tile in place
    // touches a page a row, and the copy is read again by every panel of filters.
    fn pack(&self, first: usize, count: usize, out: &mut [f32]) {
        let depth = self.rows();
        for (row, source) in self.input.chunks_exact(self.plane).enumerate() {
            for (panel, values) in source[self.first + first..][..count].chunks(NR).enumerate() {
                let place = &mut out[(panel * depth + row) * NR..][..NR];
                if let Ok(values) = <&[f32; NR]>::try_from(values) {
                    place.copy_from_slice(values);
                } else {
                    copy_short(values, &mut place[..values.len()]);
                }
            }
        }
    }
}
