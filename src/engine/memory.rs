//! What a run will take, known before it starts.

use crate::arch::{BasicConv2d, Inception, Operation, Shape, Size};

use super::conv::ConvolutionNeed;

/// The most a run may need, in bytes.
///
/// A wasm32 memory ends at 4 GiB, one allocation in it at 2 GiB, and the worker's is not the only one:
/// the result is handed to the page in a buffer of its own ([`MemoryNeed::handed_over`]), and the page
/// holds the photograph and the canvases. A need above this either fails half-way or drives a machine of
/// 8 GB into swapping, so the page refuses it.
pub const BUDGET_BYTES: u64 = 2 << 30;

const F32: u64 = size_of::<f32>() as u64;

/// Bytes of one module or one plain convolution.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct MemoryNeed {
    /// The image as a tensor.
    pub input: u64,
    /// The module's input made of it; 0 where the module takes three channels.
    pub lifted: u64,
    /// Weights as they are drawn. Gone when the run starts.
    pub weights: u64,
    /// Weights in the order the kernels read them.
    pub packed: u64,
    /// The output.
    pub output: u64,
    /// What the hungriest branch keeps between its operations, and what its kernels carry a tile through.
    pub scratch: u64,
    /// The copy of the output that goes to the page; 0 for a plain convolution.
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

/// What a forward pass of `module` on an image of `size` takes, and of each of `plain` on the same input.
/// `None` where a number doesn't fit into 64 bits or a shape can't be.
pub fn forward(module: &Inception, size: Size, plain: &[BasicConv2d]) -> Option<ForwardNeed> {
    let module_need = of_module(module, size)?;
    let input = size.with_channels(module.in_channels);
    let plain: Option<Vec<_>> =
        plain.iter().map(|unit| of_plain(unit, input, &module_need)).collect();
    let plain = plain?;
    let peak = plain.iter().map(|need| need.peak).fold(module_need.peak, u64::max);
    Some(ForwardNeed { module: module_need, plain, peak })
}

fn of_module(module: &Inception, size: Size) -> Option<MemoryNeed> {
    let input = size.with_channels(module.in_channels);
    let mut need = MemoryNeed {
        input: bytes(size.with_channels(3))?,
        lifted: if module.in_channels == 3 { 0 } else { bytes(input)? },
        output: bytes(module.output_shape(size).ok()?)?,
        ..MemoryNeed::default()
    };
    need.handed_over = need.output;
    for branch in module.branches() {
        let mut shape = input;
        let mut scratch = 0_u64;
        for (index, op) in branch.ops.iter().enumerate() {
            if let Operation::Conv(unit) = &op.operation {
                let weights = Weights::of(unit, size)?;
                need.weights = need.weights.checked_add(weights.drawn)?;
                need.packed = need.packed.checked_add(weights.packed)?;
                scratch = scratch.checked_add(weights.tile)?;
            }
            shape = op.operation.output_shape(shape).ok()?;
            if index + 1 < branch.ops.len() {
                scratch = scratch.checked_add(bytes(shape)?)?;
            }
        }
        need.scratch = need.scratch.max(scratch);
    }
    need.with_peak()
}

/// A plain convolution runs when the module's output has gone to the page; the input is still there.
fn of_plain(unit: &BasicConv2d, input: Shape, module: &MemoryNeed) -> Option<MemoryNeed> {
    let weights = Weights::of(unit, Size { height: input.height, width: input.width })?;
    MemoryNeed {
        input: module.input,
        lifted: module.lifted,
        weights: weights.drawn,
        packed: weights.packed,
        output: bytes(unit.conv.output_shape(input).ok()?)?,
        scratch: weights.tile,
        ..MemoryNeed::default()
    }
    .with_peak()
}

impl MemoryNeed {
    /// The larger of the two moments: weights being packed, and the run.
    fn with_peak(mut self) -> Option<Self> {
        let always = self.input.checked_add(self.lifted)?.checked_add(self.packed)?;
        let run = self.output.checked_add(self.scratch.max(self.handed_over))?;
        self.peak = always.checked_add(self.weights.max(run))?;
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

    #[test]
    fn the_write_ups_module_fits_and_says_where_its_bytes_are() {
        let module = Inception::new(InceptionFields::new(3, [64, 96, 128, 16, 32, 32])).unwrap();
        let need = forward(&module, Size::square(224), &[BasicConv2d::same(3, 256, 5)]).unwrap();
        let plane = 224 * 224 * 4;
        assert_eq!((need.module.input, need.module.lifted), (3 * plane, 0));
        assert_eq!(need.module.output, 256 * plane);
        assert_eq!(need.module.weights, 124_016 * 4);
        // A block of 256 pixels of the 1×1's three channels; of the 3×3 32 tiles and the lanes beyond them.
        let winograd = (96 + 4) * 36 * 36 + 6 * (4 * 36 + 6) + 224;
        assert_eq!(need.module.scratch - 96 * plane, (3 * 256 + winograd) * 4);
        assert_eq!(need.plain[0].output, 256 * plane);
        assert_eq!(need.peak, need.module.peak);
        assert!(need.peak < BUDGET_BYTES);
    }

    #[test]
    fn the_largest_module_does_not_fit_and_is_still_counted() {
        let mut module = Inception::new(InceptionFields::new(1024, [1; 6])).unwrap();
        for field in Field::INCEPTION {
            module = module.with(field, field.limits().max).unwrap();
        }
        let plain = BasicConv2d::same(1024, 16_384, 11);
        let need = forward(&module, Size::square(512), &[plain]).unwrap();
        assert!(need.module.peak > BUDGET_BYTES && need.plain[0].peak > BUDGET_BYTES);
    }
}
