//! The saving as a function of the number of convolutions replaced.

use std::collections::HashMap;

use super::survey::Exchange;
use super::{Ranking, Recipe, Refused, Survey};
use crate::cost::{Additive, CostError, Totals};

/// A network's cost with its 0, 1, 2, … heaviest convolutions replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SavingsCurve {
    /// The rows of the convolutions that can be replaced, in the order they are.
    pub rows: Vec<usize>,
    /// The network's cost with the first k of them replaced, for k from 0 to all.
    pub points: Vec<Totals>,
    /// The fewest replacements after which the metric's count is least.
    pub best: usize,
    /// The first k whose own replacement makes the metric's count larger.
    pub loses_at: Option<usize>,
    /// The convolutions that can't be replaced, in the order they would have been.
    pub refused: Vec<Refused>,
}

impl Survey {
    /// Replaces the convolutions in the order of `ranking`, each by what `recipe` says, and watches
    /// `metric`, in one pass: a replacement keeps shapes, so it changes the sums by its own counts alone.
    ///
    /// # Errors
    /// When a sum does not fit into 64 bits.
    pub fn savings(
        &self,
        ranking: Ranking,
        recipe: &Recipe,
        metric: Additive,
    ) -> Result<SavingsCurve, CostError> {
        let mut totals = self.totals(ranking.scope);
        let mut curve = SavingsCurve {
            rows: Vec::new(),
            points: vec![totals],
            best: 0,
            loses_at: None,
            refused: Vec::new(),
        };
        let mut count = totals.get(metric)?;
        let mut least = count;
        // Deep networks repeat layers, so equal replacements are counted once.
        let mut known = HashMap::new();
        for candidate in self.ranked(ranking) {
            let row = candidate.site.row;
            let (site, replacement) = (&candidate.site, recipe.at(row));
            let exchange = known
                .entry((&site.layers, site.block, candidate.input, replacement))
                .or_insert_with(|| self.exchange(candidate, replacement));
            let Exchange { before, after, .. } = match *exchange {
                Ok(exchange) => exchange,
                Err(reason) => {
                    curve.refused.push(Refused { row, reason });
                    continue;
                }
            };
            totals = totals.exchanged(before, after)?;
            curve.rows.push(row);
            curve.points.push(totals);
            let replaced = curve.rows.len();
            let now = totals.get(metric)?;
            if now > count && curve.loses_at.is_none() {
                curve.loses_at = Some(replaced);
            }
            if now < least {
                (least, curve.best) = (now, replaced);
            }
            count = now;
        }
        Ok(curve)
    }
}
