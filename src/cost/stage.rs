//! A network's layers grouped by the resolution they work at: where its parameters sit, and where its
//! work.

use crate::arch::network::Signal;
use crate::arch::{Layer, Size};

use super::CostError;
use super::module::Totals;
use super::network::{NetworkCost, NetworkRow};
use super::receptive::ReceptiveField;

/// What the layers of a stage have in common.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum StageKind {
    /// They work on maps between two reductions.
    Maps {
        /// Height and width of the first map made (or pooled) there; `None` where an error leaves that
        /// open.
        size: Option<Size>,
    },
    /// They work on a vector.
    Classifier,
    /// They are in the side branch of this row.
    Side {
        /// Index of the branch's row.
        row: usize,
    },
}

/// Layers of one resolution.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Stage {
    /// What they have in common.
    pub kind: StageKind,
    /// Their rows, in the order they run. A side branch may stand between them.
    pub rows: Vec<usize>,
    /// What they cost together.
    pub totals: Totals,
}

/// The key by which layers are grouped into stages.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Key {
    /// Pixels of the input from one value to the next.
    Maps(Size),
    Classifier,
    Side(usize),
}

/// The stages of a network: maps from the finest to the coarsest in the order they run, the classifier, then
/// each side branch. Every layer, sum and product is in one of them, so they add up to [`NetworkCost::totals`].
///
/// Layers on maps are in one stage while no stride comes between them (a convolution without padding takes off
/// a border, which opens no stage). A convolution works at the resolution it makes, pooling at the one it
/// reads. A stage without any weights, as VGG's pooling before the classifier, is part of the one before it; so
/// is a layer whose input is unknown because of an error.
///
/// # Errors
/// When a sum does not fit into 64 bits.
pub fn stages(cost: &NetworkCost) -> Result<Vec<Stage>, CostError> {
    let mut grouped: Vec<(Key, Vec<usize>)> = Vec::new();
    let (mut side, mut resolution) = (0..0, Key::Maps(Size::square(1)));
    for (index, row) in cost.rows.iter().enumerate() {
        if row.training_only && !side.contains(&index) {
            side = index..row.end;
        }
        if !row.kind.is_operation() {
            continue;
        }
        let key = if side.contains(&index) {
            Key::Side(side.start)
        } else {
            resolution = key(row).unwrap_or(resolution);
            resolution
        };
        match grouped.iter_mut().find(|(known, _)| *known == key) {
            Some((_, rows)) => rows.push(index),
            None => grouped.push((key, vec![index])),
        }
    }
    join_weightless(cost, &mut grouped);
    let (sides, main): (Vec<_>, Vec<_>) =
        grouped.into_iter().partition(|(key, _)| matches!(key, Key::Side(_)));
    let (classifier, maps): (Vec<_>, Vec<_>) =
        main.into_iter().partition(|(key, _)| *key == Key::Classifier);
    let ordered = maps.into_iter().chain(classifier).chain(sides);
    ordered.map(|(key, rows)| stage(cost, key, rows)).collect()
}

/// The key of a layer of the main path; `None` if an error makes it unknown.
fn key(row: &NetworkRow) -> Option<Key> {
    let layer = row.layer();
    if matches!(layer, Some(Layer::Linear { .. })) || row.output.is_some_and(|signal| signal.flat) {
        return Some(Key::Classifier);
    }
    let step = row.receptive_field?.stride;
    let Some(layer) = layer.filter(|layer| pools(layer)) else { return Some(Key::Maps(step)) };
    let own = ReceptiveField::INPUT.after(layer, row.input?).stride;
    Some(Key::Maps(step.zip(own, |step, own| step.checked_div(own).unwrap_or(step))))
}

const fn pools(layer: &Layer) -> bool {
    matches!(layer, Layer::Pool2d(_) | Layer::AdaptiveAvgPool2d { .. })
}

/// Makes stages of maps without weights part of the stage of maps before them.
fn join_weightless(cost: &NetworkCost, grouped: &mut Vec<(Key, Vec<usize>)>) {
    let weighs = |row: &usize| {
        let layer = cost.rows[*row].layer();
        layer.is_some_and(|layer| matches!(layer, Layer::Conv2d(_) | Layer::Linear { .. }))
    };
    let is_maps = |key: Key| matches!(key, Key::Maps(_));
    let mut index = 1;
    while index < grouped.len() {
        let joins = is_maps(grouped[index].0) && !grouped[index].1.iter().any(weighs);
        match grouped[..index].iter().rposition(|(key, _)| is_maps(*key)) {
            Some(before) if joins => {
                let (_, rows) = grouped.remove(index);
                grouped[before].1.extend(rows);
            }
            _ => index += 1,
        }
    }
}

fn stage(cost: &NetworkCost, key: Key, mut rows: Vec<usize>) -> Result<Stage, CostError> {
    rows.sort_unstable();
    let kind = match key {
        Key::Classifier => StageKind::Classifier,
        Key::Side(row) => StageKind::Side { row },
        Key::Maps(_) => {
            let size = rows.iter().find_map(|row| works_at(&cost.rows[*row]));
            StageKind::Maps { size }
        }
    };
    let sum = |sum: Totals, row: &usize| sum.plus(cost.rows[*row].own);
    let totals = rows.iter().try_fold(Totals::default(), sum)?;
    Ok(Stage { kind, rows, totals })
}

/// Height and width that a layer works at.
fn works_at(row: &NetworkRow) -> Option<Size> {
    let signal = if row.layer().is_some_and(pools) { row.input } else { row.output };
    let Signal { shape, .. } = signal?;
    Some(Size { height: shape.height, width: shape.width })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Named;
    use crate::arch::network::{Network, NetworkId, Node};
    use crate::arch::{Conv2d, Pool2d, PoolKind, Shape};
    use crate::cost::{Convention, network_cost};

    fn cost(network: &Network, input: Shape) -> NetworkCost {
        network_cost(network, input, Convention::default()).unwrap()
    }

    fn named(name: &str) -> NetworkCost {
        cost(&NetworkId::by_name(name).unwrap().build(), Network::INPUT)
    }

    /// The side of each stage, 0 for a classifier, 1 for a side branch.
    fn sides(cost: &NetworkCost) -> Vec<u64> {
        let side = |stage: Stage| match stage.kind {
            StageKind::Maps { size } => size.unwrap().height,
            StageKind::Classifier => 0,
            StageKind::Side { .. } => 1,
        };
        stages(cost).unwrap().into_iter().map(side).collect()
    }

    #[test]
    fn every_layer_of_every_network_is_in_one_stage() {
        for id in NetworkId::all() {
            let cost = cost(&id.build(), Network::INPUT);
            let stages = stages(&cost).unwrap();
            let totals = stages.iter().map(|stage| stage.totals);
            assert_eq!(totals.reduce(|sum, each| sum.plus(each).unwrap()), Some(cost.totals));
            let mut rows: Vec<_> = stages.iter().flat_map(|stage| stage.rows.clone()).collect();
            rows.sort_unstable();
            let layers = 0..cost.rows.len();
            let layers: Vec<_> = layers.filter(|row| cost.rows[*row].kind.is_operation()).collect();
            assert_eq!(rows, layers, "{}", id.name());
        }
    }

    #[test]
    fn vgg_has_five_and_a_classifier_with_most_parameters() {
        let cost = named("vgg16");
        assert_eq!(sides(&cost), [224, 112, 56, 28, 14, 0]);
        let params: Vec<_> =
            stages(&cost).unwrap().iter().map(|stage| stage.totals.params).collect();
        assert_eq!(params[0], 1_792 + 36_928);
        assert_eq!(params[4], 3 * 2_359_808);
        assert_eq!(params[5], 102_764_544 + 16_781_312 + 4_097_000);
    }

    #[test]
    fn googlenet_has_five_a_classifier_and_side_branches_of_their_own() {
        for (name, expected) in [
            ("googlenet", &[112, 56, 28, 14, 7, 0][..]),
            ("googlenet_paper_aux", &[112, 56, 28, 14, 7, 0, 1, 1][..]),
        ] {
            assert_eq!(sides(&named(name)), expected);
        }
        let cost = named("googlenet_aux");
        let stages = stages(&cost).unwrap();
        let StageKind::Side { row } = stages[6].kind else { panic!("{:?}", stages[6]) };
        assert_eq!(cost.rows[row].path, "aux1");
        assert_eq!(stages[6].totals, cost.rows[row].totals);
        assert_eq!(stages[5].totals.params, 1_025_000);
    }

    const POOL: Layer = Layer::Pool2d(Pool2d::new(PoolKind::Max, Size::square(2), Size::square(2)));

    #[test]
    fn a_border_taken_off_opens_no_stage_and_weightless_layers_join() {
        let conv = |from, to| {
            Layer::Conv2d(Conv2d { padding: Size::square(0), ..Conv2d::same(from, to, 5) })
        };
        let layers = [conv(1, 6), conv(6, 6), POOL, conv(6, 16), POOL, POOL, Layer::ReLU];
        let cost = cost(
            &Network { nodes: vec![Node::sequential("features", layers)] },
            Shape::new(1, 36, 36),
        );
        assert_eq!(sides(&cost), [32, 10]);
        assert_eq!(stages(&cost).unwrap()[1].rows, [4, 5, 6, 7]);
    }

    #[test]
    fn networks_that_are_empty_or_do_not_fit_have_stages_too() {
        assert_eq!(stages(&cost(&Network::default(), Network::INPUT)), Ok(Vec::new()));
        let conv = Layer::Conv2d(Conv2d::same(3, 4, 3));
        let linear = Layer::Linear { in_features: 9, out_features: 5, bias: true };
        let layers = [POOL, conv, linear, Layer::ReLU];
        let network = Network { nodes: vec![Node::sequential("features", layers)] };
        let cost = cost(&network, Shape::new(3, 1, 1));
        assert_eq!(cost.faults.len(), 1);
        let stages = stages(&cost).unwrap();
        let rows: Vec<_> = stages.iter().map(|stage| stage.rows.clone()).collect();
        assert_eq!(rows, [[1, 2], [3, 4]]);
        assert_eq!(stages[0].totals.params, 9 * 3 * 4);
        assert_eq!(stages[0].kind, StageKind::Maps { size: Some(Size::square(1)) });
    }
}
