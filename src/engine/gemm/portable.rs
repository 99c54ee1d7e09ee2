//! The kernel for any machine: plain arrays, which LLVM turns into the vectors it has.

use super::{Kernel, MR, NR, Tile};

/// See the module's documentation.
#[derive(Clone, Copy, Debug)]
pub struct Portable;

impl Kernel for Portable {
    #[inline]
    fn accumulate(a: &[f32], b: &[f32], stride: usize, tile: &mut Tile) {
        // A local copy lives in registers; through the reference every step would store.
        let mut sums = *tile;
        let (a, _) = a.as_chunks::<MR>();
        for (step, a) in a.iter().enumerate() {
            let (b, _) = b[step * stride..][..NR].as_chunks::<NR>();
            for (sums, &factor) in sums.iter_mut().zip(a) {
                for (sum, &value) in sums.iter_mut().zip(&b[0]) {
                    *sum += factor * value;
                }
            }
        }
        *tile = sums;
    }
}
