//! The weights' side of a product, packed once.

use super::{KC, MR};
use crate::engine::error::{EngineError, check_length};
use crate::engine::tensor::zeroed;

/// An M × K matrix in the order the kernels read it: blocks of at most `KC` taps; in a block, panels of
/// [`MR`] rows; in a panel, tap by tap the `MR` values. Rows beyond M in the last panel are 0.
#[derive(Clone, Debug)]
pub struct PackedRows {
    rows: usize,
    depth: usize,
    block_depth: usize,
    data: Vec<f32>,
}

/// The part of a [`PackedRows`] for the taps `first..first + depth`.
pub(super) struct Block<'a> {
    pub first: usize,
    pub depth: usize,
    pub rows: usize,
    data: &'a [f32],
}

impl Block<'_> {
    /// The panels of [`MR`] rows, each `depth` × `MR` values.
    pub fn panels(&self) -> impl Iterator<Item = &[f32]> {
        self.data.chunks_exact(self.depth * MR)
    }
}

impl PackedRows {
    /// Packs `rows` × `depth` values given row by row.
    ///
    /// # Errors
    /// When the number of values differs, or the allocator has no such block left.
    pub fn new(values: &[f32], rows: usize, depth: usize) -> Result<Self, EngineError> {
        check_length("the weights", rows * depth, values.len())?;
        let mut data = zeroed(rows.next_multiple_of(MR) * depth)?;
        // Blocks of equal depth: a last block of a few taps would pay the tile's overhead for little.
        let block_depth = depth.div_ceil(depth.div_ceil(KC).max(1));
        let mut places = data.chunks_exact_mut(MR);
        for first in (0..depth).step_by(block_depth.max(1)) {
            let taps = first..depth.min(first + block_depth);
            for row in (0..rows).step_by(MR) {
                for (tap, place) in taps.clone().zip(places.by_ref()) {
                    for (r, value) in place.iter_mut().enumerate().take(rows - row) {
                        *value = values[(row + r) * depth + tap];
                    }
                }
            }
        }
        Ok(Self { rows, depth, block_depth, data })
    }

    /// M.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// K.
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// The blocks of taps in order.
    pub(super) fn blocks(&self) -> impl Iterator<Item = Block<'_>> {
        let padded = self.rows.next_multiple_of(MR);
        (0..self.depth).step_by(self.block_depth.max(1)).map(move |first| {
            let depth = self.block_depth.min(self.depth - first);
            Block {
                first,
                depth,
                rows: self.rows,
                data: &self.data[first * padded..][..depth * padded],
            }
        })
    }
}
