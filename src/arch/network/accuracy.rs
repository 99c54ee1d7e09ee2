//! How well VGG's configurations classify: the write-up's figure 2, which is table 3 of Simonyan &
//! Zisserman, 2014 (arXiv:1409.1556).

use super::VggConfig;

/// The shorter side S of the images a network was trained on, in pixels.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum TrainSide {
    /// All alike.
    Fixed(u64),
    /// Drawn anew for each image from a range, both ends included.
    Jittered {
        /// Shortest.
        min: u64,
        /// Longest.
        max: u64,
    },
}

/// Errors on ImageNet's 50,000 validation images at a single test scale.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct ErrorRate {
    /// The network, without batch norm.
    pub config: VggConfig,
    /// S.
    pub train: TrainSide,
    /// Q: the shorter side of the test images, in pixels.
    pub test: u64,
    /// Images whose class is not the first guess, in %.
    pub top1: f64,
    /// Images whose class is not among the first five guesses, in %.
    pub top5: f64,
}

const fn rate(config: VggConfig, train: TrainSide, test: u64, top1: f64, top5: f64) -> ErrorRate {
    ErrorRate { config, train, test, top1, top5 }
}

const S256: TrainSide = TrainSide::Fixed(256);
const S384: TrainSide = TrainSide::Fixed(384);
const JITTERED: TrainSide = TrainSide::Jittered { min: 256, max: 512 };

impl ErrorRate {
    /// Where the figures are from.
    pub const SOURCE: &'static str = "Simonyan & Zisserman, 2014, table 3 (arXiv:1409.1556)";

    /// Every row of the table, in its order.
    pub const ALL: [Self; 12] = [
        rate(VggConfig::A, S256, 256, 29.6, 10.4),
        rate(VggConfig::ALrn, S256, 256, 29.7, 10.5),
        rate(VggConfig::B, S256, 256, 28.7, 9.9),
        rate(VggConfig::C, S256, 256, 28.1, 9.4),
        rate(VggConfig::C, S384, 384, 28.1, 9.3),
        rate(VggConfig::C, JITTERED, 384, 27.3, 8.8),
        rate(VggConfig::D, S256, 256, 27.0, 8.8),
        rate(VggConfig::D, S384, 384, 26.8, 8.7),
        rate(VggConfig::D, JITTERED, 384, 25.6, 8.1),
        rate(VggConfig::E, S256, 256, 27.3, 9.0),
        rate(VggConfig::E, S384, 384, 26.9, 8.7),
        rate(VggConfig::E, JITTERED, 384, 25.5, 8.0),
    ];

    /// The rows of one configuration.
    pub fn of(config: VggConfig) -> impl Iterator<Item = &'static Self> {
        Self::ALL.iter().filter(move |rate| rate.config == config)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Named;

    #[test]
    fn every_configuration_has_a_row_and_the_best_is_the_deepest() {
        assert!(VggConfig::all().all(|config| ErrorRate::of(config).next().is_some()));
        let best = ErrorRate::ALL.iter().min_by(|a, b| a.top5.total_cmp(&b.top5)).unwrap();
        assert_eq!((best.config, best.train, best.test), (VggConfig::E, JITTERED, 384));
    }

    #[test]
    fn local_response_normalisation_did_not_help() {
        let top1 = |config| ErrorRate::of(config).next().unwrap().top1;
        assert!(top1(VggConfig::ALrn) > top1(VggConfig::A));
    }
}
