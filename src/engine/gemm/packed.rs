//! The weights' side of a product, packed once.

use super::kernel::MR;
use crate::engine::error::{EngineError, check_length};
use crate::engine::tensor::zeroed;

/// An M × K matrix in the order the kernels read it: panels of [`MR`] rows; in a panel, tap by tap the
/// `MR` values. Rows beyond M in the last panel are 0.
#[derive(Clone, Debug)]
pub struct PackedRows {
    rows: usize,
    depth: usize,
    data: Vec<f32>,
}

/// Values of `rows` × `depth` values, packed.
pub(crate) fn packed_len(rows: u64, depth: u64) -> Option<u64> {
    rows.checked_next_multiple_of(MR as u64)?.checked_mul(depth)
}

impl PackedRows {
    /// Packs `rows` × `depth` values given row by row.
    ///
    /// # Errors
    /// When the number of values differs, or the allocator has no such block left.
    pub fn new(values: &[f32], rows: usize, depth: usize) -> Result<Self, EngineError> {
        check_length("the weights", rows * depth, values.len())?;
        let mut data = zeroed(rows.next_multiple_of(MR) * depth)?;
        for (index, row) in values.chunks_exact(depth).enumerate() {
            let panel = &mut data[index / MR * MR * depth..][..MR * depth];
            for (place, &value) in panel.chunks_exact_mut(MR).zip(row) {
                place[index % MR] = value;
            }
        }
        Ok(Self { rows, depth, data })
    }

    /// M.
    pub const fn rows(&self) -> usize {
        self.rows
    }

    /// K.
    pub const fn depth(&self) -> usize {
        self.depth
    }

    /// The panels of [`MR`] rows, each K × `MR` values.
    pub(super) fn panels(&self) -> impl Iterator<Item = &[f32]> {
        self.data.chunks_exact(self.depth * MR)
    }
}
