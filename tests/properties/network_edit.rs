//! Edits: after any edits of a network its shapes are consistent, or a fault says where they are not.

use inception_explorer::arch::network::infer::Step;
use inception_explorer::arch::network::{
    Body, Edit, EditError, Edited, Flow, InputWidth, Network, NetworkId, Node, NodePath, Signal,
};
use inception_explorer::arch::{Named, Shape, ShapeError};
use inception_explorer::cost::{Convention, network_cost};
use proptest::prelude::*;
use proptest::sample::select;
use proptest::test_runner::TestCaseResult;

use crate::{cases, network_strategy as strategy};

/// The steps from `next` to before `end` that are in none of the others.
fn siblings<'a>(steps: &'a [Step<'a>], mut next: usize, end: usize) -> Vec<&'a Step<'a>> {
    let mut found = Vec::new();
    while next < end {
        found.push(&steps[next]);
        next = steps[next].end;
    }
    found
}

/// The signal that a node passes to the next.
fn handed_on(step: &Step) -> Option<Signal> {
    if step.node.flow() == Some(Flow::Side) { step.input } else { step.output }
}

/// Passes a signal through `steps` in sequence; returns the output of the last.
fn chain(steps: &[&Step], input: Option<Signal>) -> Result<Option<Signal>, TestCaseError> {
    let mut arriving = input;
    for step in steps {
        prop_assert_eq!(step.input, arriving, "{}", step.path);
        arriving = handed_on(step);
    }
    Ok(arriving)
}

/// Every shape is what the node makes of what arrives, or there is a fault that names the node and says
/// why not; and no width that follows is ever the fault.
fn consistent(network: &Network, input: Shape) -> TestCaseResult {
    let shapes = network.infer(input);
    let top = siblings(&shapes.steps, 0, shapes.steps.len());
    prop_assert_eq!(chain(&top, Some(Signal::maps(input)))?, shapes.output);
    for (index, step) in shapes.steps.iter().enumerate() {
        let below = siblings(&shapes.steps, index + 1, step.end);
        let made = match &step.node.body {
            Body::Layer { layer, .. } => step.input.map(|input| input.through(layer)),
            Body::Flatten => step.input.map(|input| Ok(Signal { flat: true, ..input })),
            Body::Container { flow: Flow::Sequence | Flow::Side, .. } => {
                prop_assert_eq!(chain(&below, step.input)?, step.output);
                prop_assert_eq!(step.fault, None);
                continue;
            }
            Body::Container { flow: Flow::Parallel(join), .. } => {
                for branch in &below {
                    prop_assert_eq!(branch.input, step.input);
                }
                let outputs: Option<Vec<_>> = below.iter().copied().map(handed_on).collect();
                let joined = |outputs: Vec<_>| Signal::joined(*join, &outputs);
                outputs.filter(|_| step.input.is_some()).map(joined)
            }
        };
        match (made, step.fault) {
            (Some(Ok(output)), None) => prop_assert_eq!(step.output, Some(output)),
            (Some(Err(error)), Some(fault)) => {
                let fault = &shapes.faults[fault];
                prop_assert_eq!((&fault.path, fault.step), (&step.path, index));
                prop_assert_eq!((Some(fault.given), fault.error), (step.input, error));
                let follows =
                    matches!(step.node.body, Body::Layer { input: InputWidth::Follows, .. });
                prop_assert!(!follows || !matches!(error, ShapeError::Channels { .. }), "{fault}");
            }
            (None, None) => {}
            (made, fault) => prop_assert!(false, "{}: {made:?}, {fault:?}", step.path),
        }
    }
    let faults = shapes.steps.iter().filter(|step| step.fault.is_some()).count();
    prop_assert_eq!(faults, shapes.faults.len());
    Ok(())
}

/// How many nodes more `edit` leaves, where it succeeds.
fn growth(network: &Network, edit: &Edit) -> isize {
    let count = |node: Option<&Node>| isize::try_from(node.map_or(0, Node::count)).unwrap();
    match edit {
        Edit::Insert { node, .. } => count(Some(node)),
        Edit::Remove { at } => -count(network.node(at)),
        Edit::Duplicate { at } => count(network.node(at)),
        Edit::Replace { at, node } => count(Some(node)) - count(network.node(at)),
        Edit::Move { .. } => 0,
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn any_edits_keep_every_shape_consistent_or_say_where_not(
        start in strategy::start(),
        input in strategy::input(),
        drafts in prop::collection::vec(strategy::draft(), 0..16),
    ) {
        let mut network = start.fitted(input);
        for draft in drafts {
            let edit = draft.of(&network);
            let Ok(Edited { network: next, selection }) = network.edited(&edit, input) else {
                continue;
            };
            prop_assert_eq!(next.check(), Ok(()));
            prop_assert_eq!(&next.clone().fitted(input), &next);
            let counts = [&network, &next].map(|it| isize::try_from(it.count()).unwrap());
            prop_assert_eq!(counts[1] - counts[0], growth(&network, &edit));
            match &selection {
                Some(path) => prop_assert!(next.node(path).is_some(), "{path}"),
                None => prop_assert!(next.nodes.is_empty()),
            }
            consistent(&next, input)?;
            network = next;
        }
    }

    #[test]
    fn any_network_is_consistent_once_it_is_fitted(
        network in strategy::network(),
        input in strategy::input(),
    ) {
        consistent(&network.fitted(input), input)?;
    }

    #[test]
    fn what_is_put_in_and_taken_out_leaves_no_trace(
        id in select(NetworkId::all().collect::<Vec<_>>()),
        node in strategy::node(),
        step in any::<prop::sample::Index>(),
    ) {
        let network = id.build();
        let at = network.infer(Network::INPUT).steps[step.index(network.count())].at.clone();
        let edited = network.edited(&Edit::Insert { at: at.clone(), node }, Network::INPUT).unwrap();
        let back = edited.network.edited(&Edit::Remove { at }, Network::INPUT).unwrap();
        prop_assert_eq!(back.network, network);
    }

    #[test]
    fn a_node_moves_there_and_back(
        from in any::<prop::sample::Index>(),
        to in any::<prop::sample::Index>(),
        nodes in prop::collection::vec(strategy::node(), 1..8),
    ) {
        let input = Network::INPUT;
        let mut network = Network::default();
        for (place, node) in nodes.into_iter().enumerate() {
            let at = NodePath(vec![place]);
            network = network.edited(&Edit::Insert { at, node }, input).unwrap().network;
        }
        let (from, to) = (from.index(network.nodes.len()), to.index(network.nodes.len() + 1));
        let path = |place| NodePath(vec![place]);
        let there = network.edited(&Edit::Move { from: path(from), to: path(to) }, input).unwrap();
        let now = there.selection.unwrap().0[0];
        prop_assert_eq!(&there.network.nodes[now].name, &network.nodes[from].name);
        // The gap it came from, named with the node where it is now.
        let gap = if now < from { from + 1 } else { from };
        let back = Edit::Move { from: path(now), to: path(gap) };
        let back = there.network.edited(&back, input).unwrap();
        let names = |network: &Network| -> Vec<_> {
            network.nodes.iter().map(|node| node.name.clone()).collect()
        };
        prop_assert_eq!(names(&back.network), names(&network));
        prop_assert_eq!(back.selection, Some(path(from)));
    }

    #[test]
    fn paths_steps_and_rows_are_the_same_nodes(network in strategy::network(), input in strategy::input()) {
        let shapes = network.infer(input);
        prop_assert_eq!(shapes.steps.len(), network.count());
        for step in &shapes.steps {
            prop_assert_eq!(network.node(&step.at), Some(step.node));
        }
        let Ok(cost) = network_cost(&network, input, Convention::default()) else { return Ok(()) };
        for (index, (row, step)) in cost.rows.iter().zip(&shapes.steps).enumerate() {
            prop_assert_eq!(&row.at, &step.at);
            prop_assert_eq!(cost.row_at(&row.at), Some(index));
        }
        prop_assert_eq!(cost.row_at(&NodePath(vec![network.nodes.len()])), None);
    }

    #[test]
    fn a_place_that_does_not_exist_is_said(network in strategy::network(), places in prop::collection::vec(any::<usize>(), 0..5)) {
        let path = NodePath(places);
        prop_assume!(network.node(&path).is_none());
        let error = network.edited(&Edit::Remove { at: path.clone() }, Network::INPUT);
        prop_assert_eq!(error, Err(EditError::Nowhere { path }));
    }
}
