//! The write-up's four experiments (its sections 5.1 and 5.2).

use crate::arch::{FieldError, Inception, InceptionFields, Preset, Size};
use crate::cost::{Convention, Metric, PlainOut};

use super::counting::Counting;
use super::model::{Kernels, Model};

/// One comparison of the write-up, with the numbers it publishes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Experiment {
    /// Section of the write-up.
    pub section: &'static str,
    /// Channels of the input.
    pub in_channels: u64,
    /// Kernel size of the plain convolution.
    pub kernel_size: u64,
    /// The module's parameters as the write-up prints them.
    pub published_module: u64,
    /// The plain convolution's parameters as the write-up prints them.
    pub published_plain: u64,
}

impl Experiment {
    /// All four, in the write-up's order.
    pub const ALL: [Self; 4] = [
        Self::new("5.1", 3, 3, [124_752, 7_424]),
        Self::new("5.1", 256, 3, [177_376, 590_336]),
        Self::new("5.2", 3, 5, [124_752, 19_712]),
        Self::new("5.2", 256, 5, [177_376, 1_638_912]),
    ];

    /// Filters of the write-up's plain convolution.
    pub const PLAIN_OUT: u64 = 256;

    const fn new(
        section: &'static str,
        in_channels: u64,
        kernel_size: u64,
        [published_module, published_plain]: [u64; 2],
    ) -> Self {
        Self { section, in_channels, kernel_size, published_module, published_plain }
    }

    /// `model` with everything set as in the experiment; the diagram, the chart's axes and
    /// the settings of a forward pass stay.
    ///
    /// # Errors
    /// Never for the experiments that exist.
    pub fn set_up(&self, model: &Model) -> Result<Model, FieldError> {
        let widths = Preset::ALL[0].fields;
        let fields = InceptionFields { in_channels: self.in_channels, ..widths };
        Ok(Model {
            module: Inception::new(fields)?,
            size: Size::square(224),
            square: true,
            counting: Counting { metric: Metric::Params, convention: Convention::default() },
            kernels: Kernels::of(&[self.kernel_size]),
            plain_out: PlainOut::Fixed(Self::PLAIN_OUT),
            ..*model
        })
    }

    /// The experiment that `model` shows.
    #[must_use]
    pub fn shown_by(model: &Model) -> Option<Self> {
        Self::ALL.into_iter().find(|experiment| experiment.set_up(model) == Ok(*model))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::state::Action;

    #[test]
    fn the_published_numbers_come_out() {
        for experiment in Experiment::ALL {
            let model = Model::default().apply(Action::LoadExperiment(experiment)).unwrap();
            let answer = model.question().answer().unwrap();
            assert_eq!(answer.module.count, experiment.published_module);
            assert_eq!(answer.rivals[0].count, experiment.published_plain);
            assert_eq!(Experiment::shown_by(&model), Some(experiment));
        }
    }
}
