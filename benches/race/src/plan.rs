//! What the page is told to run: the same work for every engine, with the same weights.
//!
//! The product's worker draws its weights from a seed and takes an image of three channels, of which a fixed 1×1
//! layer makes as many as the case needs. The peers get those very weights, and that layer as their first.
//! Batch norm stands by its running statistics and is folded into weights and biases, as any deployment does.

use inception_explorer::arch::{BasicConv2d, Conv2d, Operation, Pool2d, Shape};
use inception_explorer::engine::norm::Affine;
use inception_explorer::engine::weights::TorchGenerator;
use inception_explorer::engine::{BatchNorm, BatchNormWeights, ConvWeights, EngineError};
use inception_explorer::worker::{ForwardSpec, RunError, WorkloadSpec};
use serde::Serialize;
use thiserror::Error;

use crate::{Case, Work};

const SEED: u32 = 1;
const IMAGE_CHANNELS: u64 = 3;

/// Why a case can't be laid out.
#[derive(Debug, Error)]
pub enum PlanError {
    /// Its weights can't be drawn.
    #[error(transparent)]
    Engine(#[from] EngineError),
    /// A number that no message to the worker holds.
    #[error(transparent)]
    Run(#[from] RunError),
}

/// A case as the page reads it; every number of values refers to [`Plan::values`].
#[derive(Clone, Debug, Serialize)]
#[serde(rename_all = "camelCase")]
pub struct Plan {
    /// The case's name.
    pub name: String,
    /// What exactly every engine computes.
    pub what: String,
    /// Multiply–accumulates, each convolution done plainly.
    pub macs: u64,
    /// Channels, rows and columns of the image; its values are the first.
    pub image: [u64; 3],
    /// Channels, rows and columns of the output.
    pub output: [u64; 3],
    /// What our engine is asked.
    pub forward: ForwardSpec,
    /// The 1×1 layer that makes the input's channels of the image's.
    pub projection: Option<Step>,
    /// Chains of steps on the input, concatenated along channels.
    pub branches: Vec<Vec<Step>>,
    /// The image, then weights and biases in the order of the steps.
    #[serde(skip)]
    pub values: Vec<f32>,
}

/// One operation of the peers' graphs.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "camelCase", tag = "kind")]
pub enum Step {
    /// A maximum over windows.
    #[serde(rename_all = "camelCase")]
    MaxPool {
        /// Side of the window.
        kernel_size: u64,
        /// Step of the window.
        stride: u64,
        /// Rows and columns added on each side.
        padding: u64,
    },
    /// A convolution, with ReLU where it has a bias: the projection has neither.
    #[serde(rename_all = "camelCase")]
    Conv {
        /// Channels of its input.
        in_channels: u64,
        /// Number of filters.
        out_channels: u64,
        /// Side of the kernel.
        kernel_size: u64,
        /// Step of the window.
        stride: u64,
        /// Zeros added on each side.
        padding: u64,
        /// First value of the weights, filter by filter.
        weight: usize,
        /// First value of the bias.
        bias: Option<usize>,
    },
}

/// A chain of steps in words, such as “pool → 1×1”.
pub fn chain(steps: &[Step]) -> String {
    let step = |step: &Step| match step {
        Step::MaxPool { .. } => "pool".to_owned(),
        Step::Conv { kernel_size, .. } => format!("{kernel_size}×{kernel_size}"),
    };
    steps.iter().map(step).collect::<Vec<_>>().join(" → ")
}

impl Plan {
    /// Lays `case` out, with all its weights.
    ///
    /// # Errors
    /// When the weights can't be held.
    pub fn new(case: &Case) -> Result<Self, PlanError> {
        let size = case.size;
        let (input, chains) = match case.work {
            Work::Inception(module) => {
                let chains = module.branches().into_iter();
                let chains =
                    chains.map(|branch| branch.ops.iter().map(|op| op.operation).collect());
                (module.in_channels, chains.collect())
            }
            Work::Conv(conv) => {
                (conv.in_channels, vec![vec![Operation::Conv(BasicConv2d { conv })]])
            }
        };
        let image = size.with_channels(IMAGE_CHANNELS);
        let projected = size.with_channels(input);
        let mut layout = Layout::new(image)?;
        let projection =
            (input != IMAGE_CHANNELS).then(|| layout.projection(image, input)).transpose()?;
        let (branches, output) = layout.branches(&chains, projected)?;
        Ok(Self {
            name: case.name.clone(),
            what: what(case, projection.is_some(), output),
            macs: layout.macs,
            image: array(image),
            output: array(output),
            forward: forward(case)?,
            projection,
            branches,
            values: layout.values,
        })
    }

    /// The values as the page reads them.
    pub fn bytes(&self) -> Vec<u8> {
        self.values.iter().flat_map(|value| value.to_le_bytes()).collect()
    }
}

fn forward(case: &Case) -> Result<ForwardSpec, PlanError> {
    let side = |side: u64| {
        u32::try_from(side).map_err(|_| RunError::InvalidWorkload(format!("a side of {side}")))
    };
    let workload = match case.work {
        Work::Inception(module) => WorkloadSpec::of_module(&module),
        Work::Conv(conv) => WorkloadSpec::of_conv(conv),
    };
    Ok(ForwardSpec {
        workload,
        height: side(case.size.height)?,
        width: side(case.size.width)?,
        seed: SEED,
        batch_norm: BatchNorm::Running,
        plain: Vec::new(),
    })
}

fn what(case: &Case, projected: bool, output: Shape) -> String {
    let layer = match case.work {
        Work::Inception(_) => "the module".to_owned(),
        Work::Conv(Conv2d { kernel_size, stride, .. }) => {
            format!("one {kernel_size} convolution, stride {}", stride.brief())
        }
    };
    let projection = if projected { "a 1×1 layer from the image's 3 channels, then " } else { "" };
    let Shape { channels, height, width } = output;
    format!("{projection}{layer}; batch norm folded, ReLU; {channels} × {height} × {width} out")
}

fn array(shape: Shape) -> [u64; 3] {
    [shape.channels, shape.height, shape.width]
}

/// Values laid one after another, and the work counted.
struct Layout {
    generator: TorchGenerator,
    values: Vec<f32>,
    macs: u64,
}

impl Layout {
    fn new(image: Shape) -> Result<Self, EngineError> {
        let count = image.numel().and_then(|count| usize::try_from(count).ok());
        let count = count.ok_or(EngineError::TooLarge)?;
        // Values as a normalised photograph's, of another seed than the weights.
        let values = TorchGenerator::new(SEED + 1).uniform(2.0, count)?;
        Ok(Self { generator: TorchGenerator::new(SEED), values, macs: 0 })
    }

    /// Puts values behind the others and tells where.
    fn put(&mut self, values: impl IntoIterator<Item = f32>) -> usize {
        let start = self.values.len();
        self.values.extend(values);
        start
    }

    fn projection(&mut self, image: Shape, channels: u64) -> Result<Step, EngineError> {
        let conv = Conv2d::same(image.channels, channels, 1);
        let weight = self.put(ConvWeights::projection(channels)?.weight);
        self.step(&conv, image, weight, None)
    }

    fn branches(
        &mut self,
        chains: &[Vec<Operation>],
        input: Shape,
    ) -> Result<(Vec<Vec<Step>>, Shape), EngineError> {
        let mut output = Shape { channels: 0, ..input };
        let mut branches = Vec::new();
        for chain in chains {
            let mut steps = Vec::new();
            let mut shape = input;
            for operation in chain {
                steps.push(match operation {
                    Operation::Conv(unit) => self.unit(unit, shape)?,
                    &Operation::Pool(Pool2d { kernel_size, stride, padding, .. }) => {
                        let sides = [kernel_size, stride, padding].map(|it| it.height);
                        let [kernel_size, stride, padding] = sides;
                        Step::MaxPool { kernel_size, stride, padding }
                    }
                });
                shape = operation.output_shape(shape)?;
            }
            branches.push(steps);
            output = Shape { channels: output.channels + shape.channels, ..shape };
        }
        Ok((branches, output))
    }

    /// Draws a unit's weights as the worker does, one after the other, and folds its batch norm.
    fn unit(&mut self, unit: &BasicConv2d, input: Shape) -> Result<Step, EngineError> {
        let conv = ConvWeights::draw(&unit.conv, &mut self.generator)?;
        let filters = usize::try_from(unit.conv.out_channels).map_err(|_| EngineError::TooLarge)?;
        let bn = BatchNormWeights::identity(filters);
        let Affine { scale, shift } = Affine::fold(&bn, conv.bias.as_deref());
        let taps = conv.weight.len() / filters;
        let filters = conv.weight.chunks(taps).zip(&scale);
        let folded = filters.flat_map(|(filter, scale)| filter.iter().map(move |tap| tap * scale));
        let weight = self.put(folded);
        let bias = self.put(shift);
        self.step(&unit.conv, input, weight, Some(bias))
    }

    fn step(
        &mut self,
        conv: &Conv2d,
        input: Shape,
        weight: usize,
        bias: Option<usize>,
    ) -> Result<Step, EngineError> {
        let &Conv2d { in_channels, out_channels, kernel_size, stride, padding, .. } = conv;
        self.macs += conv.macs(conv.output_shape(input)?).ok_or(EngineError::TooLarge)?;
        let [kernel_size, stride, padding] = [kernel_size, stride, padding].map(|it| it.height);
        Ok(Step::Conv { in_channels, out_channels, kernel_size, stride, padding, weight, bias })
    }
}

#[cfg(test)]
mod tests {
    use inception_explorer::arch::{Inception, InceptionFields, Size};
    use inception_explorer::engine::{UnitWeights, Workload};

    use super::*;

    fn plan(case: &str) -> Plan {
        Plan::new(&case.parse().unwrap()).unwrap()
    }

    #[test]
    fn the_weights_are_the_workers_with_the_norm_in_them() {
        let plan = plan("inception:3,2,3,4,1,2,2@5x4");
        let module = Inception::new(InceptionFields::new(3, [2, 3, 4, 1, 2, 2])).unwrap();
        let workload = Workload::of_module(&module);
        let drawn = UnitWeights::from_seed(workload.convolutions(), SEED).unwrap();
        let convs = plan.branches.iter().flatten().filter_map(|step| match *step {
            Step::Conv { weight, bias, .. } => Some((weight, bias.unwrap())),
            Step::MaxPool { .. } => None,
        });
        let convs: Vec<_> = convs.collect();
        assert_eq!(convs.len(), drawn.len());
        for ((weight, bias), unit) in convs.into_iter().zip(&drawn) {
            let factor = 1.0 / 1.001_f32.sqrt();
            let given = &plan.values[weight..bias];
            assert_eq!(given.len(), unit.conv.weight.len());
            for (given, drawn) in given.iter().zip(&unit.conv.weight) {
                assert!((given - drawn * factor).abs() < 1e-6);
            }
            assert!(plan.values[bias].abs() < 1e-6);
        }
        assert_eq!((plan.image, plan.output), ([3, 5, 4], [10, 5, 4]));
        let chains: Vec<_> = plan.branches.iter().map(|steps| chain(steps)).collect();
        assert_eq!(chains, ["1×1", "1×1 → 3×3", "1×1 → 5×5", "pool → 1×1"]);
        assert!(plan.projection.is_none());
    }

    #[test]
    fn every_convolution_is_ours_and_the_peers_behind_the_projection() {
        for (case, stride, [height, width], output) in [
            ("conv:4,6,3@5", 1, [5, 5], [6, 5, 5]),
            ("conv:4,6,3,s2@9x12", 2, [9, 12], [6, 5, 6]),
            ("conv:1500,2,13,s3@9x12", 3, [9, 12], [2, 3, 4]),
        ] {
            let plan = plan(case);
            let &[Step::Conv { in_channels, out_channels, kernel_size, padding, .. }] =
                &plan.branches[0][..]
            else {
                panic!("{:?}", plan.branches);
            };
            let same = Conv2d::same(in_channels, out_channels, kernel_size);
            let (stride_of_both, padding) = (Size::square(stride), Size::square(padding));
            let conv = Conv2d { stride: stride_of_both, padding, ..same };
            assert_eq!(plan.forward.workload, WorkloadSpec::of_conv(conv));
            assert_eq!((plan.forward.height, plan.forward.width), (height, width));
            let Some(Step::Conv { in_channels: 3, bias: None, .. }) = plan.projection else {
                panic!("{:?}", plan.projection);
            };
            assert_eq!(plan.output, output);
            let pixels = u64::from(height) * u64::from(width);
            let taps = in_channels * kernel_size.pow(2);
            let macs = pixels * 3 * in_channels + output.iter().product::<u64>() * taps;
            assert_eq!(plan.macs, macs);
            let what = format!("{kernel_size}×{kernel_size} convolution, stride {stride}");
            assert!(plan.what.contains(&what), "{}", plan.what);
            // Image, projection, and of each filter its taps and its bias.
            let values = 3 * pixels + 3 * in_channels + out_channels * (taps + 1);
            assert_eq!(plan.bytes().len() as u64, 4 * values);
        }
    }
}
