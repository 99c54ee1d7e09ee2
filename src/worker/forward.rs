//! An open run: an image, and how bands of its layers are computed.

use std::ops::Range;

use crate::arch::Size;
use crate::engine::band::{output_size, reach, widened};
use crate::engine::memory::{self, BUDGET_BYTES};
use crate::engine::{
    Band, BatchNorm, Hooks, Moments, Norms, PreparedBranch, PreparedLift, Strip, Tensor, sample,
};

use super::job::internal;
use super::message::{ForwardSpec, Layer, RunError, SubjectSpec};
use super::subject::{Subject, check, check_plain, invalid};

/// An open run.
#[derive(Debug)]
pub(super) struct Forward {
    pub run: u32,
    pub spec: ForwardSpec,
    subject: Subject,
    pub size: Size,
    image: Tensor,
    lift: Option<PreparedLift>,
    /// What norms by the batch know of the layers' input before a layer runs.
    sample: Option<Tensor>,
}

/// A layer with its weights packed, and what they were drawn for.
#[derive(Debug)]
pub(super) struct Prepared {
    pub key: (SubjectSpec, Size, u32, Layer, Range<u64>),
    pub layer: Vec<PreparedBranch>,
}

impl Forward {
    pub fn new(run: u32, spec: ForwardSpec, image: Vec<f32>) -> Result<Self, RunError> {
        let (subject, plain) = check(&spec)?;
        let size = Size { height: spec.height.into(), width: spec.width.into() };
        let ops = subject.ops().seen(spec.batch_norm);
        let need = memory::forward(&ops, size, &plain, 1);
        let needed = need.map_or(u64::MAX, |need| need.peak);
        if needed > BUDGET_BYTES {
            return Err(RunError::too_much_memory(needed, BUDGET_BYTES));
        }
        let image = Tensor::from_image(size.with_channels(3), image)?;
        let lift = match subject.in_channels() {
            3 => None,
            channels => Some(PreparedLift::new(channels, size)?),
        };
        let sample = match spec.batch_norm {
            BatchNorm::Running => None,
            BatchNorm::Batch => Some(sample(&image)?),
        };
        // The lift is linear: it makes of the sample what it makes of the image.
        let sample = match (sample, &lift) {
            (Some(sample), Some(lift)) => Some(lift.run(&sample, &(0..1))?),
            (sample, _) => sample,
        };
        Ok(Self { run, spec, subject, size, image, lift, sample })
    }

    /// Draws the weights of a layer and packs those of its output's channels `channels`.
    pub fn prepare(
        &self,
        layer: Layer,
        channels: &Range<u64>,
    ) -> Result<Vec<PreparedBranch>, RunError> {
        let subject = match layer {
            Layer::Subject => self.subject,
            Layer::Plain(plain) => Subject::Conv(check_plain(self.subject.in_channels(), plain)?),
        };
        let all = subject.ops().output_shape(self.size).map_err(invalid)?.channels;
        if channels.is_empty() || channels.end > all {
            return Err(internal("there are no such channels"));
        }
        let channels = index(channels.start)..index(channels.end);
        Ok(subject.prepare(self.size, self.spec.seed, &channels)?)
    }

    /// Computes a band up to the norms that must know the whole image, and measures it. `spare` is memory
    /// that may be used for it.
    pub fn measure(
        &self,
        layer: &[PreparedBranch],
        rows: &Range<u64>,
        spare: Vec<f32>,
        hooks: &mut Hooks,
    ) -> Result<(Band, Vec<Moments>), RunError> {
        let norms = match &self.sample {
            None => Norms::Running,
            Some(sample) => Norms::of_batch(layer, sample)?,
        };
        let mut band = self.band(layer, rows, spare)?;
        let (lifted, first) = self.lifted(layer, &band)?;
        let input = Strip { rows: lifted.as_ref().unwrap_or(&self.image), first };
        let moments = band.measure(layer, &norms, input, hooks)?;
        Ok((band, moments))
    }

    /// Normalises a band, of which `values` were measured.
    pub fn normalize(
        &self,
        layer: &[PreparedBranch],
        rows: &Range<u64>,
        known: &[Moments],
        values: Vec<f32>,
        hooks: &mut Hooks,
    ) -> Result<Band, RunError> {
        let mut band = self.band(layer, rows, values)?;
        band.normalize(layer, self.spec.batch_norm, known, hooks)?;
        Ok(band)
    }

    /// Computes a band to its end.
    pub fn finish(
        &self,
        layer: &[PreparedBranch],
        rows: &Range<u64>,
        known: &[Moments],
        spare: Vec<f32>,
        hooks: &mut Hooks,
    ) -> Result<Band, RunError> {
        let (mut band, own) = self.measure(layer, rows, spare, hooks)?;
        let known = if known.is_empty() { &own } else { known };
        band.normalize(layer, self.spec.batch_norm, known, hooks)?;
        Ok(band)
    }

    fn band(
        &self,
        layer: &[PreparedBranch],
        rows: &Range<u64>,
        values: Vec<f32>,
    ) -> Result<Band, RunError> {
        if rows.is_empty() || rows.end > output_size(layer, self.size)?.height {
            return Err(internal("there are no such rows"));
        }
        let sides = (1, self.image.height(), self.image.width());
        Ok(Band::new(layer, sides, index(rows.start)..index(rows.end), values)?)
    }

    /// What a band sees of the layer's input: where it is made of the image, its rows and the first of
    /// them.
    fn lifted(
        &self,
        layer: &[PreparedBranch],
        band: &Band,
    ) -> Result<(Option<Tensor>, usize), RunError> {
        let Some(lift) = &self.lift else { return Ok((None, 0)) };
        let rows = widened(band.rows(), reach(layer), self.image.height());
        Ok((Some(lift.run(&self.image, &rows)?), rows.start))
    }
}

/// What isn't an index of this machine is none of anything it holds.
fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
