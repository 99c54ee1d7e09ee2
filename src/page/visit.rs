//! The visit that a first picture is rendered for.

use yew::prelude::*;

use crate::chart::Surface;
use crate::state::View;

/// What a browser would say. The context is provided where the page is rendered without one.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Visit {
    /// The view that the link opens.
    pub view: View,
    /// Whether the screen is narrow.
    pub is_narrow: bool,
}

impl Visit {
    /// The size of the crossover chart: on a screen of 1366 × 768, or on a phone of 390 × 844.
    #[must_use]
    pub fn chart(self) -> Surface {
        let (width, height) = if self.is_narrow { (344.0, 190.0) } else { (600.0, 296.0) };
        Surface { width, height, pixel_ratio: 1.0, oversample: 4 }
    }
}

/// The visit that is rendered; `None` in a browser, which is asked itself.
#[hook]
pub fn use_visit() -> Option<Visit> {
    use_context::<Visit>()
}
