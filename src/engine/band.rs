//! Bands: some rows of a workload's output, computed independently of the others.
//!
//! A band needs the input rows that its kernels reach above and below its own ([`reach`](super::branch::reach)),
//! or all rows where the workload changes height and width. Beyond the image there is padding.
//!
//! A norm that is known before the run ([`Norms`]) is part of the convolution before it. The other norms need
//! the moments of the whole image: each band is [measured](Band::measure) up to them, the moments of all bands are
//! merged in the order of the bands, so that the result does not depend on who finishes first, and each band is
//! [normalised](Band::normalize). Between `measure` and `normalize` a band consists of its output rows only, so
//! any worker can finish it.
//!
//! Invariant: under running statistics, bands whose first rows are multiples of
//! [`ROW_ALIGNMENT`](super::conv::ROW_ALIGNMENT) are to the bit the rows of a run on the whole image.

use std::ops::Range;

use crate::arch::{Shape, Size};

use super::branch::{PreparedBranch, PreparedOp, output_size};
use super::error::{EngineError, check_length};
use super::norm::{Affine, BatchNorm, Moments, moments};
use super::observer::RunObserver;
use super::pool::pool_rows;
use super::tensor::{ChannelsMut, Tensor, size};
use super::unit::PreparedUnit;
use super::work;

/// The scale and shift of each batch norm whose statistics are known before the run.
#[derive(Clone, Debug)]
pub enum Norms {
    /// Every norm uses its running statistics.
    Running,
    /// Every norm uses the statistics of the batch. Known, branch by branch, is the norm of a 1×1 on the
    /// input: see [`surrogate`](super::surrogate()).
    Batch(Vec<Option<Affine>>),
}

impl Norms {
    /// Batch statistics for `input`: the workload's input, or an image with the same channel means and
    /// covariances.
    ///
    /// # Errors
    /// When `input` has other channels, or an allocation fails.
    pub fn of_batch(branches: &[PreparedBranch], input: &Tensor) -> Result<Self, EngineError> {
        let norm = |branch: &PreparedBranch| {
            let Some(unit) = branch.pointwise() else { return Ok(None) };
            let shape = unit.conv().output_shape(input.shape())?;
            let mut output = Tensor::zeros(input.images(), shape)?;
            unit.run_rows(input, 0, None, &mut output.all_channels_mut(), &mut |_| {})?;
            let moments = moments(&mut output.all_channels_mut());
            Ok(Some(unit.batch_norm(&moments)))
        };
        Ok(Self::Batch(branches.iter().map(norm).collect::<Result<_, EngineError>>()?))
    }

    const fn kind(&self) -> BatchNorm {
        match self {
            Self::Running => BatchNorm::Running,
            Self::Batch(_) => BatchNorm::Batch,
        }
    }

    /// The norm of `unit`, operation `index` of branch `branch`, if it is known.
    fn of<'a>(&'a self, branch: usize, index: usize, unit: &'a PreparedUnit) -> Option<&'a Affine> {
        match self {
            Self::Running => Some(unit.running_norm()),
            Self::Batch(first) => first.get(branch)?.as_ref().filter(|_| index == 0),
        }
    }
}

/// Some rows of an image.
#[derive(Clone, Copy, Debug)]
pub struct Strip<'a> {
    /// The rows.
    pub rows: &'a Tensor,
    /// The image row that comes first in it.
    pub first: usize,
}

impl<'a> Strip<'a> {
    /// The whole image.
    pub const fn whole(image: &'a Tensor) -> Self {
        Self { rows: image, first: 0 }
    }
}

/// `rows` and `reach` more on both sides, as far as the image goes.
pub fn widened(rows: &Range<usize>, reach: usize, height: usize) -> Range<usize> {
    rows.start.saturating_sub(reach)..rows.end.saturating_add(reach).min(height)
}

/// Runs an operation, given its index, its input, the first output row counted from the input's first, and the output.
type RunOperation<'a> =
    dyn FnMut(usize, &Tensor, usize, &mut ChannelsMut) -> Result<(), EngineError> + 'a;

/// Some rows of an output that is being computed.
#[derive(Clone, Debug)]
pub struct Band {
    rows: Range<usize>,
    /// Height and width of the input.
    input: Size,
    output: Tensor,
    /// The time of each branch.
    milliseconds: Vec<f64>,
}

impl Band {
    /// Rows `rows` of the output of `branches` for `images` images of height and width `input`. `values` is
    /// the output of [`Self::measure`], or memory that may be reused.
    ///
    /// # Errors
    /// When a window does not fit, or an allocation fails.
    pub fn new(
        branches: &[PreparedBranch],
        (images, input): (usize, Size),
        rows: Range<usize>,
        values: Vec<f32>,
    ) -> Result<Self, EngineError> {
        let channels = branches.iter().map(PreparedBranch::out_channels).sum::<usize>();
        let Size { width, .. } = output_size(branches, input)?;
        let shape = Shape::new(channels as u64, rows.len() as u64, width);
        let output = Tensor::over(images, shape, values)?;
        Ok(Self { rows, input, output, milliseconds: vec![0.0; branches.len()] })
    }

    /// The rows.
    pub const fn rows(&self) -> &Range<usize> {
        &self.rows
    }

    /// Computes the band up to the norms that are not known, and returns the moments of the channels that these
    /// norms take, branch by branch; none where all norms are known. `input` holds the band's rows and the
    /// neighbours within reach.
    ///
    /// # Errors
    /// When `input` has other channels, or an allocation fails.
    pub fn measure(
        &mut self,
        branches: &[PreparedBranch],
        norms: &Norms,
        input: Strip,
        observer: &mut RunObserver,
    ) -> Result<Vec<Moments>, EngineError> {
        let mut progress = Progress::new(branches, self.input, self.rows.len());
        let (mut all, mut channel) = (Vec::new(), 0);
        for (index, branch) in branches.iter().enumerate() {
            let start = observer.now();
            self.run_branch(branch, input, channel, &mut |at, source, first, out| {
                let mut report = |share: f64| observer.report(progress.fraction(index, at, share));
                match &branch.ops[at] {
                    PreparedOp::Pool(pool) => pool_rows(pool, source, first, out, &mut report),
                    PreparedOp::Conv(unit) => {
                        let norm = norms.of(index, at, unit);
                        unit.run_rows(source, first, norm, out, &mut report)
                    }
                }?;
                progress.finish(index, at);
                Ok(())
            })?;
            let mut out = self.output.channels_mut(channel, branch.out_channels());
            if branch.waiting(norms.kind()).is_some() {
                all.extend(moments(&mut out));
            }
            channel += branch.out_channels();
            self.milliseconds[index] += observer.now() - start;
        }
        Ok(all)
    }

    /// Runs the operations of one branch, whose output begins at channel `channel`, by `run`.
    fn run_branch(
        &mut self,
        branch: &PreparedBranch,
        input: Strip,
        channel: usize,
        run: &mut RunOperation,
    ) -> Result<(), EngineError> {
        let height = size(self.input.height)?;
        let mut between: Option<(Tensor, usize)> = None;
        for (at, op) in branch.ops.iter().enumerate() {
            let source = between.as_ref();
            let source = source.map_or(input, |(rows, first)| Strip { rows, first: *first });
            if at + 1 == branch.ops.len() {
                let mut out = self.output.channels_mut(channel, branch.out_channels());
                run(at, source.rows, self.rows.start - source.first, &mut out)?;
            } else {
                let rows = widened(&self.rows, branch.reach(at + 1), height);
                let shape = op.operation().output_shape(source.rows.shape())?;
                let shape = Shape { height: rows.len() as u64, ..shape };
                let mut output = Tensor::over(source.rows.images(), shape, Vec::new())?;
                run(at, source.rows, rows.start - source.first, &mut output.all_channels_mut())?;
                between = Some((output, rows.start));
            }
        }
        Ok(())
    }

    /// Normalises a measured band by the moments of the whole image, in the order of [`Self::measure`].
    ///
    /// # Errors
    /// When the number of moments differs from what [`Self::measure`] returns.
    pub fn normalize(
        &mut self,
        branches: &[PreparedBranch],
        norm: BatchNorm,
        moments: &[Moments],
        observer: &mut RunObserver,
    ) -> Result<(), EngineError> {
        let waiting = |branch: &&PreparedBranch| branch.waiting(norm).is_some();
        let expected = branches.iter().filter(waiting).map(PreparedBranch::out_channels).sum();
        check_length("the moments", expected, moments.len())?;
        let (mut rest, mut channel) = (moments, 0);
        for (branch, milliseconds) in branches.iter().zip(&mut self.milliseconds) {
            if let Some(unit) = branch.waiting(norm) {
                let start = observer.now();
                let (own, others) = rest.split_at(branch.out_channels());
                let mut out = self.output.channels_mut(channel, branch.out_channels());
                unit.normalize(own, &mut out);
                rest = others;
                *milliseconds += observer.now() - start;
            }
            channel += branch.out_channels();
        }
        Ok(())
    }

    /// The output rows, and the milliseconds of each branch.
    pub fn finish(self) -> (Tensor, Vec<f64>) {
        (self.output, self.milliseconds)
    }
}

/// The share of a band's work that is done.
struct Progress {
    /// The work of each operation, branch by branch.
    works: Vec<Vec<f64>>,
    total: f64,
    done: f64,
}

impl Progress {
    fn new(branches: &[PreparedBranch], input: Size, rows: usize) -> Self {
        let works = branches.iter().map(|branch| {
            let input = input.with_channels(branch.in_channels());
            let works = work::of_branch(&branch.operations(), input, rows as u64);
            works.into_iter().map(work::Work::total).collect()
        });
        let works: Vec<Vec<f64>> = works.collect();
        let total = works.iter().flatten().sum::<f64>().max(1.0);
        Self { works, total, done: 0.0 }
    }

    /// The share done when `share` of an operation is.
    fn fraction(&self, branch: usize, operation: usize, share: f64) -> f64 {
        (self.done + share * self.works[branch][operation]) / self.total
    }

    /// An operation is done.
    fn finish(&mut self, branch: usize, operation: usize) {
        self.done += self.works[branch][operation];
    }
}
