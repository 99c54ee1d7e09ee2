//! Two counts in relation: how many times fewer or more.

use std::cmp::Ordering;

/// One count compared with another.
#[derive(Clone, Copy, Debug, PartialEq)]
pub enum Comparison {
    /// Smaller, by this factor (over 1; infinite where the count is 0).
    Fewer(f64),
    /// Larger, by this factor (over 1; infinite where the other is 0).
    More(f64),
    /// The same.
    Equal,
}

impl Comparison {
    /// Compares `count` with `other`.
    #[must_use]
    pub fn of(count: u64, other: u64) -> Self {
        let ratio = |large: u64, small: u64| large as f64 / small as f64;
        match count.cmp(&other) {
            Ordering::Less => Self::Fewer(ratio(other, count)),
            Ordering::Greater => Self::More(ratio(count, other)),
            Ordering::Equal => Self::Equal,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_write_ups_third() {
        let Comparison::Fewer(factor) = Comparison::of(177_376, 590_336) else { panic!("fewer") };
        assert!((factor - 3.328).abs() < 1e-3);
        assert_eq!(Comparison::of(7, 7), Comparison::Equal);
        assert_eq!(Comparison::of(1, 0), Comparison::More(f64::INFINITY));
    }
}
