//! WHAT IT COSTS: parameters, multiply–accumulates, activation memory, receptive field.
//!
//! [`convention`] says what is counted and [`metric`] which counts there are, [`liveness`] finds the tensors
//! alive at once; [`layer`] counts one layer, [`join`] the joining of branches, [`module`] an Inception module and
//! its rivals, [`network`] a whole network, and [`mod@torchsummary`] that network as the tool of this name
//! prints it; [`polynomial`], [`curve`] and [`crossover`] find where one becomes cheaper than the other,
//! [`search`] does so along any other axis; [`compare`] puts two counts into a relation. [`stage`]
//! groups a network's layers by the resolution they work at; [`mod@substitute`] replaces its heaviest
//! convolutions by modules and counts what that saves.
//!
//! Invariant: counts are exact `u64`, checked; what is too large to count is an error that names the
//! field, never a wrapped number. Nothing is counted unless the [`Convention`] passed in says so.
#![warn(missing_docs)]

pub mod compare;
pub mod convention;
pub mod crossover;
pub mod curve;
pub mod join;
pub mod layer;
pub mod liveness;
pub mod metric;
pub mod module;
pub mod network;
pub mod polynomial;
pub mod receptive;
pub mod rivalry;
pub mod search;
pub mod stage;
pub mod substitute;
pub mod torchsummary;

use thiserror::Error;

use crate::arch::{FieldError, ShapeError};

pub use compare::Comparison;
pub use convention::{Bias, Convention, OpTerms, ParamTerms};
pub use crossover::{Crossover, Fraction};
pub use curve::Curve;
pub use layer::{LayerCost, MacParts, ParamParts, layer_cost, layer_params};
pub use metric::{Additive, Metric, Unit};
pub use module::{
    BranchCost, ModuleCost, OpCost, Totals, UnitCost, module_cost, plain_cost, unit_cost,
};
pub use network::{NetworkCost, NetworkFault, NetworkRow, Peak, RowKind, network_cost};
pub use polynomial::Polynomial;
pub use receptive::ReceptiveField;
pub use rivalry::{Answer, Contender, PLAIN_KERNELS, PlainOut, Question, Rival, per_mille};
pub use stage::{Stage, StageKind, stages};
pub use substitute::{Recipe, Refusal, Replacement, SavingsCurve, Survey, substitute};
pub use torchsummary::{TorchRow, TorchSummary, torchsummary};

/// Why something can't be counted.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Error)]
pub enum CostError {
    /// The shapes don't fit.
    #[error(transparent)]
    Shape(#[from] ShapeError),
    /// A number is outside its limits.
    #[error(transparent)]
    Field(#[from] FieldError),
    /// The count does not fit into 64 bits; the field named contributes most to it.
    #[error("too large to count, most of all because of {field}")]
    TooLarge {
        /// The largest factor.
        field: &'static str,
    },
}

/// The product of named factors.
///
/// # Errors
/// [`CostError::TooLarge`], naming the largest factor, where it does not fit into 64 bits.
pub(crate) fn product(factors: &[(&'static str, u64)]) -> Result<u64, CostError> {
    factors.iter().try_fold(1_u64, |product, (_, factor)| product.checked_mul(*factor)).ok_or_else(
        || {
            let largest = factors.iter().max_by_key(|(_, factor)| *factor);
            CostError::TooLarge { field: largest.map_or("size", |(field, _)| field) }
        },
    )
}

/// The sum of `parts`.
///
/// # Errors
/// [`CostError::TooLarge`] where it does not fit into 64 bits.
pub(crate) fn sum(parts: impl IntoIterator<Item = u64>) -> Result<u64, CostError> {
    parts
        .into_iter()
        .try_fold(0_u64, u64::checked_add)
        .ok_or(CostError::TooLarge { field: "the sum of all layers" })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_too_large_names_its_largest_factor() {
        let huge = [("kernel_size", 3), ("out_channels", u64::MAX / 2), ("height", 224)];
        assert_eq!(product(&huge), Err(CostError::TooLarge { field: "out_channels" }));
        assert_eq!(product(&[("a", 6), ("b", 7)]), Ok(42));
        assert!(sum([u64::MAX, 1]).is_err());
    }
}
