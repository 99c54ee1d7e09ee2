//! The kernel for any machine: plain arrays, which LLVM turns into the vectors it has.

use super::kernel::{Kernel, MR, NR, Panels, RUN};

/// See the module's documentation.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

impl Kernel for Portable {
    fn multiply(a: &[f32], b: Panels, out: &mut [f32], row: usize) {
        let (a, _) = a.as_chunks::<MR>();
        for panel in 0..b.count {
            let mut tile = [[0.0; NR]; MR];
            for (run, a) in a.chunks(RUN).enumerate() {
                let mut sums = [[0.0; NR]; MR];
                for (step, a) in a.iter().enumerate() {
                    let start = panel * b.panel + (run * RUN + step) * b.step;
                    let (b, _) = b.values[start..][..NR].as_chunks::<NR>();
                    for (sums, &factor) in sums.iter_mut().zip(a) {
                        for (sum, &value) in sums.iter_mut().zip(&b[0]) {
                            *sum += factor * value;
                        }
                    }
                }
                for (total, sum) in tile.as_flattened_mut().iter_mut().zip(sums.as_flattened()) {
                    *total += sum;
                }
            }
            for (r, values) in tile.iter().enumerate() {
                out[r * row + panel * NR..][..NR].copy_from_slice(values);
            }
        }
    }
}
