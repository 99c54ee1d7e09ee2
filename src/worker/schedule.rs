//! The jobs of a run, and how each is cut into bands.

use crate::arch::{Shape, Size};
use crate::engine::{Axis, Region, Workload, memory};

use super::band_queue::BandQueue;
use super::error::RunError;
use super::spec::{Checked, ForwardSpec, Job};

/// The jobs of a run, one after the other.
#[derive(Debug)]
pub(super) struct Schedule {
    pub jobs: Vec<JobSchedule>,
    /// The largest number of workers that share a job.
    pub workers: usize,
    /// Channels of the input.
    pub in_channels: u64,
    /// Shape of the workload's output.
    pub shape: Shape,
    /// Shapes of the outputs of its branches.
    pub branches: Vec<Shape>,
}

/// How a job is cut into bands.
#[derive(Debug)]
pub(super) struct JobSchedule {
    pub job: Job,
    pub bands: Vec<Region>,
    /// Workers that share it.
    pub workers: usize,
    /// How often its bands must exchange moments.
    sync_points: u64,
}

impl Schedule {
    /// The schedule for at most `workers` workers.
    ///
    /// # Errors
    /// When the numbers are invalid or the run needs too much memory.
    pub fn new(spec: &ForwardSpec, workers: usize) -> Result<Self, RunError> {
        let size = spec.size();
        let Checked { workload, plain } = spec.check(workers as u64)?;
        // Plain convolutions are run by the workers that are there already.
        let most = memory::workers_that_fit(&workload, size, workers as u64);
        let mut jobs = vec![JobSchedule::new(Job::Workload, &workload, size, most)];
        for (&of, workload) in spec.plain.iter().zip(&plain) {
            jobs.push(JobSchedule::new(Job::Plain(of), workload, size, most));
        }
        Ok(Self {
            workers: jobs.iter().map(|job| job.workers).max().unwrap_or(1),
            jobs,
            in_channels: workload.in_channels,
            shape: workload.output_shape(size).map_err(RunError::invalid)?,
            branches: workload.branch_shapes(size).map_err(RunError::invalid)?,
        })
    }
}

impl JobSchedule {
    fn new(job: Job, workload: &Workload, size: Size, workers: u64) -> Self {
        let split = memory::split(workload, size, workers);
        let bands = split.regions(workload, size);
        // A band of all rows has the whole image, so it needs no sync point.
        let synchronise = split.along == Axis::Rows && bands.len() > 1;
        let sync_points = if synchronise { workload.sync_points } else { 0 };
        let workers = usize::try_from(split.workers).unwrap_or(usize::MAX).min(bands.len());
        Self { job, bands, workers, sync_points }
    }

    /// The queue of its bands, none computed yet.
    pub fn queue(&self) -> BandQueue {
        BandQueue::new(self.bands.clone(), self.sync_points)
    }
}
