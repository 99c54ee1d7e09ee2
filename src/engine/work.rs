//! The work of a layer, and its channels shared out so that nobody has more of it than the others.

use std::ops::Range;

use crate::arch::{Operation, Size};

use super::conv::Work;
use super::gemm::MR;

/// Multiplications that take as long as a pool does for a value, as measured in a browser.
const POOLED: f64 = 40.0;

/// The work of a branch for some rows of its output, in multiplications.
#[derive(Clone, Copy, Debug)]
pub struct BranchWork {
    /// Channels of the output.
    channels: u64,
    /// Whatever the number of channels that are made.
    before: f64,
    /// For each of them.
    each: f64,
}

impl BranchWork {
    /// Of the branches of a layer, for `rows` rows of its output in the midst of the image; `None` where one
    /// doesn't end with a convolution.
    pub fn of(
        branches: &[Vec<Operation>],
        in_channels: u64,
        size: Size,
        rows: u64,
    ) -> Option<Vec<Self>> {
        branches.iter().map(|ops| Self::of_branch(ops, in_channels, size, rows)).collect()
    }

    fn of_branch(ops: &[Operation], in_channels: u64, size: Size, rows: u64) -> Option<Self> {
        let (last, others) = ops.split_last()?;
        let Operation::Conv(unit) = last else { return None };
        let mut reach = last.reach().unwrap_or(size.height);
        let last = Work::of(&unit.conv, size, rows);
        let mut before = last.input;
        for op in others.iter().rev() {
            let rows = rows.saturating_add(2 * reach).min(size.height);
            before += match op {
                Operation::Conv(unit) => {
                    let Work { input, filter } = Work::of(&unit.conv, size, rows);
                    input + filter * unit.conv.out_channels as f64
                }
                Operation::Pool(_) => in_channels as f64 * (rows * size.width) as f64 * POOLED,
            };
            reach += op.reach().unwrap_or(size.height);
        }
        Some(Self { channels: unit.conv.out_channels, before, each: last.filter })
    }

    pub fn whole(&self) -> f64 {
        self.before + self.each * self.channels as f64
    }
}

/// Runs of the channels of all branches, `count` at most, so that the one with the most work has as little
/// as can be; and that work.
pub fn cut_channels(branches: &[BranchWork], count: u64) -> (Vec<Range<u64>>, f64) {
    const STEPS: u32 = 40;
    let mut most: f64 = branches.iter().map(BranchWork::whole).sum();
    let mut least = most / count as f64;
    let channels = branches.iter().map(|branch| branch.channels).sum();
    let mut runs: Vec<_> = std::iter::once(0..channels).collect();
    for _ in 0..STEPS {
        let between = f64::midpoint(least, most);
        match fill(branches, between).filter(|runs| runs.len() as u64 <= count) {
            Some(found) => (runs, most) = (found, between),
            None => least = between,
        }
    }
    (runs, most)
}

/// So many filters, less what would fill no panel.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few filters")]
fn panels(filters: f64) -> u64 {
    filters as u64 / MR as u64 * MR as u64
}

/// The fewest runs of at most so much work; `None` where that is too little for any.
fn fill(branches: &[BranchWork], most: f64) -> Option<Vec<Range<u64>>> {
    let (mut runs, mut start, mut at, mut used) = (Vec::new(), 0, 0, 0.0);
    for branch in branches {
        let mut left = branch.channels;
        while left > 0 {
            let fits = ((most - used - branch.before) / branch.each).max(0.0);
            let taken = if fits >= left as f64 { left } else { panels(fits) };
            if taken > 0 {
                used += branch.before + branch.each * taken as f64;
                (at, left) = (at + taken, left - taken);
            }
            if left > 0 {
                if at == start {
                    return None;
                }
                runs.push(start..at);
                (start, used) = (at, 0.0);
            }
        }
    }
    runs.push(start..at);
    Some(runs)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_cut_where_the_work_is_even() {
        let branch = |channels, before, each| BranchWork { channels, before, each };
        let branches = [branch(8, 0.0, 1.0), branch(16, 4.0, 2.0), branch(3, 0.0, 1.0)];
        // 8 + 4 + 2 · 8, and 4 + 2 · 8 + 3: the middle branch's first part is done twice.
        assert_eq!(cut_channels(&branches, 2).0, [0..16, 16..27]);
        let all = cut_channels(&branches, 1);
        assert!(all.0.len() == 1 && (all.1 - 47.0).abs() < 1e-9, "{all:?}");
        for count in 1..20 {
            let (runs, most) = cut_channels(&branches, count);
            assert!(runs.len() as u64 <= count && most >= 47.0 / count as f64);
            assert!(runs[0].start == 0 && runs[runs.len() - 1].end == 27);
            assert!(runs.windows(2).all(|pair| pair[0].end == pair[1].start));
            assert!(runs.iter().all(|run| !run.is_empty()));
        }
    }
}
