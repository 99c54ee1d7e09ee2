//! How a layer is shared out among workers.

use crate::arch::{Op, Operation, Size};

use super::conv::ROWS;
use super::norm::BatchNorm;

/// Multiply–accumulates that are worth a worker: about a millisecond's. Measured in a browser on two
/// cores, what a band costs beside them is a few tenths of one: a message there and back, and the rows
/// that its neighbour computes too. GoogLeNet's 3a (128 million) and 5b (71 million) gain by two workers,
/// less does not.
const WORKER_MACS: u64 = 32_000_000;

/// Multiply–accumulates that are worth a band of their own where a worker has several: about four
/// milliseconds'.
const BAND_MACS: u64 = 128_000_000;

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
    /// workers. Where they wait for each other (as many times as there are `exchanges`), as much more must
    /// be there to share.
    #[must_use]
    pub fn new(height: u64, macs: u64, exchanges: u64, workers: u64) -> Self {
        let tiles = height.div_ceil(ROWS as u64).max(1);
        let worth = macs / (WORKER_MACS * (exchanges + 1));
        let workers = worth.min(tiles).min(workers).max(1);
        // What one computes alone it need not cut.
        let most = if workers == 1 { 1 } else { BANDS_A_WORKER };
        let each = (macs / workers / BAND_MACS).clamp(1, most);
        Self { workers, bands: workers.saturating_mul(each).min(tiles) }
    }
}

/// How often workers that share a layer of these branches tell each other of all rows: once where a norm
/// by the batch isn't known before it runs (see [`waits`](super::band::waits)).
pub fn exchanges(branches: &[&[Op]], norm: BatchNorm) -> u64 {
    let waits = |ops: &&[Op]| match ops {
        [Op { operation: Operation::Conv(unit), .. }] => unit.conv.kernel_size > 1,
        ops => matches!(ops.last(), Some(Op { operation: Operation::Conv(_), .. })),
    };
    u64::from(norm == BatchNorm::Batch && branches.iter().any(waits))
}

/// Multiply–accumulates of convolutions on maps of this size; numbers too large to count are cut.
pub fn macs(branches: &[&[Op]], size: Size) -> u64 {
    let pixels = size.height.saturating_mul(size.width);
    let macs = |op: &Op| match op.operation {
        Operation::Conv(unit) => {
            let taps = unit.conv.kernel_size.saturating_pow(2);
            let filters = unit.conv.in_channels.saturating_mul(unit.conv.out_channels);
            taps.saturating_mul(filters).saturating_mul(pixels)
        }
        Operation::Pool(_) => 0,
    };
    branches.iter().copied().flatten().map(macs).fold(0, u64::saturating_add)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_layers_stay_with_one_worker() {
        let split = |height, macs, exchanges, most| {
            let Split { workers, bands } = Split::new(height, macs, exchanges, most);
            (workers, bands)
        };
        // The write-up's module, GoogLeNet's 3a and 5b.
        assert_eq!(split(224, 6_222_626_816, 1, 2), (2, 8));
        assert_eq!(split(28, 128_049_152, 0, 2), (2, 2));
        assert_eq!(split(28, 128_049_152, 0, 4), (4, 4));
        assert_eq!(split(28, 128_049_152, 1, 4), (2, 2));
        assert_eq!(split(7, 70_697_984, 1, 2), (1, 1));
        assert_eq!(split(7, 70_697_984, 0, 16), (2, 2));
        assert_eq!(split(28, 60_000_000, 0, 8), (1, 1));
        assert_eq!(split(1, u64::MAX, 0, 16), (1, 1));
        assert_eq!(split(512, u64::MAX, 1, 16), (16, 64));
        assert_eq!(split(512, u64::MAX, 0, 0), (1, 1));
    }
}
