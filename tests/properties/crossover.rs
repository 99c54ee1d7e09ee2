//! The crossover algebra against brute force.

use inception_explorer::arch::Field;
use inception_explorer::cost::search::ranges_where;
use inception_explorer::cost::{Crossover, Curve, Polynomial};
use proptest::prelude::*;

use crate::{cases, strategy};

/// Four times as far as a slider goes.
const FAR: u64 = 4096;

/// Compares the algebra's verdict with the two counts at every whole number, and its exact crossing
/// with the sign on both sides.
fn agrees(module: &Curve, rival: &Curve) -> Result<(), TestCaseError> {
    let Some(crossover) = Crossover::between(module, rival) else {
        // A peak may be below the other curve on a range with two ends; a sum never is.
        let is_sum = module.polynomial().is_some() && rival.polynomial().is_some();
        prop_assert!(!is_sum, "no true quadratic");
        return Ok(());
    };
    for c in 1..=FAR {
        prop_assert_eq!(
            crossover.is_fewer_at(c),
            module.at(c) < rival.at(c),
            "{:?} at {}",
            crossover,
            c
        );
    }
    match crossover {
        Crossover::Equal => prop_assert!((1..=FAR).all(|c| module.at(c) == rival.at(c))),
        Crossover::From { exact, first } => {
            prop_assert!(exact.value() < first as f64 && exact.value() >= first as f64 - 1.0);
        }
        Crossover::UpTo { exact, last } => {
            prop_assert!(exact.value() > last as f64 && exact.value() <= last as f64 + 1.0);
        }
        Crossover::Always | Crossover::Never => {}
    }
    Ok(())
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn the_page_s_crossings_are_those_of_brute_force(question in strategy::question()) {
        let answer = question.answer().unwrap();
        for rival in &answer.rivals {
            prop_assert_eq!(rival.crossover, Crossover::between(&answer.module.curve, &rival.curve));
            agrees(&answer.module.curve, &rival.curve)?;
        }
        if let Some(other) = &answer.other {
            agrees(&answer.module.curve, &other.curve)?;
        }
    }

    /// Small numbers, so that lines often meet at whole numbers, at 1, or nowhere.
    #[test]
    fn any_two_lines_cross_where_brute_force_says(
        module in (-30..30_i128, -8..8_i128),
        rival in (-30..30_i128, -8..8_i128),
        lift in prop::bool::ANY,
    ) {
        // The same lines times c, as for a naive module and a linked convolution.
        let polynomial = |(a, b)| if lift {
            Polynomial { constant: 0, linear: a, quadratic: b }
        } else {
            Polynomial { constant: a, linear: b, quadratic: 0 }
        };
        agrees(&polynomial(module).into(), &polynomial(rival).into())?;
    }

    #[test]
    fn curves_are_what_counting_says(question in strategy::question(), c in strategy::allowed(Field::InChannels)) {
        let answer = question.answer().unwrap();
        let mut there = question.clone();
        there.module = question.module.with(Field::InChannels, c).unwrap();
        let counted = there.answer().unwrap();
        prop_assert_eq!(answer.module.curve.at(c), i128::from(counted.module.count));
        prop_assert_eq!(
            answer.other.as_ref().map(|other| other.curve.at(c)),
            counted.other.as_ref().map(|other| i128::from(other.count))
        );
        for (rival, there) in answer.rivals.iter().zip(&counted.rivals) {
            prop_assert_eq!(rival.curve.at(c), i128::from(there.count));
        }
        prop_assert_eq!(counted.module.curve, answer.module.curve);
    }

    #[test]
    fn stretches_are_those_of_brute_force(start in 0..50_u64, holds in prop::collection::vec(any::<bool>(), 0..200)) {
        let at = |n: u64| holds[usize::try_from(n - start).unwrap()];
        let axis = start..start + holds.len() as u64;
        let ranges = ranges_where(axis.clone(), |n| Ok::<_, ()>(at(n))).unwrap();
        for n in axis {
            prop_assert_eq!(ranges.iter().any(|range| range.contains(&n)), at(n));
        }
        for pair in ranges.windows(2) {
            prop_assert!(*pair[0].end() + 1 < *pair[1].start());
        }
    }
}
