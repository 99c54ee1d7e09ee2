//! The convolutions of a network by their cost, and whether replacing one pays.

use std::cmp::Reverse;

use strum::{IntoStaticStr, VariantArray};

use crate::arch::network::{Network, Node};
use crate::arch::{Conv2d, Layer, Shape};

use super::{Fitted, Refusal, Replacement, Site, sites};
use crate::cost::{
    Additive, Comparison, Convention, CostError, Crossover, Curve, NetworkCost, Totals,
    network_cost,
};

/// Which layers count.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Scope {
    /// The layers that run at inference: without side branches.
    #[default]
    Inference,
    /// The layers that run while training: with side branches.
    Training,
}

/// The order in which convolutions are replaced: heaviest first, equally heavy ones as they run.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Ranking {
    /// By which count of the convolution itself.
    pub by: Additive,
    /// Among which layers.
    pub scope: Scope,
}

/// A convolution that could be replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Candidate {
    /// The convolution and the layers that are replaced with it.
    pub site: Site,
    /// The names from the model down to it, joined by dots.
    pub path: String,
    /// The shape of its input.
    pub input: Shape,
    /// What the convolution costs, as in its row.
    pub totals: Totals,
    /// Whether it is in a side branch, which only training runs.
    pub training_only: bool,
}

/// A network, counted, and its convolutions.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Survey {
    /// What is counted.
    pub convention: Convention,
    /// The network as it is.
    pub cost: NetworkCost,
    /// Its convolutions in the order they run. One that does not fit, or whose input an error before
    /// it leaves open, is left out.
    pub candidates: Vec<Candidate>,
}

/// The costs that a replacement removes and adds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Exchange {
    pub fitted: Fitted,
    pub before: Totals,
    pub after: Totals,
}

/// Whether one replacement pays.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Verdict {
    /// The replacement.
    pub fitted: Fitted,
    /// The cost removed: the convolution with its batch norm and `ReLU`.
    pub before: Totals,
    /// The cost added.
    pub after: Totals,
    /// The metric's count after, compared with the count before.
    pub comparison: Comparison,
    /// For which input channels replacing pays, with the present widths and size.
    pub crossover: Option<Crossover>,
}

impl Survey {
    /// Counts `network` on one image of shape `input` and finds its convolutions.
    ///
    /// # Errors
    /// As [`network_cost`].
    pub fn of(network: &Network, input: Shape, convention: Convention) -> Result<Self, CostError> {
        let cost = network_cost(network, input, convention)?;
        let candidates = sites(network).into_iter().filter_map(|site| {
            let row = cost.rows.get(site.row).filter(|row| row.counted)?;
            Some(Candidate {
                path: row.path.clone(),
                input: row.input?.shape,
                totals: row.totals,
                training_only: row.training_only,
                site,
            })
        });
        Ok(Self { convention, candidates: candidates.collect(), cost })
    }

    /// The candidates that count, the heaviest first.
    #[must_use]
    pub fn ranked(&self, ranking: Ranking) -> Vec<&Candidate> {
        let counts =
            |candidate: &&Candidate| ranking.scope == Scope::Training || !candidate.training_only;
        let mut ranked: Vec<_> = self.candidates.iter().filter(counts).collect();
        // Counts beyond 64 bits are the largest there are.
        let count = |candidate: &Candidate| candidate.totals.get(ranking.by).unwrap_or(u64::MAX);
        ranked.sort_by_key(|candidate| Reverse(count(candidate)));
        ranked
    }

    /// What the network costs before any replacement.
    #[must_use]
    pub const fn totals(&self, scope: Scope) -> Totals {
        match scope {
            Scope::Inference => self.cost.inference,
            Scope::Training => self.cost.totals,
        }
    }

    /// Whether replacing `candidate` by `replacement` pays.
    ///
    /// # Errors
    /// When it can't be replaced.
    pub fn verdict(
        &self,
        candidate: &Candidate,
        replacement: &Replacement,
        metric: Additive,
    ) -> Result<Verdict, Refusal> {
        let Exchange { fitted, before, after } = self.exchange(candidate, replacement)?;
        let curve = |count: &dyn Fn(u64) -> Result<Totals, CostError>| {
            Curve::sum(|in_channels| count(in_channels)?.get(metric))
        };
        let plain = curve(&|c| self.count_before(candidate, c))?;
        let module = curve(&|c| self.count_after(candidate, fitted, c))?;
        Ok(Verdict {
            fitted,
            before,
            after,
            comparison: Comparison::of(after.get(metric)?, before.get(metric)?),
            crossover: Crossover::between(&module, &plain),
        })
    }

    /// The costs that replacing `candidate` removes and adds.
    pub(super) fn exchange(
        &self,
        candidate: &Candidate,
        replacement: &Replacement,
    ) -> Result<Exchange, Refusal> {
        let conv = &candidate.site.conv;
        let fitted = replacement.fit(conv)?;
        Ok(Exchange {
            fitted,
            before: self.count_before(candidate, conv.in_channels)?,
            after: self.count_after(candidate, fitted, conv.in_channels)?,
        })
    }

    /// The cost removed, for `in_channels` input channels.
    fn count_before(&self, candidate: &Candidate, in_channels: u64) -> Result<Totals, CostError> {
        let layers = candidate.site.layers.iter().map(|layer| match *layer {
            Layer::Conv2d(conv) => Layer::Conv2d(Conv2d { in_channels, ..conv }),
            other => other,
        });
        self.count(Node::sequential(String::new(), layers), candidate, in_channels)
    }

    /// The cost added, for `in_channels` input channels.
    fn count_after(
        &self,
        candidate: &Candidate,
        fitted: Fitted,
        in_channels: u64,
    ) -> Result<Totals, CostError> {
        let fitted = fitted.with_in_channels(in_channels)?;
        self.count(fitted.node(String::new(), candidate.site.block), candidate, in_channels)
    }

    /// What `node` costs in the candidate's place.
    fn count(
        &self,
        node: Node,
        candidate: &Candidate,
        in_channels: u64,
    ) -> Result<Totals, CostError> {
        let input = Shape { channels: in_channels, ..candidate.input };
        let cost = network_cost(&Network { nodes: vec![node] }, input, self.convention)?;
        // A layer that can't be counted adds nothing to the sum.
        cost.faults.first().map_or(Ok(cost.totals), |fault| Err(fault.error))
    }
}
