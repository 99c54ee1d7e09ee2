//! Where a module becomes cheaper than its rival, exactly.

use std::cmp::Ordering;

use super::curve::Curve;
use super::polynomial::Polynomial;

/// A positive fraction, as the equation gives it: not reduced, so that its numbers are found again in
/// the equation.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Fraction {
    /// Above the line.
    pub numerator: u128,
    /// Below the line; never 0.
    pub denominator: u128,
}

impl Fraction {
    /// As a decimal.
    #[must_use]
    pub fn value(&self) -> f64 {
        self.numerator as f64 / self.denominator as f64
    }
}

/// For which whole numbers of input channels (from 1) a module has fewer than its rival.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Crossover {
    /// For every one.
    Always,
    /// For no input channels (and the counts are not equal for all).
    Never,
    /// Both cost the same for every one.
    Equal,
    /// From `first` on.
    From {
        /// Where both would cost the same.
        exact: Fraction,
        /// The first whole number with fewer.
        first: u64,
    },
    /// Up to `last`.
    UpTo {
        /// Where both would cost the same.
        exact: Fraction,
        /// The last whole number with fewer.
        last: u64,
    },
}

impl Crossover {
    /// Compares two counts as functions of the input channels.
    ///
    /// `None` where the module may have fewer on a range with two ends, or where the ends are no fractions:
    /// [`ranges_where`](super::search::ranges_where) finds the whole numbers then. No sums that the page
    /// compares are such.
    #[must_use]
    pub fn between(module: &Curve, rival: &Curve) -> Option<Self> {
        let rival = rival.polynomial()?;
        let each = module.pieces().iter().map(|piece| Self::of_polynomials(piece, rival));
        // The largest is smaller where all are.
        each.reduce(|one, other| one?.and(other?))?
    }

    fn of_polynomials(module: &Polynomial, rival: &Polynomial) -> Option<Self> {
        let constant = module.constant - rival.constant;
        let linear = module.linear - rival.linear;
        let quadratic = module.quadratic - rival.quadratic;
        match (constant, quadratic) {
            (_, 0) => Some(Self::of_line(constant, linear)),
            // c·(linear + quadratic·c) has the sign of its second factor, since c ≥ 1.
            (0, _) => Some(Self::of_line(linear, quadratic)),
            _ => None,
        }
    }

    /// Where both hold.
    fn and(self, other: Self) -> Option<Self> {
        Some(match (self, other) {
            (Self::Never, _) | (_, Self::Never) => Self::Never,
            (Self::Always, both) | (both, Self::Always) => both,
            (Self::Equal, Self::Equal) => Self::Equal,
            (Self::Equal, _) | (_, Self::Equal) => Self::Never,
            (Self::From { first, .. }, Self::From { first: second, .. }) => {
                if first >= second {
                    self
                } else {
                    other
                }
            }
            (Self::UpTo { last, .. }, Self::UpTo { last: second, .. }) => {
                if last <= second {
                    self
                } else {
                    other
                }
            }
            (Self::From { first, .. }, Self::UpTo { last, .. })
            | (Self::UpTo { last, .. }, Self::From { first, .. }) => {
                if first <= last {
                    return None;
                }
                Self::Never
            }
        })
    }

    /// Where `constant + slope·c < 0`, over whole `c ≥ 1`.
    fn of_line(constant: i128, slope: i128) -> Self {
        let exact = Fraction {
            numerator: constant.unsigned_abs(),
            denominator: slope.unsigned_abs().max(1),
        };
        let floor = exact.numerator / exact.denominator;
        match (slope.cmp(&0), constant.cmp(&0)) {
            (Ordering::Equal, Ordering::Equal) => Self::Equal,
            (Ordering::Equal | Ordering::Less, Ordering::Less)
            | (Ordering::Less, Ordering::Equal) => Self::Always,
            (Ordering::Equal | Ordering::Greater, Ordering::Greater)
            | (Ordering::Greater, Ordering::Equal) => Self::Never,
            (Ordering::Less, Ordering::Greater) => match u64::try_from(floor + 1) {
                Ok(1) => Self::Always,
                Ok(first) => Self::From { exact, first },
                Err(_) => Self::Never,
            },
            (Ordering::Greater, Ordering::Less) => {
                let is_whole = exact.numerator.is_multiple_of(exact.denominator);
                let last = if is_whole { floor - 1 } else { floor };
                match u64::try_from(last) {
                    Ok(0) => Self::Never,
                    Ok(last) => Self::UpTo { exact, last },
                    Err(_) => Self::Always,
                }
            }
        }
    }

    /// Whether the module has fewer with `c` input channels.
    #[must_use]
    pub const fn is_fewer_at(&self, c: u64) -> bool {
        match self {
            Self::Always => true,
            Self::Never | Self::Equal => false,
            Self::From { first, .. } => c >= *first,
            Self::UpTo { last, .. } => c <= *last,
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;

    fn line(linear: i128, constant: i128) -> Curve {
        Polynomial { constant, linear, quadratic: 0 }.into()
    }

    #[test]
    fn the_write_ups_crossings() {
        let inception = line(208, 124_128);
        let crossing = |k: i128| Crossover::between(&inception, &line(256 * k * k, 512)).unwrap();
        let of = |k| match crossing(k) {
            Crossover::From { exact, first } => (format!("{:.3}", exact.value()), first),
            other => panic!("{other:?}"),
        };
        assert_eq!(of(3), ("58.977".into(), 59));
        assert_eq!(of(5), ("19.964".into(), 20));
        assert_eq!(of(7), ("10.021".into(), 11));
        // 208·c + 124,128 = 256·c + 512 at 2,575.3 channels: far beyond any slider.
        assert_eq!(of(1), ("2575.333".into(), 2576));
    }

    #[rstest]
    #[case::parallel_below((5, 1), (5, 2), Crossover::Always)]
    #[case::parallel_above((5, 2), (5, 1), Crossover::Never)]
    #[case::same((5, 2), (5, 2), Crossover::Equal)]
    #[case::below_from_the_first_channel((1, 2), (4, 0), Crossover::Always)]
    #[case::equal_at_a_whole_number((1, 6), (3, 0), Crossover::From { exact: Fraction { numerator: 6, denominator: 2 }, first: 4 })]
    #[case::only_up_to((3, 0), (1, 7), Crossover::UpTo { exact: Fraction { numerator: 7, denominator: 2 }, last: 3 })]
    #[case::up_to_a_whole_number((3, 0), (1, 6), Crossover::UpTo { exact: Fraction { numerator: 6, denominator: 2 }, last: 2 })]
    #[case::never_even_at_one((3, 0), (1, 2), Crossover::Never)]
    fn cases(
        #[case] module: (i128, i128),
        #[case] rival: (i128, i128),
        #[case] expected: Crossover,
    ) {
        let crossover = Crossover::between(&line(module.0, module.1), &line(rival.0, rival.1));
        assert_eq!(crossover, Some(expected));
    }

    #[test]
    fn a_true_quadratic_is_left_to_the_search() {
        let rival = Polynomial { constant: 1, linear: 0, quadratic: 1 };
        assert_eq!(Crossover::between(&line(5, 0), &rival.into()), None);
    }

    #[test]
    fn the_largest_of_two_lines_is_smaller_where_both_are() {
        let counts = |c: u64| Ok(vec![2 * c, 6 + c]);
        let largest = Curve::largest(counts).unwrap();
        let between = |rival| Crossover::between(&largest, &rival);
        assert_eq!(between(line(0, 5)), Some(Crossover::Never));
        let Some(Crossover::UpTo { last, .. }) = between(line(0, 10)) else { panic!("up to 3") };
        assert_eq!(last, 3);
        let Some(Crossover::From { first, .. }) = between(line(3, 0)) else { panic!("from 4") };
        assert_eq!(first, 4);
        assert_eq!(between(line(1, 6)), Some(Crossover::Never), "never fewer, often the same");
        assert_eq!(between(line(2, 7)), Some(Crossover::Always));
    }
}
