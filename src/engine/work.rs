//! How much work operations are: the one estimate by which workloads are split, bands are balanced and progress
//! is reported.
//!
//! The unit is the time of one multiplication in a matrix product. Everything else that takes time is counted as
//! the multiplications that take as long, measured in a browser.

use crate::arch::{Conv2d, Operation, Shape, Size};

use super::conv::Method;
use super::gemm::NR;

/// A value that is pooled.
const POOLED_VALUE: f64 = 40.0;

/// A value that Winograd's method transforms, of an input or of a product.
const TRANSFORMED_VALUE: f64 = 16.0;

/// A weight that is read while other cores read too. On a small image it is a large part of the work.
const READ_WEIGHT: f64 = 5.0;

/// The work of an operation.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(super) struct Work {
    /// The part that does not depend on the number of filters.
    pub fixed: f64,
    /// The part of each filter.
    pub per_filter: f64,
    /// Filters; a pool has none.
    pub filters: u64,
}

impl Work {
    /// The work of `rows` rows of the output of `operation` on an input of this shape; none where it can't take
    /// such an input.
    fn of(operation: &Operation, input: Shape, rows: u64) -> Self {
        let Ok(output) = operation.output_shape(input) else { return Self::default() };
        let output = Shape { height: rows, ..output };
        match operation {
            Operation::Conv(unit) => Self::of_conv(&unit.conv, input, output),
            Operation::Pool(_) => {
                let values = output.channels as f64 * (rows as f64 * output.width as f64);
                Self { fixed: values * POOLED_VALUE, ..Self::default() }
            }
        }
    }

    fn of_conv(conv: &Conv2d, input: Shape, output: Shape) -> Self {
        let channels = conv.channels_per_group() as f64;
        let filters = conv.out_channels;
        match Method::choose(conv, Size { height: input.height, width: input.width }) {
            Method::Winograd(tiling) => {
                let points = tiling.points().pow(2) as f64;
                let values = tiling.tiles(output).unwrap_or(u64::MAX) as f64 * points;
                let products = tiling.products(output).unwrap_or(u64::MAX) as f64;
                Self {
                    fixed: values * conv.in_channels as f64 * TRANSFORMED_VALUE,
                    per_filter: (products + points * READ_WEIGHT) * channels
                        + values * TRANSFORMED_VALUE,
                    filters,
                }
            }
            Method::Pointwise | Method::Im2col => {
                let depth = conv.taps() as f64 * channels;
                let pixels = output.height.saturating_mul(output.width);
                let columns = pixels.div_ceil(NR as u64) as f64 * NR as f64;
                Self { fixed: 0.0, per_filter: depth * (columns + READ_WEIGHT), filters }
            }
        }
    }

    /// The whole of it.
    pub fn total(self) -> f64 {
        self.fixed + self.per_filter * self.filters as f64
    }
}

/// The work of each operation of a branch on an input of this shape for `rows` rows of the branch's output, the
/// rows included that an operation computes above and below for those after it.
pub(super) fn of_branch(operations: &[Operation], input: Shape, rows: u64) -> Vec<Work> {
    let mut works = Vec::new();
    let mut shape = input;
    for (index, operation) in operations.iter().enumerate() {
        let after = operations[index + 1..].iter();
        let reach = after.fold(0, |reach: u64, operation| {
            reach.saturating_add(operation.reach().unwrap_or(input.height))
        });
        let halo = reach.saturating_mul(2);
        let rows = if halo == 0 { rows } else { rows.saturating_add(halo).min(input.height) };
        works.push(Work::of(operation, shape, rows));
        shape = operation.output_shape(shape).unwrap_or(shape);
    }
    works
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{BasicConv2d, Pool2d};

    fn conv(conv: Conv2d) -> Operation {
        Operation::Conv(BasicConv2d { conv })
    }

    #[test]
    fn groups_and_rows_divide_the_work_and_neighbours_add_to_it() {
        let input = Shape::new(64, 32, 32);
        let whole = Conv2d::same(64, 64, 7);
        let [work] = of_branch(&[conv(whole)], input, 32)[..] else { panic!() };
        let macs = 64.0 * 64.0 * 49.0 * 1024.0;
        assert!(work.total() >= macs && work.total() < 1.01 * macs, "{work:?}");
        let [grouped] = of_branch(&[conv(Conv2d { groups: 4, ..whole })], input, 32)[..] else {
            panic!()
        };
        assert!((grouped.total() * 4.0 / work.total() - 1.0).abs() < 1e-9);
        let [half] = of_branch(&[conv(whole)], input, 16)[..] else { panic!() };
        assert!((half.total() * 2.0 / work.total() - 1.0).abs() < 0.01);
        // A 5×5 sees two rows above and two below.
        let after = [Operation::Pool(Pool2d::INCEPTION), conv(Conv2d::same(64, 8, 5))];
        let [pool, _] = of_branch(&after, input, 8)[..] else { panic!() };
        assert!((pool.total() - 64.0 * 12.0 * 32.0 * POOLED_VALUE).abs() < 1e-6, "{pool:?}");
    }
}
