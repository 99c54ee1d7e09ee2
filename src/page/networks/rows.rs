//! Which rows of a network's table are shown, and in which order.

use std::collections::BTreeSet;

use strum::{IntoStaticStr, VariantArray};

use crate::arch::network::ModuleKind;
use crate::arch::{Layer, Window};
use crate::cost::{Metric, NetworkCost, NetworkRow, RowKind};

/// A column that rows can be sorted by.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Column {
    /// The name, in the order the layers run.
    #[default]
    Layer,
    /// Kernel or window.
    Kernel,
    /// Values of the output.
    Output,
    Params,
    /// Share of the chosen count.
    Share,
    /// Multiply–accumulates.
    Macs,
    /// Bytes of the output.
    Memory,
    ReceptiveField,
}

impl Column {
    /// What a row is sorted by; `None` sorts last.
    fn key(self, index: usize, row: &NetworkRow, metric: Metric) -> Option<u64> {
        match self {
            Self::Layer => u64::try_from(index).ok(),
            Self::Kernel => row.layer().and_then(window).map(|window| window.taps()),
            Self::Output => row.output.and_then(|signal| signal.shape.numel()),
            Self::Params => Some(row.totals.params),
            Self::Share => row.count(metric),
            Self::Macs => row.counted.then_some(row.totals.macs),
            Self::Memory => row.counted.then_some(row.totals.bytes),
            Self::ReceptiveField => row.receptive_field.map(|field| field.size.longest()),
        }
    }
}

/// The window that a layer slides over its input, if it has one.
#[must_use]
pub const fn window(layer: &Layer) -> Option<Window> {
    match layer {
        Layer::Conv2d(conv) => Some(conv.window()),
        Layer::Pool2d(pool) => Some(pool.window()),
        _ => None,
    }
}

/// A kind of layer to look for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
#[strum(serialize_all = "snake_case")]
pub enum Kind {
    Conv,
    /// Pools of every kind.
    Pool,
    /// Batch norm and local response norm.
    Norm,
    /// Fully connected layers.
    Linear,
    /// `ReLU`, dropout, flattening.
    Other,
}

impl Kind {
    /// The kind of a row that is no container.
    #[must_use]
    pub const fn of(row: &NetworkRow) -> Option<Self> {
        Some(match &row.kind {
            RowKind::Container(..) => return None,
            RowKind::Flatten => Self::Other,
            RowKind::Layer(layer, _) => match layer {
                Layer::Conv2d(_) => Self::Conv,
                Layer::Pool2d(_) | Layer::AdaptiveAvgPool2d { .. } => Self::Pool,
                Layer::BatchNorm2d { .. } | Layer::LocalResponseNorm { .. } => Self::Norm,
                Layer::Linear { .. } => Self::Linear,
                Layer::ReLU | Layer::Dropout => Self::Other,
            },
        })
    }
}

/// Sorting, filter and rolled-up containers of the table.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Look {
    /// The column it is sorted by.
    pub column: Column,
    /// Whether the largest comes first; ignored for the order of the layers.
    pub descending: bool,
    /// Only layers of this kind.
    pub kind: Option<Kind>,
    /// The containers that are rolled up, by row.
    pub rolled: BTreeSet<usize>,
}

impl Look {
    /// Whether the rows stand in the tree's order, containers before what they hold.
    #[must_use]
    pub fn is_tree(&self) -> bool {
        self.column == Column::Layer && self.kind.is_none()
    }

    /// A press on the head of `column`: sorts by it, numbers with the largest first; the next press turns the
    /// order round, the third goes back to the order of the layers.
    pub fn press(&mut self, column: Column) {
        (self.column, self.descending) = match (self.column == column, self.descending) {
            _ if column == Column::Layer => (Column::Layer, false),
            (false, _) => (column, true),
            (true, true) => (column, false),
            (true, false) => (Column::Layer, false),
        };
    }

    /// The rows to show, by index. In the tree's order, containers are rows before their children, and a
    /// rolled-up container hides its children. In any other order only layers and rolled-up containers are
    /// rows, so that no cost is shown twice.
    #[must_use]
    pub fn rows(&self, cost: &NetworkCost, metric: Metric) -> Vec<usize> {
        let mut shown = Vec::with_capacity(cost.rows.len());
        let mut index = 0;
        while let Some(row) = cost.rows.get(index) {
            let is_container = row.kind.is_container();
            let is_rolled = is_container && self.rolled.contains(&index);
            let is_kind = self.kind.is_none_or(|kind| Kind::of(row) == Some(kind));
            let is_shown = if self.is_tree() {
                true
            } else if self.kind.is_some() {
                !is_container && is_kind
            } else {
                !is_container || is_rolled
            };
            if is_shown {
                shown.push(index);
            }
            // A filter also finds layers in rolled-up containers.
            index = if is_rolled && self.kind.is_none() { row.end } else { index + 1 };
        }
        if self.column != Column::Layer {
            let key = |index: &usize| {
                cost.rows.get(*index).and_then(|row| self.column.key(*index, row, metric))
            };
            // Rows without a number come last in both directions.
            shown.sort_by_cached_key(|index| {
                let key = key(index);
                (key.is_none(), key.map(|key| if self.descending { !key } else { key }))
            });
        }
        shown
    }
}

/// The containers that one figure shows as one block: modules other than `Sequential`, which are the
/// model's long sequences (VGG's `features`).
pub fn blocks(cost: &NetworkCost) -> impl Iterator<Item = usize> {
    let rows = cost.rows.iter().enumerate();
    rows.filter(|(_, row)| match row.kind {
        RowKind::Container(_, kind) => kind.is_module() && kind != ModuleKind::Sequential,
        RowKind::Layer(..) | RowKind::Flatten => false,
    })
    .map(|(index, _)| index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Named;
    use crate::arch::network::{Network, NetworkId};
    use crate::cost::{Convention, network_cost};

    fn cost(name: &str) -> NetworkCost {
        let network = NetworkId::by_name(name).unwrap().build();
        network_cost(&network, Network::INPUT, Convention::default()).unwrap()
    }

    fn paths<'a>(cost: &'a NetworkCost, look: &Look) -> Vec<&'a str> {
        let rows = look.rows(cost, Metric::Params);
        rows.iter().map(|index| cost.rows[*index].path.as_str()).collect()
    }

    #[test]
    fn rolled_up_blocks_hide_what_they_hold() {
        let cost = cost("googlenet");
        let open = Look::default().rows(&cost, Metric::Params);
        assert_eq!(open, (0..cost.rows.len()).collect::<Vec<_>>());
        let look = Look { rolled: blocks(&cost).collect(), ..Look::default() };
        let shown = paths(&cost, &look);
        assert!(shown.contains(&"inception4e") && !shown.contains(&"inception4e.branch1"));
        // Three units and four pools, nine blocks, and what follows the last: nothing else.
        assert_eq!(shown.len(), 3 + 4 + 9 + 4);
    }

    #[test]
    fn sorted_by_params_the_heaviest_comes_first_and_nothing_is_there_twice() {
        let cost = cost("vgg16");
        let mut look = Look::default();
        look.press(Column::Params);
        assert_eq!(paths(&cost, &look)[..2], ["classifier.0", "classifier.3"]);
        assert_eq!(look.rows(&cost, Metric::Params).len(), cost.layers().count());
        look.press(Column::Params);
        assert_eq!(paths(&cost, &look).last(), Some(&"classifier.0"));
        look.press(Column::Params);
        assert_eq!(look, Look::default());
    }

    #[test]
    fn a_filter_finds_layers_in_rolled_up_blocks_too() {
        let cost = cost("googlenet");
        let all =
            Look { kind: Some(Kind::Conv), rolled: blocks(&cost).collect(), ..Look::default() };
        assert_eq!(all.rows(&cost, Metric::Params).len(), 57);
    }

    #[test]
    fn what_has_no_kernel_sorts_last_either_way() {
        let cost = cost("vgg16");
        for descending in [true, false] {
            let look = Look { column: Column::Kernel, descending, ..Look::default() };
            let rows = look.rows(&cost, Metric::Params);
            let last = rows.last().and_then(|index| cost.rows[*index].layer());
            assert!(last.is_none_or(|layer| window(layer).is_none()));
        }
    }
}
