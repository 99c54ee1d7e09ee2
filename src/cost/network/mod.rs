//! The cost of a whole network, row by row, in one pass.

use thiserror::Error;

use crate::arch::network::{Call, Flow, Join, ModuleKind, NodePath, Signal};
use crate::arch::{Layer, Shape};

use super::CostError;
use super::metric::Metric;
use super::module::Totals;
use super::receptive::ReceptiveField;

mod count;
mod memory;
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
    /// A container of other rows: how values pass through them, and its class.
    Container(Flow, ModuleKind),
}

impl RowKind {
    /// How values pass through it, if it is a container.
    #[must_use]
    pub const fn flow(&self) -> Option<Flow> {
        match self {
            Self::Container(flow, _) => Some(*flow),
            _ => None,
        }
    }

    /// Whether it is a container.
    #[must_use]
    pub const fn is_container(&self) -> bool {
        self.flow().is_some()
    }

    /// Whether it computes something itself: a layer, or a sum or product of branches.
    #[must_use]
    pub const fn is_operation(&self) -> bool {
        match self {
            Self::Layer(..) | Self::Container(Flow::Parallel(Join::Add | Join::Multiply), _) => {
                true
            }
            Self::Flatten | Self::Container(..) => false,
        }
    }

    /// The name of the class in PyTorch, or of the function.
    #[must_use]
    pub const fn class_name(&self) -> &'static str {
        match self {
            Self::Layer(layer, _) => layer.class_name(),
            Self::Flatten => "Flatten",
            Self::Container(_, kind) => kind.class_name(),
        }
    }
}

/// One node and what it costs.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkRow {
    /// Its place in the network.
    pub at: NodePath,
    /// The names from the model down to it, joined by dots, for display.
    pub path: String,
    /// Containers around it.
    pub depth: usize,
    /// Index after the last of its descendants' rows.
    pub end: usize,
    /// What it is.
    pub kind: RowKind,
    /// Its input; `None` if an earlier fault makes it unknown.
    pub input: Option<Signal>,
    /// Its output; `None` where that is unknown.
    pub output: Option<Signal>,
    /// Parameters, work and memory of the row itself: of a layer, or of a sum or product of branches.
    pub own: Totals,
    /// Parameters, work and memory of the row and its descendants.
    pub totals: Totals,
    /// Bytes alive while the row runs in inference; of a container, the most while anything it holds runs.
    /// `None` where nothing runs (in a side branch, in a container that holds nothing) and in a network with
    /// a fault.
    pub alive: Option<u64>,
    /// The receptive field in the network's input; `None` if it is unknown.
    pub receptive_field: Option<ReceptiveField>,
    /// Whether it is (in) a side branch, which only training runs.
    pub training_only: bool,
    /// Whether its work and memory could be counted: its input is known and fits, and so do the inputs of
    /// its descendants. Parameters are counted in any case.
    pub counted: bool,
}

impl NetworkRow {
    /// Its own name, the last of its path.
    #[must_use]
    pub fn name(&self) -> &str {
        self.path.rsplit('.').next().unwrap_or_default()
    }

    /// The count of `metric` of the row and its descendants, as far as they can be counted; `None` where the
    /// metric has none.
    #[must_use]
    pub fn count(&self, metric: Metric) -> Option<u64> {
        match metric.additive() {
            Some(additive) => self.totals.get(additive).ok(),
            None => self.alive,
        }
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
    /// The input, if it is known.
    pub given: Option<Signal>,
    /// Why it can't be counted.
    pub error: CostError,
}

/// The most memory that inference needs at once, for one image.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Peak {
    /// Bytes of the tensors alive at once, float32.
    pub bytes: u64,
    /// Index of the first row that needs them while it runs.
    pub row: usize,
}

/// What a network costs, one image.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct NetworkCost {
    /// Every node in the order they run, containers before their children.
    pub rows: Vec<NetworkRow>,
    /// All layers, as in training: with side branches.
    pub totals: Totals,
    /// The layers of inference: without side branches.
    pub inference: Totals,
    /// The most memory that inference needs at once; `None` in a network with a fault, and where nothing runs.
    pub peak: Option<Peak>,
    /// The output of the network; `None` if an error makes it unknown.
    pub output: Option<Signal>,
    /// The nodes that could not be counted, in the order of the rows; the sums do not include them.
    pub faults: Vec<NetworkFault>,
}

impl NetworkCost {
    /// The count of `metric`, side branches included (the peak is of inference alone), as far as the network
    /// can be counted; `None` where the metric has none.
    #[must_use]
    pub fn count(&self, metric: Metric) -> Option<u64> {
        match metric.additive() {
            Some(additive) => self.totals.get(additive).ok(),
            None => self.peak.map(|peak| peak.bytes),
        }
    }

    /// Index of the row of the node at `path`.
    #[must_use]
    pub fn row_at(&self, path: &NodePath) -> Option<usize> {
        // Rows are in pre-order, which is the order of paths.
        self.rows.binary_search_by(|row| row.at.cmp(path)).ok()
    }

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

    /// The rows that are layers.
    pub fn layers(&self) -> impl Iterator<Item = (&NetworkRow, &Layer)> {
        self.rows.iter().filter_map(|row| row.layer().map(|layer| (row, layer)))
    }
}
