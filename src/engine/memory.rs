//! What a run will take, known before it starts.

use crate::arch::{BasicConv2d, Inception, Op, OpRole, Operation, Shape, Size};

use super::conv::{ConvolutionNeed, ROWS};
use super::norm::BatchNorm;
use super::split::{self, Split, most_kept};

/// The most a run may need, in bytes.
///
/// A wasm32 memory ends at 4 GiB, one allocation in it at 2 GiB, and the workers' are not the only ones:
/// the result is handed to the page in buffers of its own ([`MemoryNeed::handed_over`]), and the page
/// holds the photograph, the canvases and the output before this one. A need above this either fails half-way or drives a machine of
/// 8 GB into swapping, so the page refuses it.
pub const BUDGET_BYTES: u64 = 2 << 30;

const F32: u64 = size_of::<f32>() as u64;

/// Bytes of one module or one plain convolution, of all workers together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryNeed {
    /// The image as a tensor, in every worker.
    pub input: u64,
    /// The module's input made of it, of a band in every worker; 0 where the module takes three channels.
    pub lifted: u64,
    /// Weights as they are drawn, in every worker. Gone when the run starts.
    pub weights: u64,
    /// Weights in the order the kernels read them, in every worker.
    pub packed: u64,
    /// The output: a band in every worker, or all that it may have to keep for norms by the batch.
    pub output: u64,
    /// What branches keep between their operations, and what their kernels carry a tile through.
    pub scratch: u64,
    /// The output in the page's buffers; 0 for a plain convolution.
    pub handed_over: u64,
    /// The most at one moment.
    pub peak: u64,
}

/// Bytes of a module and of the plain convolutions that run after it, one after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ForwardNeed {
    /// The module's.
    pub module: MemoryNeed,
    /// The plain convolutions', in order.
    pub plain: Vec<MemoryNeed>,
    /// The most at one moment of all of it.
    pub peak: u64,
}

/// What a forward pass of `module` on an image of `size` takes, and of each of `plain` on the same input,
/// by at most `workers` workers. `None` where a number doesn't fit into 64 bits or a shape can't be.
pub fn forward(
    module: &Inception,
    size: Size,
    plain: &[BasicConv2d],
    batch_norm: BatchNorm,
    workers: u64,
) -> Option<ForwardNeed> {
    let branches = module.branches();
    let branches: Vec<_> = branches.iter().map(|branch| &branch.ops[..]).collect();
    let layer = Layer { in_channels: module.in_channels, branches, batch_norm, workers };
    let mut module_need = layer.need(size, module.out_channels())?;
    module_need.handed_over = bytes(size.with_channels(module.out_channels()))?;
    module_need = module_need.with_peak(0)?;
    let of_plain = |unit: &BasicConv2d| {
        let op = [Op { role: OpRole::Conv1x1, operation: Operation::Conv(*unit) }];
        let layer = Layer { branches: vec![&op[..]], ..layer };
        // The module's output is with the page by then.
        layer.need(size, unit.conv.out_channels)?.with_peak(module_need.handed_over)
    };
    let plain: Option<Vec<_>> = plain.iter().map(of_plain).collect();
    let plain = plain?;
    let peak = plain.iter().map(|need| need.peak).fold(module_need.peak, u64::max);
    Some(ForwardNeed { module: module_need, plain, peak })
}

/// What runs in bands.
struct Layer<'a> {
    in_channels: u64,
    branches: Vec<&'a [Op]>,
    batch_norm: BatchNorm,
    workers: u64,
}

impl Layer<'_> {
    /// Its need but for what is handed over, and without the peak.
    fn need(&self, size: Size, out_channels: u64) -> Option<MemoryNeed> {
        let macs = split::macs(&self.branches, size);
        let levels = split::levels(&self.branches, self.batch_norm);
        let Split { workers, bands } = Split::new(size.height, macs, levels, self.workers);
        let band = size.height.div_ceil(ROWS as u64).div_ceil(bands).checked_mul(ROWS as u64)?;
        // Bands that may be in the workers' memories, which never shrink.
        let held = match self.batch_norm {
            BatchNorm::Running => workers,
            BatchNorm::Batch => most_kept(bands, workers).min(bands).checked_mul(workers)?,
        };
        // Rows of these, with the `reach` that each has above and below.
        let rows = |reach: u64| {
            let one = band.checked_add(reach.checked_mul(2)?)?.min(size.height);
            one.checked_mul(held)
        };
        let of_rows = |channels, rows| bytes(Shape::new(channels, rows, size.width));
        let every = |bytes: u64| bytes.checked_mul(workers);
        let (mut need, mut reach) = (MemoryNeed::default(), 0);
        let mut tile = 0;
        for ops in &self.branches {
            let after: u64 = ops.iter().skip(1).map(|op| op.operation.kernel_size() / 2).sum();
            reach = reach.max(after + ops[0].operation.kernel_size() / 2);
            let mut shape = size.with_channels(self.in_channels);
            for (index, op) in ops.iter().enumerate() {
                if let Operation::Conv(unit) = &op.operation {
                    let weights = Weights::of(unit, size)?;
                    need.weights = need.weights.checked_add(weights.drawn)?;
                    need.packed = need.packed.checked_add(weights.packed)?;
                    tile = tile.max(weights.tile);
                }
                shape = op.operation.output_shape(shape).ok()?;
                if index + 1 < ops.len() {
                    let between = of_rows(shape.channels, rows(after)?)?;
                    need.scratch = need.scratch.checked_add(between)?;
                }
            }
        }
        need.scratch = need.scratch.checked_add(every(tile)?)?;
        need.input = every(bytes(size.with_channels(3))?)?;
        if self.in_channels != 3 {
            let lifted = band.checked_add(2 * reach)?.min(size.height);
            need.lifted = every(of_rows(self.in_channels, lifted)?)?;
        }
        (need.weights, need.packed) = (every(need.weights)?, every(need.packed)?);
        need.output = of_rows(out_channels, rows(0)?)?;
        Some(need)
    }
}

impl MemoryNeed {
    /// With its peak, beside `kept` bytes of another layer: the larger of the two moments, weights being
    /// packed and the run.
    fn with_peak(mut self, kept: u64) -> Option<Self> {
        let always = self.input.checked_add(self.lifted)?.checked_add(self.packed)?;
        let run = self.output.checked_add(self.scratch)?.checked_add(self.handed_over)?;
        self.peak = always.checked_add(self.weights.max(run))?.checked_add(kept)?;
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
        let depth = conv.kernel_size.checked_pow(2)?.checked_mul(conv.channels_per_group())?;
        let need = ConvolutionNeed::new(conv, input)?;
        let values = |values: u64| values.checked_mul(F32);
        Some(Self {
            drawn: values(depth.checked_mul(conv.out_channels)?)?,
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
    use crate::arch::{Field, InceptionFields};

    fn write_up(batch_norm: BatchNorm, workers: u64) -> ForwardNeed {
        let module = Inception::new(InceptionFields::new(3, [64, 96, 128, 16, 32, 32])).unwrap();
        let plain = [BasicConv2d::same(3, 256, 5)];
        forward(&module, Size::square(224), &plain, batch_norm, workers).unwrap()
    }

    #[test]
    fn the_write_ups_module_fits_and_says_where_its_bytes_are() {
        let need = write_up(BatchNorm::Batch, 2);
        let plane = 224 * 224 * 4;
        assert_eq!((need.module.input, need.module.lifted), (2 * 3 * plane, 0));
        // Five of eight bands each.
        assert_eq!(need.module.output, 256 * plane * 10 / 8);
        assert_eq!(need.module.handed_over, 256 * plane);
        assert_eq!(need.module.weights, 2 * 124_016 * 4);
        // Four of six bands each, of up to 40 rows.
        assert_eq!(need.plain[0].output, 256 * 2 * 4 * 40 * 224 * 4);
        assert!(need.peak < BUDGET_BYTES);
    }

    #[test]
    fn running_statistics_keep_no_more_than_a_band_a_worker() {
        let (one, two) = (write_up(BatchNorm::Running, 1), write_up(BatchNorm::Running, 2));
        assert_eq!(one.module.output, 256 * 224 * 224 * 4);
        assert_eq!(two.module.output, 256 * 2 * 28 * 224 * 4);
        assert!(two.module.peak < write_up(BatchNorm::Batch, 2).module.peak);
    }

    #[test]
    fn the_largest_module_does_not_fit_and_is_still_counted() {
        let mut module = Inception::new(InceptionFields::new(1024, [1; 6])).unwrap();
        for field in Field::INCEPTION {
            module = module.with(field, field.limits().max).unwrap();
        }
        let plain = BasicConv2d::same(1024, 16_384, 11);
        let need = forward(&module, Size::square(512), &[plain], BatchNorm::Batch, 8).unwrap();
        assert!(need.module.peak > BUDGET_BYTES && need.plain[0].peak > BUDGET_BYTES);
    }
}
