//! Convolutions with stride 1 by Winograd's minimal filtering: tiles of inputs are transformed,
//! multiplied by transformed filters point by point, and transformed back. Of a tile of 6 × 6 a 3×3 makes
//! 4 × 4 outputs with 36 products where the definition takes 144, a 5×5 makes 2 × 2 with 36 for 100; of
//! one of 4 × 4 a 3×3 makes 2 × 2 with 16 for 36, which small images fill better.
//!
//! The products of one point are a matrix product: filters × channels times channels × tiles. A block of
//! tiles is carried through all three steps before the next, so that its transformed inputs stay in the
//! second-level cache, and of its products only a panel of filters exists at a time.

mod tiling;
mod transform;

use super::im2col::Geometry;
use crate::engine::error::EngineError;
use crate::engine::gemm::{
    Epilogue, Finish, MR, Multiply, NR, Panels, Vector, copy_short, installed,
};
use crate::engine::tensor::{size, zeroed};
pub use tiling::Tiling;
use transform::{FilterTransform, Four, Six, Tile};

/// Transformed inputs of a block at most, in values (512 KiB).
const BLOCK: u64 = 128 << 10;
/// Tiles of a block at most.
const MOST_TILES: u64 = 64;
/// Tiles that are transformed side by side.
const LANES: usize = 4;

/// The filters of one group, transformed and packed: panels of [`MR`] filters; in a panel point by point
/// the channels; of a channel the `MR` values.
#[derive(Clone, Debug)]
pub(super) struct Winograd {
    filters: usize,
    channels: usize,
    tiling: Tiling,
    data: Vec<f32>,
}

impl Winograd {
    /// Transforms and packs `filters` × `channels` squares of as many taps as `tiling`'s kernel has.
    pub fn new(weight: &[f32], filters: usize, tiling: Tiling) -> Result<Self, EngineError> {
        let (channels, data) = match tiling {
            Tiling::FourOfThree => pack::<6>(weight, filters, 3)?,
            Tiling::TwoOfThree => pack::<4>(weight, filters, 3)?,
            Tiling::TwoOfFive => pack::<6>(weight, filters, 5)?,
        };
        Ok(Self { filters, channels, tiling, data })
    }

    /// Writes the convolution of the group's channels to `out`, filters × output pixels.
    pub fn run<V: Vector>(
        &self,
        input: &[f32],
        geometry: &Geometry,
        out: &mut [f32],
        epilogue: &Epilogue,
        progress: &mut dyn FnMut(f64),
    ) -> Result<(), EngineError> {
        match self.tiling {
            Tiling::FourOfThree => {
                self.run_tiles::<V, Six, 4, 6>(input, geometry, out, epilogue, progress)
            }
            Tiling::TwoOfThree => {
                self.run_tiles::<V, Four, 2, 4>(input, geometry, out, epilogue, progress)
            }
            Tiling::TwoOfFive => {
                self.run_tiles::<V, Six, 2, 6>(input, geometry, out, epilogue, progress)
            }
        }
    }

    fn run_tiles<V: Vector, T: Tile<M, P>, const M: usize, const P: usize>(
        &self,
        input: &[f32],
        geometry: &Geometry,
        out: &mut [f32],
        epilogue: &Epilogue,
        progress: &mut dyn FnMut(f64),
    ) -> Result<(), EngineError> {
        let across = geometry.out_width.div_ceil(M);
        let tiles = across * geometry.out_height.div_ceil(M);
        let most = size(block_tiles(P as u64, self.channels as u64, tiles as u64))?;
        let mut scratch = Scratch::<M, P>::new(self.channels, most, geometry.width)?;
        for first in (0..tiles).step_by(most) {
            let block = Block { first, count: most.min(tiles - first), across };
            scratch.transform_inputs::<V, T>(input, geometry, &block);
            for (panel, filters) in self.data.chunks_exact(P * P * self.channels * MR).enumerate() {
                scratch.multiply(installed(), filters, block.count);
                let rows = panel * MR..self.filters.min(panel * MR + MR);
                for (r, row) in rows.enumerate() {
                    let plane = geometry.out_height * geometry.out_width;
                    let channel = &mut out[row * plane..][..plane];
                    let finish = epilogue.row::<V>(row);
                    scratch.transform_outputs::<V, T>(r, geometry, &block, &finish, channel);
                }
            }
            progress((first + block.count) as f64 / tiles as f64);
        }
        Ok(())
    }
}

/// The channels, and the transformed and packed filters.
fn pack<const P: usize>(
    weight: &[f32],
    filters: usize,
    kernel: usize,
) -> Result<(usize, Vec<f32>), EngineError> {
    let (taps, transform) = (kernel * kernel, FilterTransform::<P>::new(kernel));
    let channels = weight.len() / taps / filters;
    let mut data = zeroed(filters.next_multiple_of(MR) * channels * P * P)?;
    for (index, square) in weight.chunks_exact(taps).enumerate() {
        let (filter, channel) = (index / channels, index % channels);
        let (panel, row) = (filter / MR, filter % MR);
        for (point, value) in transform.square(square).into_iter().flatten().enumerate() {
            data[((panel * P * P + point) * channels + channel) * MR + row] = value;
        }
    }
    Ok((channels, data))
}

/// Values of `filters` × `channels` transformed squares, packed.
pub(super) fn packed_len(tiling: Tiling, filters: u64, channels: u64) -> Option<u64> {
    let rows = filters.checked_next_multiple_of(MR as u64)?;
    rows.checked_mul(channels)?.checked_mul(tiling.points().pow(2))
}

/// Values of scratch for an image of `tiles` tiles, `width` inputs wide.
pub(super) fn scratch_len(tiling: Tiling, channels: u64, tiles: u64, width: u64) -> Option<u64> {
    let points = tiling.points();
    let stride = block_tiles(points, channels, tiles) + LANES as u64;
    let blocks = channels.checked_add(MR as u64)?.checked_mul(points.pow(2) * stride)?;
    blocks.checked_add(points * (points * stride + points))?.checked_add(width)
}

/// Tiles of a block: as many as [`BLOCK`] holds, and no more than there are.
fn block_tiles(points: u64, channels: u64, tiles: u64) -> u64 {
    let lanes = NR as u64;
    let most = BLOCK / points.pow(2).saturating_mul(channels).max(1) / lanes * lanes;
    most.clamp(lanes, MOST_TILES).min(tiles.next_multiple_of(lanes))
}

/// A run of tiles in reading order.
struct Block {
    first: usize,
    count: usize,
    /// Tiles in a row of the image.
    across: usize,
}

/// Tiles of a block that are neighbours in one row of tiles.
struct Run {
    /// Row of tiles.
    row: usize,
    /// First of them in its row.
    column: usize,
    /// First of them in the block.
    first: usize,
    count: usize,
}

impl Block {
    fn runs(&self) -> impl Iterator<Item = Run> {
        let mut first = 0;
        std::iter::from_fn(move || {
            let (row, column) =
                ((self.first + first) / self.across, (self.first + first) % self.across);
            let count = (self.across - column).min(self.count - first);
            let run = Run { row, column, first, count };
            first += count;
            (count > 0).then_some(run)
        })
    }
}

/// Buffers for a block of tiles, each of `P` × `P` points and `M` × `M` outputs.
struct Scratch<const M: usize, const P: usize> {
    channels: usize,
    /// Tiles of a block, plus the lanes of a run's last quad that lie beyond it.
    stride: usize,
    /// Points × channels × tiles.
    inputs: Vec<f32>,
    /// Points × filters of a panel × tiles.
    products: Vec<f32>,
    /// One channel of a run, transformed in the vertical alone: points × columns.
    lines: [Vec<f32>; P],
    /// A row of padding.
    padding: Vec<f32>,
}

impl<const M: usize, const P: usize> Scratch<M, P> {
    fn new(channels: usize, tiles: usize, width: usize) -> Result<Self, EngineError> {
        let stride = tiles + LANES;
        let mut lines = [const { Vec::new() }; P];
        for line in &mut lines {
            *line = zeroed(M * stride + P)?;
        }
        Ok(Self {
            channels,
            stride,
            inputs: zeroed(P * P * channels * stride)?,
            products: zeroed(P * P * MR * stride)?,
            lines,
            padding: zeroed(width)?,
        })
    }

    fn transform_inputs<V: Vector, T: Tile<M, P>>(
        &mut self,
        input: &[f32],
        geometry: &Geometry,
        block: &Block,
    ) {
        let plane = geometry.height * geometry.width;
        for (channel, values) in input.chunks_exact(plane).enumerate() {
            for run in block.runs() {
                self.transform_columns::<V, T>(values, geometry, &run);
                self.transform_rows::<V, T>(channel, &run);
            }
        }
    }

    /// Transforms the columns of one channel under a run's tiles, into `lines`.
    fn transform_columns<V: Vector, T: Tile<M, P>>(
        &mut self,
        values: &[f32],
        geometry: &Geometry,
        run: &Run,
    ) {
        let width = geometry.width;
        // The last lanes also read values beyond the run's tiles; their outputs are overwritten or cut.
        let length = M * (run.count - 1) + P;
        let padding = geometry.across.padding;
        let start = (M * run.column).saturating_sub(padding).min(width);
        let before = padding.saturating_sub(M * run.column).min(length);
        let seen = (length - before).min(width - start);
        if seen < length {
            for line in &mut self.lines {
                line[..length].fill(0.0);
            }
        }
        let rows: [&[f32]; P] = std::array::from_fn(|i| {
            let row = (geometry.first + M * run.row + i).checked_sub(geometry.down.padding);
            let row = row.filter(|&row| row < geometry.height);
            let row = row.map_or(&self.padding[..], |row| &values[row * width..][..width]);
            &row[start..][..seen]
        });
        let mut lines = self.lines.each_mut().map(|line| &mut line[before..][..seen]);
        let whole = seen - seen % LANES;
        for x in (0..whole).step_by(LANES) {
            let made = T::input(rows.map(|row| V::load(four(&row[x..x + LANES]))));
            for (line, made) in lines.iter_mut().zip(made) {
                made.store(four_mut(&mut line[x..x + LANES]));
            }
        }
        for x in whole..seen {
            let made = T::input(rows.map(|row| V::splat(row[x])));
            for (line, made) in lines.iter_mut().zip(made) {
                let mut values = [0.0; 4];
                made.store(&mut values);
                line[x] = values[0];
            }
        }
    }

    /// Transforms the rows of a run's tiles, from the lines into `channel` of the inputs.
    fn transform_rows<V: Vector, T: Tile<M, P>>(&mut self, channel: usize, run: &Run) {
        let plane = self.channels * self.stride;
        let start = channel * self.stride + run.first;
        for tile in (0..run.count).step_by(LANES) {
            for (line, inputs) in self.lines.iter().zip(self.inputs.chunks_exact_mut(P * plane)) {
                let line = &line[M * tile..][..M * (LANES - 1) + P];
                let quads = |first| {
                    V::transpose(std::array::from_fn(|lane| {
                        V::load(four(&line[M * lane + first..][..4]))
                    }))
                };
                let (near, far) = (quads(0), quads(P - 4));
                let point = |i| if i < 4 { near[i] } else { far[i + 4 - P] };
                let made = T::input(std::array::from_fn(point));
                for (inputs, made) in inputs.chunks_exact_mut(plane).zip(made) {
                    made.store(four_mut(&mut inputs[start + tile..][..LANES]));
                }
            }
        }
    }

    /// Multiplies the block's inputs by one panel of filters, point by point.
    fn multiply(&mut self, kernel: Multiply, filters: &[f32], tiles: usize) {
        let points = filters.chunks_exact(self.channels * MR);
        let inputs = self.inputs.chunks_exact(self.channels * self.stride);
        let products = self.products.chunks_exact_mut(MR * self.stride);
        for ((filters, inputs), products) in points.zip(inputs).zip(products) {
            let count = tiles.div_ceil(NR);
            let b = Panels { values: inputs, step: self.stride, panel: NR, count };
            kernel(filters, b, products, self.stride);
        }
    }

    /// Transforms filter `r` of the panel back and writes it to its output channel.
    fn transform_outputs<V: Vector, T: Tile<M, P>>(
        &self,
        r: usize,
        geometry: &Geometry,
        block: &Block,
        finish: &Finish<V>,
        out: &mut [f32],
    ) {
        for run in block.runs() {
            for tile in (0..run.count).step_by(LANES) {
                let start = r * self.stride + run.first + tile;
                let made = self.output_tiles::<V, T>(start);
                let (x, y) = (M * (run.column + tile), M * run.row);
                let width = (M * (run.count - tile).min(LANES)).min(geometry.out_width - x);
                let height = M.min(geometry.out_height - y);
                for (row, made) in made.into_iter().enumerate().take(height) {
                    let made = made.map(|value| finish.apply(value));
                    let out = &mut out[(y + row) * geometry.out_width + x..][..width];
                    write_row::<V, M>(made, out);
                }
            }
        }
    }

    /// The outputs of four tiles, whose products of the first point lie at `start`: row by row, column by
    /// column, the tiles side by side.
    #[inline]
    fn output_tiles<V: Vector, T: Tile<M, P>>(&self, start: usize) -> [[V; M]; M] {
        let plane = MR * self.stride;
        let mut columns = [[V::splat(0.0); M]; P];
        for (x, column) in columns.iter_mut().enumerate() {
            *column = T::output(std::array::from_fn(|y| {
                V::load(four(&self.products[(y * P + x) * plane + start..][..LANES]))
            }));
        }
        std::array::from_fn(|row| T::output(columns.map(|column| column[row])))
    }
}

/// Writes one row of four neighbouring tiles, given column by column, cut at the end of `out`.
#[inline]
fn write_row<V: Vector, const M: usize>(columns: [V; M], out: &mut [f32]) {
    let mut quads = [V::splat(0.0); LANES];
    quads[..M].copy_from_slice(&columns);
    let mut line = [0.0; 4 * LANES];
    // A tile that is narrower than a quad writes too many values; the next tile overwrites them.
    for (lane, quad) in V::transpose(quads).into_iter().enumerate() {
        quad.store(four_mut(&mut line[M * lane..][..4]));
    }
    if let Ok(out) = <&mut [f32; 4 * LANES]>::try_from(&mut *out) {
        *out = line;
    } else {
        copy_short(&line, out);
    }
}

#[inline]
fn four(values: &[f32]) -> &[f32; 4] {
    values.first_chunk().expect("four values")
}

#[inline]
fn four_mut(values: &mut [f32]) -> &mut [f32; 4] {
    values.first_chunk_mut().expect("four values")
}
