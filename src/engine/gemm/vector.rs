//! Vectors of four floats, for the work around matrix products: Winograd transforms, epilogues and statistics.

/// Four floats that one instruction computes. Implemented for arrays ([`Portable4`]) and for the vector type of the
/// build.
pub trait Vector: Copy {
    /// `value` four times.
    fn splat(value: f32) -> Self;

    /// The values of `from`.
    fn load(from: &[f32; 4]) -> Self;

    /// Writes the values to `to`.
    fn store(self, to: &mut [f32; 4]);

    /// Sums, value by value.
    #[must_use]
    fn plus(self, other: Self) -> Self;

    /// Differences, value by value.
    #[must_use]
    fn minus(self, other: Self) -> Self;

    /// Products, value by value.
    #[must_use]
    fn times(self, other: Self) -> Self;

    /// 0 where a value is below `floor`'s; a NaN stays, as in PyTorch.
    #[must_use]
    fn zero_below(self, floor: Self) -> Self;

    /// The smaller value of each place; a NaN of `other` is passed over.
    #[must_use]
    fn least(self, other: Self) -> Self;

    /// The larger value of each place; a NaN of `other` is passed over.
    #[must_use]
    fn greatest(self, other: Self) -> Self;

    /// 1 where a value is 0, and 0 elsewhere.
    #[must_use]
    fn zeros(self) -> Self;

    /// Value `i` of vector `j` as value `j` of vector `i`.
    fn transpose(rows: [Self; 4]) -> [Self; 4];
}

/// The vector for any machine.
pub type Portable4 = [f32; 4];

impl Vector for Portable4 {
    #[inline]
    fn splat(value: f32) -> Self {
        [value; 4]
    }

    #[inline]
    fn load(from: &[f32; 4]) -> Self {
        *from
    }

    #[inline]
    fn store(self, to: &mut [f32; 4]) {
        *to = self;
    }

    #[inline]
    fn plus(self, other: Self) -> Self {
        std::array::from_fn(|i| self[i] + other[i])
    }

    #[inline]
    fn minus(self, other: Self) -> Self {
        std::array::from_fn(|i| self[i] - other[i])
    }

    #[inline]
    fn times(self, other: Self) -> Self {
        std::array::from_fn(|i| self[i] * other[i])
    }

    #[inline]
    fn zero_below(self, floor: Self) -> Self {
        std::array::from_fn(|i| if self[i] < floor[i] { 0.0 } else { self[i] })
    }

    #[inline]
    fn least(self, other: Self) -> Self {
        std::array::from_fn(|i| if other[i] < self[i] { other[i] } else { self[i] })
    }

    #[inline]
    fn greatest(self, other: Self) -> Self {
        std::array::from_fn(|i| if other[i] > self[i] { other[i] } else { self[i] })
    }

    #[inline]
    fn zeros(self) -> Self {
        self.map(|value| if value == 0.0 { 1.0 } else { 0.0 })
    }

    #[inline]
    fn transpose(rows: [Self; 4]) -> [Self; 4] {
        std::array::from_fn(|i| rows.map(|row| row[i]))
    }
}
