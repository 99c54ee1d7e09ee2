//! Channels divided into ranges of nearly equal work.

use std::ops::Range;

use super::gemm::MR;
use super::work::Work;

/// Splits the concatenated channels of all branches into at most `count` contiguous ranges, so that the largest
/// range's work is as small as possible (bisection). Each element is the work of a branch, its filters being the
/// channels. Returns the ranges and the work of the largest.
pub(super) fn channel_ranges(branches: &[Work], count: u64) -> (Vec<Range<u64>>, f64) {
    const STEPS: u32 = 40;
    let mut most: f64 = branches.iter().copied().map(Work::total).sum();
    let mut least = most / count as f64;
    let channels = branches.iter().map(|branch| branch.filters).sum();
    let mut ranges: Vec<_> = std::iter::once(0..channels).collect();
    for _ in 0..STEPS {
        let between = f64::midpoint(least, most);
        match fill(branches, between).filter(|ranges| ranges.len() as u64 <= count) {
            Some(found) => (ranges, most) = (found, between),
            None => least = between,
        }
    }
    (ranges, most)
}

/// Rounds down to whole panels of [`MR`] filters.
#[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a few filters")]
fn panels(filters: f64) -> u64 {
    filters as u64 / MR as u64 * MR as u64
}

/// The fewest ranges with at most `most` work each; `None` where a single panel has more.
fn fill(branches: &[Work], most: f64) -> Option<Vec<Range<u64>>> {
    let (mut ranges, mut start, mut at, mut used) = (Vec::new(), 0, 0, 0.0);
    for branch in branches {
        let mut left = branch.filters;
        while left > 0 {
            let fits = ((most - used - branch.fixed) / branch.per_filter).max(0.0);
            let taken = if fits >= left as f64 { left } else { panels(fits) };
            if taken > 0 {
                used += branch.fixed + branch.per_filter * taken as f64;
                (at, left) = (at + taken, left - taken);
            }
            if left > 0 {
                if at == start {
                    return None;
                }
                ranges.push(start..at);
                (start, used) = (at, 0.0);
            }
        }
    }
    ranges.push(start..at);
    Some(ranges)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn channels_are_cut_where_the_work_is_even() {
        let branch = |filters, fixed, per_filter| Work { fixed, per_filter, filters };
        let branches = [branch(8, 0.0, 1.0), branch(16, 4.0, 2.0), branch(3, 0.0, 1.0)];
        // 8 + 4 + 2 · 8, and 4 + 2 · 8 + 3: the middle branch's first part is done twice.
        assert_eq!(channel_ranges(&branches, 2).0, [0..16, 16..27]);
        let all = channel_ranges(&branches, 1);
        assert!(all.0.len() == 1 && (all.1 - 47.0).abs() < 1e-9, "{all:?}");
        for count in 1..20 {
            let (ranges, most) = channel_ranges(&branches, count);
            assert!(ranges.len() as u64 <= count && most >= 47.0 / count as f64);
            assert!(ranges[0].start == 0 && ranges[ranges.len() - 1].end == 27);
            assert!(ranges.windows(2).all(|pair| pair[0].end == pair[1].start));
            assert!(ranges.iter().all(|range| !range.is_empty()));
        }
    }
}
