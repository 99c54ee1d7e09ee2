//! The curves of the chart.

use crate::cost::Curve;

/// Which curve.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum SeriesId {
    /// The module as it is.
    Module,
    /// The module in its other form.
    Other,
    /// The plain convolution with this kernel size.
    Plain(u64),
}

/// One curve: a count as a function of the input channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Series {
    /// Which.
    pub id: SeriesId,
    /// The count, exactly.
    pub curve: Curve,
}
