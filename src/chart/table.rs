//! The chart as a table, for screen readers.

use super::scene::Scene;
use super::series::SeriesId;

/// One row: the exact counts at one number of channels.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Row {
    /// Input channels.
    pub channels: u64,
    /// Whether the cursor is at these channels.
    pub present: bool,
    /// The curves whose crossing with the module has this whole number.
    pub crosses: Vec<SeriesId>,
    /// Every curve's count, in the order of [`Scene::series`].
    pub counts: Vec<(SeriesId, i128)>,
}

const CHANNELS: [u64; 8] = [1, 3, 16, 64, 128, 256, 512, 1024];

impl Scene {
    /// Counts at round numbers of channels, at the crossings and at the present, ascending.
    #[must_use]
    pub fn table(&self) -> Vec<Row> {
        let mut channels = CHANNELS.to_vec();
        let crossings = self.crossings.iter().map(|crossing| crossing.channels);
        for count in crossings.chain([self.present]) {
            if let Err(place) = channels.binary_search(&count) {
                channels.insert(place, count);
            }
        }
        let row = |channels| Row {
            channels,
            present: channels == self.present,
            crosses: self
                .crossings
                .iter()
                .filter(|crossing| crossing.channels == channels)
                .map(|crossing| crossing.with)
                .collect(),
            counts: self.values_at(channels),
        };
        channels.into_iter().map(row).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::super::scene::tests::answer;
    use super::super::{Scene, SceneOptions, SeriesId};
    use crate::cost::Metric;

    #[test]
    fn the_rows_are_round_numbers_crossings_and_the_present() {
        let answer = answer("3a", &[3, 5], Metric::Params);
        let table = Scene::new(&answer, &SceneOptions::default()).table();
        let channels: Vec<_> = table.iter().map(|row| row.channels).collect();
        assert_eq!(channels, [1, 3, 16, 20, 59, 64, 128, 192, 256, 512, 1024]);
        assert_eq!(table[4].crosses, [SeriesId::Plain(3)]);
        assert!(table[7].present && !table[6].present);
        assert_eq!(table[7].counts[2], (SeriesId::Module, 164_064));
    }
}
