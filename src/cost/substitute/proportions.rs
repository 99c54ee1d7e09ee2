//! Widths as proportions, scaled to the filters of any convolution.

use crate::arch::{FieldError, Form, Inception, InceptionFields};

use super::Refusal;

/// The widths of a module as proportions of its output, with its kernel sizes: a preset's, or any
/// others. Always the reduced form, since the naive one's output depends on its input.
///
/// The default is GoogLeNet's first block, 3a, whose widths are the write-up's too.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Proportions(Inception);

impl Proportions {
    /// The proportions of a module of these numbers; its input and its form play no part.
    ///
    /// # Errors
    /// As [`Inception::new`]: when a number is outside its limits, or no branch is left with its
    /// reduction.
    pub fn new(fields: InceptionFields) -> Result<Self, FieldError> {
        // One input for all, so that equal proportions are equal.
        let in_channels = Inception::default().in_channels;
        Inception::new(InceptionFields { in_channels, form: Form::Reduced, ..fields }).map(Self)
    }

    /// The numbers they were made of.
    #[must_use]
    pub fn fields(&self) -> &InceptionFields {
        &self.0
    }

    /// The shares of the four branches in the output; a branch without reduction has none.
    fn shares(&self) -> [u64; 4] {
        let InceptionFields { ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj, .. } = *self.0;
        [
            ch1x1,
            if ch3x3red > 0 { ch3x3 } else { 0 },
            if ch5x5red > 0 { ch5x5 } else { 0 },
            pool_proj,
        ]
    }

    /// The module of these proportions with exactly `out_channels` channels of output.
    ///
    /// The four branches get their quotas `share · out_channels / Σ shares` by largest remainder (ties to the
    /// earlier branch); a branch that would get no filter takes one from the widest. A reduction keeps its
    /// proportion to the output, `reduction · out_channels / Σ shares`, rounded, and has one filter at least.
    ///
    /// No reduction is held below `in_channels`: for few input channels a 1×1 expands, as in the write-up's
    /// experiment with 3, and that is why replacing loses there.
    ///
    /// # Errors
    /// When there are fewer filters than branches, or a number would be outside the module's limits.
    pub fn scaled(&self, in_channels: u64, out_channels: u64) -> Result<Inception, Refusal> {
        let shares = self.shares();
        let [ch1x1, ch3x3, ch5x5, pool_proj] = apportioned(shares, out_channels)?;
        let whole: u128 = shares.into_iter().map(u128::from).sum();
        let reduction = |reduction: u64, width: u64| {
            if width == 0 {
                return 0;
            }
            let scaled = u128::from(reduction) * u128::from(out_channels);
            let rounded = (2 * scaled + whole) / (2 * whole);
            u64::try_from(rounded).unwrap_or(u64::MAX).max(1)
        };
        let module = Inception::new(InceptionFields {
            in_channels,
            ch1x1,
            ch3x3red: reduction(self.0.ch3x3red, ch3x3),
            ch3x3,
            ch5x5red: reduction(self.0.ch5x5red, ch5x5),
            ch5x5,
            pool_proj,
            ..*self.0
        });
        Ok(module?)
    }
}

/// `total` in whole parts, proportional to `shares` by largest remainder; every share above 0 gets at
/// least 1.
fn apportioned(shares: [u64; 4], total: u64) -> Result<[u64; 4], Refusal> {
    let branches = shares.iter().filter(|share| **share > 0).count();
    if total < branches as u64 {
        return Err(Refusal::TooNarrow { out_channels: total, branches });
    }
    let whole: u128 = shares.into_iter().map(u128::from).sum();
    let quota = |share: u64| u128::from(share) * u128::from(total);
    // No quota is above the total, so each fits; the fallback can't be reached.
    let mut parts = shares.map(|share| u64::try_from(quota(share) / whole).unwrap_or(total));
    let mut remainders = shares.map(|share| quota(share) % whole);
    let left = total - parts.iter().sum::<u64>();
    for _ in 0..left {
        // The first of the largest.
        let index = (0..parts.len()).rev().max_by_key(|&index| remainders[index]).unwrap_or(0);
        remainders[index] = 0;
        parts[index] += 1;
    }
    for index in 0..parts.len() {
        if shares[index] > 0 && parts[index] == 0 {
            let widest = (0..parts.len()).rev().max_by_key(|&other| parts[other]).unwrap_or(index);
            parts[widest] -= 1;
            parts[index] = 1;
        }
    }
    Ok(parts)
}

/// A fraction, above 0 and at most 1.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Share {
    part: u64,
    whole: u64,
}

impl Share {
    /// A quarter, as the bottlenecks of residual networks have it (He et al., 2015).
    pub const QUARTER: Self = Self { part: 1, whole: 4 };

    /// `part` of `whole`; `None` unless 1 ≤ `part` ≤ `whole`.
    #[must_use]
    pub const fn new(part: u64, whole: u64) -> Option<Self> {
        if 1 <= part && part <= whole { Some(Self { part, whole }) } else { None }
    }

    /// Its two numbers: so many of how many.
    #[must_use]
    pub const fn parts(self) -> (u64, u64) {
        (self.part, self.whole)
    }

    /// This share of `channels`, rounded, at least 1.
    #[must_use]
    pub fn of(self, channels: u64) -> u64 {
        let (part, whole) = (u128::from(self.part), u128::from(self.whole));
        let rounded = (u128::from(channels) * part + whole / 2) / whole;
        // At most `channels`, so it fits.
        u64::try_from(rounded).unwrap_or(channels).max(1)
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::arch::Preset;

    fn widths(proportions: Proportions, out_channels: u64) -> [u64; 6] {
        let module = proportions.scaled(64, out_channels).unwrap();
        let InceptionFields { ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj, .. } = *module;
        [ch1x1, ch3x3red, ch3x3, ch5x5red, ch5x5, pool_proj]
    }

    #[rstest]
    #[case::itself(256, [64, 96, 128, 16, 32, 32])]
    #[case::doubled(512, [128, 192, 256, 32, 64, 64])]
    #[case::a_quarter(64, [16, 24, 32, 4, 8, 8])]
    // Quotas 2.5, 5, 1.25, 1.25; reductions 3.75 and 0.625.
    #[case::the_largest_remainder(10, [3, 4, 5, 1, 1, 1])]
    // Quotas 1, 2, 0.5, 0.5: the tie goes to the earlier branch, and the last takes one from the widest.
    #[case::one_at_least(4, [1, 2, 1, 1, 1, 1])]
    fn scaling(#[case] out_channels: u64, #[case] expected: [u64; 6]) {
        assert_eq!(widths(Proportions::default(), out_channels), expected);
    }

    #[test]
    fn a_branch_without_a_share_stays_away() {
        let fields = InceptionFields::new(1, [1, 7, 0, 0, 5, 3]);
        assert_eq!(widths(Proportions::new(fields).unwrap(), 8), [2, 0, 0, 0, 0, 6]);
    }

    #[test]
    fn what_can_not_be_scaled_says_why() {
        let three = Proportions::default().scaled(64, 3);
        assert_eq!(three, Err(Refusal::TooNarrow { out_channels: 3, branches: 4 }));
        let wide = Proportions::default().scaled(2000, 64);
        assert!(matches!(wide, Err(Refusal::Field(FieldError::OutOfRange { given: 2000, .. }))));
        assert!(Proportions::default().scaled(1, u64::MAX).is_err());
        let same = Preset::by_id("write_up_naive").unwrap().fields;
        assert_eq!(Proportions::new(same), Ok(Proportions::default()));
        let none = InceptionFields::new(1, [0, 0, 5, 0, 5, 0]);
        assert_eq!(Proportions::new(none), Err(FieldError::NoBranch));
    }

    #[test]
    fn a_share_is_rounded_and_at_least_one() {
        let of = |channels| Share::QUARTER.of(channels);
        assert_eq!([of(1), of(5), of(6), of(512), of(u64::MAX)], [1, 1, 2, 128, 1 << 62]);
        assert_eq!([Share::new(0, 4), Share::new(5, 4)], [None, None]);
    }
}
