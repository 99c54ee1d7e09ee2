//! The tensors of a network alive at once, against a simulation that holds every tensor until its last reader.

use inception_explorer::arch::Layer;
use inception_explorer::arch::network::{Flow, Join, Network};
use inception_explorer::cost::{Convention, NetworkCost, RowKind, network_cost};
use proptest::prelude::*;
use proptest::test_runner::TestCaseResult;

use crate::{cases, network_strategy as strategy};

/// One operation: the row, the operations it reads (0 is the network's input), the bytes it makes, and
/// whether it may write over its inputs.
struct Operation {
    row: Option<usize>,
    reads: Vec<usize>,
    bytes: u64,
    in_place: bool,
}

/// The operations of `rows`, siblings one after another, appended to `made`; returns the last one's index.
fn record(cost: &NetworkCost, rows: &[usize], input: usize, made: &mut Vec<Operation>) -> usize {
    let mut arriving = input;
    for &index in rows {
        let row = &cost.rows[index];
        let bytes = row.output.map_or(0, |signal| 4 * signal.shape.numel().unwrap());
        let children: Vec<_> = cost.children(index).map(|(child, _)| child).collect();
        let operation = |reads: Vec<usize>, in_place, made: &mut Vec<Operation>| {
            made.push(Operation { row: Some(index), reads, bytes, in_place });
            made.len() - 1
        };
        arriving = match &row.kind {
            RowKind::Container(Flow::Side, _) => arriving,
            RowKind::Container(Flow::Sequence, _) => record(cost, &children, arriving, made),
            RowKind::Container(Flow::Parallel(join), _) => {
                let outputs =
                    children.iter().map(|child| record(cost, &[*child], arriving, made)).collect();
                operation(outputs, *join == Join::Concat, made)
            }
            RowKind::Flatten => operation(vec![arriving], true, made),
            RowKind::Layer(layer, _) => {
                let in_place =
                    matches!(layer, Layer::BatchNorm2d { .. } | Layer::ReLU | Layer::Dropout);
                operation(vec![arriving], in_place, made)
            }
        };
    }
    arriving
}

/// Bytes held while operation `now` runs: every tensor made before that it or a later one reads, and its own.
fn held(made: &[Operation], now: usize, output: usize) -> u64 {
    let is_read = |tensor: usize, from: usize| {
        made[from..].iter().any(|later| later.reads.contains(&tensor)) || tensor == output
    };
    let never_read = |tensor: usize| !made.iter().any(|each| each.reads.contains(&tensor));
    let before: u64 = (0..now)
        .filter(|tensor| is_read(*tensor, now) || never_read(*tensor))
        .map(|tensor| made[tensor].bytes)
        .sum();
    let over = |tensor: &usize| made[now].reads.contains(tensor) && !is_read(*tensor, now + 1);
    let reused: u64 = (0..now).filter(over).map(|tensor| made[tensor].bytes).sum();
    let reused = if made[now].in_place { reused } else { 0 };
    before + made[now].bytes.saturating_sub(reused)
}

fn agrees(network: &Network, cost: &NetworkCost) -> TestCaseResult {
    let top: Vec<_> = (0..cost.rows.len()).filter(|index| cost.rows[*index].depth == 0).collect();
    let input = cost.input().map_or(0, |shape| 4 * shape.numel().unwrap());
    let mut made = vec![Operation { row: None, reads: vec![], bytes: input, in_place: false }];
    let output = record(cost, &top, 0, &mut made);
    let mut alive: Vec<Option<u64>> = vec![None; cost.rows.len()];
    for now in 1..made.len() {
        alive[made[now].row.unwrap()] = Some(held(&made, now, output));
    }
    let peak = alive.iter().flatten().max().copied();
    prop_assert_eq!(cost.peak.map(|peak| peak.bytes), peak);
    let first =
        peak.and_then(|peak| made[1..].iter().find(|each| alive[each.row.unwrap()] == Some(peak)));
    prop_assert_eq!(cost.peak.map(|peak| peak.row), first.and_then(|each| each.row));
    for (index, row) in cost.rows.iter().enumerate() {
        let most = alive[index..row.end].iter().flatten().max().copied();
        let most = if row.training_only { None } else { most };
        prop_assert_eq!(row.alive, most, "{} of {:?}", row.path, network);
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn every_tensor_is_held_until_its_last_reader(
        network in strategy::network(),
        start in strategy::start(),
        input in strategy::input(),
    ) {
        // Widths that follow the input make most networks fit.
        for network in [network.fitted(input), start.fitted(input)] {
            let Ok(cost) = network_cost(&network, input, Convention::default()) else { continue };
            if cost.faults.is_empty() {
                agrees(&network, &cost)?;
            } else {
                prop_assert_eq!(cost.peak, None);
                prop_assert!(cost.rows.iter().all(|row| row.alive.is_none()));
            }
        }
    }
}
