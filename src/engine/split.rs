//! How a layer is shared out among workers: by the rows of its output, of which each sees its part of the
//! input and all weights; or by its channels, of which each sees its part of the weights and all of the input.

use std::ops::Range;

use crate::arch::{BasicConv2d, Inception, Operation, Shape, ShapeError, Size, concatenate};

use super::band::cut;
use super::conv::ROWS;
use super::memory::MemoryNeed;
use super::norm::BatchNorm;
use super::work::{BranchWork, cut_channels};

/// Multiply–accumulates that are worth a worker: about a millisecond's. Measured in a browser on two
/// cores, what a band costs beside them is a few tenths of one: a message there and back, and the rows
/// that its neighbour computes too. GoogLeNet's 3a (128 million) and 5b (71 million) gain by two workers,
/// less does not; by the norms of the batch 3a still does (4.2 ms by one, 2.2 by two).
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
    /// What a band is a part of.
    pub along: Axis,
}

/// What of an output is shared out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Axis {
    /// Its rows.
    Rows,
    /// Its channels.
    Channels,
}

/// A part of an output.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Region {
    /// Its channels.
    pub channels: Range<u64>,
    /// Its rows.
    pub rows: Range<u64>,
}

impl Region {
    /// Values of it, in an output of `width` columns.
    pub fn values(&self, width: u64) -> u64 {
        let length = |range: &Range<u64>| range.end.saturating_sub(range.start);
        length(&self.channels).saturating_mul(length(&self.rows)).saturating_mul(width)
    }
}

impl Split {
    /// By rows, of a layer of `macs` multiply–accumulates, whose output has `height` rows, among at most `workers`
    /// workers. Where they wait for each other (as many times as there are `exchanges`), as much more must
    /// be there to share.
    #[must_use]
    pub fn along_rows(height: u64, macs: u64, exchanges: u64, workers: u64) -> Self {
        let tiles = height.div_ceil(ROWS as u64).max(1);
        let worth = macs / (WORKER_MACS * (exchanges + 1));
        let workers = worth.min(tiles).min(workers).max(1);
        // What one computes alone it need not cut.
        let most = if workers == 1 { 1 } else { BANDS_A_WORKER };
        let each = (macs / workers / BAND_MACS).clamp(1, most);
        Self { workers, bands: workers.saturating_mul(each).min(tiles), along: Axis::Rows }
    }

    /// By channels, one band each: of layers that aren't worth more. Nobody waits for anybody.
    #[must_use]
    pub fn along_channels(macs: u64, workers: u64) -> Option<Self> {
        let workers = (macs / WORKER_MACS).min(workers);
        let small = workers > 1 && macs / workers < 2 * BAND_MACS;
        small.then_some(Self { workers, bands: workers, along: Axis::Channels })
    }
}

/// What runs in bands.
#[derive(Clone, Debug)]
pub struct LayerOps {
    /// Channels of its input.
    pub in_channels: u64,
    /// The operations of each branch, of which none but the last may change height and width.
    pub branches: Vec<Vec<Operation>>,
    /// How often bands of rows wait for each other.
    pub exchanges: u64,
}

impl LayerOps {
    /// Those of a module, whose values nobody sees.
    pub fn of_module(module: &Inception) -> Self {
        let branches = module.branches().into_iter();
        let branches = branches.map(|branch| branch.ops.iter().map(|op| op.operation).collect());
        Self { in_channels: module.in_channels, branches: branches.collect(), exchanges: 0 }
    }

    /// That of a convolution, whose values nobody sees.
    pub fn of_conv(unit: &BasicConv2d) -> Self {
        let branches = vec![vec![Operation::Conv(*unit)]];
        Self { in_channels: unit.conv.in_channels, branches, exchanges: 0 }
    }

    /// The same where all values count: workers that share it tell each other of all rows, once where a norm
    /// by the batch isn't known before it runs (see [`waits`](super::band::waits)).
    #[must_use]
    pub fn seen(self, norm: BatchNorm) -> Self {
        let waits = |ops: &Vec<Operation>| match &ops[..] {
            [Operation::Conv(unit)] => !unit.conv.is_pointwise(),
            ops => matches!(ops.last(), Some(Operation::Conv(_))),
        };
        let waits = norm == BatchNorm::Batch && self.branches.iter().any(waits);
        Self { exchanges: u64::from(waits), ..self }
    }

    /// What it makes of an input of `size`.
    ///
    /// # Errors
    /// When the branches make none, or different ones.
    pub fn output_shape(&self, size: Size) -> Result<Shape, ShapeError> {
        let input = size.with_channels(self.in_channels);
        let shape = |ops: &Vec<Operation>| ops.iter().try_fold(input, |of, op| op.output_shape(of));
        concatenate(&self.branches.iter().map(shape).collect::<Result<Vec<_>, _>>()?)
    }

    /// Rows of its output; 0 where there is none.
    fn height(&self, size: Size) -> u64 {
        self.output_shape(size).map_or(0, |shape| shape.height)
    }

    /// How at most `workers` workers share it on maps of `size`: as many as it is worth and can
    /// [afford](Self::affordable).
    pub fn split(&self, size: Size, workers: u64) -> Split {
        self.split_among(size, self.affordable(size, workers))
    }

    /// As many of `workers` workers as keep within the [limit](Self::limit). Each comes with a program, an
    /// image and weights of its own: a second halves the time, a sixteenth takes off 6 % of what is left.
    pub fn affordable(&self, size: Size, workers: u64) -> u64 {
        let limit = self.limit(size).unwrap_or(0);
        let fits = |workers: &u64| {
            let need = self.need(size, self.split_among(size, *workers));
            need.and_then(MemoryNeed::of_workers).is_some_and(|it| it <= limit)
        };
        (2..=workers).rev().find(fits).unwrap_or(1)
    }

    /// Along the axis by which the one who has the most work has less.
    fn split_among(&self, size: Size, workers: u64) -> Split {
        let macs = self.macs(size);
        let rows = Split::along_rows(self.height(size), macs, self.exchanges, workers);
        let channels = Split::along_channels(macs, workers);
        let most = |split| self.most_work(size, split);
        let less = |channels: &Split| most(*channels).zip(most(rows)).is_some_and(|(c, r)| c < r);
        channels.filter(less).unwrap_or(rows)
    }

    /// The bands of a split, in the order of their outputs.
    pub fn regions(&self, size: Size, split: Split) -> Vec<Region> {
        let channels: u64 = self.branches.iter().map(|ops| self.out_channels(ops)).sum();
        let height = self.height(size);
        if let (Axis::Channels, Some(work)) = (split.along, self.work(size, height)) {
            let runs = cut_channels(&work, split.bands).0.into_iter();
            return runs.map(|channels| Region { channels, rows: 0..height }).collect();
        }
        let index = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let rows = cut(index(height), index(split.bands)).into_iter();
        let rows = rows.map(|rows| rows.start as u64..rows.end as u64);
        rows.map(|rows| Region { channels: 0..channels, rows }).collect()
    }

    /// The work of the worker that has the most; `None` where it can't be told.
    fn most_work(&self, size: Size, split: Split) -> Option<f64> {
        let Split { workers, bands, along } = split;
        let height = self.height(size);
        match along {
            Axis::Rows => {
                let work = self.work(size, rows_of_band(height, bands))?;
                let bands = bands.div_ceil(workers) as f64;
                Some(bands * work.iter().map(BranchWork::whole).sum::<f64>())
            }
            Axis::Channels => Some(cut_channels(&self.work(size, height)?, bands).1),
        }
    }

    fn work(&self, size: Size, rows: u64) -> Option<Vec<BranchWork>> {
        BranchWork::of(&self.branches, self.in_channels, size, rows)
    }

    fn out_channels(&self, ops: &[Operation]) -> u64 {
        let convs = ops.iter().rev().find_map(|op| match op {
            Operation::Conv(unit) => Some(unit.conv.out_channels),
            Operation::Pool(_) => None,
        });
        convs.unwrap_or(self.in_channels)
    }

    /// Multiply–accumulates of its convolutions; numbers too large to count are cut.
    fn macs(&self, size: Size) -> u64 {
        let macs = |op: &Operation| match op {
            Operation::Conv(BasicConv2d { conv }) => {
                let output = conv.output_shape(size.with_channels(conv.in_channels));
                let Ok(output) = output else { return 0 };
                conv.macs(output).unwrap_or(u64::MAX)
            }
            Operation::Pool(_) => 0,
        };
        self.branches.iter().flatten().map(macs).fold(0, u64::saturating_add)
    }
}

/// Rows of the largest of `bands` bands.
pub(super) fn rows_of_band(height: u64, bands: u64) -> u64 {
    let tiles = height.div_ceil(ROWS as u64).div_ceil(bands.max(1));
    tiles.saturating_mul(ROWS as u64).min(height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Form, InceptionFields};

    #[test]
    fn small_layers_stay_with_one_worker() {
        let split = |height, macs, exchanges, most| {
            let Split { workers, bands, .. } = Split::along_rows(height, macs, exchanges, most);
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
    #[test]
    fn the_axis_is_the_one_that_leaves_less_to_whoever_has_the_most() {
        let along = |form, in_channels, widths, side| {
            let fields = InceptionFields { form, ..InceptionFields::new(in_channels, widths) };
            let module = Inception::new(fields).unwrap();
            let ops = LayerOps::of_module(&module);
            let split = ops.split(Size::square(side), 2);
            let regions = ops.regions(Size::square(side), split);
            assert!(split.workers == 2 && regions.len() as u64 == split.bands, "{regions:?}");
            let numel = ops.branches.iter().map(|branch| ops.out_channels(branch)).sum::<u64>();
            let values = regions.iter().map(|region| region.values(side)).sum::<u64>();
            assert_eq!(values, numel * side.pow(2));
            split.along
        };
        // The write-up's module and GoogLeNet's 3a: a large image, of which each reads a part. GoogLeNet's
        // 5b, all of whose weights each would read for four rows; and the 3×3 of a 28 × 28 image, whose seven
        // rows of tiles have no half.
        assert_eq!(along(Form::Reduced, 3, [64, 96, 128, 16, 32, 32], 224), Axis::Rows);
        assert_eq!(along(Form::Reduced, 192, [64, 96, 128, 16, 32, 32], 28), Axis::Rows);
        assert_eq!(along(Form::Reduced, 832, [384, 192, 384, 48, 128, 128], 7), Axis::Channels);
        assert_eq!(along(Form::Naive, 256, [0, 0, 256, 0, 0, 0], 28), Axis::Channels);
    }
}
