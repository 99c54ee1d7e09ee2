//! What repeated times say.

use serde::Serialize;

/// The middle of some values, and how far they lie apart.
#[derive(Clone, Copy, Debug, PartialEq, Serialize)]
pub struct Spread {
    /// The least.
    pub low: f64,
    /// The middle one; of an even number, the mean of the two in the middle.
    pub median: f64,
    /// The greatest.
    pub high: f64,
}

impl Spread {
    /// Of values in any order; `None` of none.
    pub fn of(values: &[f64]) -> Option<Self> {
        let mut sorted = values.to_vec();
        sorted.sort_by(f64::total_cmp);
        let (&low, &high) = (sorted.first()?, sorted.last()?);
        let upper = sorted.len() / 2;
        let lower = (sorted.len() - 1) / 2;
        Some(Self { low, median: f64::midpoint(sorted[lower], sorted[upper]), high })
    }

    /// Of the medians of rounds, each some times; `None` where a round has no time.
    pub fn of_rounds(rounds: &[Vec<f64>]) -> Option<Self> {
        Self::of(&medians(rounds)?)
    }
}

/// Each round's median.
fn medians(rounds: &[Vec<f64>]) -> Option<Vec<f64>> {
    rounds.iter().map(|times| Some(Spread::of(times)?.median)).collect()
}

/// How long ours took for each millisecond of the fastest of the others, round by round: anything that slows
/// the machine for a while slows both.
pub fn ratio(ours: &[Vec<f64>], others: &[Vec<Vec<f64>>]) -> Option<Spread> {
    let others: Vec<_> = others.iter().map(|rounds| medians(rounds)).collect::<Option<_>>()?;
    let ratios: Option<Vec<_>> = medians(ours)?
        .iter()
        .enumerate()
        .map(|(round, ours)| {
            let times = others.iter().map(|medians| medians.get(round).copied());
            let times: Option<Vec<_>> = times.collect();
            Some(ours / times?.into_iter().reduce(f64::min)?)
        })
        .collect();
    Spread::of(&ratios?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_lies_in_the_middle_of_any_order() {
        let of = |values: &[f64]| Spread::of(values).unwrap();
        assert_eq!(of(&[5.0, 1.0, 2.0]), Spread { low: 1.0, median: 2.0, high: 5.0 });
        let even = Spread { low: 1.0, median: 3.0, high: 9.0 };
        assert_eq!(of(&[4.0, 1.0, 2.0, 9.0]), even);
        assert_eq!(Spread::of(&[]), None);
        let rounds = [vec![1.0, 2.0, 30.0], vec![4.0], vec![3.0, 3.0]];
        let spread = Spread { low: 2.0, median: 3.0, high: 4.0 };
        assert_eq!(Spread::of_rounds(&rounds), Some(spread));
    }

    #[test]
    fn a_slow_round_slows_both_and_leaves_the_ratio() {
        let ours = [vec![1.0], vec![10.0], vec![1.0]];
        let first = vec![vec![2.0], vec![20.0], vec![4.0]];
        let second = vec![vec![4.0], vec![40.0], vec![2.0]];
        let even = Spread { low: 0.5, median: 0.5, high: 0.5 };
        assert_eq!(ratio(&ours, &[first.clone(), second]), Some(even));
        assert_eq!(ratio(&ours, &[]), None, "nobody to race");
        assert_eq!(ratio(&ours, &[first[..2].to_vec()]), None, "a round is missing");
    }
}
