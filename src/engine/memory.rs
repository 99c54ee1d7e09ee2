//! The memory that a run takes, estimated before it starts; and how many workers fit into it.

use crate::arch::{BasicConv2d, Operation, Shape, Size};

use super::conv::ConvolutionNeed;
use super::split::{Axis, Split, rows_of_band};
use super::workload::{BranchOps, Workload};

/// The most bytes a run may need.
///
/// A wasm32 memory ends at 4 GiB and one allocation in it at 2 GiB, and the page needs memory too: for the output
/// in its own buffers ([`MemoryNeed::page_output`]), the photograph, the canvases and the output before this one. A
/// larger run either fails half-way or makes a machine of 8 GB swap, so the page refuses it.
pub const BUDGET_BYTES: u64 = 2 << 30;

/// Bytes of a worker's memory beside the numbers of a workload: a stack of 1 MiB, the program's data, and what
/// the allocator leaves free between blocks. Measured: 1.6 to 2.2 MiB.
const PROGRAM_BYTES: u64 = (2 << 20) + (1 << 18);

/// Bytes of a channel beside its weights and values: projection weights and surrogate pixels of an input
/// channel, norm parameters and moments of an output channel.
const CHANNEL_BYTES: u64 = 128;

const F32: u64 = size_of::<f32>() as u64;

/// Bytes of a workload, of all workers together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryNeed {
    /// The workers' programs.
    pub programs: u64,
    /// The image as a tensor, in every worker.
    pub input: u64,
    /// A band of the projected input in every worker; 0 where the workload takes three channels.
    pub projected: u64,
    /// Unpacked weights, in every worker. Freed before the run starts.
    pub weights: u64,
    /// Packed weights and the data of each channel, in every worker.
    pub packed: u64,
    /// A band of the output in every worker.
    pub output: u64,
    /// Tensors between the operations of a branch, and the scratch of the convolutions.
    pub scratch: u64,
    /// The output in the page's buffers; 0 for a plain convolution.
    pub page_output: u64,
    /// The most at one moment.
    pub peak: u64,
}

/// Bytes of a forward pass: of its workload and of the plain convolutions that run after it, one after the
/// other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardNeed {
    /// The workload.
    pub workload: MemoryNeed,
    /// The plain convolutions, in order.
    pub plain: Vec<MemoryNeed>,
    /// The most at one moment of all of them.
    pub peak: u64,
}

/// The memory of a forward pass of `workload` on an image of `size`, and of each of `plain` on the same input, by at
/// most `workers` workers, and no more than [fit](workers_that_fit) for the workload. `None` where a number does not
/// fit into 64 bits or a shape is impossible.
pub fn forward(
    workload: &Workload,
    size: Size,
    plain: &[Workload],
    workers: u64,
) -> Option<ForwardNeed> {
    let workers = workers_that_fit(workload, size, workers);
    let mut of_workload = need(workload, size, split(workload, size, workers))?;
    of_workload.page_output = bytes(workload.output_shape(size).ok()?)?;
    let of_workload = of_workload.with_peak(0)?;
    let of_plain = |plain: &Workload| {
        // The workload's output is in the page's buffers by then.
        need(plain, size, split(plain, size, workers))?.with_peak(of_workload.page_output)
    };
    let plain: Option<Vec<_>> = plain.iter().map(of_plain).collect();
    let plain = plain?;
    let peak = plain.iter().map(|need| need.peak).fold(of_workload.peak, u64::max);
    Some(ForwardNeed { workload: of_workload, plain, peak })
}

/// The split of `workload` on maps of `size` among as many of `workers` workers as are worth it and
/// [fit](workers_that_fit).
pub fn split(workload: &Workload, size: Size, workers: u64) -> Split {
    Split::new(workload, size, workers_that_fit(workload, size, workers))
}

/// The number of workers, at most `workers`, whose memory together stays within the [`limit`]. Each has a
/// program, an image and weights of its own: the second halves the time, the sixteenth saves 6 % of what is left.
pub fn workers_that_fit(workload: &Workload, size: Size, workers: u64) -> u64 {
    let limit = limit(workload, size).unwrap_or(0);
    let fits = |workers: &u64| {
        let need = need(workload, size, Split::new(workload, size, *workers));
        need.and_then(MemoryNeed::of_workers).is_some_and(|need| need <= limit)
    };
    (2..=workers).rev().find(fits).unwrap_or(1)
}

/// The most bytes of all workers together: 1.6 times the input, output and weights, and 32 MiB.
pub fn limit(workload: &Workload, size: Size) -> Option<u64> {
    let mut all = bytes(size.with_channels(workload.in_channels))?;
    for shape in workload.branch_shapes(size).ok()? {
        all = all.checked_add(bytes(shape)?)?;
    }
    for unit in workload.convolutions() {
        all = all.checked_add(Weights::of(unit, size)?.drawn)?;
    }
    (all.checked_mul(8)? / 5).checked_add(32 << 20)
}

/// The need without the peak and the page's output.
fn need(workload: &Workload, size: Size, split: Split) -> Option<MemoryNeed> {
    let mut need = MemoryNeed {
        programs: PROGRAM_BYTES.checked_mul(split.workers)?,
        input: bytes(size.with_channels(3))?.checked_mul(split.workers)?,
        ..MemoryNeed::default()
    };
    let (mut widest, mut tile) = (0, 0);
    for branch in &workload.branches {
        let reach = branch.operations().iter().map(|op| op.reach().unwrap_or(size.height)).sum();
        widest = widest.max(reach);
        tile = need.add_branch(branch, size.with_channels(workload.in_channels), split)?.max(tile);
    }
    need.scratch = need.scratch.checked_add(tile.checked_mul(split.workers)?)?;
    if workload.in_channels != 3 {
        let input = size.with_channels(workload.in_channels);
        need.projected = of_band(input, widest, split)?;
    }
    Some(need)
}

/// Bytes in all workers of a band of maps of this shape with `reach` rows more above and below.
fn of_band(maps: Shape, reach: u64, split: Split) -> Option<u64> {
    let rows = match split.along {
        Axis::Rows => rows_of_band(maps.height, split.bands),
        Axis::Channels => maps.height,
    };
    let height = rows.checked_add(reach.checked_mul(2)?)?.min(maps.height);
    bytes(Shape { height, ..maps })?.checked_mul(split.workers)
}

impl MemoryNeed {
    /// Adds a branch on inputs of this shape, but for the scratch of its convolutions: returns the largest, of
    /// one worker.
    fn add_branch(&mut self, branch: &BranchOps, input: Shape, split: Split) -> Option<u64> {
        let every = |bytes: u64| bytes.checked_mul(split.workers);
        let operations = branch.operations();
        let (mut shape, mut scratch) = (input, 0);
        for (index, operation) in operations.iter().enumerate() {
            let last = index + 1 == operations.len();
            if let Operation::Conv(unit) = operation {
                let size = Size { height: input.height, width: input.width };
                let weights = Weights::of(unit, size)?;
                self.weights = self.weights.checked_add(every(weights.drawn)?)?;
                let shared = split.along == Axis::Channels && last;
                let packed = if shared { weights.packed } else { every(weights.packed)? };
                let channels = unit.conv.in_channels.checked_add(unit.conv.out_channels)?;
                let channels = every(channels.checked_mul(CHANNEL_BYTES)?)?;
                self.packed = self.packed.checked_add(packed)?.checked_add(channels)?;
                if shared {
                    // Each worker copies the weights of its filters.
                    self.weights = self.weights.checked_add(weights.drawn)?;
                }
                scratch = weights.scratch.max(scratch);
            }
            shape = operation.output_shape(shape).ok()?;
            if !last {
                let after = operations[index + 1..].iter();
                let reach = after.map(|op| op.reach().unwrap_or(input.height)).sum();
                // Freed before the next branch allocates, but the free block may not fit.
                self.scratch = self.scratch.checked_add(of_band(shape, reach, split)?)?;
            }
        }
        self.output = self.output.checked_add(match split.along {
            Axis::Rows => of_band(shape, 0, split)?,
            Axis::Channels => bytes(shape)?,
        })?;
        Some(scratch)
    }

    /// The most at one moment in the workers' memories: while the weights are packed, or during the run.
    pub fn of_workers(self) -> Option<u64> {
        let always = self.programs.checked_add(self.input)?.checked_add(self.packed)?;
        let run = self.projected.checked_add(self.output)?.checked_add(self.scratch)?;
        always.checked_add(self.weights.max(run))
    }

    /// The need with its peak, beside `kept` bytes of another workload.
    fn with_peak(mut self, kept: u64) -> Option<Self> {
        self.peak = self.of_workers()?.checked_add(self.page_output)?.checked_add(kept)?;
        Some(self)
    }
}

/// Bytes of a convolution beside its input and output.
struct Weights {
    drawn: u64,
    packed: u64,
    scratch: u64,
}

impl Weights {
    fn of(unit: &BasicConv2d, input: Size) -> Option<Self> {
        let conv = &unit.conv;
        let need = ConvolutionNeed::new(conv, input)?;
        let values = |values: u64| values.checked_mul(F32);
        Some(Self {
            drawn: values(conv.weights()?)?,
            packed: values(need.packed)?,
            scratch: values(need.scratch)?,
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
        let plain = [Workload::of_conv(&BasicConv2d::same(3, 256, 5))];
        let workload = Workload::of_module(&module).keep_output(batch_norm);
        forward(&workload, Size::square(224), &plain, workers).unwrap()
    }

    #[test]
    fn the_write_ups_module_fits_and_says_where_its_bytes_are() {
        let need = write_up(BatchNorm::Batch, 2);
        let plane = 224 * 224 * 4;
        assert_eq!((need.workload.input, need.workload.projected), (2 * 3 * plane, 0));
        // A band of eight each.
        assert_eq!(need.workload.output, 256 * 2 * 28 * 224 * 4);
        assert_eq!(need.plain[0].output, 256 * 2 * 28 * 224 * 4);
        assert_eq!(need.workload.page_output, 256 * plane);
        assert_eq!(need.workload.weights, 2 * 124_016 * 4);
        assert_eq!(need.plain[0].page_output, 0);
        assert!(need.peak < BUDGET_BYTES);
    }

    #[test]
    fn norms_by_the_batch_take_no_more_of_the_workers_than_running_ones() {
        for workers in 1..=16 {
            let running = write_up(BatchNorm::Running, workers).workload;
            assert_eq!(write_up(BatchNorm::Batch, workers).workload, running);
        }
    }

    /// What is estimated: `cargo test --lib any_number_of_workers -- --nocapture` prints it.
    #[test]
    fn any_number_of_workers_stays_within_the_limit() {
        let module = Inception::new(InceptionFields::new(3, [64, 96, 128, 16, 32, 32])).unwrap();
        let workload = Workload::of_module(&module).keep_output(BatchNorm::Batch);
        let values = 224 * 224 * (3 + 256) + 124_016;
        let most = values * 4 * 8 / 5 + (32 << 20);
        assert_eq!(limit(&workload, Size::square(224)), Some(most));
        let mib = |bytes: u64| bytes as f64 / f64::from(1 << 20);
        println!("limit {:.1} MiB", mib(most));
        let mut before = 0;
        for workers in 1..=64 {
            let sharers = split(&workload, Size::square(224), workers).workers;
            assert!((sharers == workers || workers > 12) && before <= sharers, "{sharers}");
            before = sharers;
            for batch_norm in [BatchNorm::Running, BatchNorm::Batch] {
                let of_workers = write_up(batch_norm, workers).workload.of_workers().unwrap();
                println!("{workers} {batch_norm:?}: {sharers} share {:.1} MiB", mib(of_workers));
                assert!(of_workers <= most, "{of_workers} by {workers} for {most}");
            }
        }
    }

    #[test]
    fn the_largest_module_does_not_fit_and_is_still_counted() {
        let mut module = Inception::new(InceptionFields::new(1024, [1; 6])).unwrap();
        for field in Field::INCEPTION {
            module = module.with(field, field.limits().max).unwrap();
        }
        let plain = Workload::of_conv(&BasicConv2d::same(1024, 16_384, 11));
        let workload = Workload::of_module(&module).keep_output(BatchNorm::Batch);
        let need = forward(&workload, Size::square(512), &[plain], 8).unwrap();
        assert!(need.workload.peak > BUDGET_BYTES && need.plain[0].peak > BUDGET_BYTES);
    }

    #[test]
    fn a_stride_needs_all_of_its_input_and_makes_a_smaller_output() {
        let conv = Conv2d { stride: Size::square(2), ..Conv2d::same(64, 256, 3) };
        let workload = Workload::of_conv(&BasicConv2d { conv });
        let size = Size { height: 113, width: 80 };
        assert_eq!(workload.output_shape(size), Ok(Shape::new(256, 57, 40)));
        let split = split(&workload, size, 3);
        assert!(split.workers == 3, "{split:?}");
        let need = forward(&workload, size, &[], 3).unwrap();
        assert_eq!(need.workload.projected, 3 * 64 * 113 * 80 * 4);
        assert_eq!(need.workload.page_output, 256 * 57 * 40 * 4);
        assert!(need.workload.output <= need.workload.page_output + 256 * 4 * 40 * 4);
        // What can't be is not needed.
        for wrong in [
            Conv2d { stride: Size::square(0), ..conv },
            Conv2d { kernel_size: Size::square(200), ..conv },
        ] {
            let workload = Workload::of_conv(&BasicConv2d { conv: wrong });
            assert_eq!(forward(&workload, size, &[], 3), None);
        }
    }
}
