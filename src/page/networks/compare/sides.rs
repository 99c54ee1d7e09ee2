//! The two sides of a comparison: their counts one below the other, their stages beside each other.

use std::cmp::Ordering;
use std::rc::Rc;

use yew::AttrValue;

use crate::arch::network::{Network, NetworkId, Variant, VggConfig};
use crate::arch::{Layer, Shape};
use crate::cost::{
    Additive, Comparison, Convention, CostError, Metric, NetworkCost, Stage, StageKind,
    network_cost, stages, torchsummary,
};
use crate::state::networks::Source;

/// The two networks, by name and number.
#[derive(Clone, PartialEq)]
pub struct Both {
    /// The shown network.
    pub subject: Rc<Side>,
    /// What it is compared with.
    pub rival: Rc<Side>,
    /// Their names.
    pub names: [AttrValue; 2],
}

/// One of the two networks.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Side {
    pub cost: Rc<NetworkCost>,
    pub stages: Vec<Stage>,
    /// Layers with weights on the longest path to its output.
    pub depth: usize,
    /// Bytes that torchsummary estimates in all; `None` if the tool would fail.
    pub torchsummary: Option<u64>,
}

impl Side {
    /// `network` on one image of shape `input`, counted by `convention`.
    ///
    /// # Errors
    /// When a count does not fit into 64 bits.
    pub fn new(network: &Network, input: Shape, convention: Convention) -> Result<Self, CostError> {
        let cost = network_cost(network, input, convention)?;
        let values = |summary: crate::cost::TorchSummary| {
            let outputs = summary.output_values.checked_mul(2)?;
            let all = outputs.checked_add(summary.total_params)?;
            all.checked_add(summary.input_values)?.checked_mul(4)
        };
        Ok(Self {
            stages: stages(&cost)?,
            cost: Rc::new(cost),
            depth: network.depth(),
            torchsummary: torchsummary(network, input).ok().and_then(values),
        })
    }

    /// Whether training runs more than inference does.
    #[must_use]
    pub fn has_auxiliary(&self) -> bool {
        self.cost.rows.iter().any(|row| row.training_only)
    }

    /// Whether its work and memory could be counted.
    #[must_use]
    pub fn is_counted(&self) -> bool {
        self.cost.faults.is_empty()
    }

    /// A count of `run`; `None` if an error makes it unknown.
    #[must_use]
    pub fn get(&self, quantity: Quantity, run: Run) -> Option<u64> {
        match quantity {
            Quantity::Count(metric) => {
                let totals = match run {
                    Run::Inference => self.cost.inference,
                    Run::Training => self.cost.totals,
                };
                let open = metric.needs_shapes() && !self.is_counted();
                let count = match metric.additive() {
                    Some(additive) => totals.get(additive).ok(),
                    None => self.cost.count(metric),
                };
                count.filter(|_| !open)
            }
            Quantity::WeightLayers => {
                let has_weights =
                    |layer: &Layer| matches!(layer, Layer::Conv2d(_) | Layer::Linear { .. });
                let rows = self
                    .cost
                    .layers()
                    .filter(|(row, layer)| has_weights(layer) && !row.training_only);
                u64::try_from(rows.count()).ok()
            }
            Quantity::Depth => u64::try_from(self.depth).ok(),
            Quantity::Torchsummary => self.torchsummary,
        }
    }

    /// The stage with most of `metric`, and how much of it; `None` if that is unknown.
    #[must_use]
    pub fn heaviest(&self, metric: Additive) -> Option<(&Stage, u64)> {
        if Metric::from(metric).needs_shapes() && !self.is_counted() {
            return None;
        }
        let counts = self
            .stages
            .iter()
            .filter_map(|stage| stage.totals.get(metric).ok().map(|count| (stage, count)));
        counts.max_by_key(|(_, count)| *count).filter(|(_, count)| *count > 0)
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Run {
    /// Without side branches.
    Inference,
    Training,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Quantity {
    /// Parameters, work or memory.
    Count(Metric),
    /// Convolutions and linear layers that inference runs.
    WeightLayers,
    /// The layers on the longest path to the output.
    Depth,
    /// The bytes torchsummary estimates, training included.
    Torchsummary,
}

impl Quantity {
    /// What a run is compared by, in the order of the table.
    #[must_use]
    pub fn of(run: Run, has_auxiliary: bool) -> Vec<Self> {
        let mut all = [Metric::Params, Metric::Macs, Metric::Memory].map(Self::Count).to_vec();
        // The peak is of inference. Auxiliary classifiers are not on a path to the output, so their layers don't
        // count.
        if run == Run::Inference {
            all.push(Self::Count(Metric::PeakMemory));
            all.extend([Self::WeightLayers, Self::Depth]);
        }
        // The tool summarises a model as it trains.
        if run == Run::Training || !has_auxiliary {
            all.push(Self::Torchsummary);
        }
        all
    }
}

/// A stage of one network, of the other, or of both.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The stage of the shown network.
    pub subject: Option<Stage>,
    /// The stage of the other network.
    pub rival: Option<Stage>,
}

/// Where a stage stands: its kind, then how often its maps have been halved.
type Place = (u8, i32);

fn places(stages: &[Stage], input: Shape) -> Vec<Place> {
    let mut last = 0;
    let place = |stage: &Stage| match stage.kind {
        StageKind::Maps { size } => {
            if let Some(size) = size {
                let area = |height: u64, width: u64| height.max(1) as f64 * width.max(1) as f64;
                let ratio = area(input.height, input.width) / area(size.height, size.width);
                #[expect(clippy::cast_possible_truncation, reason = "the logarithm of a u128")]
                let halved = (ratio.log2() / 2.0).round() as i32;
                last = halved;
            }
            (0, last)
        }
        StageKind::Classifier => (1, 0),
        StageKind::Side { .. } => (2, 0),
    };
    stages.iter().map(place).collect()
}

/// The stages of both, those at the same resolution beside each other. The sizes themselves need not be
/// equal: one network rounds 225 / 2 up, the other down.
#[must_use]
pub fn pairs(subject: &[Stage], rival: &[Stage], input: Shape) -> Vec<Pair> {
    let mut subjects = places(subject, input).into_iter().zip(subject).peekable();
    let mut rivals = places(rival, input).into_iter().zip(rival).peekable();
    let mut pairs = Vec::new();
    loop {
        let order = match (subjects.peek(), rivals.peek()) {
            (Some((one, _)), Some((other, _))) => one.cmp(other),
            (Some(_), None) => Ordering::Less,
            (None, Some(_)) => Ordering::Greater,
            (None, None) => return pairs,
        };
        let (subject, rival) = match order {
            Ordering::Less => (subjects.next(), None),
            Ordering::Greater => (None, rivals.next()),
            Ordering::Equal => (subjects.next(), rivals.next()),
        };
        let stage = |(_, stage): (Place, &Stage)| stage.clone();
        pairs.push(Pair { subject: subject.map(stage), rival: rival.map(stage) });
    }
}

/// The write-up's claim: the parameters of GoogLeNet, auxiliary classifiers included, as a tenth of
/// VGG16's.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Claim {
    /// VGG16's parameters.
    pub vgg: u64,
    /// GoogLeNet's while training.
    pub training: u64,
    /// GoogLeNet's at inference.
    pub inference: u64,
}

impl Claim {
    /// The claim, where the two are the networks it is about.
    #[must_use]
    pub fn about(subject: &Source, rival: NetworkId) -> Option<Self> {
        const VGG: NetworkId = NetworkId::Vgg { config: VggConfig::D, batch_norm: false };
        let googlenet = |id: NetworkId| {
            matches!(id, NetworkId::GoogLeNet { variant: Variant::Torchvision, .. })
        };
        let Source::Known(subject) = *subject else { return None };
        let is_it = (subject == VGG && googlenet(rival)) || (googlenet(subject) && rival == VGG);
        let with_aux = NetworkId::GoogLeNet { variant: Variant::Torchvision, auxiliary: true };
        let cost =
            |id: NetworkId| network_cost(&id.build(), Network::INPUT, Convention::default()).ok();
        let (vgg, google) = is_it.then(|| Some((cost(VGG)?, cost(with_aux)?))).flatten()?;
        Some(Self {
            vgg: vgg.totals.params,
            training: google.totals.params,
            inference: google.inference.params,
        })
    }
}

/// The ratio; empty if a count is unknown.
#[must_use]
pub fn compare(count: Option<u64>, other: Option<u64>) -> Option<Comparison> {
    Some(Comparison::of(count?, other?))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Named;

    fn side(name: &str, input: Shape) -> Side {
        Side::new(&NetworkId::by_name(name).unwrap().build(), input, Convention::default()).unwrap()
    }

    fn known(name: &str) -> Source {
        Source::Known(NetworkId::by_name(name).unwrap())
    }

    /// Height of the maps of both; 0 for a classifier, 1 for a side branch.
    fn sides(pairs: &[Pair]) -> Vec<(Option<u64>, Option<u64>)> {
        let side = |stage: &Stage| match stage.kind {
            StageKind::Maps { size } => size.unwrap().height,
            StageKind::Classifier => 0,
            StageKind::Side { .. } => 1,
        };
        let both = |pair: &Pair| (pair.subject.as_ref().map(side), pair.rival.as_ref().map(side));
        pairs.iter().map(both).collect()
    }

    #[test]
    fn stages_of_one_resolution_stand_beside_each_other() {
        let (vgg, googlenet) =
            (side("vgg16", Network::INPUT), side("googlenet_aux", Network::INPUT));
        let pairs = pairs(&vgg.stages, &googlenet.stages, Network::INPUT);
        assert_eq!(
            sides(&pairs),
            [
                (Some(224), None),
                (Some(112), Some(112)),
                (Some(56), Some(56)),
                (Some(28), Some(28)),
                (Some(14), Some(14)),
                (None, Some(7)),
                (Some(0), Some(0)),
                (None, Some(1)),
                (None, Some(1)),
            ]
        );
        let params = |stage: fn(&Pair) -> &Option<Stage>| -> u64 {
            pairs.iter().filter_map(|pair| stage(pair).as_ref()).map(|s| s.totals.params).sum()
        };
        assert_eq!(params(|pair| &pair.subject), 138_357_544);
        assert_eq!(params(|pair| &pair.rival), 13_004_888);
    }

    #[test]
    fn sizes_that_are_rounded_otherwise_still_meet() {
        let input = Shape::new(3, 225, 225);
        let (vgg, googlenet) = (side("vgg16", input), side("googlenet", input));
        let met = sides(&pairs(&vgg.stages, &googlenet.stages, input));
        assert_eq!(met[1], (Some(112), Some(113)));
        assert_eq!(met.iter().filter(|(one, other)| one.is_some() && other.is_some()).count(), 5);
    }

    #[test]
    fn what_an_input_leaves_open_is_not_compared() {
        // The paper's classifiers take what 224 × 224 makes.
        let input = Shape::new(3, 256, 256);
        let (vgg, paper) = (side("vgg16", input), side("googlenet_paper", input));
        assert!(vgg.is_counted() && !paper.is_counted());
        let of = |quantity| {
            let count = |side: &Side| side.get(quantity, Run::Inference);
            compare(count(&vgg), count(&paper))
        };
        assert_eq!(of(Quantity::Count(Metric::Macs)), None);
        assert_eq!(of(Quantity::Torchsummary), None);
        assert!(matches!(of(Quantity::Count(Metric::Params)), Some(Comparison::More(_))));
        assert_eq!(paper.heaviest(Additive::Macs), None);
    }

    #[test]
    fn training_counts_what_inference_drops() {
        let googlenet = side("googlenet_aux", Network::INPUT);
        let both = |quantity| {
            [Run::Training, Run::Inference].map(|run| googlenet.get(quantity, run).unwrap())
        };
        assert_eq!(both(Quantity::Count(Metric::Params)), [13_004_888, 6_624_904]);
        assert_eq!(both(Quantity::WeightLayers), [58, 58]);
        assert_eq!(both(Quantity::Depth), [22, 22]);
        assert!(googlenet.has_auxiliary() && !side("vgg16", Network::INPUT).has_auxiliary());
    }

    #[test]
    fn torchsummarys_total_is_the_tools() {
        let megabytes = |name| {
            let bytes = side(name, Network::INPUT).torchsummary.unwrap();
            format!("{:.2}", bytes as f64 / 1024.0 / 1024.0)
        };
        assert_eq!(megabytes("vgg16"), "747.15");
        assert_eq!(megabytes("googlenet_aux"), "144.44");
    }

    #[test]
    fn the_claim_is_about_these_two_and_a_tenth_is_a_twentieth() {
        let id = |name| NetworkId::by_name(name).unwrap();
        let claim = Claim::about(&known("vgg16"), id("googlenet_aux")).unwrap();
        let expected = Claim { vgg: 138_357_544, training: 13_004_888, inference: 6_624_904 };
        assert_eq!(claim, expected);
        let times = |part: u64| claim.vgg as f64 / part as f64;
        // "A tenth" and "a twentieth", as the page says it in words.
        assert!((times(claim.training) - 10.0).abs() < 1.0);
        assert!((times(claim.inference) - 20.0).abs() < 1.0);
        assert_eq!(Claim::about(&known("googlenet"), id("vgg16")), Some(claim));
        for (subject, rival) in
            [("vgg16", "googlenet_paper"), ("vgg16_bn", "googlenet"), ("vgg16", "vgg19")]
        {
            assert_eq!(Claim::about(&known(subject), id(rival)), None);
        }
    }

    #[test]
    fn the_heaviest_stage_of_vgg_is_its_classifier() {
        let vgg = side("vgg16", Network::INPUT);
        let (stage, params) = vgg.heaviest(Additive::Params).unwrap();
        assert_eq!((stage.kind, params), (StageKind::Classifier, 123_642_856));
        let (stage, _) = vgg.heaviest(Additive::Macs).unwrap();
        assert!(matches!(stage.kind, StageKind::Maps { .. }));
    }
}
