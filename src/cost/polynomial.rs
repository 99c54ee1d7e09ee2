//! A cost as an exact function of the input channels.

use super::CostError;

/// `constant + linear·c + quadratic·c²` with whole coefficients.
///
/// Everything the page compares is linear in the input channels `c`, but for a plain convolution
/// whose output is linked to a naive module's: its filters grow with `c` too.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Polynomial {
    /// The count at 0 input channels.
    pub constant: i128,
    /// What each input channel adds.
    pub linear: i128,
    /// What each pair of input channels adds.
    pub quadratic: i128,
}

impl Polynomial {
    /// The polynomial of degree 2 or less through `count(1)`, `count(2)` and `count(3)`.
    ///
    /// So the algebra follows from the counts themselves. The caller must know that the counts are such a
    /// polynomial; a property test checks it.
    ///
    /// # Errors
    /// The error of `count`.
    pub fn through(count: impl Fn(u64) -> Result<u64, CostError>) -> Result<Self, CostError> {
        let [one, two, three] = [1, 2, 3].map(&count);
        let (one, two, three) = (i128::from(one?), i128::from(two?), i128::from(three?));
        // Twice a quadratic coefficient is the second difference; counts have whole coefficients.
        let second_difference = three - two - (two - one);
        let quadratic = second_difference / 2;
        let linear = two - one - 3 * quadratic;
        Ok(Self { constant: one - linear - quadratic, linear, quadratic })
    }

    /// Its value at `c` channels; `i128` holds it for any polynomial through 64-bit counts and any
    /// `c` up to 2³².
    #[must_use]
    pub fn at(&self, c: u64) -> i128 {
        let c = i128::from(c);
        self.constant + (self.linear + self.quadratic * c) * c
    }

    /// Whether every coefficient, and so the value at any number of channels, is at most the other's.
    #[must_use]
    pub const fn is_at_most(&self, other: &Self) -> bool {
        self.constant <= other.constant
            && self.linear <= other.linear
            && self.quadratic <= other.quadratic
    }

    /// Its value at a real number of channels, for charts.
    #[must_use]
    pub fn at_f64(&self, c: f64) -> f64 {
        self.constant as f64 + (self.linear as f64 + self.quadratic as f64 * c) * c
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn goes_through_any_quadratic() {
        let through = Polynomial::through(|c| Ok(512 + 2304 * c + 9 * c * c)).unwrap();
        assert_eq!(through, Polynomial { constant: 512, linear: 2304, quadratic: 9 });
        assert_eq!(through.at(100), 512 + 230_400 + 90_000);
    }
}
