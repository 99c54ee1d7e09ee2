//! A count as an exact function of the input channels.

use super::{CostError, Polynomial};

/// The largest of some polynomials. A sum (parameters, MACs, memory) has one; the peak of memory has one
/// for each operation, since it is the most that any of them needs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Curve(Vec<Polynomial>);

impl From<Polynomial> for Curve {
    fn from(polynomial: Polynomial) -> Self {
        Self(vec![polynomial])
    }
}

impl Curve {
    /// The curve of a sum, by its value at 1, 2 and 3 channels: see [`Polynomial::through`].
    ///
    /// # Errors
    /// The error of `count`.
    pub fn sum(count: impl Fn(u64) -> Result<u64, CostError>) -> Result<Self, CostError> {
        Ok(Self(vec![Polynomial::through(count)?]))
    }

    /// The curve of the largest of several counts, which `counts` gives in the same order for any number
    /// of channels. Polynomials that are nowhere the largest are left out.
    ///
    /// # Errors
    /// The error of `counts`.
    pub fn largest(counts: impl Fn(u64) -> Result<Vec<u64>, CostError>) -> Result<Self, CostError> {
        let [one, two, three] = [counts(1)?, counts(2)?, counts(3)?];
        let mut pieces: Vec<Polynomial> = Vec::new();
        for ((one, two), three) in one.into_iter().zip(two).zip(three) {
            let piece = Polynomial::through(|c| {
                Ok(match c {
                    1 => one,
                    2 => two,
                    _ => three,
                })
            })?;
            if !pieces.iter().any(|other| piece.is_at_most(other)) {
                pieces.retain(|other| !other.is_at_most(&piece));
                pieces.push(piece);
            }
        }
        Ok(Self(pieces))
    }

    /// The polynomials, of which the largest counts.
    #[must_use]
    pub fn pieces(&self) -> &[Polynomial] {
        &self.0
    }

    /// The polynomial, where there is only one.
    #[must_use]
    pub fn polynomial(&self) -> Option<&Polynomial> {
        match &self.0[..] {
            [polynomial] => Some(polynomial),
            _ => None,
        }
    }

    /// The value at `c` channels.
    #[must_use]
    pub fn at(&self, c: u64) -> i128 {
        self.0.iter().map(|piece| piece.at(c)).max().unwrap_or(0)
    }

    /// The value at a real number of channels, for charts.
    #[must_use]
    pub fn at_f64(&self, c: f64) -> f64 {
        self.0.iter().map(|piece| piece.at_f64(c)).fold(0.0, f64::max)
    }

    /// Whether the curve is one straight line.
    #[must_use]
    pub fn is_line(&self) -> bool {
        self.polynomial().is_some_and(|polynomial| polynomial.quadratic == 0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_largest_counts_and_the_others_are_left_out() {
        let counts = |c: u64| Ok(vec![10, 3 * c, c, 3 * c]);
        let curve = Curve::largest(counts).unwrap();
        assert_eq!(curve.pieces().len(), 2);
        assert_eq!([1, 3, 4, 100].map(|c| curve.at(c)), [10, 10, 12, 300]);
        assert!(!curve.is_line());
        let sum = Curve::sum(|c| Ok(5 + 2 * c)).unwrap();
        assert!(sum.is_line() && sum.at(7) == 19);
    }
}
