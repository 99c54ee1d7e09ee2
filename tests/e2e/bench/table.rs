//! Figures that were measured again and again, and the few numbers that stand for them.

use serde_json::{Map, Value, json};

/// What a table's figures are counted in.
#[derive(Clone, Copy)]
pub enum Unit {
    /// Milliseconds.
    Milliseconds,
    /// A number without a unit, well below 1.
    Score,
}

impl Unit {
    fn name(self) -> &'static str {
        match self {
            Self::Milliseconds => "ms",
            Self::Score => "score",
        }
    }

    fn digits(self) -> usize {
        match self {
            Self::Milliseconds => 1,
            Self::Score => 3,
        }
    }
}

/// One thing, measured on the page and, where it can be, on the floor.
pub struct Figure {
    name: String,
    values: Vec<f64>,
    floor: Vec<f64>,
}

impl Figure {
    /// Measured on the page alone.
    pub fn new(name: impl Into<String>, values: Vec<f64>) -> Self {
        Self { name: name.into(), values, floor: Vec::new() }
    }

    /// Measured on the floor as well.
    pub fn beside(self, floor: Vec<f64>) -> Self {
        Self { floor, ..self }
    }

    /// How many times the floor's median the page's is; none without a floor above zero.
    fn ratio(&self) -> Option<f64> {
        let floor = percentile(&self.floor, 0.5).filter(|floor| *floor > 0.0)?;
        Some(percentile(&self.values, 0.5)? / floor)
    }

    fn json(&self) -> Value {
        json!({
            "page": statistics(&self.values),
            "floor": statistics(&self.floor),
            "ratio": self.ratio(),
        })
    }
}

/// The figures of one topic.
pub struct Table {
    /// Its key in the report's file.
    pub id: &'static str,
    title: &'static str,
    unit: Unit,
    figures: Vec<Figure>,
}

impl Table {
    /// Without figures yet.
    pub fn new(id: &'static str, title: &'static str, unit: Unit) -> Self {
        Self { id, title, unit, figures: Vec::new() }
    }

    /// Adds a line.
    pub fn push(&mut self, figure: Figure) {
        self.figures.push(figure);
    }

    /// How many, median, 95th percentile, maximum, the floor's median, and the ratio of the medians.
    pub fn print(&self) {
        let title = format!("{}, {}", self.title, self.unit.name());
        println!(
            "\n{title:54} {:>5} {:>9} {:>9} {:>9} {:>9} {:>8}",
            "n", "p50", "p95", "max", "floor", "× floor"
        );
        let number = |value: Option<f64>, digits: usize| {
            value.map_or("–".to_owned(), |value| format!("{value:.digits$}"))
        };
        let digits = self.unit.digits();
        for figure in &self.figures {
            let [p50, p95, max] =
                [0.5, 0.95, 1.0].map(|part| number(percentile(&figure.values, part), digits));
            let floor = number(percentile(&figure.floor, 0.5), digits);
            let ratio = number(figure.ratio(), 2);
            println!(
                "  {:52} {:5} {p50:>9} {p95:>9} {max:>9} {floor:>9} {ratio:>8}",
                figure.name,
                figure.values.len()
            );
        }
    }

    /// The same for a program to read: every figure by its name.
    pub fn json(&self) -> Value {
        let figures: Map<_, _> =
            self.figures.iter().map(|figure| (figure.name.clone(), figure.json())).collect();
        json!({ "title": self.title, "unit": self.unit.name(), "figures": figures })
    }
}

/// Null where nothing was measured.
fn statistics(values: &[f64]) -> Value {
    if values.is_empty() {
        return Value::Null;
    }
    let [p50, p95, max] = [0.5, 0.95, 1.0].map(|part| percentile(values, part));
    json!({ "n": values.len(), "p50": p50, "p95": p95, "max": max, "values": values })
}

/// The value that a part of the values (0 to 1) does not exceed: the nearest rank, never one between two
/// measured values.
fn percentile(values: &[f64], part: f64) -> Option<f64> {
    let mut sorted = values.to_vec();
    sorted.sort_by(f64::total_cmp);
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "0 to the length")]
    let rank = (part * sorted.len() as f64).ceil() as usize;
    sorted.get(rank.max(1) - 1).copied()
}
