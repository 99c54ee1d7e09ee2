//! Convolutions behind one interface.
//!
//! [`Convolution::new`] packs the weights once for the [`Method`] that [`Method::choose`] picks;
//! [`Convolution::run_rows`] writes rows of the output into any contiguous channels, with batch norm (or bias) and
//! ReLU applied as values are written. To add a method, add a variant to [`Method`] and to the private `Packed`.

mod im2col;
mod pointwise;
mod winograd;

use crate::arch::{Conv2d, Shape, Size};

use super::error::{EngineError, check_length};
use super::gemm::{self, BestVector, Epilogue, PackedRows, gemm};
use super::tensor::{ChannelsMut, Tensor, size};
use im2col::{Geometry, Im2col};
use pointwise::Pointwise;
pub use winograd::Tiling;
use winograd::Winograd;

/// Rows of the largest tile of any method: output rows computed from a multiple of it on are bitwise equal to
/// the rows of the whole output.
pub const ROW_ALIGNMENT: usize = 4;

/// How a convolution is computed.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Method {
    /// A 1×1 with stride 1: the input already is the matrix.
    Pointwise,
    /// A square 3×3 or 5×5 with stride 1: tiles are transformed, so that they take fewer multiplications.
    Winograd(Tiling),
    /// Any other: the matrix of windows, packed a tile at a time.
    Im2col,
}

impl Method {
    /// The method for `conv` on an input of this height and width. Every method computes each group of
    /// channels as a convolution of its own.
    #[must_use]
    pub fn choose(conv: &Conv2d, input: Size) -> Self {
        if conv.is_pointwise() {
            return Self::Pointwise;
        }
        tiling(conv, input).map_or(Self::Im2col, Self::Winograd)
    }
}

/// The Winograd tiling with the fewest products, if these are fewer than three quarters of im2col's (both multiply
/// whole vectors, which a small image does not fill). The transforms of inputs and outputs cost too, shared by all
/// channels, so we require 8 input channels. (Measured: break-even at 4 for a 3×3, at 8 for a 5×5.)
fn tiling(conv: &Conv2d, input: Size) -> Option<Tiling> {
    let Conv2d { stride, dilation, .. } = *conv;
    if !stride.is_square_of(1) || !dilation.is_square_of(1) || conv.channels_per_group() < 8 {
        return None;
    }
    let kernel_size = conv.kernel_size.side()?;
    let output = conv.output_shape(input.with_channels(conv.in_channels)).ok()?;
    let pixels = output.height.checked_mul(output.width)?;
    let windows = pixels.checked_next_multiple_of(gemm::NR as u64)?.checked_mul(conv.taps())?;
    let tilings = Tiling::of(kernel_size).iter();
    let products = tilings.filter_map(|&tiling| Some((tiling.products(output)?, tiling)));
    let (least, tiling) = products.min_by_key(|(products, _)| *products)?;
    (least < windows / 4 * 3).then_some(tiling)
}

/// Values that a convolution allocates besides its input and output.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct ConvolutionNeed {
    /// Packed weights.
    pub packed: u64,
    /// Scratch while it runs.
    pub scratch: u64,
}

impl ConvolutionNeed {
    /// Of `conv` on an input of this height and width; `None` if a number does not fit into 64 bits or the
    /// window does not fit.
    pub fn new(conv: &Conv2d, input: Size) -> Option<Self> {
        let channels = conv.channels_per_group();
        let filters = conv.out_channels.checked_div(conv.groups)?;
        let output = conv.output_shape(input.with_channels(conv.in_channels)).ok()?;
        let (packed, scratch) = match Method::choose(conv, input) {
            Method::Winograd(tiling) => {
                let tiles = tiling.tiles(output)?;
                let scratch = winograd::scratch_len(tiling, channels, tiles, input.width)?;
                (winograd::packed_len(tiling, filters, channels)?, scratch)
            }
            Method::Pointwise | Method::Im2col => {
                let depth = conv.weights_per_filter()?;
                let columns = output.height.checked_mul(output.width)?;
                (gemm::packed_len(filters, depth)?, gemm::scratch_len(depth, columns)?)
            }
        };
        Some(Self { packed: packed.checked_mul(conv.groups)?, scratch })
    }
}

/// A convolution with its weights packed.
#[derive(Clone, Debug)]
pub struct Convolution {
    conv: Conv2d,
    groups: Vec<Packed>,
}

/// One group's weights in the order that its method reads them.
#[derive(Clone, Debug)]
enum Packed {
    Pointwise(PackedRows),
    Winograd(Winograd),
    Im2col(PackedRows),
}

impl Convolution {
    /// Packs `weight`, given in PyTorch's order: `out_channels × in_channels/groups × height × width`, for
    /// inputs of height and width `input`. Inputs of other sizes can be run too, but the method may not be the
    /// fastest for them.
    ///
    /// # Errors
    /// When the number of values differs, the numbers of `conv` don't make a convolution, or the packed
    /// weights can't be allocated.
    pub fn new(conv: &Conv2d, input: Size, weight: &[f32]) -> Result<Self, EngineError> {
        let (groups, filters, depth) = matrices(conv)?;
        let expected = groups
            .checked_mul(filters)
            .and_then(|rows| rows.checked_mul(depth))
            .ok_or(EngineError::TooLarge)?;
        check_length("the weights", expected, weight.len())?;
        let pack = |values: &[f32]| {
            Ok(match Method::choose(conv, input) {
                Method::Pointwise => Packed::Pointwise(PackedRows::new(values, filters, depth)?),
                Method::Winograd(tiling) => {
                    Packed::Winograd(Winograd::new(values, filters, tiling)?)
                }
                Method::Im2col => Packed::Im2col(PackedRows::new(values, filters, depth)?),
            })
        };
        let groups: Result<_, EngineError> =
            weight.chunks_exact(filters * depth).map(pack).collect();
        Ok(Self { conv: *conv, groups: groups? })
    }

    /// The convolution's numbers.
    pub const fn conv(&self) -> &Conv2d {
        &self.conv
    }

    /// Writes the rows of the convolution of `input` from `first` on, as many as `out` has, through `epilogue`
    /// (whose rows are the output channels). A bias is the epilogue's `shift`. `progress` is called with the
    /// share done, from 0 to 1. Rows that are computed separately are the same to the bit where each `first` is a
    /// multiple of [`ROW_ALIGNMENT`].
    ///
    /// # Errors
    /// When the shape of `input` or `out` is not the convolution's, or the scratch can't be allocated.
    pub fn run_rows(
        &self,
        input: &Tensor,
        first: usize,
        out: &mut ChannelsMut,
        epilogue: &Epilogue,
        progress: &mut dyn FnMut(f64),
    ) -> Result<(), EngineError> {
        let shape = self.conv.output_shape(input.shape())?;
        check_rows(shape, input.images(), first, out)?;
        let geometry = Geometry::new(&self.conv, input.shape(), first, out.shape())?;
        let groups = self.groups.len();
        let parts = (input.images() * groups) as f64;
        let (from, to) = (input.channels() / groups, out.channels() / groups);
        let plane = out.plane();
        for image in 0..input.images() {
            let inputs = input.image(image).chunks_exact(from * input.plane());
            let outputs = out.image(image).chunks_exact_mut(to * plane);
            for (index, ((group, input), out)) in
                self.groups.iter().zip(inputs).zip(outputs).enumerate()
            {
                let epilogue = epilogue.rows(index * to, to);
                let done = (image * groups + index) as f64;
                group.run(input, &geometry, out, &epilogue, &mut |share| {
                    progress((done + share) / parts);
                })?;
            }
        }
        Ok(())
    }
}

impl Packed {
    /// One group of one image.
    fn run(
        &self,
        input: &[f32],
        geometry: &Geometry,
        out: &mut [f32],
        epilogue: &Epilogue,
        progress: &mut dyn FnMut(f64),
    ) -> Result<(), EngineError> {
        match self {
            Self::Pointwise(rows) => {
                let columns = Pointwise::new(input, geometry);
                gemm(rows, &columns, out, epilogue, progress)
            }
            Self::Winograd(filters) => {
                filters.run::<BestVector>(input, geometry, out, epilogue, progress)
            }
            Self::Im2col(rows) => {
                let columns = Im2col::new(input, *geometry);
                gemm(rows, &columns, out, epilogue, progress)
            }
        }
    }
}

/// Groups, and of each group's matrix the rows (filters) and the depth (taps).
fn matrices(conv: &Conv2d) -> Result<(usize, usize, usize), EngineError> {
    conv.check()?;
    let depth = conv.weights_per_filter().ok_or(EngineError::TooLarge)?;
    Ok((size(conv.groups)?, size(conv.out_channels / conv.groups)?, size(depth)?))
}

/// Checks that `out` has the shape of rows from `first` on of an output of this shape.
pub(super) fn check_rows(
    shape: Shape,
    images: usize,
    first: usize,
    out: &ChannelsMut,
) -> Result<(), EngineError> {
    let rows = size(shape.height)?.saturating_sub(first).min(out.height());
    let shape = Shape { height: rows as u64, ..shape };
    let numel = |shape: Shape, images| {
        size(shape.numel().ok_or(EngineError::TooLarge)?).map(|numel| numel * images)
    };
    if out.shape() == shape && out.images() == images {
        return Ok(());
    }
    let (expected, given) = (numel(shape, images)?, numel(out.shape(), out.images())?);
    Err(EngineError::Length { what: format!("an output of {shape}"), expected, given })
}
