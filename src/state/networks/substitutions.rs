//! Which convolutions of the network are replaced, and by what.

use std::collections::{BTreeMap, BTreeSet};

use crate::cost::substitute::Scope;
use crate::cost::{Recipe, Replacement};

/// The convolutions that are replaced. Rows are numbered as in
/// [`NetworkCost::rows`](crate::cost::NetworkCost::rows).
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Chosen {
    /// The given number of the heaviest replaceable convolutions; all if there are fewer.
    Heaviest(usize),
    /// These rows; a row that is not a replaceable convolution is ignored.
    Rows(BTreeSet<usize>),
}

/// How many are replaced at first: enough to see the effect; the write-up advises to replace only the heaviest.
pub const OPENING_HEAVIEST: usize = 5;

/// The state of the tab "Replace".
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Substitutions {
    /// Which layers count: the layers of inference only, or also the side branches of training.
    pub scope: Scope,
    pub chosen: Chosen,
    pub recipe: Recipe,
}

impl Default for Substitutions {
    fn default() -> Self {
        Self {
            scope: Scope::default(),
            chosen: Chosen::Heaviest(OPENING_HEAVIEST),
            recipe: Recipe::default(),
        }
    }
}

/// One change of what is replaced.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum SubstitutionsAction {
    /// Chooses which layers count.
    SetScope(Scope),
    /// Chooses which convolutions are replaced.
    Choose(Chosen),
    /// Sets the default replacement.
    SetDefault(Replacement),
    /// Overrides the replacement of a row's convolution, or removes the override.
    SetOwn(usize, Option<Replacement>),
}

impl Substitutions {
    /// The substitutions after `action`.
    #[must_use]
    pub fn after(mut self, action: SubstitutionsAction) -> Self {
        match action {
            SubstitutionsAction::SetScope(scope) => self.scope = scope,
            SubstitutionsAction::Choose(Chosen::Rows(rows)) if rows.is_empty() => {
                self.chosen = Chosen::Heaviest(0);
            }
            SubstitutionsAction::Choose(chosen) => self.chosen = chosen,
            SubstitutionsAction::SetDefault(replacement) => self.recipe.default = replacement,
            SubstitutionsAction::SetOwn(row, Some(replacement)) => {
                self.recipe.overrides.insert(row, replacement);
            }
            SubstitutionsAction::SetOwn(row, None) => {
                self.recipe.overrides.remove(&row);
            }
        }
        self
    }

    /// The substitutions for another network: without row numbers, which belong to the old one.
    pub(super) fn for_another(&mut self) {
        self.recipe.overrides = BTreeMap::new();
        if let Chosen::Rows(_) = self.chosen {
            self.chosen = Self::default().chosen;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::network::{ConvBlock, Edit, NodePath};
    use crate::cost::substitute::{Refused, Share};
    use crate::state::networks::{Networks, NetworksAction, NetworksError, OPENING_RIVAL, Source};
    use crate::state::{Document, History};

    const BOTTLENECK: Replacement = Replacement::Bottleneck(Share::QUARTER);

    fn replacing(action: SubstitutionsAction) -> NetworksAction {
        NetworksAction::Substitutions(action)
    }

    #[test]
    fn rows_are_forgotten_with_the_network_they_are_of() {
        let rows = || Chosen::Rows(BTreeSet::from([3, 8]));
        let chosen = [
            replacing(SubstitutionsAction::Choose(rows())),
            replacing(SubstitutionsAction::SetOwn(3, Some(BOTTLENECK))),
            replacing(SubstitutionsAction::SetDefault(BOTTLENECK)),
        ];
        let networks = chosen
            .into_iter()
            .fold(Networks::default(), |networks, action| networks.apply(action).unwrap());
        assert_eq!(networks.substitutions.chosen, rows());
        let named = networks.apply(NetworksAction::Rename("mine".into())).unwrap();
        assert_eq!(named.substitutions, networks.substitutions, "a name moves no row");
        let edit = Edit::Remove { at: NodePath(vec![0, 2]) };
        for change in [NetworksAction::Open(OPENING_RIVAL), NetworksAction::Edit(edit)] {
            let after = networks.apply(change).unwrap().substitutions;
            assert_eq!(after.chosen, Chosen::Heaviest(OPENING_HEAVIEST));
            assert_eq!(after.recipe, Recipe { default: BOTTLENECK, overrides: BTreeMap::new() });
        }
    }

    #[test]
    fn a_planned_network_becomes_ones_own_and_undo_gives_it_back() {
        let mut history = History::new(Networks::default());
        history.commit(NetworksAction::Substitute(vec![20, 22])).unwrap();
        let networks = history.shown();
        let Source::Own(own) = &networks.source else { panic!("not one's own") };
        assert_eq!(own.name, "vgg16*");
        let replaced = own.network.node(&NodePath(vec![0, 19])).unwrap();
        assert!(ConvBlock::of_inception(replaced).is_some());
        assert_eq!(own.network.infer(networks.input).faults, []);
        assert_eq!(networks.substitutions.chosen, Chosen::Heaviest(0));
        let refused = networks.apply(NetworksAction::Substitute(vec![0]));
        assert!(matches!(refused, Err(NetworksError::Refused(Refused { row: 0, .. }))));
        history.undo();
        assert_eq!(history.shown(), &Networks::default());
    }

    #[test]
    fn a_drag_is_one_step_and_undo_takes_it_back() {
        let mut history = History::new(Networks::default());
        for k in 5..9 {
            history.preview(replacing(SubstitutionsAction::Choose(Chosen::Heaviest(k)))).unwrap();
        }
        history.commit(replacing(SubstitutionsAction::Choose(Chosen::Heaviest(9)))).unwrap();
        assert_eq!(history.shown().substitutions.chosen, Chosen::Heaviest(9));
        history.undo();
        assert_eq!(history.shown(), &Networks::default());
    }

    #[test]
    fn none_is_none_however_it_is_chosen() {
        let none = Substitutions::default()
            .after(SubstitutionsAction::Choose(Chosen::Rows(BTreeSet::new())));
        assert_eq!(none.chosen, Chosen::Heaviest(0));
        let own = none.clone().after(SubstitutionsAction::SetOwn(3, Some(BOTTLENECK)));
        assert_eq!(own.after(SubstitutionsAction::SetOwn(3, None)), none);
    }
}
