//! A run that is open in a worker: its image, and how bands of its jobs are computed.

use std::ops::Range;

use crate::arch::Size;
use crate::engine::band::widened;
use crate::engine::branch::{output_size, reach};
use crate::engine::{
    Band, BatchNorm, Moments, Norms, PreparedBranch, Projection, RunObserver, Strip, Tensor,
    UnitWeights, surrogate,
};

use super::error::RunError;
use super::spec::{Checked, ForwardSpec, Job, WorkloadSpec};

#[derive(Debug)]
pub(super) struct OpenRun {
    pub run: u32,
    pub spec: ForwardSpec,
    size: Size,
    image: Tensor,
    projection: Option<Projection>,
    /// The surrogate of the workload's input, for batch statistics.
    surrogate: Option<Tensor>,
}

/// Branches with packed weights, and what they were packed for.
#[derive(Debug)]
pub(super) struct Prepared {
    pub key: PreparedKey,
    pub branches: Vec<PreparedBranch>,
}

/// The cache key of packed weights.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PreparedKey {
    workload: WorkloadSpec,
    size: Size,
    seed: u32,
    /// The channels of the output that are computed.
    channels: Range<u64>,
}

/// A band to compute.
pub(super) struct BandTask<'a> {
    pub branches: &'a [PreparedBranch],
    /// Rows of the output.
    pub rows: &'a Range<u64>,
    /// The moments of the whole image; none before they are known.
    pub known: &'a [Moments],
    /// The measured values, or memory that may be reused.
    pub values: Vec<f32>,
}

impl OpenRun {
    pub fn new(run: u32, spec: ForwardSpec, image: Vec<f32>) -> Result<Self, RunError> {
        let Checked { workload, .. } = spec.check(1)?;
        let size = spec.size();
        let image = Tensor::from_image(size.with_channels(3), image)?;
        let projection = match workload.in_channels {
            3 => None,
            channels => Some(Projection::new(channels, size)?),
        };
        let of_image = match spec.batch_norm {
            BatchNorm::Running => None,
            BatchNorm::Batch => Some(surrogate(&image)?),
        };
        // The projection is linear, so the projection of the image's surrogate is a surrogate of the projected
        // image.
        let surrogate = match (of_image, &projection) {
            (Some(of_image), Some(projection)) => Some(projection.run(&of_image, &(0..1))?),
            (of_image, _) => of_image,
        };
        Ok(Self { run, spec, size, image, projection, surrogate })
    }

    /// The cache key of the weights for these channels of a job's output.
    pub fn key(&self, job: Job, channels: &Range<u64>) -> PreparedKey {
        let (workload, channels) = (self.spec.job(job), channels.clone());
        PreparedKey { workload, size: self.size, seed: self.spec.seed, channels }
    }

    /// Draws the weights of a workload and packs the weights of some output channels.
    pub fn prepare(&self, key: &PreparedKey) -> Result<Vec<PreparedBranch>, RunError> {
        let workload = key.workload.check()?;
        let all = workload.output_shape(self.size).map_err(RunError::invalid)?.channels;
        if key.channels.is_empty() || key.channels.end > all {
            return Err(RunError::internal("there are no such channels"));
        }
        let channels = index(key.channels.start)..index(key.channels.end);
        let weights = UnitWeights::from_seed(workload.convolutions(), key.seed)?;
        Ok(PreparedBranch::prepare(&workload, self.size, &weights, &channels)?)
    }

    /// Computes a band up to the norms that need the moments of the whole image, and measures it.
    pub fn measure(
        &self,
        task: BandTask,
        observer: &mut RunObserver,
    ) -> Result<(Band, Vec<Moments>), RunError> {
        let branches = task.branches;
        let norms = match &self.surrogate {
            None => Norms::Running,
            Some(surrogate) => Norms::of_batch(branches, surrogate)?,
        };
        let mut band = self.band(task)?;
        let (projected, first) = self.projected(branches, &band)?;
        let input = Strip { rows: projected.as_ref().unwrap_or(&self.image), first };
        let moments = band.measure(branches, &norms, input, observer)?;
        Ok((band, moments))
    }

    /// Normalises a measured band.
    pub fn normalize(&self, task: BandTask, observer: &mut RunObserver) -> Result<Band, RunError> {
        let (branches, known) = (task.branches, task.known);
        let mut band = self.band(task)?;
        band.normalize(branches, self.spec.batch_norm, known, observer)?;
        Ok(band)
    }

    /// Computes a band from the beginning to the end.
    pub fn finish(&self, task: BandTask, observer: &mut RunObserver) -> Result<Band, RunError> {
        let (branches, known) = (task.branches, task.known);
        let (mut band, own) = self.measure(task, observer)?;
        let known = if known.is_empty() { &own } else { known };
        band.normalize(branches, self.spec.batch_norm, known, observer)?;
        Ok(band)
    }

    fn band(&self, BandTask { branches, rows, values, .. }: BandTask) -> Result<Band, RunError> {
        if rows.is_empty() || rows.end > output_size(branches, self.size)?.height {
            return Err(RunError::internal("there are no such rows"));
        }
        Ok(Band::new(branches, (1, self.size), index(rows.start)..index(rows.end), values)?)
    }

    /// The rows of the projected image that a band reads, and the first of them; none where nothing is
    /// projected.
    fn projected(
        &self,
        branches: &[PreparedBranch],
        band: &Band,
    ) -> Result<(Option<Tensor>, usize), RunError> {
        let Some(projection) = &self.projection else { return Ok((None, 0)) };
        let rows = widened(band.rows(), reach(branches), self.image.height());
        Ok((Some(projection.run(&self.image, &rows)?), rows.start))
    }
}

/// Saturates to `usize::MAX`, which is out of range for every collection here.
fn index(number: u64) -> usize {
    usize::try_from(number).unwrap_or(usize::MAX)
}
