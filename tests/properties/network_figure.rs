//! The figure of a network draws each container as it runs.

use std::collections::BTreeSet;

use inception_explorer::arch::network::{Flow, Join, Network, NetworkId};
use inception_explorer::arch::{Layer, Named, Shape};
use inception_explorer::cost::{
    Additive, Convention, NetworkCost, NetworkRow, RowKind, network_cost,
};
use inception_explorer::page::networks::figure::layout::{Layout, Place, Segment};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;

use crate::{cases, network_strategy as strategy};

/// Layers that stand beside the layer they follow, not below it.
fn follows(kind: &RowKind) -> bool {
    matches!(
        kind,
        RowKind::Flatten
            | RowKind::Layer(Layer::BatchNorm2d { .. } | Layer::ReLU | Layer::Dropout, _)
    )
}

fn beside(one: &Place, other: &Place) -> bool {
    one.rect.x + one.rect.width <= other.rect.x + 1e-6
}

fn below(one: &Place, other: &Place) -> bool {
    one.rect.y + one.rect.height <= other.rect.y + 1e-6
}

/// With everything open, children stand side by side if and only if the container is parallel, and the
/// bars under them are of the container's join.
fn drawn_as_counted(cost: &NetworkCost, width: f64) -> TestCaseResult {
    let open: BTreeSet<usize> = (0..cost.rows.len()).collect();
    let layout = Layout::new(cost, &open, Additive::Params, width);
    prop_assert_eq!(layout.places.len(), cost.rows.len());
    for (index, row) in cost.rows.iter().enumerate() {
        let Some(flow) = row.kind.flow() else { continue };
        let children: Vec<_> = cost.children(index).collect();
        let is_parallel = matches!(flow, Flow::Parallel(_));
        // A side branch stands beside the trunk, a strip beside the layer that it follows.
        let stands = |row: &NetworkRow| {
            is_parallel || row.kind.flow() != Some(Flow::Side) && !follows(&row.kind)
        };
        let places: Vec<_> = children
            .iter()
            .filter(|(_, row)| stands(row))
            .map(|(child, _)| &layout.places[*child])
            .collect();
        for pair in places.windows(2) {
            match flow {
                Flow::Parallel(_) => {
                    prop_assert!(beside(pair[0], pair[1]), "{}: {pair:?}", row.path);
                    prop_assert!((pair[0].rect.y - pair[1].rect.y).abs() < 1e-6, "{}", row.path);
                }
                Flow::Sequence | Flow::Side => {
                    prop_assert!(below(pair[0], pair[1]), "{}: {pair:?}", row.path);
                }
            }
        }
        // The parts of a concatenation are named by the branches, a sum or product by the container.
        let is_bar = |segment: &&Segment| match segment.join {
            Join::Concat => children.iter().any(|(child, _)| *child == segment.row),
            Join::Add | Join::Multiply => segment.row == index,
        };
        let bars: Vec<_> = layout.segments.iter().filter(is_bar).collect();
        let expected = match flow {
            Flow::Parallel(Join::Concat) => children.len(),
            Flow::Parallel(_) => usize::from(!children.is_empty()),
            Flow::Sequence | Flow::Side => 0,
        };
        prop_assert_eq!(bars.len(), expected, "{}", row.path);
        prop_assert!(bars.iter().all(|bar| flow == Flow::Parallel(bar.join)), "{}", row.path);
    }
    Ok(())
}

fn counted(network: &Network, input: Shape) -> Option<NetworkCost> {
    network_cost(network, input, Convention::default()).ok()
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn containers_are_drawn_as_they_are_counted(
        network in strategy::network(),
        input in strategy::input(),
        width in 300.0..700.0,
    ) {
        let cost = counted(&network.fitted(input), input);
        prop_assume!(cost.is_some());
        drawn_as_counted(&cost.unwrap(), width)?;
    }

    #[test]
    fn published_networks_are_drawn_as_they_are_counted(
        id in select(NetworkId::all().collect::<Vec<_>>()),
        width in 300.0..700.0,
    ) {
        drawn_as_counted(&counted(&id.build(), Network::INPUT).unwrap(), width)?;
    }
}
