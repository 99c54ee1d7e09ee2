//! The tiles of an output.

use crate::arch::Shape;
use crate::engine::gemm::NR;

/// The sizes of tile that have transforms.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Tiling {
    /// 4 × 4 outputs of a 3×3.
    FourOfThree,
    /// 2 × 2 outputs of a 3×3.
    TwoOfThree,
    /// 2 × 2 outputs of a 5×5.
    TwoOfFive,
}

impl Tiling {
    /// Those for a kernel, the larger tile first.
    pub(in crate::engine) const fn of(kernel: u64) -> &'static [Self] {
        match kernel {
            3 => &[Self::FourOfThree, Self::TwoOfThree],
            5 => &[Self::TwoOfFive],
            _ => &[],
        }
    }

    /// Points of a tile in one dimension.
    pub(in crate::engine) const fn points(self) -> u64 {
        match self {
            Self::FourOfThree | Self::TwoOfFive => 6,
            Self::TwoOfThree => 4,
        }
    }

    /// Tiles that cover an output.
    pub(in crate::engine) fn tiles(self, output: Shape) -> Option<u64> {
        let side = match self {
            Self::FourOfThree => 4,
            Self::TwoOfThree | Self::TwoOfFive => 2,
        };
        output.height.div_ceil(side).checked_mul(output.width.div_ceil(side))
    }

    /// Products of one filter and channel.
    pub(in crate::engine) fn products(self, output: Shape) -> Option<u64> {
        let tiles = self.tiles(output)?.checked_next_multiple_of(NR as u64)?;
        self.points().pow(2).checked_mul(tiles)
    }
}
