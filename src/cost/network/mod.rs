//! The cost of a whole network, row by row, in one pass.

use thiserror::Error;

use crate::arch::network::{Call, ModuleKind, Signal};
use crate::arch::{Layer, Shape};

use super::CostError;
use super::module::Totals;
use super::receptive::ReceptiveField;

mod count;
#[cfg(test)]
mod tests;

pub use count::network_cost;

/// What a row is.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum RowKind {
    /// A layer.
    Layer(Layer, Call),
    /// `torch.flatten`.
    Flatten,
    /// A module that holds others.
    Module(ModuleKind),
}

impl RowKind {
    /// The name of the class in PyTorch, or of the function.
    #[must_use]
    pub const fn class_name(&self) -> &'static str {
        match self {
            Self::Layer(layer, _) => layer.class_name(),
            Self::Flatten => "Flatten",
            Self::Module(kind) => kind.class_name(),
        }
    }
}

/// One node and what it costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkRow {
    /// The names from the model down to it, joined by dots.
    pub path: String,
    /// Containers around it.
    pub depth: usize,
    /// Index after the last row of what it holds.
    pub end: usize,
    /// What it is.
    pub kind: RowKind,
    /// What arrives; `None` where an error before it leaves that open.
    pub input: Option<Signal>,
    /// What it makes of it; `None` where that is open.
    pub output: Option<Signal>,
    /// Its parameters, work and memory; a container's are those of all it holds.
    pub totals: Totals,
    /// The window of the network's input that one output value sees; `None` where that is open.
    pub receptive_field: Option<ReceptiveField>,
    /// Whether it is (in) a side branch, which only training runs.
    pub training_only: bool,
    /// Whether its work and memory could be counted: its input is known and fits, and, of a container,
    /// that of all it holds. Parameters are counted in any case.
    pub counted: bool,
}

impl NetworkRow {
    /// Its own name, the last of its path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// Its layer, if it is one.
    #[must_use]
    pub const fn layer(&self) -> Option<&Layer> {
        match &self.kind {
            RowKind::Layer(layer, _) => Some(layer),
            _ => None,
        }
    }

    /// Whether it is a linear layer for which maps are flattened; PyTorch needs a `Flatten` before it.
    #[must_use]
    pub fn is_flattened(&self) -> bool {
        self.layer().zip(self.input).is_some_and(|(layer, input)| input.is_flattened_for(layer))
    }
}

/// A node that can't be counted.
#[derive(Clone, Debug, PartialEq, Eq, Error)]
#[error("{path}: {error}{}", given.map(|given| format!(" ({given} arrived)")).unwrap_or_default())]
pub struct NetworkFault {
    /// Where: the names joined by dots.
    pub path: String,
    /// Index of the row.
    pub row: usize,
    /// What arrived, if that is known.
    pub given: Option<Signal>,
    /// Why it can't be counted.
    pub error: CostError,
}

/// What a network costs, one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkCost {
    /// Every node, a container before what it holds, in the order they run.
    pub rows: Vec<NetworkRow>,
    /// Everything, side branches too: what training runs.
    pub totals: Totals,
    /// Without side branches: what inference runs.
    pub inference: Totals,
    /// What comes out at the end; `None` where an error leaves that open.
    pub output: Option<Signal>,
    /// What could not be counted, in the order of the rows; what it holds back is missing in the sums.
    pub faults: Vec<NetworkFault>,
}

impl NetworkCost {
    /// The image that runs through the network; `None` where there is no node to take it.
    #[must_use]
    pub fn input(&self) -> Option<Shape> {
        self.rows.first()?.input.map(|signal| signal.shape)
    }

    /// The rows of the model's own attributes; together they make the totals.
    pub fn top_level(&self) -> impl Iterator<Item = &NetworkRow> {
        self.rows.iter().filter(|row| row.depth == 0)
    }

    /// The rows directly below row `index`.
    pub fn children(&self, index: usize) -> impl Iterator<Item = (usize, &NetworkRow)> {
        let parent = self.rows.get(index);
        let range = parent.map_or(0..0, |row| index + 1..row.end);
        let depth = parent.map_or(0, |row| row.depth + 1);
        range
            .filter_map(|index| self.rows.get(index).map(|row| (index, row)))
            .filter(move |(_, row)| row.depth == depth)
    }

    /// The rows that are layers: nothing is in them twice.
    pub fn layers(&self) -> impl Iterator<Item = (&NetworkRow, &Layer)> {
        self.rows.iter().filter_map(|row| row.layer().map(|layer| (row, layer)))
    }
}
