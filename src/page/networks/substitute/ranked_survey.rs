//! A network's convolutions, the heaviest first, and what replacing any of them costs.

use std::collections::{BTreeSet, HashMap};
use std::rc::Rc;

use crate::cost::substitute::{Candidate, Ranking};
use crate::cost::{CostError, Recipe, SavingsCurve, Survey, Totals};
use crate::state::networks::Chosen;

/// A convolution in the table.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Entry {
    /// Its index among the survey's candidates.
    pub candidate: usize,
    /// Its place on the curve, from 0, if it can be replaced.
    pub place: Option<usize>,
}

/// A network's convolutions ranked by a metric, with the costs of replacing them.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RankedSurvey {
    /// The network and its convolutions.
    pub survey: Rc<Survey>,
    /// By which count they are ranked and among which layers.
    pub ranking: Ranking,
    /// The costs with the k heaviest replaced.
    pub curve: SavingsCurve,
    /// The ranking metric at each point of the curve.
    pub counts: Vec<u64>,
    /// The convolutions in scope, the heaviest first.
    pub entries: Vec<Entry>,
    /// The convolutions whose replacement lowers the count.
    pub paying: Chosen,
    /// The place of a row on the curve.
    places: HashMap<usize, usize>,
}

impl RankedSurvey {
    /// Ranks the convolutions of `survey` and replaces one after another by `recipe`.
    ///
    /// # Errors
    /// When a sum does not fit into 64 bits.
    pub fn of(survey: Rc<Survey>, ranking: Ranking, recipe: &Recipe) -> Result<Self, CostError> {
        let curve = survey.savings(ranking, recipe, ranking.by)?;
        let counts = curve.points.iter().map(|point| point.get(ranking.by));
        let counts = counts.collect::<Result<Vec<_>, _>>()?;
        let places: HashMap<_, _> =
            curve.rows.iter().enumerate().map(|(place, row)| (*row, place)).collect();
        let entry = |candidate: &Candidate| {
            let row = candidate.site.row;
            let found = survey.candidates.binary_search_by_key(&row, |each| each.site.row).ok()?;
            Some(Entry { candidate: found, place: places.get(&row).copied() })
        };
        let entries = survey.ranked(ranking).into_iter().filter_map(entry).collect();
        let paying = Chosen::Heaviest(0);
        let mut ranked = Self { survey, ranking, curve, counts, entries, paying, places };
        let pays = |place: &usize| ranked.change(*place) < 0;
        ranked.paying = ranked.choice(&(0..ranked.most()).filter(pays).collect());
        Ok(ranked)
    }

    /// How many can be replaced.
    #[must_use]
    pub fn most(&self) -> usize {
        self.curve.rows.len()
    }

    /// The count with the `k` heaviest replaced, or all where there are fewer.
    #[must_use]
    pub fn count(&self, k: usize) -> u64 {
        self.counts.get(k).or(self.counts.last()).copied().unwrap_or(0)
    }

    /// The ranking metric of `totals`.
    #[must_use]
    pub fn measure(&self, totals: &Totals) -> u64 {
        totals.get(self.ranking.by).unwrap_or(u64::MAX)
    }

    /// How much the replacement at `place` changes the count.
    #[must_use]
    pub fn change(&self, place: usize) -> i128 {
        i128::from(self.count(place + 1)) - i128::from(self.count(place))
    }

    /// The path of the layer or container replaced at `place`.
    #[must_use]
    pub fn path(&self, place: usize) -> &str {
        let candidates = &self.survey.candidates;
        let found = self.curve.rows.get(place).and_then(|row| {
            let index = candidates.binary_search_by_key(row, |each| each.site.row).ok()?;
            candidates.get(index)
        });
        found.map_or("", |candidate| path(&self.survey, candidate))
    }

    /// Whether the convolution at `place` is chosen.
    #[must_use]
    pub fn has(&self, chosen: &Chosen, place: usize) -> bool {
        match chosen {
            Chosen::Heaviest(k) => place < *k,
            Chosen::Rows(rows) => self.curve.rows.get(place).is_some_and(|row| rows.contains(row)),
        }
    }

    /// The places that are chosen.
    fn places(&self, chosen: &Chosen) -> BTreeSet<usize> {
        match chosen {
            Chosen::Heaviest(k) => (0..(*k).min(self.most())).collect(),
            Chosen::Rows(rows) => {
                rows.iter().filter_map(|row| self.places.get(row).copied()).collect()
            }
        }
    }

    /// How many are chosen.
    #[must_use]
    pub fn chosen(&self, chosen: &Chosen) -> usize {
        match chosen {
            Chosen::Heaviest(k) => (*k).min(self.most()),
            Chosen::Rows(_) => self.places(chosen).len(),
        }
    }

    /// The rows that are chosen, as [`substitute`](crate::cost::substitute()) takes them.
    #[must_use]
    pub fn rows(&self, chosen: &Chosen) -> Vec<usize> {
        let places = self.places(chosen);
        places.into_iter().filter_map(|place| self.curve.rows.get(place).copied()).collect()
    }

    /// The costs of the network with the chosen convolutions replaced.
    #[must_use]
    pub fn totals(&self, chosen: &Chosen) -> Totals {
        let points = &self.curve.points;
        let before = points.first().copied().unwrap_or(Totals { params: 0, macs: 0, bytes: 0 });
        if let Chosen::Heaviest(k) = chosen {
            return points.get(*k).or(points.last()).copied().unwrap_or(before);
        }
        // The change by one replacement does not depend on the others.
        let places = self.places(chosen);
        let sum = |part: fn(&Totals) -> u64| {
            let changes = places.iter().filter_map(|place| {
                let (from, to) = (points.get(*place)?, points.get(place + 1)?);
                Some(i128::from(part(to)) - i128::from(part(from)))
            });
            let sum = i128::from(part(&before)) + changes.sum::<i128>();
            u64::try_from(sum).unwrap_or(u64::MAX)
        };
        Totals {
            params: sum(|totals| totals.params),
            macs: sum(|totals| totals.macs),
            bytes: sum(|totals| totals.bytes),
        }
    }

    /// A choice of places, as a number where it is one.
    fn choice(&self, places: &BTreeSet<usize>) -> Chosen {
        if places.last().is_none_or(|last| last + 1 == places.len()) {
            return Chosen::Heaviest(places.len());
        }
        Chosen::Rows(
            places.iter().filter_map(|place| self.curve.rows.get(*place).copied()).collect(),
        )
    }

    /// The choice with the convolution at `place` taken in, or out.
    #[must_use]
    pub fn toggled(&self, chosen: &Chosen, place: usize) -> Chosen {
        let mut places = self.places(chosen);
        if !places.remove(&place) {
            places.insert(place);
        }
        self.choice(&places)
    }

    /// The first k after the turn of the curve whose replacement lowers the count again.
    #[must_use]
    pub fn wins_again(&self) -> Option<usize> {
        let turned = self.curve.loses_at?;
        (turned..self.most()).find(|place| self.change(*place) < 0).map(|place| place + 1)
    }
}

/// The path of the layer that replacing `candidate` removes, or of its container where that holds nothing else.
#[must_use]
pub fn path<'a>(survey: &'a Survey, candidate: &Candidate) -> &'a str {
    let row = survey.cost.rows.get(candidate.site.rows.start);
    row.map_or("", |row| row.path.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Named;
    use crate::arch::network::{Network, NetworkId};
    use crate::cost::substitute::Scope;
    use crate::cost::{Additive, Convention, network_cost, substitute};

    fn ranked(name: &str, by: Additive) -> (Network, RankedSurvey) {
        let network = NetworkId::by_name(name).unwrap().build();
        let survey = Survey::of(&network, Network::INPUT, Convention::default()).unwrap();
        let ranking = Ranking { by, scope: Scope::Inference };
        let ranked = RankedSurvey::of(Rc::new(survey), ranking, &Recipe::default()).unwrap();
        (network, ranked)
    }

    #[test]
    fn any_choice_is_what_recounting_says() {
        let (network, ranked) = ranked("googlenet", Additive::Params);
        let odd = (0..ranked.most()).filter(|place| place % 2 == 1).collect();
        for chosen in [
            ranked.paying.clone(),
            ranked.choice(&odd),
            Chosen::Heaviest(7),
            Chosen::Heaviest(0),
            Chosen::Heaviest(1000),
        ] {
            let rows = ranked.rows(&chosen);
            assert_eq!(rows.len(), ranked.chosen(&chosen));
            let network = substitute(&network, &Recipe::default(), &rows).unwrap();
            let cost = network_cost(&network, Network::INPUT, Convention::default()).unwrap();
            assert_eq!(ranked.totals(&chosen), cost.inference, "{chosen:?}");
        }
    }

    #[test]
    fn taking_the_lightest_of_them_out_is_a_number_again() {
        let (_, ranked) = ranked("vgg16", Additive::Params);
        let five = Chosen::Heaviest(5);
        assert_eq!(ranked.toggled(&five, 4), Chosen::Heaviest(4));
        assert_eq!(ranked.toggled(&five, 5), Chosen::Heaviest(6));
        let without = ranked.toggled(&five, 1);
        assert!(matches!(&without, Chosen::Rows(rows) if rows.len() == 4));
        assert!(!ranked.has(&without, 1) && ranked.has(&without, 4));
        assert_eq!(ranked.toggled(&without, 1), five);
        let one = Chosen::Heaviest(1);
        assert_eq!(ranked.toggled(&one, 0), Chosen::Heaviest(0));
    }

    #[test]
    fn only_those_that_pay_beat_every_number_of_the_heaviest() {
        let (_, ranked) = ranked("googlenet", Additive::Params);
        let paying = &ranked.paying;
        assert!(matches!(paying, Chosen::Rows(_)));
        assert_eq!((ranked.curve.loses_at, ranked.wins_again()), (Some(5), Some(6)));
        let best = ranked.count(ranked.curve.best);
        assert!(ranked.measure(&ranked.totals(paying)) < best);
        let (_, vgg) = self::ranked("vgg16", Additive::Params);
        assert_eq!((&vgg.paying, vgg.wins_again()), (&Chosen::Heaviest(12), None));
        assert!(vgg.change(11) < 0 && vgg.change(12) > 0);
    }

    #[test]
    fn what_can_not_be_replaced_has_its_row_but_no_place() {
        let (_, ranked) = ranked("googlenet", Additive::Params);
        assert_eq!(ranked.entries.len(), ranked.most() + 1);
        let without = ranked.entries.iter().find(|entry| entry.place.is_none()).unwrap();
        let candidate = &ranked.survey.candidates[without.candidate];
        assert_eq!(path(&ranked.survey, candidate), "conv1");
        let places: Vec<_> = ranked.entries.iter().filter_map(|entry| entry.place).collect();
        assert_eq!(places, (0..ranked.most()).collect::<Vec<_>>());
    }
}
