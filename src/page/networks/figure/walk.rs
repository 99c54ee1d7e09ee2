//! Moving from block to block by keys.

use super::layout::{Layout, Part, Place};

/// The direction of a move.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Step {
    /// To the block above.
    Up,
    /// To the block below.
    Down,
    /// To the block on the left.
    Left,
    /// To the block on the right.
    Right,
    First,
    Last,
}

/// A lane is the background of its boxes and is skipped.
fn can_be_reached(place: &Place) -> bool {
    place.part != Part::Lane
}

impl Layout {
    /// Index of the place that `step` leads to from the place with index `from`; `from` itself where
    /// there is none.
    #[must_use]
    pub fn walk(&self, from: usize, step: Step) -> usize {
        let mut reached = self.places.iter().enumerate().filter(|(_, place)| can_be_reached(place));
        let found = match step {
            Step::First => reached.next(),
            Step::Last => reached.next_back(),
            _ => {
                let Some(here) = self.places.get(from) else { return from };
                let ranked = reached.filter_map(|(index, place)| {
                    Some((distance(here, place, step)?, (index, place)))
                });
                ranked.min_by(|one, other| one.0.total_cmp(&other.0)).map(|(_, found)| found)
            }
        };
        found.map_or(from, |(index, _)| index)
    }
}

/// How far `place` is from `here` in the direction of `step`; `None` in another direction. Of equally near
/// places the one straight ahead counts as nearer.
fn distance(here: &Place, place: &Place, step: Step) -> Option<f64> {
    let (here, place) = (here.handle(), place.handle());
    let beside =
        |a: f64, a_length: f64, b: f64, b_length: f64| a < b + b_length && b < a + a_length;
    let across = beside(here.x, here.width, place.x, place.width);
    let along = beside(here.y, here.height, place.y, place.height);
    let (ahead, aslant) = match step {
        Step::Up if across => {
            (here.y - (place.y + place.height), place.center().0 - here.center().0)
        }
        Step::Down if across => {
            (place.y - (here.y + here.height), place.center().0 - here.center().0)
        }
        Step::Left if along => {
            (here.x - (place.x + place.width), place.center().1 - here.center().1)
        }
        Step::Right if along => {
            (place.x - (here.x + here.width), place.center().1 - here.center().1)
        }
        _ => return None,
    };
    (ahead > -1e-6).then(|| ahead + aslant.abs() / 1000.0)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;
    use crate::arch::network::{self, Network, NetworkId};
    use crate::cost::{Additive, Convention, NetworkCost, network_cost};

    fn googlenet() -> NetworkCost {
        let id = NetworkId::GoogLeNet { variant: network::Variant::Torchvision, auxiliary: true };
        network_cost(&id.build(), Network::INPUT, Convention::default()).unwrap()
    }

    #[test]
    fn keys_reach_every_box() {
        let cost = googlenet();
        let all: BTreeSet<_> = (0..cost.rows.len()).collect();
        for (open, width) in [(BTreeSet::new(), 560.0), (all.clone(), 560.0), (all, 340.0)] {
            let layout = Layout::new(&cost, &open, Additive::Macs, width);
            let mut reached = BTreeSet::new();
            let mut next = vec![layout.walk(7, Step::First)];
            while let Some(index) = next.pop() {
                if reached.insert(index) {
                    let steps = [Step::Up, Step::Down, Step::Left, Step::Right];
                    next.extend(steps.map(|step| layout.walk(index, step)));
                }
            }
            let missed = layout.places.iter().enumerate();
            let missed: Vec<_> = missed
                .filter(|(index, place)| can_be_reached(place) && !reached.contains(index))
                .map(|(_, place)| cost.rows[place.row].path.as_str())
                .collect();
            assert!(missed.is_empty(), "{missed:?}");
        }
    }

    #[test]
    fn a_step_goes_where_its_arrow_points() {
        let cost = googlenet();
        let row = |path: &str| cost.rows.iter().position(|row| row.path == path).unwrap();
        let open = BTreeSet::from([row("inception3a")]);
        let layout = Layout::new(&cost, &open, Additive::Params, 560.0);
        let cases = [
            ("maxpool2", Step::Down, "inception3a"),
            ("inception3a.branch1", Step::Right, "inception3a.branch2.0"),
            ("inception3a.branch2.0", Step::Down, "inception3a.branch2.1"),
            ("inception3a.branch4.1", Step::Down, "inception3b"),
            ("inception3a", Step::Up, "maxpool2"),
            ("inception4b", Step::Right, "aux1"),
            ("aux1", Step::Down, "aux2"),
            ("inception3b", Step::First, "conv1"),
            ("conv1", Step::Up, "conv1"),
            ("conv1", Step::Last, "fc"),
        ];
        for (from, step, to) in cases {
            let there = layout.walk(layout.place_of(row(from)).unwrap(), step);
            assert_eq!(cost.rows[layout.places[there].row].path, to, "{from} {step:?}");
        }
    }
}
