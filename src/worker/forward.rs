//! An open run: an image, and the bands of its layers that wait for a norm.

use std::collections::BTreeMap;

use crate::arch::{BasicConv2d, Field, FieldError, Inception, InceptionFields, Size};
use crate::engine::band::{levels, measured_channels, reach, widened};
use crate::engine::memory::{self, BUDGET_BYTES};
use crate::engine::{
    Band, Hooks, ModuleWeights, Moments, PreparedBranch, PreparedInception, PreparedLift,
    PreparedUnit, Strip, Tensor, UnitWeights,
};

use super::job::internal;
use super::message::{BandSpec, ForwardSpec, Layer, PlainSpec, RunError, moments_from_numbers};

/// An open run.
#[derive(Debug)]
pub(super) struct Forward {
    pub run: u32,
    pub spec: ForwardSpec,
    module: Inception,
    pub size: Size,
    image: Tensor,
    lift: Option<PreparedLift>,
    /// By their first rows. All of the layer that is prepared.
    pub bands: BTreeMap<u32, Band>,
}

/// A layer with its weights packed, and what they were drawn for.
#[derive(Debug)]
pub(super) struct Prepared {
    pub key: (InceptionFields, Size, u32, Layer),
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
        Ok(Self { run, spec, module, size, image, lift, bands: BTreeMap::new() })
    }

    /// Draws and packs the weights of a layer.
    pub fn prepare(&self, layer: Layer) -> Result<Vec<PreparedBranch>, RunError> {
        Ok(match layer {
            Layer::Module => {
                let weights = ModuleWeights::from_seed(&self.module, self.spec.seed)?;
                PreparedInception::new(&self.module, self.size, &weights)?.into_layer()
            }
            Layer::Plain(plain) => {
                let unit = check_plain(&self.module, plain)?;
                let weights = UnitWeights::from_seed(&unit, self.spec.seed)?;
                PreparedUnit::new(&unit, self.size, &weights)?.into_layer()?
            }
        })
    }

    /// Computes a band up to the norm of level `level` and measures it.
    pub fn measure(
        &mut self,
        layer: &[PreparedBranch],
        spec: BandSpec,
        level: u32,
        known: &[f64],
        hooks: &mut Hooks,
    ) -> Result<(Band, Vec<Moments>), RunError> {
        let level = usize::try_from(level).unwrap_or(usize::MAX);
        if level >= levels(layer, self.spec.batch_norm) {
            return Err(internal("there is no such level"));
        }
        let mut band = self.band(layer, spec, level, Vec::new())?;
        let (lifted, first) = self.lifted(layer, &band)?;
        let input = Strip { rows: lifted.as_ref().unwrap_or(&self.image), first };
        advance(&mut band, layer, Some(input), level, known, hooks)?;
        let moments = band.measure(layer, input, hooks)?;
        Ok((band, moments))
    }

    /// Computes a band to its end.
    pub fn finish(
        &mut self,
        layer: &[PreparedBranch],
        spec: BandSpec,
        known: &[f64],
        spare: Vec<f32>,
        hooks: &mut Hooks,
    ) -> Result<Band, RunError> {
        let levels = levels(layer, self.spec.batch_norm);
        let mut band = self.band(layer, spec, levels, spare)?;
        // What only waits for its last norm sees no more of the input.
        if band.level() + 1 == levels && band.is_measured() {
            advance(&mut band, layer, None, levels, known, hooks)?;
            return Ok(band);
        }
        let (lifted, first) = self.lifted(layer, &band)?;
        let input = Strip { rows: lifted.as_ref().unwrap_or(&self.image), first };
        advance(&mut band, layer, Some(input), levels, known, hooks)?;
        if levels == 0 {
            band.run(layer, input, hooks)?;
        }
        Ok(band)
    }

    /// The band that was kept, if level `level` is still before it, or a new one.
    fn band(
        &mut self,
        layer: &[PreparedBranch],
        spec: BandSpec,
        level: usize,
        spare: Vec<f32>,
    ) -> Result<Band, RunError> {
        let end = spec.first.checked_add(spec.rows).filter(|end| *end <= self.spec.height);
        let end =
            end.filter(|_| spec.rows > 0).ok_or_else(|| internal("there are no such rows"))?;
        let index = |row: u32| usize::try_from(row).unwrap_or(usize::MAX);
        let rows = index(spec.first)..index(end);
        let kept = self.bands.remove(&spec.first);
        let fits = |band: &Band| *band.rows() == rows && band.level() < level;
        if let Some(band) = kept.filter(fits) {
            return Ok(band);
        }
        let sides = (1, self.image.height(), self.image.width());
        Ok(Band::new(layer, sides, rows, spare)?)
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

/// Brings a band to level `target` by the moments that are known, or else by its own.
fn advance(
    band: &mut Band,
    layer: &[PreparedBranch],
    input: Option<Strip>,
    target: usize,
    known: &[f64],
    hooks: &mut Hooks,
) -> Result<(), RunError> {
    let known = moments_from_numbers(known);
    let channels = |level| usize::try_from(measured_channels(layer, level)).unwrap_or(usize::MAX);
    while band.level() < target {
        let level = band.level();
        let own = match input.filter(|_| !band.is_measured()) {
            Some(input) => band.measure(layer, input, hooks)?,
            None => Vec::new(),
        };
        let start: usize = (0..level).map(channels).sum();
        let given = known.get(start..start.saturating_add(channels(level)));
        let moments = given.unwrap_or(&own);
        if moments.len() != channels(level) {
            return Err(internal("a level's moments are missing"));
        }
        band.normalize(layer, moments, hooks);
    }
    Ok(())
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

fn invalid(error: FieldError) -> RunError {
    RunError::InvalidModule(error.to_string())
}
