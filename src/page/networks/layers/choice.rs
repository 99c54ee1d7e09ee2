//! The options of the table of layers.

use std::collections::BTreeSet;

use strum::{IntoStaticStr, VariantArray};

use crate::cost::NetworkCost;
use crate::page::networks::rows::{Column, Kind, Look, blocks};

/// What is rolled up before anything is toggled.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Grain {
    /// Nothing: every layer.
    Layers,
    /// Blocks such as Inception modules.
    #[default]
    Blocks,
    /// Everything the model itself holds.
    Modules,
}

impl Grain {
    fn rolled(self, cost: &NetworkCost) -> BTreeSet<usize> {
        match self {
            Self::Layers => BTreeSet::new(),
            Self::Blocks => blocks(cost).collect(),
            Self::Modules => containers(cost).collect(),
        }
    }
}

fn containers(cost: &NetworkCost) -> impl Iterator<Item = usize> {
    let rows = cost.rows.iter().enumerate();
    rows.filter(|(_, row)| row.kind.is_container()).map(|(index, _)| index)
}

/// The options of the table. Rolled-up containers are kept by path, which stays valid after an edit elsewhere.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Choice {
    /// What is rolled up.
    pub grain: Grain,
    /// Containers that were toggled against the grain.
    toggled: BTreeSet<String>,
    /// The column it is sorted by, and whether the largest comes first.
    sort: (Column, bool),
    /// Only layers of this kind.
    pub kind: Option<Kind>,
    /// Whether it is shown as torchsummary prints it.
    pub as_torchsummary: bool,
}

/// A change of the options.
#[derive(Clone, Debug, PartialEq)]
pub enum Change {
    /// Rolls up by another grain; nothing is toggled then.
    Grain(Grain),
    /// Only this kind, or every kind again.
    Kind(Kind),
    /// A press on a column's head.
    Sort(Column),
    /// Rolls up or opens the container of this path.
    Toggle(String),
    /// As torchsummary prints it, or as a table again.
    Torchsummary,
}

impl Choice {
    /// The choice after `change`.
    #[must_use]
    pub fn after(&self, change: Change) -> Self {
        let mut next = self.clone();
        match change {
            Change::Grain(grain) => (next.grain, next.toggled) = (grain, BTreeSet::new()),
            Change::Kind(kind) => next.kind = (self.kind != Some(kind)).then_some(kind),
            Change::Sort(column) => {
                let (now, descending) = self.sort;
                let mut look = Look { column: now, descending, ..Look::default() };
                look.press(column);
                next.sort = (look.column, look.descending);
            }
            Change::Toggle(path) => {
                if !next.toggled.remove(&path) {
                    next.toggled.insert(path);
                }
            }
            Change::Torchsummary => next.as_torchsummary = !self.as_torchsummary,
        }
        next
    }

    /// The options applied to a network's rows.
    #[must_use]
    pub fn look(&self, cost: &NetworkCost) -> Look {
        let mut rolled = self.grain.rolled(cost);
        for index in containers(cost).filter(|_| !self.toggled.is_empty()) {
            let is_toggled = self.toggled.contains(&cost.rows[index].path);
            if is_toggled && !rolled.remove(&index) {
                rolled.insert(index);
            }
        }
        let (column, descending) = self.sort;
        Look { column, descending, kind: self.kind, rolled }
    }

    /// The containers that are open.
    #[must_use]
    pub fn open(cost: &NetworkCost, look: &Look) -> BTreeSet<usize> {
        containers(cost).filter(|index| !look.rolled.contains(index)).collect()
    }
}
