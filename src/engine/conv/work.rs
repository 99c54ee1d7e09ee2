//! What a convolution costs, so that it can be shared out evenly. Counted in multiplications; what else takes
//! time is counted as the multiplications that take as long, as measured in a browser.

use crate::arch::{Conv2d, Shape, Size};
use crate::engine::gemm::NR;

use super::Method;

/// Multiplications for a value that is transformed, be it of an input or of a product.
const TRANSFORMED: f64 = 16.0;

/// Multiplications for a weight that is read, where several cores read at once: a small image hardly has any
/// other work for it.
const READ: f64 = 5.0;

/// The cost of some rows of a convolution's output.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub(crate) struct Work {
    /// Whatever the number of filters.
    pub input: f64,
    /// For each filter.
    pub filter: f64,
}

impl Work {
    /// Of `rows` rows of the output of `conv`, on an input of this height and width; nothing where there
    /// is none.
    pub fn of(conv: &Conv2d, input: Size, rows: u64) -> Self {
        let channels = conv.channels_per_group() as f64;
        let Ok(output) = conv.output_shape(input.with_channels(conv.in_channels)) else {
            return Self::default();
        };
        let output = Shape { height: rows, ..output };
        match Method::choose(conv, input) {
            Method::Winograd(tiling) => {
                let square = tiling.points().pow(2) as f64;
                let values = tiling.tiles(output).unwrap_or(u64::MAX) as f64 * square;
                let products = tiling.products(output).unwrap_or(u64::MAX) as f64;
                Self {
                    input: values * channels * TRANSFORMED,
                    filter: (products + square * READ) * channels + values * TRANSFORMED,
                }
            }
            Method::Pointwise | Method::Im2col => {
                let depth = conv.taps() as f64 * channels;
                let columns = rows.saturating_mul(output.width).div_ceil(NR as u64) * NR as u64;
                Self { input: 0.0, filter: depth * (columns as f64 + READ) }
            }
        }
    }
}
