//! An open run: an image, and how bands of its layers are computed.

use std::ops::Range;

use crate::arch::{BasicConv2d, Field, FieldError, Inception, InceptionFields, Size};
use crate::engine::band::{reach, widened};
use crate::engine::memory::{self, BUDGET_BYTES};
use crate::engine::{
    Band, BatchNorm, Hooks, ModuleWeights, Moments, Norms, PreparedBranch, PreparedInception,
    PreparedLift, PreparedUnit, Strip, Tensor, UnitWeights, sample,
};

use super::job::internal;
use super::message::{ForwardSpec, Layer, PlainSpec, RunError};

/// An open run.
#[derive(Debug)]
pub(super) struct Forward {
    pub run: u32,
    pub spec: ForwardSpec,
    module: Inception,
    pub size: Size,
    image: Tensor,
    lift: Option<PreparedLift>,
    /// What norms by the batch know of the module's input before a layer runs.
    sample: Option<Tensor>,
}

/// A layer with its weights packed, and what they were drawn for.
#[derive(Debug)]
pub(super) struct Prepared {
    pub key: (InceptionFields, Size, u32, Layer, Range<u64>),
    pub layer: Vec<PreparedBranch>,
}

impl Forward {
    pub fn new(run: u32, spec: ForwardSpec, image: Vec<f32>) -> Result<Self, RunError> {
        let (module, plain) = check(&spec)?;
        let size = Size { height: spec.height.into(), width: spec.width.into() };
        let need = memory::forward(&module, size, &plain, spec.batch_norm, 1);
        let needed = need.map_or(u64::MAX, |need| need.peak);
        if needed > BUDGET_BYTES {
            return Err(RunError::too_much_memory(needed, BUDGET_BYTES));
        }
        let image = Tensor::from_image(size.with_channels(3), image)?;
        let lift = match module.in_channels {
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
        Ok(Self { run, spec, module, size, image, lift, sample })
    }

    /// Draws the weights of a layer and packs those of its output's channels `channels`.
    pub fn prepare(
        &self,
        layer: Layer,
        channels: &Range<u64>,
    ) -> Result<Vec<PreparedBranch>, RunError> {
        let part = |all: u64| {
            let inside = channels.start < channels.end && channels.end <= all;
            let part = inside.then_some(index(channels.start)..index(channels.end));
            part.ok_or_else(|| internal("there are no such channels"))
        };
        Ok(match layer {
            Layer::Module => {
                let channels = part(self.module.out_channels())?;
                let weights = ModuleWeights::from_seed(&self.module, self.spec.seed)?;
                PreparedInception::of_channels(&self.module, self.size, &weights, &channels)?
                    .into_layer()
            }
            Layer::Plain(plain) => {
                let unit = check_plain(&self.module, plain)?;
                let channels = part(unit.conv.out_channels)?;
                let weights = UnitWeights::from_seed(&unit, self.spec.seed)?;
                PreparedUnit::of_filters(&unit, self.size, &weights, &channels)?.into_layer()?
            }
        })
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
        if rows.is_empty() || rows.end > self.size.height {
            return Err(internal("there are no such rows"));
        }
        let sides = (1, self.image.height(), self.image.width());
        Ok(Band::new(layer, sides, index(rows.start)..index(rows.end), values)?)
    }

    /// What a band sees of the module's input: where it is made of the image, its rows and the first of
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

/// The module and the plain convolutions, if they may be run.
pub(super) fn check(spec: &ForwardSpec) -> Result<(Inception, Vec<BasicConv2d>), RunError> {
    let module = Inception::new(spec.module).map_err(invalid)?;
    check_size(Size { height: spec.height.into(), width: spec.width.into() })?;
    let plain: Result<_, _> = spec.plain.iter().map(|&plain| check_plain(&module, plain)).collect();
    Ok((module, plain?))
}

fn check_plain(module: &Inception, plain: PlainSpec) -> Result<BasicConv2d, RunError> {
    let kernel = Field::PlainKernel.check(plain.kernel_size.into()).map_err(invalid)?;
    let out = Field::PlainOut.check(plain.out_channels.into()).map_err(invalid)?;
    Ok(BasicConv2d::same(module.in_channels, out, kernel))
}

pub(super) fn check_size(size: Size) -> Result<(), RunError> {
    Field::Height.check(size.height).map_err(invalid)?;
    Field::Width.check(size.width).map_err(invalid)?;
    Ok(())
}

/// What isn't an index of this machine is none of anything it holds.
fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}

fn invalid(error: FieldError) -> RunError {
    RunError::InvalidModule(error.to_string())
}
