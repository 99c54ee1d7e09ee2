//! What every part of the chart is drawn with.

use plotters::prelude::DrawingBackend;

use super::layout::ChartLayout;
use super::pen::{Ink, Pen};
use super::scene::Scene;
use super::series::SeriesId;
use super::text::Labels;
use super::theme::Theme;

/// Opacity of a curve while another is highlighted.
const FADED: f64 = 0.25;

/// The parts of a [`Figure`](super::Figure) and the pen that draws them.
pub(super) struct Picture<'a, DB: DrawingBackend> {
    pub pen: Pen<'a, DB>,
    pub scene: &'a Scene,
    pub layout: &'a ChartLayout,
    pub labels: &'a Labels,
    pub theme: &'a Theme,
}

impl<DB: DrawingBackend> Picture<'_, DB> {
    /// The ink of a curve, its dots and its name.
    pub fn ink(&self, id: SeriesId) -> Ink {
        let is_faded = self.scene.highlighted.is_some_and(|highlighted| highlighted != id);
        Ink { colour: self.theme.series(id), alpha: if is_faded { FADED } else { 1.0 } }
    }
}
