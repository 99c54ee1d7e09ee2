//! Substitution against numbers worked out by hand.

use std::collections::BTreeMap;

use super::*;
use crate::arch::network::{NetworkId, Node};
use crate::arch::{Conv2d, InceptionFields, Layer, Named, Preset, Shape, Size};
use crate::cost::{Additive, Comparison, Convention, Crossover, Totals, network_cost};

fn network(name: &str) -> Network {
    NetworkId::by_name(name).unwrap().build()
}

fn survey(network: &Network) -> Survey {
    Survey::of(network, Network::INPUT, Convention::default()).unwrap()
}

fn ranking(by: Additive) -> Ranking {
    Ranking { by, scope: Scope::Inference }
}

/// The row's path, without a convolution's own name where that is always `conv`.
fn path(survey: &Survey, row: usize) -> &str {
    survey.cost.rows[row].path.trim_end_matches(".conv")
}

fn recounted(network: &Network, recipe: &Recipe, rows: &[usize]) -> Totals {
    let substituted = substitute(network, recipe, rows).unwrap();
    let cost = network_cost(&substituted, Network::INPUT, Convention::default()).unwrap();
    assert_eq!(cost.faults, []);
    cost.inference
}

/// Weights and biases of 3a's proportions between `c` and `n` channels, for `n` a multiple of 64.
fn module_params(c: u64, n: u64) -> [u64; 2] {
    let part = |of_256| of_256 * n / 256;
    let weights = c * part(64)
        + c * part(96)
        + 3 * 3 * part(96) * part(128)
        + c * part(16)
        + 5 * 5 * part(16) * part(32)
        + c * part(32);
    [weights, part(64 + 96 + 128 + 16 + 32 + 32)]
}

#[test]
fn vgg16s_five_heaviest_by_params() {
    let vgg = network("vgg16");
    let survey = survey(&vgg);
    let recipe = Recipe::default();
    let curve = survey.savings(ranking(Additive::Params), &recipe, Additive::Params).unwrap();
    let paths: Vec<_> = curve.rows[..5].iter().map(|row| path(&survey, *row)).collect();
    assert_eq!(paths, ["features.19", "features.21", "features.24", "features.26", "features.28"]);
    // 512 → 512 each: 512·512·9 + 512 become (128, 192, 256, 32, 64, 64).
    let [weights, biases] = module_params(512, 512);
    assert_eq!([weights, biases], [706_560, 736]);
    let saved = 5 * (2_359_808 - weights - biases);
    assert_eq!(saved, 8_262_560);
    assert_eq!(curve.points[5].params, 138_357_544 - saved);
    assert_eq!(curve.points[5], recounted(&vgg, &recipe, &curve.rows[..5]));
}

#[test]
fn vgg16s_five_heaviest_by_macs() {
    let vgg = network("vgg16");
    let survey = survey(&vgg);
    let recipe = Recipe::default();
    let curve = survey.savings(ranking(Additive::Macs), &recipe, Additive::Macs).unwrap();
    let paths: Vec<_> = curve.rows[..5].iter().map(|row| path(&survey, *row)).collect();
    // Each has 1,849,688,064, so they stand as they run.
    assert_eq!(paths, ["features.2", "features.7", "features.12", "features.14", "features.19"]);
    let layers = [(64, 224), (128, 112), (256, 56), (256, 56), (512, 28)];
    let module = |(c, side): (u64, u64)| module_params(c, c)[0] * side * side;
    let saved: u64 = layers.map(|layer| 1_849_688_064 - module(layer)).iter().sum();
    assert_eq!(saved, 6_478_725_120);
    assert_eq!(curve.points[0].macs, 15_470_264_320);
    assert_eq!(curve.points[5].macs, 15_470_264_320 - saved);
    assert_eq!(curve.points[5], recounted(&vgg, &recipe, &curve.rows[..5]));
}

#[test]
fn three_channels_are_too_few() {
    let vgg = network("vgg16");
    let survey = survey(&vgg);
    let recipe = Recipe::default();
    let verdict = |index: usize| {
        let replacement = Replacement::default();
        survey.verdict(&survey.candidates[index], &replacement, Additive::Params).unwrap()
    };
    let first = verdict(0);
    assert_eq!(first.before.params, 3 * 64 * 9 + 64);
    assert_eq!(first.after.params, module_params(3, 64).iter().sum::<u64>());
    assert!(matches!(first.comparison, Comparison::More(_)));
    // 52·c + 7,804 against 576·c + 64: 14.77 channels.
    let Some(Crossover::From { exact, first }) = first.crossover else { panic!("{first:?}") };
    assert_eq!((exact.numerator, exact.denominator, first), (7740, 524, 15));
    let second = verdict(1);
    assert_eq!(second.crossover, verdict(0).crossover);
    assert!(matches!(second.comparison, Comparison::Fewer(_)));
    // The first layer is the lightest, so it comes last, and only there the curve turns.
    let curve = survey.savings(ranking(Additive::Params), &recipe, Additive::Params).unwrap();
    assert_eq!((curve.best, curve.loses_at), (12, Some(13)));
    assert_eq!(curve.rows.last(), Some(&1));
    assert_eq!(curve.points[13].params - curve.points[12].params, 7960 - 1792);
}

#[test]
fn a_module_makes_more_tensors_than_a_convolution() {
    let vgg = network("vgg16");
    let survey = survey(&vgg);
    let recipe = Recipe::default();
    let curve = survey.savings(ranking(Additive::Memory), &recipe, Additive::Memory).unwrap();
    assert_eq!((curve.best, curve.loses_at), (0, Some(1)));
    let heaviest = &survey.candidates[1];
    let verdict = survey.verdict(heaviest, &recipe.default, Additive::Memory).unwrap();
    assert_eq!(verdict.crossover, Some(Crossover::Never));
    // Two reductions, the pooled input, the output.
    assert_eq!(verdict.after.bytes, (24 + 4 + 64 + 64) * 224 * 224 * 4);
}

#[test]
fn the_write_ups_crossing_is_a_verdict() {
    let conv = Layer::Conv2d(Conv2d::same(192, 256, 3));
    let norm = Layer::BatchNorm2d { num_features: 256 };
    let network = Network { nodes: vec![Node::sequential("f", [conv, norm, Layer::ReLU])] };
    let input = Shape::new(192, 28, 28);
    let survey = Survey::of(&network, input, Convention::default()).unwrap();
    let verdict =
        survey.verdict(&survey.candidates[0], &Replacement::default(), Additive::Params).unwrap();
    assert_eq!([verdict.before.params, verdict.after.params], [192 * 256 * 9 + 512, 164_064]);
    assert!(matches!(verdict.crossover, Some(Crossover::From { first: 59, .. })));
}

#[test]
fn batch_norm_is_there_once() {
    let vgg = network("vgg16_bn");
    let survey = survey(&vgg);
    let recipe = Recipe::default();
    let row = survey.candidates[12].site.row;
    let substituted = substitute(&vgg, &recipe, &[row]).unwrap();
    let shapes = substituted.infer(Network::INPUT);
    let names: Vec<_> = substituted.nodes[0].children().iter().map(|n| n.name.as_str()).collect();
    assert_eq!(names[names.len() - 3..], ["39", "40", "43"]);
    assert_eq!(shapes.faults, []);
    let saved = survey.cost.totals.params - recounted(&vgg, &recipe, &[row]).params;
    // Scale and shift of 736 filters, instead of those and a bias of 512.
    assert_eq!(saved, 512 * 512 * 9 + 3 * 512 - (706_560 + 2 * 736));
}

#[test]
fn a_convolution_within_a_module_is_replaced_in_its_branch() {
    let googlenet = network("googlenet_aux");
    let survey = survey(&googlenet);
    let recipe = Recipe::default();
    let curve = survey.savings(ranking(Additive::Params), &recipe, Additive::Params).unwrap();
    assert_eq!(path(&survey, curve.rows[0]), "inception5b.branch2.1");
    assert_eq!(curve.refused.len(), 1);
    assert_eq!(path(&survey, curve.refused[0].row), "conv1");
    assert_eq!(curve.refused[0].reason, Refusal::Strided { stride: Size::square(2) });
    for k in [1, 9, curve.rows.len()] {
        assert_eq!(curve.points[k], recounted(&googlenet, &recipe, &curve.rows[..k]), "{k}");
    }
    // The fifth, 5b's first branch, is a 1×1, which no module beats; lighter 3×3 after it still are.
    assert_eq!((curve.best, curve.loses_at), (8, Some(5)));
    assert_eq!(path(&survey, curve.rows[4]), "inception5b.branch1");
    // The auxiliary classifiers' convolutions count where training does.
    let training = Ranking { scope: Scope::Training, ..Ranking::default() };
    assert_eq!(survey.ranked(training).len(), survey.ranked(Ranking::default()).len() + 2);
    let substituted = substitute(&googlenet, &recipe, &curve.rows[..1]).unwrap();
    let steps = substituted.infer(Network::INPUT).steps;
    assert!(steps.iter().any(|step| step.path == "inception5b.branch2.1.branch3.0.conv"));
}

#[test]
fn layers_may_have_replacements_of_their_own() {
    let googlenet = network("googlenet");
    let survey = survey(&googlenet);
    let stem = survey.candidates[0].site.row;
    let bottleneck = Replacement::Bottleneck(Share::QUARTER);
    let fields = Preset::by_id("5b").unwrap().fields;
    let torchvisions = Proportions::new(InceptionFields { kernel5: 3, ..fields }).unwrap();
    let recipe = Recipe {
        default: Replacement::Inception(torchvisions),
        overrides: BTreeMap::from([(stem, bottleneck)]),
    };
    let substituted = substitute(&googlenet, &recipe, &[stem]).unwrap();
    // 3 channels to 1 with a 1×1, then 7×7/2 to 64, batch norm after both.
    let params = |network: &Network| survey_params(network, 0);
    assert_eq!(params(&substituted), 3 + 2 + 49 * 64 + 128);
    let verdict = survey.verdict(&survey.candidates[0], &bottleneck, Additive::Params).unwrap();
    assert_eq!(verdict.after.params, params(&substituted));
    // c + 3,266 against 3,136·c + 128.
    assert!(matches!(verdict.crossover, Some(Crossover::From { first: 2, .. })));
}

fn survey_params(network: &Network, top_level: usize) -> u64 {
    survey(network).cost.top_level().nth(top_level).unwrap().totals.params
}

#[test]
fn what_is_no_convolution_or_open_is_no_candidate() {
    let vgg = network("vgg16");
    let refused = substitute(&vgg, &Recipe::default(), &[1, 2]);
    assert_eq!(refused, Err(Refused { row: 2, reason: Refusal::NoConvolution }));
    let conv = |from| Layer::Conv2d(Conv2d::same(from, 8, 3));
    let network = Network { nodes: vec![Node::sequential("f", [conv(3), conv(4), conv(8)])] };
    let survey = survey(&network);
    let paths: Vec<_> = survey.candidates.iter().map(|each| each.path.as_str()).collect();
    assert_eq!(paths, ["f.0", "f.2"]);
}

#[test]
fn five_thousand_convolutions_are_five_thousand_times_one() {
    let conv = Layer::Conv2d(Conv2d { bias: true, ..Conv2d::same(256, 256, 3) });
    let network = Network { nodes: vec![Node::sequential("f", vec![conv; 5000])] };
    let input = Shape::new(256, 7, 7);
    let survey = Survey::of(&network, input, Convention::default()).unwrap();
    let curve = survey.savings(Ranking::default(), &Recipe::default(), Additive::Params).unwrap();
    let [weights, biases] = module_params(256, 256);
    let saved = 256 * 256 * 9 + 256 - weights - biases;
    assert_eq!(survey.cost.totals.params - curve.points[5000].params, 5000 * saved);
    assert_eq!(curve.best, 5000);
}
