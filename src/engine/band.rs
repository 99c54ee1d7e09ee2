//! A layer computed in bands of rows, each wherever there is room for it.
//!
//! A band needs the rows above and below that its kernels reach ([`reach`]); where the image ends there
//! is padding. A norm by the running statistics is part of the convolution before it. A norm by the
//! batch's must know the whole image: the band is [measured](Band::measure) up to the norm, what all
//! bands tell is merged (in their order, so that the result doesn't depend on who answers first), and
//! each is [normalised](Band::normalize) by it; so it goes for each level of norms, of which a module has
//! two at most.
//!
//! Invariant: bands whose first rows are multiples of [`ROWS`] are the rows of a run on the whole image,
//! to the bit under running statistics.

use std::ops::Range;

use crate::arch::{BranchId, Pool2d, Shape};

use super::conv::ROWS;
use super::error::EngineError;
use super::norm::{BatchNorm, Moments, moments, normalize};
use super::pool::pool_rows;
use super::run::{Hooks, PreparedUnit};
use super::tensor::{ChannelsMut, Tensor, size};

/// One operation of a branch, ready to run.
#[derive(Clone, Debug)]
pub enum Step {
    /// Pooling that keeps height and width.
    Pool(Pool2d),
    /// Convolution that keeps height and width, norm and ReLU.
    Conv(Box<PreparedUnit>),
}

/// A branch with its weights packed; a plain convolution is a layer of one branch without a name.
#[derive(Clone, Debug)]
pub struct PreparedBranch {
    /// Which of the module's.
    pub id: Option<BranchId>,
    /// Channels of its output.
    pub out_channels: usize,
    /// Its operations in the order they run.
    pub steps: Vec<Step>,
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
    /// Rows that it sees above and below the one it computes.
    fn reach(&self) -> usize {
        let reach = match self {
            Self::Pool(pool) => pool.kernel_size / 2,
            Self::Conv(unit) => unit.conv().kernel_size / 2,
        };
        usize::try_from(reach).unwrap_or(usize::MAX)
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
            Self::Pool(pool) => (pool.kernel_size.pow(2) * 4) as f64,
            Self::Conv(unit) => {
                let conv = unit.conv();
                (conv.kernel_size.pow(2) * conv.in_channels * conv.out_channels) as f64
            }
        }
    }

    /// Writes `rows` of the image to `out`, the norm being of `norm`'s kind.
    fn run(
        &self,
        input: Strip,
        rows: &Range<usize>,
        norm: BatchNorm,
        out: &mut ChannelsMut,
        progress: &mut dyn FnMut(f64),
    ) -> Result<(), EngineError> {
        let first = rows.start - input.first;
        match self {
            Self::Pool(pool) => pool_rows(pool, input.rows, first, out, progress),
            Self::Conv(unit) => unit.run_rows(input.rows, first, norm, out, progress),
        }
    }
}

impl PreparedBranch {
    /// The reach of the steps from `from` on.
    fn reach(&self, from: usize) -> usize {
        self.steps[from..].iter().fold(0, |reach, step| reach.saturating_add(step.reach()))
    }

    fn convolutions(&self) -> usize {
        self.steps.iter().filter(|step| matches!(step, Step::Conv(_))).count()
    }
}

/// Rows above and below a band that `layer` sees.
pub fn reach(layer: &[PreparedBranch]) -> usize {
    layer.iter().map(|branch| branch.reach(0)).max().unwrap_or(0)
}

/// Levels of norms that must know the whole image before the next can be measured.
pub fn levels(layer: &[PreparedBranch], norm: BatchNorm) -> usize {
    match norm {
        BatchNorm::Running => 0,
        BatchNorm::Batch => layer.iter().map(PreparedBranch::convolutions).max().unwrap_or(0),
    }
}

/// Channels that level `level` normalises, of all branches together.
pub fn measured_channels(layer: &[PreparedBranch], level: usize) -> u64 {
    let unit = |branch: &PreparedBranch| {
        let mut units = branch.steps.iter().filter_map(|step| match step {
            Step::Conv(unit) => Some(unit.conv().out_channels),
            Step::Pool(_) => None,
        });
        units.nth(level).unwrap_or(0)
    };
    layer.iter().map(unit).sum()
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

/// How far a band is in one branch.
#[derive(Clone, Debug, Default)]
struct Progressed {
    /// Steps that have run.
    steps: usize,
    /// Whether the last of them waits for its norm.
    bare: bool,
    /// What the next step reads, and its first row.
    between: Option<(Tensor, usize)>,
    milliseconds: f64,
}

/// Some rows of a layer's output on their way.
#[derive(Clone, Debug)]
pub struct Band {
    rows: Range<usize>,
    /// Rows of the image.
    height: usize,
    /// Levels that are normalised.
    level: usize,
    branches: Vec<Progressed>,
    output: Tensor,
    /// Work that is done, of the whole.
    done: f64,
}

impl Band {
    /// Rows `rows` of the output of `layer` for images of `height` × `width`. `spare` is memory that may
    /// be used for them.
    ///
    /// # Errors
    /// When an allocation fails.
    pub fn new(
        layer: &[PreparedBranch],
        (images, height, width): (usize, usize, usize),
        rows: Range<usize>,
        spare: Vec<f32>,
    ) -> Result<Self, EngineError> {
        let channels = layer.iter().map(|branch| branch.out_channels).sum::<usize>();
        let shape = Shape::new(channels as u64, rows.len() as u64, width as u64);
        let branches = vec![Progressed::default(); layer.len()];
        let output = Tensor::over(images, shape, spare)?;
        Ok(Self { rows, height, level: 0, branches, output, done: 0.0 })
    }

    /// Which rows.
    pub const fn rows(&self) -> &Range<usize> {
        &self.rows
    }

    /// Levels that are normalised.
    pub const fn level(&self) -> usize {
        self.level
    }

    /// Whether level [`Self::level`] is measured and waits for [`Self::normalize`].
    pub fn is_measured(&self) -> bool {
        self.branches.iter().any(|branch| branch.bare)
    }

    /// Computes all of it, where no norm has to know the whole image. `input` holds the band's rows and what it sees of their
    /// neighbours.
    ///
    /// # Errors
    /// When `input` has other channels, or an allocation fails.
    pub fn run(
        &mut self,
        layer: &[PreparedBranch],
        input: Strip,
        hooks: &mut Hooks,
    ) -> Result<(), EngineError> {
        self.advance(layer, input, BatchNorm::Running, hooks)
    }

    /// Computes it up to the next norm by the batch's statistics, and tells the moments of each channel
    /// that the norm sees, in the band's own rows: branch by branch. `input` as for [`Self::run`].
    ///
    /// # Errors
    /// As [`Self::run`].
    pub fn measure(
        &mut self,
        layer: &[PreparedBranch],
        input: Strip,
        hooks: &mut Hooks,
    ) -> Result<Vec<Moments>, EngineError> {
        self.advance(layer, input, BatchNorm::Batch, hooks)?;
        let rows = self.rows.clone();
        let mut all = Vec::new();
        self.each_bare(layer, hooks, |_, out, first| {
            all.extend(moments(out, &(rows.start - first..rows.end - first)));
        });
        Ok(all)
    }

    /// Normalises what was measured by the moments of the whole image, in the order of
    /// [`Self::measure`].
    ///
    /// # Panics
    /// When there are other moments than were measured.
    pub fn normalize(&mut self, layer: &[PreparedBranch], moments: &[Moments], hooks: &mut Hooks) {
        let mut rest = moments;
        self.each_bare(layer, hooks, |unit, out, _| {
            let (own, others) = rest.split_at(out.channels());
            normalize(unit.batch_norm(), own, out);
            rest = others;
        });
        assert!(rest.is_empty(), "{} moments too many", rest.len());
        self.branches.iter_mut().for_each(|branch| branch.bare = false);
        self.level += 1;
    }

    /// The rows, and how many milliseconds each branch took.
    pub fn finish(self) -> (Tensor, Vec<f64>) {
        (self.output, self.branches.iter().map(|branch| branch.milliseconds).collect())
    }

    /// Runs what can be run of each branch.
    fn advance(
        &mut self,
        layer: &[PreparedBranch],
        input: Strip,
        norm: BatchNorm,
        hooks: &mut Hooks,
    ) -> Result<(), EngineError> {
        let total: f64 = layer.iter().flat_map(|branch| &branch.steps).map(Step::work).sum();
        let mut first = 0;
        for (index, branch) in layer.iter().enumerate() {
            let start = hooks.now();
            while self.branches[index].steps < branch.steps.len() && !self.branches[index].bare {
                let work = branch.steps[self.branches[index].steps].work();
                let done = self.done;
                let mut report = |share: f64| hooks.report((done + share * work) / total);
                self.step(index, branch, first, input, norm, &mut report)?;
                self.done += work;
            }
            first += branch.out_channels;
            self.branches[index].milliseconds += hooks.now() - start;
        }
        Ok(())
    }

    /// Runs the next step of branch `index`, whose output begins at channel `channel`.
    fn step(
        &mut self,
        index: usize,
        branch: &PreparedBranch,
        channel: usize,
        input: Strip,
        norm: BatchNorm,
        report: &mut dyn FnMut(f64),
    ) -> Result<(), EngineError> {
        let at = &mut self.branches[index];
        let step = &branch.steps[at.steps];
        let between = at.between.take();
        let source = between.as_ref().map_or(input, |(rows, first)| Strip { rows, first: *first });
        at.steps += 1;
        at.bare = norm == BatchNorm::Batch && matches!(step, Step::Conv(_));
        if at.steps == branch.steps.len() {
            let mut out = self.output.channels_mut(channel, branch.out_channels);
            return step.run(source, &self.rows, norm, &mut out, report);
        }
        let rows = widened(&self.rows, branch.reach(at.steps), self.height);
        let channels = step.out_channels(source.rows.channels())? as u64;
        let shape = Shape::new(channels, rows.len() as u64, source.rows.width() as u64);
        let mut made = Tensor::over(source.rows.images(), shape, Vec::new())?;
        step.run(source, &rows, norm, &mut made.all_channels_mut(), report)?;
        at.between = Some((made, rows.start));
        Ok(())
    }

    /// Visits what waits for a norm: the unit, its channels, and the image's row that comes first in
    /// them. The time goes to the branch.
    fn each_bare(
        &mut self,
        layer: &[PreparedBranch],
        hooks: &Hooks,
        mut visit: impl FnMut(&PreparedUnit, &mut ChannelsMut, usize),
    ) {
        let mut channel = 0;
        for (at, branch) in self.branches.iter_mut().zip(layer) {
            let last = at.steps.checked_sub(1).map(|last| &branch.steps[last]);
            if let (true, Some(Step::Conv(unit))) = (at.bare, last) {
                let start = hooks.now();
                if let Some((made, first)) = &mut at.between {
                    visit(unit, &mut made.all_channels_mut(), *first);
                } else {
                    let mut out = self.output.channels_mut(channel, branch.out_channels);
                    visit(unit, &mut out, self.rows.start);
                }
                at.milliseconds += hooks.now() - start;
            }
            channel += branch.out_channels;
        }
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
