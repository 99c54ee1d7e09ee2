//! Runs on whole images, by the engine's bands: what tests and benches compare bands and references with.

use inception_explorer::arch::{BasicConv2d, Conv2d, Size};
use inception_explorer::engine::{
    Band, BatchNorm, ChannelStatistics, ChannelSums, ConvWeights, Convolution, EngineError,
    Epilogue, Norms, PreparedBranch, RunObserver, Strip, Tensor, UnitWeights, Workload,
    channel_sums,
};

/// Calls `run` with an observer without a clock or a listener.
pub fn unobserved<T>(run: impl FnOnce(&mut RunObserver) -> T) -> T {
    run(&mut RunObserver::new(&|| 0.0, &mut |_| {}))
}

/// Branches with packed weights for whole images.
#[derive(Clone, Debug)]
pub struct Prepared {
    pub branches: Vec<PreparedBranch>,
    /// Rows of the output.
    rows: usize,
}

impl Prepared {
    /// Packs the weights for all channels of the output.
    pub fn new(
        workload: &Workload,
        input: Size,
        weights: &[UnitWeights],
    ) -> Result<Self, EngineError> {
        let channels = workload.output_shape(input)?.channels;
        Self::of_channels(workload, input, weights, &(0..index(channels)))
    }

    /// Packs the weights for some channels of the output.
    pub fn of_channels(
        workload: &Workload,
        input: Size,
        weights: &[UnitWeights],
        channels: &std::ops::Range<usize>,
    ) -> Result<Self, EngineError> {
        let branches = PreparedBranch::prepare(workload, input, weights, channels)?;
        Ok(Self { branches, rows: index(workload.output_shape(input)?.height) })
    }

    /// The output for `input`.
    pub fn run(&self, input: &Tensor, norm: BatchNorm) -> Result<Tensor, EngineError> {
        let branches = &self.branches[..];
        let norms = match norm {
            BatchNorm::Running => Norms::Running,
            BatchNorm::Batch => Norms::of_batch(branches, input)?,
        };
        let given = (input.images(), input.size());
        let mut band = Band::new(branches, given, 0..self.rows, Vec::new())?;
        unobserved(|observer| {
            let moments = band.measure(branches, &norms, Strip::whole(input), observer)?;
            band.normalize(branches, norm, &moments, observer)
        })?;
        Ok(band.finish().0)
    }
}

/// Packs and runs a workload.
pub fn run_workload(
    workload: &Workload,
    weights: &[UnitWeights],
    input: &Tensor,
    norm: BatchNorm,
) -> Result<Tensor, EngineError> {
    Prepared::new(workload, input.size(), weights)?.run(input, norm)
}

/// Packs and runs a convolution with batch norm and ReLU.
pub fn run_unit(
    unit: &BasicConv2d,
    weights: &UnitWeights,
    input: &Tensor,
    norm: BatchNorm,
) -> Result<Tensor, EngineError> {
    run_workload(&Workload::of_conv(unit), std::slice::from_ref(weights), input, norm)
}

/// Packs and runs a bare `Conv2d`.
pub fn run_conv(
    conv: &Conv2d,
    weights: &ConvWeights,
    input: &Tensor,
) -> Result<Tensor, EngineError> {
    let mut output = Tensor::zeros(input.images(), conv.output_shape(input.shape())?)?;
    let epilogue = Epilogue { shift: weights.bias.as_deref(), ..Epilogue::default() };
    let convolution = Convolution::new(conv, input.size(), &weights.weight)?;
    convolution.run_rows(input, 0, &mut output.all_channels_mut(), &epilogue, &mut |_| {})?;
    Ok(output)
}

/// The weights of a seed.
pub fn seeded(workload: &Workload, seed: u32) -> Vec<UnitWeights> {
    UnitWeights::from_seed(workload.convolutions(), seed).expect("the weights fit into memory")
}

/// The statistics of every channel of `tensor`.
pub fn channel_statistics(tensor: &Tensor) -> Vec<ChannelStatistics> {
    channel_sums(tensor).into_iter().map(ChannelSums::statistics).collect()
}

fn index(number: u64) -> usize {
    usize::try_from(number).expect("an index of this machine")
}
