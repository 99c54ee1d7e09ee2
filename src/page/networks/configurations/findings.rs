//! What figure 2 shows, in numbers.

use crate::arch::network::{ErrorRate, VggConfig};

use super::scatter::TopK;

/// Errors in %. A configuration's errors are taken from its first row, whose sides all six have.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Findings {
    pub shallow: f64,
    /// Of D.
    pub deep: f64,
    /// Of the deepest, E.
    pub deepest: f64,
    /// Of A with local response normalisation.
    pub normalised: f64,
    /// Of C: as deep as D, with 1×1 where D has 3×3.
    pub pointwise: f64,
    /// The best row.
    pub best: ErrorRate,
}

impl Findings {
    /// By the first guess or the first five.
    #[must_use]
    pub fn of(top_k: TopK) -> Self {
        let [first, ..] = ErrorRate::ALL;
        let error = |config| ErrorRate::of(config).next().map_or(f64::NAN, |r| top_k.of(r));
        let better = |one: ErrorRate, other: &ErrorRate| {
            if top_k.of(other) < top_k.of(&one) { *other } else { one }
        };
        Self {
            shallow: error(VggConfig::A),
            deep: error(VggConfig::D),
            deepest: error(VggConfig::E),
            normalised: error(VggConfig::ALrn),
            pointwise: error(VggConfig::C),
            best: ErrorRate::ALL.iter().fold(first, better),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Named;

    /// The page's sentence says these in words.
    #[test]
    fn the_claims_hold_for_both_kinds_of_top_k() {
        for top_k in TopK::all() {
            let found = Findings::of(top_k);
            assert!(found.deep < found.shallow, "depth helps");
            assert!(found.deepest >= found.deep, "until E");
            assert!(found.normalised >= found.shallow, "normalisation does not help");
            assert!(found.pointwise < found.shallow && found.pointwise > found.deep);
            assert_eq!(VggConfig::C.weight_layers(), VggConfig::D.weight_layers());
            assert_eq!((found.best.config, found.best.test), (VggConfig::E, 384));
        }
    }
}
