//! The pass that counts a network.

use crate::arch::network::fold::{self, Pass};
use crate::arch::network::{Body, Join, Network, Node, Shapes, Step};
use crate::arch::{Layer, Shape};

use super::{NetworkCost, NetworkFault, NetworkRow, RowKind, memory};
use crate::cost::CostError;
use crate::cost::convention::Convention;
use crate::cost::join::join_cost;
use crate::cost::layer::{layer_cost, layer_params};
use crate::cost::module::Totals;
use crate::cost::receptive::ReceptiveField;

/// Counts `network` on one image of shape `input`, by `convention`. A node that can't be counted is a
/// fault in the result; the rest is counted.
///
/// # Errors
/// When a sum does not fit into 64 bits.
pub fn network_cost(
    network: &Network,
    input: Shape,
    convention: Convention,
) -> Result<NetworkCost, CostError> {
    let shapes = network.infer(input);
    let mut count = Count { shapes: &shapes, convention, rows: Vec::new(), faults: Vec::new() };
    count.rows.reserve_exact(shapes.steps.len());
    fold::run(&network.nodes, Some(ReceptiveField::INPUT), &mut count);
    let Count { mut rows, faults, .. } = count;
    add_up(&mut rows)?;
    let (mut totals, mut inference) = (Totals::default(), Totals::default());
    for row in &rows {
        totals = totals.plus(row.own)?;
        if !row.training_only {
            inference = inference.plus(row.own)?;
        }
    }
    let peak =
        if faults.is_empty() { memory::set_alive(&mut rows, network, &shapes)? } else { None };
    Ok(NetworkCost { totals, inference, peak, rows, output: shapes.output, faults })
}

/// Adds to each container's own cost the costs of its children, which follow it.
fn add_up(rows: &mut [NetworkRow]) -> Result<(), CostError> {
    for index in (0..rows.len()).rev() {
        let (head, tail) = rows.split_at_mut(index + 1);
        let container = &mut head[index];
        let mut child = index + 1;
        while child < container.end {
            let row = &tail[child - index - 1];
            container.totals = container.totals.plus(row.totals)?;
            container.counted &= row.counted;
            child = row.end;
        }
    }
    Ok(())
}

/// The values of this pass are receptive fields.
struct Count<'a> {
    shapes: &'a Shapes<'a>,
    convention: Convention,
    rows: Vec<NetworkRow>,
    faults: Vec<NetworkFault>,
}

impl Count<'_> {
    /// Counts `layer` by itself.
    fn layer(&self, step: &Step, layer: &Layer) -> Result<Totals, CostError> {
        if let Some(signal) = step.input.filter(|_| step.fault.is_none()) {
            let cost = layer_cost(layer, signal.shape, self.convention)?;
            let (params, macs) = (cost.params.total()?, cost.macs.total()?);
            Ok(Totals { params, macs, bytes: cost.bytes })
        } else {
            let params = layer_params(layer, self.convention)?.total()?;
            Ok(Totals { params, ..Totals::default() })
        }
    }

    /// What row `index` costs by itself.
    fn set_own(&mut self, index: usize, cost: Result<Totals, CostError>) {
        let step = &self.shapes.steps[index];
        let row = &mut self.rows[index];
        row.counted = step.fault.is_none() && step.input.is_some();
        match cost {
            Ok(own) => (row.own, row.totals) = (own, own),
            Err(error) => {
                row.counted = false;
                let (path, given) = (step.path.clone(), step.input);
                self.add_fault(NetworkFault { path, row: index, given, error });
            }
        }
    }

    /// Adds a fault in the order of the rows: a join's fault is found after the faults of its branches.
    fn add_fault(&mut self, fault: NetworkFault) {
        let place = self.faults.partition_point(|other| other.row <= fault.row);
        self.faults.insert(place, fault);
    }

    /// Copies the fault that inference found at a step.
    fn shape_fault(&mut self, index: usize) {
        let step = &self.shapes.steps[index];
        if let Some(fault) = step.fault.and_then(|fault| self.shapes.faults.get(fault)) {
            self.add_fault(NetworkFault {
                path: fault.path.clone(),
                row: index,
                given: Some(fault.given),
                error: fault.error.into(),
            });
        }
    }
}

impl<'a> Pass<'a> for Count<'_> {
    type Value = Option<ReceptiveField>;
    type Mark = usize;

    fn enter(&mut self, _: &'a Node, _: &Option<ReceptiveField>) -> usize {
        let index = self.rows.len();
        self.rows.push(row(&self.shapes.steps[index]));
        index
    }

    fn leaf(
        &mut self,
        index: usize,
        node: &'a Node,
        arriving: Option<ReceptiveField>,
    ) -> Option<ReceptiveField> {
        let step = &self.shapes.steps[index];
        let Some(layer) = node.as_layer() else {
            self.set_own(index, Ok(Totals::default()));
            return arriving;
        };
        self.shape_fault(index);
        self.set_own(index, self.layer(step, layer));
        step.input.zip(arriving).map(|(signal, field)| field.after(layer, signal))
    }

    fn join(
        &mut self,
        index: usize,
        join: Join,
        outputs: Vec<Option<ReceptiveField>>,
        arriving: Option<ReceptiveField>,
    ) -> Option<ReceptiveField> {
        let step = &self.shapes.steps[index];
        self.shape_fault(index);
        let cost = step.output.map_or(Ok(Totals::default()), |signal| {
            join_cost(join, outputs.len(), signal.shape, self.convention)
        });
        self.set_own(index, cost);
        // Without an input the branches say whether all is counted: there may be no branches.
        self.rows[index].counted = step.fault.is_none();
        outputs.into_iter().try_fold(arriving?, |field, output| Some(field.joined(output?)))
    }

    fn leave(&mut self, index: usize, output: Option<ReceptiveField>) -> Option<ReceptiveField> {
        // Without an output shape the window is unknown too.
        let row = &mut self.rows[index];
        row.receptive_field = output.filter(|_| row.output.is_some());
        row.receptive_field
    }
}

/// The row of a step before it is counted.
fn row(step: &Step) -> NetworkRow {
    let kind = match &step.node.body {
        Body::Layer { layer, call, .. } => RowKind::Layer(*layer, *call),
        Body::Flatten => RowKind::Flatten,
        Body::Container { flow, kind, .. } => RowKind::Container(*flow, *kind),
    };
    NetworkRow {
        at: step.at.clone(),
        path: step.path.clone(),
        depth: step.depth,
        end: step.end,
        kind,
        input: step.input,
        output: step.output,
        own: Totals::default(),
        totals: Totals::default(),
        alive: None,
        receptive_field: None,
        training_only: step.training_only,
        counted: true,
    }
}
