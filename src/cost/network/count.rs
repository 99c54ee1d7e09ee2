//! The pass that counts.

use std::ops::Range;

use crate::arch::network::{Body, Network, Shapes, Step};
use crate::arch::{Layer, Shape};

use super::{NetworkCost, NetworkFault, NetworkRow, RowKind};
use crate::cost::CostError;
use crate::cost::convention::Convention;
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
    let everything =
        count.contents(0..shapes.steps.len(), Some(ReceptiveField::INPUT), Order::Sequence)?;
    let Count { rows, mut faults, .. } = count;
    // A container's own fault is found after those of its branches.
    faults.sort_by_key(|fault| fault.row);
    let mut main = Totals::default();
    for row in rows.iter().filter(|row| row.layer().is_some() && !row.training_only) {
        main = main.plus(row.totals)?;
    }
    Ok(NetworkCost {
        rows,
        totals: everything.totals,
        inference: main,
        output: shapes.output,
        faults,
    })
}

/// How the nodes of a container run.
#[derive(Clone, Copy)]
enum Order {
    Sequence,
    Branches,
}

/// What a node adds up to.
struct Passed {
    totals: Totals,
    /// What goes on to the next node.
    receptive_field: Option<ReceptiveField>,
    counted: bool,
}

struct Count<'a> {
    shapes: &'a Shapes<'a>,
    convention: Convention,
    rows: Vec<NetworkRow>,
    faults: Vec<NetworkFault>,
}

impl Count<'_> {
    /// Counts the steps of `range` and of all they hold. In a sequence the receptive field goes from one to
    /// the next; branches all have the one that arrives, and the widest goes on.
    fn contents(
        &mut self,
        range: Range<usize>,
        arriving: Option<ReceptiveField>,
        order: Order,
    ) -> Result<Passed, CostError> {
        let mut sum =
            Passed { totals: Totals::default(), receptive_field: arriving, counted: true };
        let mut step = range.start;
        while step < range.end {
            let (passed, receptive_field) = match order {
                Order::Sequence => {
                    let passed = self.visit(step, sum.receptive_field)?;
                    let next = passed.receptive_field;
                    (passed, next)
                }
                Order::Branches => {
                    let passed = self.visit(step, arriving)?;
                    let both = sum.receptive_field.zip(passed.receptive_field);
                    (passed, both.map(|(one, other)| one.joined(other)))
                }
            };
            sum = Passed {
                totals: sum.totals.plus(passed.totals)?,
                receptive_field,
                counted: sum.counted && passed.counted,
            };
            step = self.shapes.steps[step].end;
        }
        Ok(sum)
    }

    fn visit(
        &mut self,
        index: usize,
        arriving: Option<ReceptiveField>,
    ) -> Result<Passed, CostError> {
        let step = &self.shapes.steps[index];
        self.rows.push(row(step));
        let inside = index + 1..step.end;
        let mut passed = match &step.node.body {
            Body::Layer { layer, .. } => self.layer(index, layer, arriving),
            Body::Flatten => Passed {
                totals: Totals::default(),
                receptive_field: arriving,
                counted: step.input.is_some(),
            },
            Body::Sequence { .. } | Body::Side { .. } => {
                self.contents(inside, arriving, Order::Sequence)?
            }
            Body::Parallel { .. } => {
                let passed = self.contents(inside, arriving, Order::Branches)?;
                self.shape_fault(index);
                Passed { counted: passed.counted && step.fault.is_none(), ..passed }
            }
        };
        let row = &mut self.rows[index];
        (row.totals, row.counted) = (passed.totals, passed.counted);
        // What is open in shape is open in reach: no window can be told from a mistake.
        row.receptive_field = passed.receptive_field.filter(|_| step.output.is_some());
        passed.receptive_field = row.receptive_field;
        if matches!(step.node.body, Body::Side { .. }) {
            passed.receptive_field = arriving;
        }
        Ok(passed)
    }

    fn layer(&mut self, index: usize, layer: &Layer, arriving: Option<ReceptiveField>) -> Passed {
        let step = &self.shapes.steps[index];
        self.shape_fault(index);
        let cost = match step.input.filter(|_| step.fault.is_none()) {
            Some(signal) => layer_cost(layer, signal.shape, self.convention).and_then(|cost| {
                let (params, macs) = (cost.params.total()?, cost.macs.total()?);
                Ok((Totals { params, macs, bytes: cost.bytes }, true))
            }),
            None => layer_params(layer, self.convention).and_then(|params| {
                Ok((Totals { params: params.total()?, ..Totals::default() }, false))
            }),
        };
        let (totals, counted) = cost.unwrap_or_else(|error| {
            let (path, given) = (step.path.clone(), step.input);
            self.faults.push(NetworkFault { path, row: index, given, error });
            (Totals::default(), false)
        });
        let reach = step.input.zip(arriving);
        let receptive_field = reach.map(|(signal, field)| field.after(layer, signal));
        Passed { totals, receptive_field, counted }
    }

    /// Hands on what inference found wrong at a step.
    fn shape_fault(&mut self, index: usize) {
        let step = &self.shapes.steps[index];
        if let Some(fault) = step.fault.and_then(|fault| self.shapes.faults.get(fault)) {
            self.faults.push(NetworkFault {
                path: fault.path.clone(),
                row: index,
                given: Some(fault.given),
                error: fault.error.into(),
            });
        }
    }
}

/// The row of a step before it is counted.
fn row(step: &Step) -> NetworkRow {
    let kind = match &step.node.body {
        Body::Layer { layer, call, .. } => RowKind::Layer(*layer, *call),
        Body::Flatten => RowKind::Flatten,
        Body::Sequence { kind, .. } | Body::Parallel { kind, .. } | Body::Side { kind, .. } => {
            RowKind::Module(*kind)
        }
    };
    NetworkRow {
        path: step.path.clone(),
        depth: step.depth,
        end: step.end,
        kind,
        input: step.input,
        output: step.output,
        totals: Totals::default(),
        receptive_field: None,
        training_only: step.training_only,
        counted: true,
    }
}
