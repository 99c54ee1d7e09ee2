//! A layer computed in bands of rows, each wherever there is room for it.
//!
//! A band needs the rows above and below that its kernels reach ([`reach`]), all of them where the layer
//! doesn't keep height and width; where the image ends there is padding. A norm that is known before the
//! layer runs ([`Norms`]) is part of the convolution before it. The others must know the whole image: the band is [measured](Band::measure) up to them, what all
//! bands tell is merged (in their order, so that the result doesn't depend on who answers first), and
//! each is [normalised](Band::normalize) by it. A band that waits is its rows of the output and nothing
//! else, so that they may wait anywhere.
//!
//! Invariant: bands whose first rows are multiples of [`ROWS`] are the rows of a run on the whole image,
//! to the bit under running statistics.

use std::ops::Range;

use crate::arch::{BasicConv2d, BranchId, Operation, Pool2d, Shape, Size};

use super::conv::ROWS;
use super::error::{EngineError, check_length};
use super::norm::{Affine, BatchNorm, Moments, moments};
use super::pool::pool_rows;
use super::run::Hooks;
use super::tensor::{ChannelsMut, Tensor, size};
use super::unit::PreparedUnit;

/// One operation of a branch, ready to run.
#[derive(Clone, Debug)]
pub enum Step {
    /// Pooling that keeps height and width.
    Pool(Pool2d),
    /// Convolution, norm and ReLU.
    Conv(Box<PreparedUnit>),
}

/// A branch with its weights packed; a plain convolution is a layer of one branch without a name.
///
/// Invariant: a convolution that isn't the last step is a 1×1, and the first; no step but the last changes
/// height and width.
#[derive(Clone, Debug)]
pub struct PreparedBranch {
    /// Which of the module's.
    pub id: Option<BranchId>,
    /// Channels of its output.
    pub out_channels: usize,
    /// Its operations in the order they run.
    pub steps: Vec<Step>,
}

/// What the norms of a layer do to each channel, as far as it is known before the layer runs.
#[derive(Clone, Debug)]
pub enum Norms {
    /// All normalise by their running statistics.
    Running,
    /// By the batch's. Known, branch by branch, is the norm of a 1×1 on the layer's input: see
    /// [`sample`](super::sample()).
    Batch(Vec<Option<Affine>>),
}

impl Norms {
    /// Those of the statistics of a batch. `sample` is the layer's input, or a smaller image of the same
    /// means and covariances.
    ///
    /// # Errors
    /// When `sample` has other channels, or an allocation fails.
    pub fn of_batch(layer: &[PreparedBranch], sample: &Tensor) -> Result<Self, EngineError> {
        let norm = |branch: &PreparedBranch| {
            let Some(unit) = branch.pointwise() else { return Ok(None) };
            let shape = unit.conv().output_shape(sample.shape())?;
            let mut made = Tensor::zeros(sample.images(), shape)?;
            unit.run_rows(sample, 0, None, &mut made.all_channels_mut(), &mut |_| {})?;
            let moments = moments(&mut made.all_channels_mut());
            Ok(Some(unit.of_batch(&moments)))
        };
        Ok(Self::Batch(layer.iter().map(norm).collect::<Result<_, EngineError>>()?))
    }

    const fn kind(&self) -> BatchNorm {
        match self {
            Self::Running => BatchNorm::Running,
            Self::Batch(_) => BatchNorm::Batch,
        }
    }

    /// The norm of `unit`, step `step` of branch `branch`, if it is known.
    fn of<'a>(&'a self, branch: usize, step: usize, unit: &'a PreparedUnit) -> Option<&'a Affine> {
        match self {
            Self::Running => Some(unit.running()),
            Self::Batch(first) => first.get(branch)?.as_ref().filter(|_| step == 0),
        }
    }
}

/// Some rows of an image.
#[derive(Clone, Copy, Debug)]
pub struct Strip<'a> {
    /// The rows.
    pub rows: &'a Tensor,
    /// Which row of the image comes first in it.
    pub first: usize,
}

impl<'a> Strip<'a> {
    /// The whole image.
    pub const fn whole(image: &'a Tensor) -> Self {
        Self { rows: image, first: 0 }
    }
}

impl Step {
    fn operation(&self) -> Operation {
        match self {
            Self::Pool(pool) => Operation::Pool(*pool),
            Self::Conv(unit) => Operation::Conv(BasicConv2d { conv: *unit.conv() }),
        }
    }

    /// Rows that it sees above and below the one it computes: all where it has none of its own.
    fn reach(&self) -> usize {
        let reach = self.operation().reach();
        reach.and_then(|reach| usize::try_from(reach).ok()).unwrap_or(usize::MAX)
    }

    fn out_channels(&self, input: usize) -> Result<usize, EngineError> {
        match self {
            Self::Pool(_) => Ok(input),
            Self::Conv(unit) => size(unit.conv().out_channels),
        }
    }

    /// Multiply–accumulates a pixel, and for a pool about what it costs beside them.
    fn work(&self) -> f64 {
        match self {
            Self::Pool(pool) => (pool.taps() * 4) as f64,
            Self::Conv(unit) => unit.conv().weights().unwrap_or(u64::MAX) as f64,
        }
    }
}

impl PreparedBranch {
    /// The reach of the steps from `from` on.
    fn reach(&self, from: usize) -> usize {
        self.steps[from..].iter().fold(0, |reach, step| reach.saturating_add(step.reach()))
    }

    /// Its first step, if that is a 1×1 convolution of every pixel.
    fn pointwise(&self) -> Option<&PreparedUnit> {
        match self.steps.first() {
            Some(Step::Conv(unit)) if unit.conv().is_pointwise() => Some(unit),
            _ => None,
        }
    }

    /// The convolution at its end, if its norm must know the whole image.
    fn waiting(&self, norm: BatchNorm) -> Option<&PreparedUnit> {
        match self.steps.last() {
            Some(Step::Conv(unit)) if norm == BatchNorm::Batch => {
                let known = self.steps.len() == 1 && self.pointwise().is_some();
                (!known).then_some(&**unit)
            }
            _ => None,
        }
    }
}

/// Height and width of what `layer` makes of images of `input`.
///
/// # Errors
/// When a window does not fit.
pub fn output_size(layer: &[PreparedBranch], input: Size) -> Result<Size, EngineError> {
    let Some(last) = layer.iter().find_map(|branch| branch.steps.last()) else { return Ok(input) };
    let channels = match last {
        Step::Pool(_) => 1,
        Step::Conv(unit) => unit.conv().in_channels,
    };
    let Shape { height, width, .. } =
        last.operation().output_shape(input.with_channels(channels))?;
    Ok(Size { height, width })
}

/// Rows above and below a band that `layer` sees.
pub fn reach(layer: &[PreparedBranch]) -> usize {
    layer.iter().map(|branch| branch.reach(0)).max().unwrap_or(0)
}

/// Whether bands of `layer` must be measured and then normalised.
pub fn waits(layer: &[PreparedBranch], norm: BatchNorm) -> bool {
    layer.iter().any(|branch| branch.waiting(norm).is_some())
}

/// `rows` and `reach` more on both sides, as far as the image goes.
pub fn widened(rows: &Range<usize>, reach: usize, height: usize) -> Range<usize> {
    rows.start.saturating_sub(reach)..rows.end.saturating_add(reach).min(height)
}

/// The rows of `height` in `count` bands of nearly the same height, or as many as there are tiles.
pub fn cut(height: usize, count: usize) -> Vec<Range<usize>> {
    let tiles = height.div_ceil(ROWS);
    let count = count.clamp(1, tiles.max(1));
    (0..count)
        .map(|band| {
            let start = |band: usize| (band * tiles / count * ROWS).min(height);
            start(band)..start(band + 1)
        })
        .collect()
}

/// Some rows of a layer's output on their way.
#[derive(Clone, Debug)]
pub struct Band {
    rows: Range<usize>,
    /// Rows of the input's image.
    height: usize,
    output: Tensor,
    /// What each branch took.
    milliseconds: Vec<f64>,
}

impl Band {
    /// Rows `rows` of the output of `layer` for images of `height` × `width`. `values` are what
    /// [`Self::measure`] made of them before, or else memory that may be used for them.
    ///
    /// # Errors
    /// When a window does not fit, or an allocation fails.
    pub fn new(
        layer: &[PreparedBranch],
        (images, height, width): (usize, usize, usize),
        rows: Range<usize>,
        values: Vec<f32>,
    ) -> Result<Self, EngineError> {
        let channels = layer.iter().map(|branch| branch.out_channels).sum::<usize>();
        let input = Size { height: height as u64, width: width as u64 };
        let Size { width, .. } = output_size(layer, input)?;
        let shape = Shape::new(channels as u64, rows.len() as u64, width);
        let output = Tensor::over(images, shape, values)?;
        Ok(Self { rows, height, output, milliseconds: vec![0.0; layer.len()] })
    }

    /// Which rows.
    pub const fn rows(&self) -> &Range<usize> {
        &self.rows
    }

    /// Computes it up to the norms that aren't known, and tells the moments of each channel that these
    /// see: branch by branch; none where all is known. `input` holds the band's rows and what it sees of
    /// their neighbours.
    ///
    /// # Errors
    /// When `input` has other channels, or an allocation fails.
    pub fn measure(
        &mut self,
        layer: &[PreparedBranch],
        norms: &Norms,
        input: Strip,
        hooks: &mut Hooks,
    ) -> Result<Vec<Moments>, EngineError> {
        let total: f64 = layer.iter().flat_map(|branch| &branch.steps).map(Step::work).sum();
        let (mut all, mut done, mut channel) = (Vec::new(), 0.0, 0);
        for (index, branch) in layer.iter().enumerate() {
            let start = hooks.now();
            let mut between: Option<(Tensor, usize)> = None;
            for (at, step) in branch.steps.iter().enumerate() {
                let source = between.as_ref();
                let source = source.map_or(input, |(rows, first)| Strip { rows, first: *first });
                let mut report = |share: f64| hooks.report((done + share * step.work()) / total);
                let mut run = |rows: &Range<usize>, out: &mut ChannelsMut| {
                    let first = rows.start - source.first;
                    match step {
                        Step::Pool(pool) => pool_rows(pool, source.rows, first, out, &mut report),
                        Step::Conv(unit) => {
                            let norm = norms.of(index, at, unit);
                            unit.run_rows(source.rows, first, norm, out, &mut report)
                        }
                    }
                };
                if at + 1 == branch.steps.len() {
                    run(&self.rows, &mut self.output.channels_mut(channel, branch.out_channels))?;
                } else {
                    let rows = widened(&self.rows, branch.reach(at + 1), self.height);
                    let channels = step.out_channels(source.rows.channels())? as u64;
                    let width = source.rows.width() as u64;
                    let shape = Shape::new(channels, rows.len() as u64, width);
                    let mut made = Tensor::over(source.rows.images(), shape, Vec::new())?;
                    run(&rows, &mut made.all_channels_mut())?;
                    between = Some((made, rows.start));
                }
                done += step.work();
            }
            let mut out = self.output.channels_mut(channel, branch.out_channels);
            if branch.waiting(norms.kind()).is_some() {
                all.extend(moments(&mut out));
            }
            channel += branch.out_channels;
            self.milliseconds[index] += hooks.now() - start;
        }
        Ok(all)
    }

    /// Normalises what was measured by the moments of the whole image, in the order of
    /// [`Self::measure`].
    ///
    /// # Errors
    /// When there are other moments than are measured.
    pub fn normalize(
        &mut self,
        layer: &[PreparedBranch],
        norm: BatchNorm,
        moments: &[Moments],
        hooks: &mut Hooks,
    ) -> Result<(), EngineError> {
        let waiting = |branch: &&PreparedBranch| branch.waiting(norm).is_some();
        let expected = layer.iter().filter(waiting).map(|branch| branch.out_channels).sum();
        check_length("the moments", expected, moments.len())?;
        let (mut rest, mut channel) = (moments, 0);
        for (branch, milliseconds) in layer.iter().zip(&mut self.milliseconds) {
            if let Some(unit) = branch.waiting(norm) {
                let start = hooks.now();
                let (own, others) = rest.split_at(branch.out_channels);
                let mut out = self.output.channels_mut(channel, branch.out_channels);
                unit.normalize(own, &mut out);
                rest = others;
                *milliseconds += hooks.now() - start;
            }
            channel += branch.out_channels;
        }
        Ok(())
    }

    /// The rows, and how many milliseconds each branch took.
    pub fn finish(self) -> (Tensor, Vec<f64>) {
        (self.output, self.milliseconds)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_in_one_band_and_bands_begin_with_a_tile() {
        for height in 1..70 {
            for count in 0..40 {
                let bands = cut(height, count);
                assert_eq!((bands[0].start, bands[bands.len() - 1].end), (0, height));
                assert!(bands.windows(2).all(|pair| pair[0].end == pair[1].start));
                assert!(bands.iter().all(|band| band.start % ROWS == 0 && !band.is_empty()));
                let tiles = |band: &Range<usize>| band.len().div_ceil(ROWS);
                let (least, most) = (
                    bands.iter().map(tiles).min().unwrap(),
                    bands.iter().map(tiles).max().unwrap(),
                );
                assert!(most - least <= 1, "{height} in {count}: {bands:?}");
            }
        }
    }
}
