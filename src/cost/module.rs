//! The cost of an Inception module, operation by operation, and of the plain convolution beside it.

use crate::arch::{BasicConv2d, BranchId, Inception, Layer, Op, Operation, Shape, Size};

use super::convention::Convention;
use super::layer::{MacParts, ParamParts, layer_cost, tensor_bytes};
use super::liveness::{Storage, Trace};
use super::metric::{Additive, Metric};
use super::receptive::ReceptiveField;
use super::{CostError, sum};

/// The counts of a layer, module or network, for one image.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Totals {
    /// Parameters.
    pub params: u64,
    /// Multiply–accumulates.
    pub macs: u64,
    /// Bytes of every tensor it makes.
    pub bytes: u64,
}

impl Totals {
    /// The count of `metric`.
    ///
    /// # Errors
    /// When FLOPs (twice the MACs) don't fit into 64 bits.
    pub fn get(&self, metric: Additive) -> Result<u64, CostError> {
        match metric {
            Additive::Params => Ok(self.params),
            Additive::Macs => Ok(self.macs),
            Additive::Flops => {
                self.macs.checked_mul(2).ok_or(CostError::TooLarge { field: "flops" })
            }
            Additive::Memory => Ok(self.bytes),
        }
    }

    /// The sums of both.
    ///
    /// # Errors
    /// When a sum does not fit into 64 bits.
    pub fn plus(self, other: Self) -> Result<Self, CostError> {
        Ok(Self {
            params: sum([self.params, other.params])?,
            macs: sum([self.macs, other.macs])?,
            bytes: sum([self.bytes, other.bytes])?,
        })
    }

    /// These counts minus `part` plus `other`.
    ///
    /// # Errors
    /// When `part` exceeds `self`, or a sum does not fit into 64 bits.
    pub fn exchanged(self, part: Self, other: Self) -> Result<Self, CostError> {
        let exchange = |all: u64, part: u64, other: u64| {
            let rest = all.checked_sub(part).ok_or(CostError::TooLarge { field: "a part" })?;
            sum([rest, other])
        };
        Ok(Self {
            params: exchange(self.params, part.params, other.params)?,
            macs: exchange(self.macs, part.macs, other.macs)?,
            bytes: exchange(self.bytes, part.bytes, other.bytes)?,
        })
    }
}

/// What one operation (a `BasicConv2d` or a pool) costs.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct UnitCost {
    /// Shape of its input.
    pub input: Shape,
    /// Shape of its output.
    pub output: Shape,
    /// Its parameters by kind.
    pub params: ParamParts,
    /// Its multiply–accumulates by kind.
    pub macs: MacParts,
    /// The sums.
    pub totals: Totals,
    /// Bytes of its input and its output: what is alive while it runs alone. Batch norm and `ReLU` work in
    /// place.
    pub peak: u64,
}

impl UnitCost {
    /// The count of `metric`.
    ///
    /// # Errors
    /// As [`Totals::get`].
    pub fn count(&self, metric: Metric) -> Result<u64, CostError> {
        metric.additive().map_or(Ok(self.peak), |additive| self.totals.get(additive))
    }
}

/// One operation of a branch and its cost.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OpCost {
    /// The operation.
    pub op: Op,
    /// What it costs.
    pub cost: UnitCost,
    /// Receptive field of an output value in the module's input.
    pub receptive_field: ReceptiveField,
    /// Bytes alive while it runs in the module: its input and output, the module's input as long as a
    /// branch needs it, and the outputs of the branches before.
    pub alive: u64,
}

impl OpCost {
    /// The count of `metric`: of the operation by itself, or the bytes alive while it runs in the module.
    ///
    /// # Errors
    /// As [`Totals::get`].
    pub fn count(&self, metric: Metric) -> Result<u64, CostError> {
        metric.additive().map_or(Ok(self.alive), |additive| self.cost.totals.get(additive))
    }

    /// Whether a 1×1 that should reduce has more output than input channels.
    #[must_use]
    pub fn expands(&self) -> bool {
        self.op.role.is_reduction() && self.cost.output.channels > self.cost.input.channels
    }
}

/// One branch, operation by operation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BranchCost {
    /// Which of the four.
    pub id: BranchId,
    /// Its operations in the order they run.
    pub ops: Vec<OpCost>,
}

/// A whole module.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModuleCost {
    /// Its input.
    pub input: Shape,
    /// Its concatenated output.
    pub output: Shape,
    /// The branches that exist.
    pub branches: Vec<BranchCost>,
    /// The sums. The branches write into the concatenated output, so it is counted once.
    pub totals: Totals,
    /// The most bytes alive while any of its operations runs.
    pub peak: u64,
}

impl ModuleCost {
    /// The count of `metric`.
    ///
    /// # Errors
    /// As [`Totals::get`].
    pub fn count(&self, metric: Metric) -> Result<u64, CostError> {
        metric.additive().map_or(Ok(self.peak), |additive| self.totals.get(additive))
    }

    /// Every operation, branch by branch.
    pub fn ops(&self) -> impl Iterator<Item = (BranchId, &OpCost)> {
        self.branches.iter().flat_map(|branch| branch.ops.iter().map(|op| (branch.id, op)))
    }
}

/// Counts one operation on `input`.
///
/// # Errors
/// When it can't take the input, or a count does not fit into 64 bits.
pub fn unit_cost(
    operation: &Operation,
    input: Shape,
    convention: Convention,
) -> Result<UnitCost, CostError> {
    let mut unit = UnitCost {
        input,
        output: input,
        params: ParamParts::default(),
        macs: MacParts::default(),
        totals: Totals::default(),
        peak: 0,
    };
    let mut add = |layer: Layer| -> Result<(), CostError> {
        let cost = layer_cost(&layer, unit.output, convention)?;
        unit.output = cost.output;
        unit.params.weights += cost.params.weights;
        unit.params.bias += cost.params.bias;
        unit.params.batch_norm += cost.params.batch_norm;
        unit.macs.weights += cost.macs.weights;
        unit.macs.bias += cost.macs.bias;
        unit.macs.batch_norm += cost.macs.batch_norm;
        unit.macs.elementwise += cost.macs.elementwise;
        let totals =
            Totals { params: cost.params.total()?, macs: cost.macs.total()?, bytes: cost.bytes };
        unit.totals = unit.totals.plus(totals)?;
        Ok(())
    };
    match operation {
        Operation::Conv(conv) => conv.layers().into_iter().try_for_each(&mut add)?,
        Operation::Pool(pool) => add(Layer::Pool2d(*pool))?,
    }
    unit.peak = sum([tensor_bytes(input)?, tensor_bytes(unit.output)?])?;
    Ok(unit)
}

/// Counts `module` on an input of `size`.
///
/// # Errors
/// When a count does not fit into 64 bits, or a side of `size` is 0.
pub fn module_cost(
    module: &Inception,
    size: Size,
    convention: Convention,
) -> Result<ModuleCost, CostError> {
    let input = size.with_channels(module.in_channels);
    let mut totals = Totals::default();
    let mut branches = Vec::new();
    let mut trace = Trace::default();
    let arriving = trace.input(tensor_bytes(input)?);
    let mut outputs = Vec::new();
    for branch in module.branches() {
        let (mut shape, mut tensor) = (input, arriving);
        let mut receptive_field = ReceptiveField::INPUT;
        let mut ops = Vec::with_capacity(branch.ops.len());
        for op in branch.ops {
            let cost = unit_cost(&op.operation, shape, convention)?;
            receptive_field = receptive_field.after_operation(&op.operation);
            shape = cost.output;
            tensor = trace.operation(&[tensor], tensor_bytes(shape)?, Storage::New);
            totals = totals.plus(cost.totals)?;
            ops.push(OpCost { op, cost, receptive_field, alive: 0 });
        }
        outputs.push(tensor);
        branches.push(BranchCost { id: branch.id, ops });
    }
    let output = module.output_shape(size)?;
    trace.operation(&outputs, tensor_bytes(output)?, Storage::InPlace);
    // The tensors of the trace are the module's input, the output of each operation, and the whole output.
    let alive = trace.alive()?;
    let ops = branches.iter_mut().flat_map(|branch| &mut branch.ops);
    for (op, alive) in ops.zip(&alive[1..]) {
        op.alive = *alive;
    }
    let peak = alive.into_iter().max().unwrap_or(0);
    Ok(ModuleCost { input, output, branches, totals, peak })
}

/// Counts the plain `BasicConv2d(in_channels, out_channels, kernel_size)` with same padding.
///
/// # Errors
/// As [`unit_cost`].
pub fn plain_cost(
    plain: &BasicConv2d,
    size: Size,
    convention: Convention,
) -> Result<UnitCost, CostError> {
    let input = size.with_channels(plain.conv.in_channels);
    unit_cost(&Operation::Conv(*plain), input, convention)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::{Field, Form, InceptionFields, Preset};

    fn cost(id: &str, convention: Convention) -> ModuleCost {
        let preset = Preset::by_id(id).unwrap();
        module_cost(&Inception::new(preset.fields).unwrap(), preset.size, convention).unwrap()
    }

    #[test]
    fn the_write_ups_four_experiments() {
        let params = |id| cost(id, Convention::default()).totals.params;
        assert_eq!([params("write_up_3"), params("write_up_256")], [124_752, 177_376]);
        let plain = |c, k| {
            let unit = BasicConv2d::same(c, 256, k);
            plain_cost(&unit, Size::square(224), Convention::default()).unwrap().totals.params
        };
        let plains = [plain(3, 3), plain(3, 5), plain(256, 3), plain(256, 5)];
        assert_eq!(plains, [7_424, 19_712, 590_336, 1_638_912]);
    }

    #[test]
    fn the_papers_layout_has_biases_and_no_batch_norm() {
        let mut paper = Convention::WEIGHTS_ONLY;
        assert_eq!(cost("3a", paper).totals.params, 163_328);
        paper.params.bias = crate::cost::Bias::Assumed;
        assert_eq!(cost("3a", paper).totals.params, 163_328 + 64 + 96 + 128 + 16 + 32 + 32);
    }

    #[test]
    fn the_papers_table_follows_but_for_two_rows() {
        for preset in Preset::ALL.iter().filter(|preset| preset.paper.is_some()) {
            let totals = cost(preset.id, Convention::WEIGHTS_ONLY).totals;
            let paper = preset.paper.unwrap();
            let number = |text: &str| text[..text.len() - 1].parse::<f64>().unwrap();
            let params = totals.params as f64 / 1024.0 / number(paper.params);
            let ops = totals.macs as f64 / 1e6 / number(paper.ops);
            let near = |ratio: f64| (ratio - 1.0).abs() < 0.02;
            assert_eq!(near(params) && near(ops), paper.follows, "{}", preset.id);
        }
    }

    #[test]
    fn memory_counts_every_tensor_once() {
        let values = 96 + 16 + 192 + 256; // two reductions, the pool, the concatenated output
        assert_eq!(cost("3a", Convention::default()).totals.bytes, values * 28 * 28 * 4);
    }

    #[test]
    fn the_peak_is_where_most_tensors_are_alive_at_once() {
        let cost = cost("3a", Convention::default());
        let alive: Vec<_> = cost.ops().map(|(_, op)| op.alive / (28 * 28 * 4)).collect();
        // The input is needed until the pool has read it; the pool's output goes into the last 1×1.
        let (input, two, three) = (192, 64 + 128, 64 + 128 + 32);
        assert_eq!(
            alive,
            [
                input + 64,
                input + 64 + 96,
                input + 64 + 96 + 128,
                input + two + 16,
                input + two + 16 + 32,
                input + three + 192,
                192 + three + 32,
            ]
        );
        assert_eq!(cost.peak, (input + three + 192) * 28 * 28 * 4);
    }

    #[test]
    fn a_reduction_to_more_channels_expands() {
        let expanding = |id| -> Vec<_> {
            let cost = cost(id, Convention::default());
            cost.ops().filter(|(_, op)| op.expands()).map(|(_, op)| op.op.role).collect()
        };
        assert_eq!(expanding("write_up_3").len(), 2);
        assert!(expanding("write_up_256").is_empty());
    }

    #[test]
    fn the_largest_module_that_fields_allow_can_be_counted() {
        let mut fields = InceptionFields { form: Form::Naive, ..InceptionFields::new(1, [1; 6]) };
        for field in Field::INCEPTION {
            *fields.get_mut(field).unwrap() = field.limits().max;
        }
        let module = Inception::new(fields).unwrap();
        assert!(module_cost(&module, Size::square(512), Convention::default()).is_ok());
    }
}
