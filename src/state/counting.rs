//! What is counted, on the whole page.

use crate::cost::{Convention, Metric};

/// What is counted. Both documents hold it, so that a change is an undo step of the document that is open;
/// [`Store::after`](super::Store::after) keeps them equal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub struct Counting {
    /// The count that is compared, ranked and drawn.
    pub metric: Metric,
    pub convention: Convention,
}
