//! What a run will take, known before it starts; and how many workers share it, which depends on it.

use crate::arch::{BasicConv2d, Operation, Shape, Size};

use super::conv::ConvolutionNeed;
use super::split::{Axis, LayerOps, Split, rows_of_band};

/// The most a run may need, in bytes.
///
/// A wasm32 memory ends at 4 GiB, one allocation in it at 2 GiB, and the workers' are not the only ones:
/// the result is handed to the page in buffers of its own ([`MemoryNeed::handed_over`]), and the page
/// holds the photograph, the canvases and the output before this one. A need above this either fails half-way or drives a machine of
/// 8 GB into swapping, so the page refuses it.
pub const BUDGET_BYTES: u64 = 2 << 30;

/// What a worker's memory holds beside a layer's numbers: a stack of 1 MiB, the program's data, and what
/// the allocator leaves free between blocks. Measured, 1.6 to 2.2 MiB.
const PROGRAM_BYTES: u64 = (2 << 20) + (1 << 18);

/// What a worker keeps of a channel beside its weights and values: of an input the filter that lifts it and
/// its sample, of an output the norm and what it measures and tells of it.
const CHANNEL_BYTES: u64 = 128;

const F32: u64 = size_of::<f32>() as u64;

/// Bytes of one layer, of all workers together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryNeed {
    /// What every worker holds beside the numbers below.
    pub programs: u64,
    /// The image as a tensor, in every worker.
    pub input: u64,
    /// The layer's input made of it, of a band in every worker; 0 where the layer takes three channels.
    pub lifted: u64,
    /// Weights as they are drawn, in every worker. Gone when the run starts.
    pub weights: u64,
    /// Weights in the order the kernels read them, and what is kept of each channel, in every worker.
    pub packed: u64,
    /// A band of the output in every worker.
    pub output: u64,
    /// What branches keep between their operations, and what their kernels carry a tile through.
    pub scratch: u64,
    /// The output in the page's buffers; 0 for a plain convolution.
    pub handed_over: u64,
    /// The most at one moment.
    pub peak: u64,
}

/// Bytes of a forward pass: of its subject and of the plain convolutions that run after it, one after the
/// other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardNeed {
    /// The subject's.
    pub subject: MemoryNeed,
    /// The plain convolutions', in order.
    pub plain: Vec<MemoryNeed>,
    /// The most at one moment of all of it.
    pub peak: u64,
}

/// What a forward pass of `subject` on an image of `size` takes, and of each of `plain` on the same input,
/// by at most `workers` workers, and no more than the subject can afford. `None` where a number doesn't fit
/// into 64 bits or a shape can't be.
pub fn forward(
    subject: &LayerOps,
    size: Size,
    plain: &[BasicConv2d],
    workers: u64,
) -> Option<ForwardNeed> {
    let workers = subject.affordable(size, workers);
    let mut need = subject.need(size, subject.split(size, workers))?;
    need.handed_over = bytes(subject.output_shape(size).ok()?)?;
    let need = need.with_peak(0)?;
    let of_plain = |unit: &BasicConv2d| {
        let layer = LayerOps::of_conv(unit);
        // The subject's output is with the page by then.
        layer.need(size, layer.split(size, workers))?.with_peak(need.handed_over)
    };
    let plain: Option<Vec<_>> = plain.iter().map(of_plain).collect();
    let plain = plain?;
    let peak = plain.iter().map(|need| need.peak).fold(need.peak, u64::max);
    Some(ForwardNeed { subject: need, plain, peak })
}

impl LayerOps {
    /// What the memories of workers that share it may come to, all together: 1.6 times its input, output
    /// and weights, and 32 MiB.
    pub fn limit(&self, size: Size) -> Option<u64> {
        let mut all = bytes(size.with_channels(self.in_channels))?;
        for ops in &self.branches {
            let mut shape = size.with_channels(self.in_channels);
            for op in ops {
                shape = op.output_shape(shape).ok()?;
                if let Operation::Conv(unit) = op {
                    all = all.checked_add(Weights::of(unit, size)?.drawn)?;
                }
            }
            all = all.checked_add(bytes(shape)?)?;
        }
        (all.checked_mul(8)? / 5).checked_add(32 << 20)
    }

    /// Its need but for the peak and what is handed over.
    pub(super) fn need(&self, size: Size, split: Split) -> Option<MemoryNeed> {
        let Split { workers, bands, along } = split;
        let band = match along {
            Axis::Rows => rows_of_band(size.height, bands),
            Axis::Channels => size.height,
        };
        // Bytes of a band with the `reach` that it has above and below, in every worker.
        let every = |bytes: u64| bytes.checked_mul(workers);
        let of_band = |channels, reach: u64| {
            let rows = band.checked_add(reach.checked_mul(2)?)?.min(size.height);
            every(bytes(Shape::new(channels, rows, size.width))?)
        };
        let mut need = MemoryNeed { programs: every(PROGRAM_BYTES)?, ..MemoryNeed::default() };
        let (mut widest, mut tile) = (0, 0);
        for ops in &self.branches {
            let reach_of = |op: &Operation| op.reach().unwrap_or(size.height);
            let mut reach: u64 = ops.iter().map(reach_of).sum();
            widest = widest.max(reach);
            let mut shape = size.with_channels(self.in_channels);
            for (index, op) in ops.iter().enumerate() {
                if let Operation::Conv(unit) = op {
                    let weights = Weights::of(unit, size)?;
                    need.weights = need.weights.checked_add(every(weights.drawn)?)?;
                    let shared = along == Axis::Channels && index + 1 == ops.len();
                    let packed = if shared { weights.packed } else { every(weights.packed)? };
                    let channels = unit.conv.in_channels.checked_add(unit.conv.out_channels)?;
                    let channels = every(channels.checked_mul(CHANNEL_BYTES)?)?;
                    need.packed = need.packed.checked_add(packed)?.checked_add(channels)?;
                    if shared {
                        // Each cuts out its own.
                        need.weights = need.weights.checked_add(weights.drawn)?;
                    }
                    tile = weights.tile.max(tile);
                }
                shape = op.output_shape(shape).ok()?;
                reach -= reach_of(op);
                if index + 1 < ops.len() {
                    // Gone before the next branch's comes, which may not fit in the place that it left.
                    need.scratch = need.scratch.checked_add(of_band(shape.channels, reach)?)?;
                }
            }
            need.output = need.output.checked_add(match along {
                Axis::Rows => {
                    every(bytes(Shape { height: rows_of_band(shape.height, bands), ..shape })?)?
                }
                Axis::Channels => bytes(shape)?,
            })?;
        }
        need.scratch = need.scratch.checked_add(every(tile)?)?;
        need.input = every(bytes(size.with_channels(3))?)?;
        if self.in_channels != 3 {
            need.lifted = of_band(self.in_channels, widest)?;
        }
        Some(need)
    }
}

impl MemoryNeed {
    /// The most at one moment in the workers' memories: the larger of the two moments, weights being
    /// packed and the run.
    pub fn of_workers(self) -> Option<u64> {
        let always = self.programs.checked_add(self.input)?.checked_add(self.packed)?;
        let run = self.lifted.checked_add(self.output)?.checked_add(self.scratch)?;
        always.checked_add(self.weights.max(run))
    }

    /// With its peak, beside `kept` bytes of another layer.
    fn with_peak(mut self, kept: u64) -> Option<Self> {
        self.peak = self.of_workers()?.checked_add(self.handed_over)?.checked_add(kept)?;
        Some(self)
    }
}

/// Bytes that one convolution takes beside its input and output.
struct Weights {
    drawn: u64,
    packed: u64,
    tile: u64,
}

impl Weights {
    fn of(unit: &BasicConv2d, input: Size) -> Option<Self> {
        let conv = &unit.conv;
        let need = ConvolutionNeed::new(conv, input)?;
        let values = |values: u64| values.checked_mul(F32);
        Some(Self {
            drawn: values(conv.weights()?)?,
            packed: values(need.packed)?,
            tile: values(need.scratch)?,
        })
    }
}

fn bytes(shape: Shape) -> Option<u64> {
    shape.numel()?.checked_mul(F32)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Conv2d, Field, Inception, InceptionFields};
    use crate::engine::BatchNorm;

    fn write_up(batch_norm: BatchNorm, workers: u64) -> ForwardNeed {
        let module = Inception::new(InceptionFields::new(3, [64, 96, 128, 16, 32, 32])).unwrap();
        let plain = [BasicConv2d::same(3, 256, 5)];
        let subject = LayerOps::of_module(&module).seen(batch_norm);
        forward(&subject, Size::square(224), &plain, workers).unwrap()
    }

    #[test]
    fn the_write_ups_module_fits_and_says_where_its_bytes_are() {
        let need = write_up(BatchNorm::Batch, 2);
        let plane = 224 * 224 * 4;
        assert_eq!((need.subject.input, need.subject.lifted), (2 * 3 * plane, 0));
        // A band of eight each, and of six.
        assert_eq!(need.subject.output, 256 * 2 * 28 * 224 * 4);
        assert_eq!(need.plain[0].output, 256 * 2 * 40 * 224 * 4);
        assert_eq!(need.subject.handed_over, 256 * plane);
        assert_eq!(need.subject.weights, 2 * 124_016 * 4);
        assert_eq!(need.plain[0].handed_over, 0);
        assert!(need.peak < BUDGET_BYTES);
    }

    #[test]
    fn norms_by_the_batch_take_no_more_of_the_workers_than_running_ones() {
        for workers in 1..=16 {
            let running = write_up(BatchNorm::Running, workers).subject;
            assert_eq!(write_up(BatchNorm::Batch, workers).subject, running);
        }
    }

    /// What is estimated: `cargo test --lib any_number_of_workers -- --nocapture` prints it.
    #[test]
    fn any_number_of_workers_stays_within_the_limit() {
        let module = Inception::new(InceptionFields::new(3, [64, 96, 128, 16, 32, 32])).unwrap();
        let layer = LayerOps::of_module(&module).seen(BatchNorm::Batch);
        let values = 224 * 224 * (3 + 256) + 124_016;
        let limit = values * 4 * 8 / 5 + (32 << 20);
        assert_eq!(layer.limit(Size::square(224)), Some(limit));
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        println!("limit {:.1} MiB", mib(limit));
        let mut before = 0;
        for workers in 1..=64 {
            let sharers = layer.split(Size::square(224), workers).workers;
            assert!((sharers == workers || workers > 12) && before <= sharers, "{sharers}");
            before = sharers;
            for batch_norm in [BatchNorm::Running, BatchNorm::Batch] {
                let of_workers = write_up(batch_norm, workers).subject.of_workers().unwrap();
                println!("{workers} {batch_norm:?}: {sharers} share {:.1} MiB", mib(of_workers));
                assert!(of_workers <= limit, "{of_workers} by {workers} for {limit}");
            }
        }
    }

    #[test]
    fn the_largest_module_does_not_fit_and_is_still_counted() {
        let mut module = Inception::new(InceptionFields::new(1024, [1; 6])).unwrap();
        for field in Field::INCEPTION {
            module = module.with(field, field.limits().max).unwrap();
        }
        let plain = BasicConv2d::same(1024, 16_384, 11);
        let subject = LayerOps::of_module(&module).seen(BatchNorm::Batch);
        let need = forward(&subject, Size::square(512), &[plain], 8).unwrap();
        assert!(need.subject.peak > BUDGET_BYTES && need.plain[0].peak > BUDGET_BYTES);
    }

    #[test]
    fn a_stride_needs_all_of_its_input_and_makes_a_smaller_output() {
        let conv = Conv2d { stride: Size::square(2), ..Conv2d::same(64, 256, 3) };
        let subject = LayerOps::of_conv(&BasicConv2d { conv });
        let size = Size { height: 113, width: 80 };
        assert_eq!(subject.output_shape(size), Ok(Shape::new(256, 57, 40)));
        let split = subject.split(size, 3);
        assert!(split.workers == 3, "{split:?}");
        let need = forward(&subject, size, &[], 3).unwrap();
        assert_eq!(need.subject.lifted, 3 * 64 * 113 * 80 * 4);
        assert_eq!(need.subject.handed_over, 256 * 57 * 40 * 4);
        assert!(need.subject.output <= need.subject.handed_over + 256 * 4 * 40 * 4);
        // What can't be is not needed.
        for wrong in [
            Conv2d { stride: Size::square(0), ..conv },
            Conv2d { kernel_size: Size::square(200), ..conv },
        ] {
            let subject = LayerOps::of_conv(&BasicConv2d { conv: wrong });
            assert_eq!(forward(&subject, size, &[], 3), None);
        }
    }
}
