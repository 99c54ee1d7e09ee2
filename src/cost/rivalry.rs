//! The comparison that the Module view shows: what a module costs, and for which input channels it costs less
//! than a plain convolution.

use crate::arch::{BasicConv2d, Field, Form, Inception, Size};

use super::compare::Comparison;
use super::convention::Convention;
use super::crossover::Crossover;
use super::curve::Curve;
use super::metric::Metric;
use super::module::{ModuleCost, UnitCost, module_cost, plain_cost};
use super::{CostError, product};

/// The kernel sizes a plain convolution may have.
pub const PLAIN_KERNELS: [u64; 6] = [1, 3, 5, 7, 9, 11];

/// How many filters the plain convolutions have.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum PlainOut {
    /// As many as the module has output channels.
    #[default]
    Linked,
    /// A fixed number, as the write-up's 256.
    Fixed(u64),
}

impl PlainOut {
    /// The number of filters beside `module`.
    #[must_use]
    pub fn channels(self, module: &Inception) -> u64 {
        match self {
            Self::Linked => module.out_channels(),
            Self::Fixed(channels) => channels,
        }
    }
}

/// A module, what to count, and what to compare it with.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Question {
    /// The module.
    pub module: Inception,
    /// Height and width of its input.
    pub size: Size,
    /// What is counted.
    pub convention: Convention,
    /// Which count decides.
    pub metric: Metric,
    /// Kernel sizes of the plain convolutions.
    pub kernels: Vec<u64>,
    /// Their filters.
    pub plain_out: PlainOut,
}

/// The module in one of its forms: its cost, and its count along the input channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Contender {
    /// Reduced or naive.
    pub form: Form,
    /// Its cost with the module's present input channels.
    pub cost: ModuleCost,
    /// The metric's count.
    pub count: u64,
    /// The metric's count as a function of the input channels.
    pub curve: Curve,
}

/// A plain convolution beside the module.
#[derive(Clone, Debug, PartialEq)]
pub struct Rival {
    /// Side of its kernel.
    pub kernel_size: u64,
    /// Its filters with the module's present input channels.
    pub out_channels: u64,
    /// Its cost.
    pub cost: UnitCost,
    /// The metric's count.
    pub count: u64,
    /// The metric's count as a function of the input channels.
    pub curve: Curve,
    /// Where the module has fewer; see [`Crossover::between`] for `None`.
    pub crossover: Option<Crossover>,
    /// The module's count compared with this one.
    pub comparison: Comparison,
}

/// The answer to a [`Question`].
#[derive(Clone, Debug, PartialEq)]
pub struct Answer {
    /// The module in its own form.
    pub module: Contender,
    /// The same module in its other form; `None` where that has no branch left.
    pub other: Option<Contender>,
    /// The plain convolutions, by kernel size.
    pub rivals: Vec<Rival>,
}

impl Question {
    /// Counts everything.
    ///
    /// # Errors
    /// When a count does not fit into 64 bits.
    pub fn answer(&self) -> Result<Answer, CostError> {
        let module = self.contender(self.module)?;
        let other = self.module.in_form(self.module.form.other());
        let other = other.ok().map(|other| self.contender(other)).transpose()?;
        let rivals = self.kernels.iter().map(|&kernel| self.rival(kernel, &module));
        Ok(Answer { rivals: rivals.collect::<Result<_, _>>()?, module, other })
    }

    fn contender(&self, module: Inception) -> Result<Contender, CostError> {
        let cost_at =
            |c| module_cost(&module.with(Field::InChannels, c)?, self.size, self.convention);
        let cost = module_cost(&module, self.size, self.convention)?;
        let curve = match self.metric.additive() {
            Some(metric) => Curve::sum(|c| cost_at(c)?.totals.get(metric))?,
            None => Curve::largest(|c| Ok(cost_at(c)?.ops().map(|(_, op)| op.alive).collect()))?,
        };
        Ok(Contender { form: module.form, count: cost.count(self.metric)?, cost, curve })
    }

    fn rival(&self, kernel_size: u64, module: &Contender) -> Result<Rival, CostError> {
        let cost_beside = |module: &Inception| {
            let out_channels = self.plain_out.channels(module);
            let plain = BasicConv2d::same(module.in_channels, out_channels, kernel_size);
            plain_cost(&plain, self.size, self.convention)
        };
        let cost = cost_beside(&self.module)?;
        let count = cost.count(self.metric)?;
        // A single operation has no peak but its own, so this is a sum for every metric.
        let curve = Curve::sum(|c| {
            cost_beside(&self.module.with(Field::InChannels, c)?)?.count(self.metric)
        })?;
        Ok(Rival {
            kernel_size,
            out_channels: cost.output.channels,
            cost,
            count,
            crossover: Crossover::between(&module.curve, &curve),
            curve,
            comparison: Comparison::of(module.count, count),
        })
    }
}

/// `part` of `whole` in tenths of a percent, rounded; 0 of nothing.
///
/// # Errors
/// When `part` is too large to be multiplied.
pub fn per_mille(part: u64, whole: u64) -> Result<u64, CostError> {
    Ok((product(&[("part", part), ("scale", 1000)])? + whole / 2).checked_div(whole).unwrap_or(0))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Preset;
    use crate::cost::Polynomial;

    fn question(id: &str, metric: Metric) -> Question {
        let preset = Preset::by_id(id).unwrap();
        Question {
            module: Inception::new(preset.fields).unwrap(),
            size: preset.size,
            convention: Convention::default(),
            metric,
            kernels: PLAIN_KERNELS.to_vec(),
            plain_out: PlainOut::Linked,
        }
    }

    #[test]
    fn the_write_ups_figure() {
        let answer = question("write_up_256", Metric::Params).answer().unwrap();
        let line = Polynomial { constant: 124_128, linear: 208, quadratic: 0 };
        assert_eq!(answer.module.curve.polynomial(), Some(&line));
        let first = |kernel| {
            let rival = answer.rivals.iter().find(|rival| rival.kernel_size == kernel).unwrap();
            match rival.crossover {
                Some(Crossover::From { first, .. }) => first,
                other => panic!("{other:?}"),
            }
        };
        assert_eq!([first(3), first(5), first(7)], [59, 20, 11]);
    }

    #[test]
    fn reduction_never_saves_memory() {
        for metric in [Metric::Memory, Metric::PeakMemory] {
            let answer = question("3a", metric).answer().unwrap();
            assert!(answer.rivals.iter().all(|rival| rival.crossover == Some(Crossover::Never)));
        }
    }

    #[test]
    fn a_naive_module_beside_a_linked_convolution_is_quadratic_but_crosses_at_a_fraction() {
        let answer = question("write_up_naive", Metric::Params).answer().unwrap();
        let rival = &answer.rivals[1];
        assert_eq!(rival.curve.polynomial().map(|curve| curve.quadratic), Some(9));
        assert!(rival.crossover.is_some());
    }

    #[test]
    fn shares_are_rounded() {
        assert_eq!(per_mille(110_592, 164_064), Ok(674));
        assert_eq!(per_mille(0, 0), Ok(0));
    }
}
