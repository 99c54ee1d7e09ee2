//! How a workload is divided among workers: by the rows of its output, where each worker reads a part of the input
//! and all weights; or by its channels, where each reads a part of the weights and all of the input.

use std::ops::Range;

use crate::arch::{Operation, Size};

use super::channel_ranges::channel_ranges;
use super::conv::ROW_ALIGNMENT;
use super::work::{self, Work};
use super::workload::{BranchOps, Workload};

/// The least work for which another worker is used: about a millisecond's. Measured in a browser on two cores,
/// a band costs a few tenths of a millisecond beside its work: a message there and back, and the rows that its
/// neighbour computes too. GoogLeNet's 3a and 5b gain by two workers, less work does not; 3a gains even with
/// batch statistics (4.2 ms by one worker, 2.2 by two).
const WORKER_WORK: f64 = 19e6;

/// The least work of a band where a worker has several: about three milliseconds'.
const BAND_WORK: f64 = 50e6;

/// Bands for each worker: enough that a slow worker delays the others by no more than one band.
const BANDS_PER_WORKER: u64 = 4;

/// How many workers share a workload, and in how many bands.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Split {
    /// Workers.
    pub workers: u64,
    /// Bands of all workers together.
    pub bands: u64,
    /// The axis of the output along which bands are cut.
    pub along: Axis,
}

/// An axis of an output.
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
    /// The number of its values, in an output of `width` columns.
    pub fn values(&self, width: u64) -> u64 {
        let length = |range: &Range<u64>| range.end.saturating_sub(range.start);
        length(&self.channels).saturating_mul(length(&self.rows)).saturating_mul(width)
    }
}

impl Split {
    /// The split of `workload` on inputs of `size` among at most `workers` workers: by rows or by channels,
    /// whichever gives the busiest worker less work.
    pub fn new(workload: &Workload, size: Size, workers: u64) -> Self {
        let height = height(workload, size);
        let work = works(workload, size, height).iter().flatten().copied().map(Work::total).sum();
        let rows = Self::along_rows(height, work, workload.sync_points, workers);
        let channels = Self::along_channels(work, workers);
        let busiest = |split: Self| split.busiest_worker(workload, size);
        let better = |of: &Self| {
            busiest(*of).zip(busiest(rows)).is_some_and(|(channels, rows)| channels < rows)
        };
        channels.filter(better).unwrap_or(rows)
    }

    /// A split by rows of `work` for an output of `height` rows. Where workers synchronise, each needs as much
    /// more work for each of the `sync_points`.
    fn along_rows(height: u64, work: f64, sync_points: u64, workers: u64) -> Self {
        let blocks = height.div_ceil(ROW_ALIGNMENT as u64).max(1);
        let worth = whole(work / (WORKER_WORK * (sync_points + 1) as f64));
        let workers = worth.min(blocks).min(workers).max(1);
        // A single worker gets one band: cutting would only add overhead.
        let most = if workers == 1 { 1 } else { BANDS_PER_WORKER };
        let each = whole(work / workers as f64 / BAND_WORK).clamp(1, most);
        Self { workers, bands: workers.saturating_mul(each).min(blocks), along: Axis::Rows }
    }

    /// One band of channels for each worker, for little work. Batch norm is by channel, so the workers never
    /// synchronise.
    fn along_channels(work: f64, workers: u64) -> Option<Self> {
        let workers = whole(work / WORKER_WORK).min(workers);
        let small = workers > 1 && work / (workers as f64) < 2.0 * BAND_WORK;
        small.then_some(Self { workers, bands: workers, along: Axis::Channels })
    }

    /// The bands, in the order of their outputs.
    pub fn regions(self, workload: &Workload, size: Size) -> Vec<Region> {
        let output = workload.output_shape(size);
        let (channels, height) = output.map_or((0, 0), |shape| (shape.channels, shape.height));
        if let (Axis::Channels, Some(work)) = (self.along, by_channel(workload, size)) {
            let ranges = channel_ranges(&work, self.bands).0.into_iter();
            return ranges.map(|channels| Region { channels, rows: 0..height }).collect();
        }
        let index = |number: u64| usize::try_from(number).unwrap_or(usize::MAX);
        let rows = cut_rows(index(height), index(self.bands)).into_iter();
        let rows = rows.map(|rows| rows.start as u64..rows.end as u64);
        rows.map(|rows| Region { channels: 0..channels, rows }).collect()
    }

    /// The work of the worker that has the most; `None` where the workload can't be divided this way.
    fn busiest_worker(self, workload: &Workload, size: Size) -> Option<f64> {
        match self.along {
            Axis::Rows => {
                let rows = rows_of_band(height(workload, size), self.bands);
                let band: f64 =
                    works(workload, size, rows).iter().flatten().copied().map(Work::total).sum();
                Some(self.bands.div_ceil(self.workers) as f64 * band)
            }
            Axis::Channels => Some(channel_ranges(&by_channel(workload, size)?, self.bands).1),
        }
    }
}

/// Rows of the output; 0 where there is none.
fn height(workload: &Workload, size: Size) -> u64 {
    workload.output_shape(size).map_or(0, |shape| shape.height)
}

/// The work of each operation for a band of `rows` rows, branch by branch.
fn works(workload: &Workload, size: Size, rows: u64) -> Vec<Vec<Work>> {
    let input = size.with_channels(workload.in_channels);
    let works = |branch: &BranchOps| work::of_branch(branch.operations(), input, rows);
    workload.branches.iter().map(works).collect()
}

/// The work of each branch by the channels of its output; `None` where a branch can only compute all of them: it ends
/// in a pool, or in a convolution with groups.
fn by_channel(workload: &Workload, size: Size) -> Option<Vec<Work>> {
    let branches = workload.branches.iter().zip(works(workload, size, height(workload, size)));
    let by_channel = |(branch, works): (&BranchOps, Vec<Work>)| {
        let groups = match branch.last() {
            Operation::Conv(unit) => unit.conv.groups,
            Operation::Pool(_) => 0,
        };
        let (last, before) = works.split_last()?;
        let before: f64 = before.iter().copied().map(Work::total).sum();
        (groups == 1).then_some(Work { fixed: before + last.fixed, ..*last })
    };
    branches.map(by_channel).collect()
}

/// The integer part.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
fn whole(number: f64) -> u64 {
    number as u64
}

/// Cuts `height` rows into `count` bands of nearly the same height, each beginning at a multiple of
/// [`ROW_ALIGNMENT`]; into fewer where there are fewer multiples.
pub fn cut_rows(height: usize, count: usize) -> Vec<Range<usize>> {
    let blocks = height.div_ceil(ROW_ALIGNMENT);
    let count = count.clamp(1, blocks.max(1));
    (0..count)
        .map(|band| {
            let start = |band: usize| (band * blocks / count * ROW_ALIGNMENT).min(height);
            start(band)..start(band + 1)
        })
        .collect()
}

/// Rows of the largest of `bands` bands.
pub(super) fn rows_of_band(height: u64, bands: u64) -> u64 {
    let blocks = height.div_ceil(ROW_ALIGNMENT as u64).div_ceil(bands.max(1));
    blocks.saturating_mul(ROW_ALIGNMENT as u64).min(height)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Form, Inception, InceptionFields};

    fn module(form: Form, in_channels: u64, widths: [u64; 6]) -> Workload {
        let fields = InceptionFields { form, ..InceptionFields::new(in_channels, widths) };
        Workload::of_module(&Inception::new(fields).unwrap())
    }

    /// The work of a module and the rows of its output.
    fn work(in_channels: u64, widths: [u64; 6], side: u64) -> (u64, f64) {
        let works = works(&module(Form::Reduced, in_channels, widths), Size::square(side), side);
        (side, works.iter().flatten().copied().map(Work::total).sum())
    }

    #[test]
    fn small_workloads_stay_with_one_worker() {
        let split = |(height, work), sync_points, most| {
            let Split { workers, bands, .. } = Split::along_rows(height, work, sync_points, most);
            (workers, bands)
        };
        let write_up = work(3, [64, 96, 128, 16, 32, 32], 224);
        let googlenet_3a = work(192, [64, 96, 128, 16, 32, 32], 28);
        let last_module = work(832, [384, 192, 384, 48, 128, 128], 7);
        assert_eq!(split(write_up, 1, 2), (2, 8));
        assert_eq!(split(googlenet_3a, 0, 2), (2, 2));
        assert_eq!(split(googlenet_3a, 0, 4), (4, 4));
        assert_eq!(split(googlenet_3a, 1, 4), (2, 2));
        assert_eq!(split(last_module, 1, 2), (1, 1));
        assert_eq!(split(last_module, 0, 16), (2, 2));
        assert_eq!(split((28, 1.9 * WORKER_WORK), 0, 8), (1, 1));
        assert_eq!(split((1, f64::MAX), 0, 16), (1, 1));
        assert_eq!(split((512, f64::MAX), 1, 16), (16, 64));
        assert_eq!(split((512, f64::MAX), 0, 0), (1, 1));
    }

    #[test]
    fn the_axis_is_the_one_that_leaves_the_busiest_worker_less() {
        let along = |form, in_channels, widths, side| {
            let workload = module(form, in_channels, widths);
            let size = Size::square(side);
            let split = Split::new(&workload, size, 2);
            let regions = split.regions(&workload, size);
            assert!(split.workers == 2 && regions.len() as u64 == split.bands, "{regions:?}");
            let values = regions.iter().map(|region| region.values(side)).sum::<u64>();
            assert_eq!(Some(values), workload.output_shape(size).unwrap().numel());
            split.along
        };
        // The write-up's module and GoogLeNet's 3a: a large image, of which each worker reads a part.
        // GoogLeNet's 5b, all of whose weights each would read for four rows; and the 3×3 of a 28 × 28 image,
        // whose seven blocks of rows have no half.
        assert_eq!(along(Form::Reduced, 3, [64, 96, 128, 16, 32, 32], 224), Axis::Rows);
        assert_eq!(along(Form::Reduced, 192, [64, 96, 128, 16, 32, 32], 28), Axis::Rows);
        assert_eq!(along(Form::Reduced, 832, [384, 192, 384, 48, 128, 128], 7), Axis::Channels);
        assert_eq!(along(Form::Naive, 256, [0, 0, 256, 0, 0, 0], 28), Axis::Channels);
    }

    #[test]
    fn every_row_is_in_one_band_and_bands_begin_at_multiples_of_the_alignment() {
        for height in 1..70 {
            for count in 0..40 {
                let bands = cut_rows(height, count);
                assert_eq!((bands[0].start, bands[bands.len() - 1].end), (0, height));
                assert!(bands.windows(2).all(|pair| pair[0].end == pair[1].start));
                assert!(
                    bands.iter().all(|band| band.start % ROW_ALIGNMENT == 0 && !band.is_empty())
                );
                let blocks = |band: &Range<usize>| band.len().div_ceil(ROW_ALIGNMENT);
                let least = bands.iter().map(blocks).min().unwrap();
                let most = bands.iter().map(blocks).max().unwrap();
                assert!(most - least <= 1, "{height} in {count}: {bands:?}");
            }
        }
    }
}
