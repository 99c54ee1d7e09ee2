//! How a layer is shared out among workers.

use crate::arch::{Op, Operation, Size};

use super::conv::ROWS;

/// Multiply–accumulates that are worth a band of their own: about a millisecond's. What a band costs
/// beside them, a message there and back and the rows that its neighbour computes too, is a few tenths of
/// one.
const BAND_MACS: u64 = 16_000_000;

/// Bands for each worker: enough for a slow worker to hold the rest by no more than one of them.
const BANDS_A_WORKER: u64 = 4;

/// How many workers share a layer in how many bands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// Workers.
    pub workers: u64,
    /// Bands of all of them.
    pub bands: u64,
}

impl Split {
    /// Of a layer of `macs` multiply–accumulates, whose output has `height` rows, among at most `workers`
    /// workers.
    #[must_use]
    pub fn new(height: u64, macs: u64, workers: u64) -> Self {
        let most = workers.max(1).saturating_mul(BANDS_A_WORKER);
        let bands = (macs / BAND_MACS).min(height.div_ceil(ROWS as u64)).clamp(1, most);
        Self { workers: workers.clamp(1, bands), bands }
    }
}

/// Multiply–accumulates of convolutions on maps of this size; numbers too large to count are cut.
pub fn macs<'a>(ops: impl IntoIterator<Item = &'a Op>, size: Size) -> u64 {
    let pixels = size.height.saturating_mul(size.width);
    let macs = |op: &Op| match op.operation {
        Operation::Conv(unit) => {
            let taps = unit.conv.kernel_size.saturating_pow(2);
            let filters = unit.conv.in_channels.saturating_mul(unit.conv.out_channels);
            taps.saturating_mul(filters).saturating_mul(pixels)
        }
        Operation::Pool(_) => 0,
    };
    ops.into_iter().map(macs).fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_layers_stay_with_one_worker() {
        assert_eq!(Split::new(28, 20_000_000, 8), Split { workers: 1, bands: 1 });
        assert_eq!(Split::new(224, 6_222_626_816, 2), Split { workers: 2, bands: 8 });
        assert_eq!(Split::new(7, 70_697_984, 16), Split { workers: 2, bands: 2 });
        assert_eq!(Split::new(1, u64::MAX, 16), Split { workers: 1, bands: 1 });
        assert_eq!(Split::new(512, u64::MAX, 0), Split { workers: 1, bands: 4 });
    }
}
