//! SUBSTITUTION: a network's heaviest convolutions replaced by Inception modules or bottlenecks, and
//! what that saves.
//!
//! [`site`] finds every convolution in the tree and the layers that belong to it; [`proportions`] and
//! [`replacement`] fit its replacement; [`survey`] ranks the convolutions and says of each whether replacing
//! pays; [`savings`] replaces them one after another.
//!
//! Invariant: a replacement has the output shape of the convolution, so no later layer changes and the saving
//! of one replacement does not depend on the others. So one pass computes the whole curve of savings, equal to
//! recounting at each point.

use std::collections::BTreeMap;

use crate::arch::network::Network;

pub mod proportions;
pub mod refusal;
pub mod replacement;
pub mod savings;
pub mod site;
pub mod survey;
#[cfg(test)]
mod tests;

pub use proportions::{Proportions, Share};
pub use refusal::{Refusal, Refused};
pub use replacement::{Fitted, Replacement};
pub use savings::SavingsCurve;
pub use site::{Site, sites};
pub use survey::{Candidate, Ranking, Scope, Survey, Verdict};

/// What takes the place of which convolution.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Recipe {
    /// For every convolution without an override.
    pub default: Replacement,
    /// For single convolutions, by the index of their row.
    pub overrides: BTreeMap<usize, Replacement>,
}

impl Recipe {
    /// The replacement for the convolution of `row`.
    #[must_use]
    pub fn at(&self, row: usize) -> &Replacement {
        self.overrides.get(&row).unwrap_or(&self.default)
    }
}

/// `network` with the convolutions of `rows` (of the given network, in any order) replaced by
/// `recipe`. Each replacement has the name and the place of what it replaces: see [`Site`].
///
/// # Errors
/// When one of them can't be replaced: the first in the order they run.
pub fn substitute(network: &Network, recipe: &Recipe, rows: &[usize]) -> Result<Network, Refused> {
    let sites: BTreeMap<_, _> = sites(network).into_iter().map(|site| (site.row, site)).collect();
    let mut rows = rows.to_vec();
    rows.sort_unstable();
    let mut replaced = BTreeMap::new();
    for row in rows {
        let refused = |reason| Refused { row, reason };
        let site = sites.get(&row).ok_or(refused(Refusal::NoConvolution))?;
        let fitted = recipe.at(row).fit(&site.conv).map_err(refused)?;
        let node = fitted.node(site.name.clone(), site.block);
        replaced.insert(site.rows.start, (site.rows.end, node));
    }
    Ok(site::rebuilt(network, replaced))
}
