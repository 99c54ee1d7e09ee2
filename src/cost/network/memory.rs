//! The pass that finds the tensors of a network alive at once.

use crate::arch::network::fold::{self, Pass};
use crate::arch::network::{Join, Network, Node, Shapes};

use super::{NetworkRow, Peak};
use crate::cost::CostError;
use crate::cost::layer::{tensor_bytes, works_in_place};
use crate::cost::liveness::{Storage, Tensor, Trace};

/// Sets [`NetworkRow::alive`] of a network without faults and returns the peak. Side branches do not run in
/// inference.
///
/// # Errors
/// When a sum does not fit into 64 bits.
pub(super) fn set_alive(
    rows: &mut [NetworkRow],
    network: &Network,
    shapes: &Shapes,
) -> Result<Option<Peak>, CostError> {
    let Some(input) = shapes.steps.first().and_then(|step| step.input) else {
        return Ok(None);
    };
    let mut trace = Trace::default();
    let input = trace.input(tensor_bytes(input.shape)?);
    let mut pass = Tensors { shapes, trace, next: 0, made_by: Vec::new(), error: None };
    fold::run(&network.nodes, input, &mut pass);
    if let Some(error) = pass.error {
        return Err(error);
    }
    // The first tensor is the input.
    let alive = pass.trace.alive()?.into_iter().skip(1);
    let mut peak = None::<Peak>;
    for (row, bytes) in pass.made_by.into_iter().zip(alive) {
        rows[row].alive = Some(bytes);
        if peak.is_none_or(|peak| bytes > peak.bytes) {
            peak = Some(Peak { bytes, row });
        }
    }
    // A container follows its descendants in reverse order, so theirs are known.
    for index in (0..rows.len()).rev() {
        let most = rows[index..rows[index].end].iter().filter_map(|row| row.alive).max();
        rows[index].alive = most;
    }
    Ok(peak)
}

/// The values of this pass are tensors.
struct Tensors<'a> {
    shapes: &'a Shapes<'a>,
    trace: Trace,
    /// Index of the next row.
    next: usize,
    /// The row that makes each tensor, the input apart.
    made_by: Vec<usize>,
    error: Option<CostError>,
}

impl Tensors<'_> {
    /// The tensor that row `index` makes of `inputs`; the first input itself where the row does not run.
    fn make(&mut self, index: usize, inputs: &[Tensor], storage: Storage, input: Tensor) -> Tensor {
        let step = &self.shapes.steps[index];
        let Some(output) = step.output.filter(|_| !step.training_only) else {
            return input;
        };
        match tensor_bytes(output.shape) {
            Ok(bytes) => {
                self.made_by.push(index);
                self.trace.operation(inputs, bytes, storage)
            }
            Err(error) => {
                self.error = Some(error);
                input
            }
        }
    }
}

impl<'a> Pass<'a> for Tensors<'_> {
    type Value = Tensor;
    type Mark = usize;

    fn enter(&mut self, _: &'a Node, _: &Tensor) -> usize {
        self.next += 1;
        self.next - 1
    }

    fn leaf(&mut self, index: usize, node: &'a Node, input: Tensor) -> Tensor {
        // Flatten only reads the values in another shape.
        let in_place = node.as_layer().is_none_or(works_in_place);
        let storage = if in_place { Storage::InPlace } else { Storage::New };
        self.make(index, &[input], storage, input)
    }

    fn join(&mut self, index: usize, join: Join, outputs: Vec<Tensor>, input: Tensor) -> Tensor {
        let storage = match join {
            // The branches have written into the output.
            Join::Concat => Storage::InPlace,
            Join::Add | Join::Multiply => Storage::New,
        };
        self.make(index, &outputs, storage, input)
    }

    fn leave(&mut self, _: usize, output: Tensor) -> Tensor {
        output
    }
}
