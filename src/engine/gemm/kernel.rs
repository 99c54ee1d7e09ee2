//! What a kernel is: one product of packed panels, in tiles of [`MR`] × [`NR`].

/// Rows (filters) of a tile.
pub const MR: usize = 4;
/// Columns (pixels) of a tile. 4 × 8 values are eight 128-bit accumulators: with the operands beside
/// them larger tiles spill in today's wasm engines and fall to half the speed.
pub const NR: usize = 8;
/// Length of a partial sum. Blocked summation: the rounding error grows with K / `RUN`, not with K.
pub(super) const RUN: usize = 256;

/// Panels of [`NR`] columns of B.
#[derive(Clone, Copy, Debug)]
pub struct Panels<'a> {
    /// The values, beginning with the first step of the first panel.
    pub values: &'a [f32],
    /// Distance between the first of the `NR` values of a step and the first value of the next step.
    pub step: usize,
    /// Distance between the first step of a panel and the first step of the next panel.
    pub panel: usize,
    /// The number of panels.
    pub count: usize,
}

/// Multiplies in register tiles.
pub trait Kernel {
    /// Writes the product of one panel of A and some panels of B.
    ///
    /// `a` holds K × [`MR`] values, one step after the other. Row `r` of the product starts at
    /// `r` · `row` in `out` and holds the panels side by side, `NR` values of each.
    ///
    /// # Panics
    /// When `b` or `out` ends before the product does.
    fn multiply(a: &[f32], b: Panels, out: &mut [f32], row: usize);
}

/// [`Kernel::multiply`] of some kernel.
pub type Multiply = fn(&[f32], Panels, &mut [f32], usize);
