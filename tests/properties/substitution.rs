//! A replaced convolution changes nothing but its own cost.

use std::collections::{BTreeMap, HashMap};

use inception_explorer::arch::network::{ConvBlock, ModuleKind, Network, NetworkId, Node, Signal};
use inception_explorer::arch::{
    Conv2d, Inception, InceptionFields, Layer, Named, Pool2d, Shape, Size,
};
use inception_explorer::cost::substitute::{
    Candidate, Proportions, Ranking, Recipe, Refusal, Replacement, Scope, Share, Survey, substitute,
};
use inception_explorer::cost::{Additive, Convention, Totals, network_cost, stages};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use proptest::strategy::ValueTree;
use strum::VariantArray;

use crate::{cases, strategy};

fn proportions() -> impl Strategy<Value = Proportions> {
    strategy::module()
        .prop_filter_map("no branch has its reduction", |module| Proportions::new(*module).ok())
}

fn replacement() -> impl Strategy<Value = Replacement> {
    let share = (1..40_u64, 0..40_u64).prop_map(|(part, rest)| Share::new(part, part + rest));
    prop_oneof![
        2 => Just(Replacement::default()),
        4 => proportions().prop_map(Replacement::Inception),
        2 => share.prop_map(|share| Replacement::Bottleneck(share.unwrap())),
    ]
}

/// A replacement for all, and others for some of the rows.
fn recipe() -> impl Strategy<Value = Recipe> {
    let overrides = prop::collection::btree_map(0..60_usize, replacement(), 0..8);
    (replacement(), overrides).prop_map(|(default, overrides)| Recipe { default, overrides })
}

/// A convolution on `in_channels`, now and then one that takes other channels.
fn conv() -> impl Strategy<Value = Conv2d> {
    let taps = || select(vec![1, 3, 5, 7, 2]);
    let window = ((taps(), taps(), any::<bool>()), 1..3_u64, 1..3_u64, any::<bool>());
    (window, 1..40_u64, 0..8_u64, any::<bool>()).prop_map(|(window, out, odd, bias)| {
        let ((height, width, square), stride, dilation, same) = window;
        let kernel_size = Size::new(height, if square { height } else { width });
        let padding =
            kernel_size.map(|taps| if same { dilation * (taps - 1) / 2 } else { taps / 2 });
        let groups = if odd == 7 { 2 } else { 1 };
        let stride = if same { 1 } else { stride };
        Conv2d {
            in_channels: odd,
            out_channels: out * 2,
            kernel_size,
            stride: Size::square(stride),
            padding,
            dilation: Size::square(dilation),
            groups,
            bias,
        }
    })
}

#[derive(Clone, Debug)]
enum Piece {
    /// A convolution and layers that may follow it, beside each other.
    Layers(Conv2d, [bool; 2]),
    /// A unit in its container.
    ConvBlock(ConvBlock, Conv2d),
    /// Convolutions on the same input, concatenated.
    Parallel(Conv2d, Conv2d),
    Inception(ConvBlock),
    Side(Conv2d),
    Pool,
}

fn piece() -> impl Strategy<Value = Piece> {
    let unit = || select(vec![ConvBlock::BatchNorm, ConvBlock::Bias]);
    prop_oneof![
        4 => (conv(), any::<[bool; 2]>()).prop_map(|(conv, after)| Piece::Layers(conv, after)),
        2 => (unit(), conv()).prop_map(|(unit, conv)| Piece::ConvBlock(unit, conv)),
        1 => (conv(), conv()).prop_map(|(one, other)| Piece::Parallel(one, other)),
        1 => unit().prop_map(Piece::Inception),
        1 => conv().prop_map(Piece::Side),
        1 => Just(Piece::Pool),
    ]
}

/// The nodes of `pieces`, each on the channels that arrive unless a convolution is drawn to be at odds.
fn built(pieces: &[Piece]) -> Network {
    let mut channels = 6;
    let mut nodes = Vec::new();
    for (index, piece) in pieces.iter().enumerate() {
        let fitting = |conv: Conv2d| {
            let in_channels = if conv.in_channels == 0 { channels + 1 } else { channels };
            let groups = if in_channels % 2 == 0 { conv.groups } else { 1 };
            Conv2d { in_channels, groups, ..conv }
        };
        let name = format!("piece{index}");
        let alone = |name: &str, conv| Node::layer(name, Layer::Conv2d(fitting(conv)));
        match piece {
            Piece::Layers(conv, [norm, relu]) => {
                let mut layers = vec![Layer::Conv2d(fitting(*conv))];
                channels = conv.out_channels;
                layers.extend(norm.then_some(Layer::BatchNorm2d { num_features: channels }));
                layers.extend(relu.then_some(Layer::ReLU));
                nodes.push(Node::sequential(name, layers));
            }
            Piece::ConvBlock(unit, conv) => {
                nodes.push(unit.node(name, fitting(*conv)));
                channels = conv.out_channels;
            }
            Piece::Parallel(one, other) => {
                let same = |conv: Conv2d| Conv2d::same(0, conv.out_channels, 3);
                let [one, other] =
                    [same(*one), same(*other)].map(|conv| Conv2d { in_channels: 1, ..conv });
                let branches = vec![alone("a", one), alone("b", other)];
                nodes.push(Node::concat(name, ModuleKind::Inception, branches));
                channels = one.out_channels + other.out_channels;
            }
            Piece::Inception(unit) => {
                let fields = InceptionFields::new(channels, [4, 2, 6, 1, 2, 4]);
                nodes.push(unit.inception(name, &Inception::new(fields).unwrap()));
                channels = 16;
            }
            Piece::Side(conv) => {
                nodes.push(Node::side(name, ModuleKind::InceptionAux, vec![alone("conv", *conv)]));
            }
            Piece::Pool => nodes.push(Node::layer(name, Layer::Pool2d(Pool2d::INCEPTION))),
        }
    }
    Network { nodes }
}

/// A published network, or a small one whose shapes may not fit, and an input.
fn network() -> impl Strategy<Value = (Network, Shape)> {
    let known = select(NetworkId::all().collect::<Vec<_>>());
    let small = prop::collection::vec(piece(), 0..9).prop_map(|pieces| built(&pieces));
    prop_oneof![
        1 => known.prop_map(|id| (id.build(), Network::INPUT)),
        3 => (small, 1..30_u64, 1..30_u64)
            .prop_map(|(network, height, width)| (network, Shape::new(6, height, width))),
    ]
}

fn additive() -> impl Strategy<Value = Additive> {
    select(Additive::VARIANTS)
}

fn ranking() -> impl Strategy<Value = Ranking> {
    let scope = select(vec![Scope::Inference, Scope::Training]);
    (additive(), scope).prop_map(|(by, scope)| Ranking { by, scope })
}

/// Input and output of a node.
type Signals = [Option<Signal>; 2];

fn signals(network: &Network, input: Shape) -> HashMap<String, Signals> {
    let steps = network.infer(input).steps;
    steps.into_iter().map(|step| (step.path, [step.input, step.output])).collect()
}

/// Holds every node that is left of `network`, and what stands for the others, to its old shapes.
fn keeps_shapes(
    (network, input): (&Network, Shape),
    substituted: &Network,
    replaced: &[&Candidate],
) -> Result<(), TestCaseError> {
    let after = signals(substituted, input);
    for (row, step) in network.infer(input).steps.into_iter().enumerate() {
        let gone = replaced.iter().find(|each| each.site.rows.contains(&row));
        match gone {
            Some(candidate) if row > candidate.site.rows.start => {}
            _ => prop_assert_eq!(
                after.get(&step.path),
                Some(&[step.input, step.output]),
                "{}",
                step.path
            ),
        }
    }
    prop_assert_eq!(network.infer(input).output, substituted.infer(input).output);
    Ok(())
}

proptest! {
    #![proptest_config(cases(192))]

    #[test]
    fn any_subset_keeps_shapes_and_saves_what_recounting_says(
        (network, input) in network(),
        recipe in recipe(),
        convention in strategy::convention(),
        chosen in any::<u64>(),
        metric in additive(),
    ) {
        let survey = Survey::of(&network, input, convention).unwrap();
        let mut expected = survey.cost.totals;
        let mut replaced = Vec::new();
        for (index, candidate) in survey.candidates.iter().enumerate() {
            let replacement = recipe.at(candidate.site.row);
            if chosen.rotate_left(u32::try_from(index % 64).unwrap()) % 3 == 0 { continue }
            match survey.verdict(candidate, replacement, metric) {
                Ok(verdict) => {
                    expected = expected.exchanged(verdict.before, verdict.after).unwrap();
                    replaced.push(candidate);
                    let paying = verdict.crossover.map(|crossover| {
                        crossover.is_fewer_at(candidate.input.channels)
                    });
                    let [before, after] = [verdict.before, verdict.after].map(|t| t.get(metric).unwrap());
                    prop_assert_eq!(paying, Some(after < before));
                }
                Err(reason) => {
                    let row = candidate.site.row;
                    prop_assert_eq!(substitute(&network, &recipe, &[row]).unwrap_err().reason, reason);
                }
            }
        }
        let rows: Vec<_> = replaced.iter().map(|candidate| candidate.site.row).collect();
        let substituted = substitute(&network, &recipe, &rows).unwrap();
        keeps_shapes((&network, input), &substituted, &replaced)?;
        let cost = network_cost(&substituted, input, convention).unwrap();
        prop_assert_eq!(cost.totals, expected);
        prop_assert_eq!(cost.faults.len(), survey.cost.faults.len());
    }

    #[test]
    fn every_point_of_a_curve_is_what_recounting_says(
        (network, input) in network(),
        recipe in recipe(),
        convention in strategy::convention(),
        ranking in ranking(),
        metric in additive(),
        k in any::<Index>(),
    ) {
        let survey = Survey::of(&network, input, convention).unwrap();
        let curve = survey.savings(ranking, &recipe, metric).unwrap();
        prop_assert_eq!(curve.points.len(), curve.rows.len() + 1);
        prop_assert_eq!(curve.rows.len() + curve.refused.len(), survey.ranked(ranking).len());
        let k = k.index(curve.points.len());
        let substituted = substitute(&network, &recipe, &curve.rows[..k]).unwrap();
        let cost = network_cost(&substituted, input, convention).unwrap();
        let totals = match ranking.scope {
            Scope::Inference => cost.inference,
            Scope::Training => cost.totals,
        };
        prop_assert_eq!(curve.points[k], totals);

        let counts: Vec<_> = curve.points.iter().map(|point| point.get(metric).unwrap()).collect();
        let least = counts.iter().min();
        prop_assert_eq!(Some(curve.best), counts.iter().position(|count| Some(count) == least));
        let loses = counts.windows(2).position(|pair| pair[1] > pair[0]);
        prop_assert_eq!(curve.loses_at, loses.map(|index| index + 1));
        let heavy = |row: &usize| survey.cost.rows[*row].totals.get(ranking.by).unwrap();
        for pair in curve.rows.windows(2) {
            let [one, other] = [heavy(&pair[0]), heavy(&pair[1])];
            prop_assert!(one > other || (one == other && pair[0] < pair[1]));
        }
    }

    #[test]
    fn stages_add_up(
        (network, input) in network(),
        convention in strategy::convention(),
    ) {
        let cost = network_cost(&network, input, convention).unwrap();
        let stages = stages(&cost).unwrap();
        let sum = |sum: Totals, stage: &Totals| sum.plus(*stage).unwrap();
        let totals: Vec<_> = stages.iter().map(|stage| stage.totals).collect();
        prop_assert_eq!(totals.iter().fold(Totals::default(), sum), cost.totals);
        let mut rows: Vec<_> = stages.into_iter().flat_map(|stage| stage.rows).collect();
        let listed = rows.len();
        rows.sort_unstable();
        rows.dedup();
        let operations = cost.rows.iter().filter(|row| row.kind.is_operation());
        prop_assert_eq!([rows.len(), operations.count()], [listed; 2]);
    }
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn proportions_give_exactly_the_filters_asked_for(
        proportions in proportions(),
        in_channels in 1..=1024_u64,
        out_channels in 0..=2048_u64,
    ) {
        let fields = proportions.fields();
        let share = |red: u64, width: u64| if red > 0 { width } else { 0 };
        let shares = [
            fields.ch1x1,
            share(fields.ch3x3red, fields.ch3x3),
            share(fields.ch5x5red, fields.ch5x5),
            fields.pool_proj,
        ];
        let branches = shares.iter().filter(|share| **share > 0).count();
        let module = match proportions.scaled(in_channels, out_channels) {
            Ok(module) => module,
            Err(Refusal::TooNarrow { .. }) => {
                prop_assert!(out_channels < branches as u64);
                return Ok(());
            }
            // A reduction far wider than the output, scaled up.
            Err(Refusal::Field(_)) => {
                let widest = fields.ch3x3red.max(fields.ch5x5red) * out_channels;
                prop_assert!(widest / shares.iter().sum::<u64>() >= 4096);
                return Ok(());
            }
            Err(other) => return Err(TestCaseError::fail(other.to_string())),
        };
        let widths = [module.ch1x1, module.ch3x3, module.ch5x5, module.pool_proj];
        prop_assert_eq!(widths.iter().sum::<u64>(), out_channels);
        prop_assert_eq!(module.out_channels(), out_channels);
        let whole: u64 = shares.iter().sum();
        for (width, share) in widths.into_iter().zip(shares) {
            prop_assert_eq!(width > 0, share > 0);
            let floor = share * out_channels / whole;
            // One more by its remainder; one fewer for each of three branches that had none.
            prop_assert!(width <= floor + 1 && width + 3 >= floor, "{width} of {floor}");
        }
        let scaled = |red: u64| ((2 * red * out_channels + whole) / (2 * whole)).max(1);
        if module.ch3x3 > 0 { prop_assert_eq!(module.ch3x3red, scaled(fields.ch3x3red)); }
        if module.ch5x5 > 0 { prop_assert_eq!(module.ch5x5red, scaled(fields.ch5x5red)); }
        prop_assert_eq!([module.kernel3, module.kernel5], [fields.kernel3, fields.kernel5]);
    }
}

#[test]
fn the_small_networks_hold_every_case() {
    // A law over networks without candidates, or without faults, would say little.
    let mut runner = proptest::test_runner::TestRunner::deterministic();
    let mut seen: BTreeMap<&str, usize> = BTreeMap::new();
    for _ in 0..200 {
        let (network, input) = network().new_tree(&mut runner).unwrap().current();
        let survey = Survey::of(&network, input, Convention::default()).unwrap();
        let curve =
            survey.savings(Ranking::default(), &Recipe::default(), Additive::Params).unwrap();
        for refused in curve.refused {
            let name = match refused.reason {
                Refusal::Grouped { .. } => "grouped",
                Refusal::Strided { .. } => "strided",
                Refusal::ChangesSize { .. } => "changes size",
                Refusal::TooNarrow { .. } => "too narrow",
                _ => "other",
            };
            *seen.entry(name).or_default() += 1;
        }
        *seen.entry("replaced").or_default() += curve.rows.len();
        *seen.entry("faulty").or_default() += usize::from(!survey.cost.faults.is_empty());
        *seen.entry("loses").or_default() += usize::from(curve.loses_at.is_some());
    }
    for case in ["grouped", "strided", "changes size", "too narrow", "replaced", "faulty", "loses"]
    {
        assert!(seen.get(case).is_some_and(|count| *count > 5), "{case}: {seen:?}");
    }
}
