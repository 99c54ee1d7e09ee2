//! Figure 1 of the write-up as a grid: lines aligned by stage, and what each column adds.

use crate::arch::network::{NetworkId, VggConfig, VggEntry};
use crate::arch::{Layer, Named, Shape, Size};
use crate::cost::{Convention, CostError, NetworkCost, StageKind, network_cost, stages};

/// A column: a configuration and what it costs, without batch norm as in the paper.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Column {
    pub config: VggConfig,
    pub cost: NetworkCost,
}

impl Column {
    /// The network in this column.
    #[must_use]
    pub const fn id(&self) -> NetworkId {
        NetworkId::Vgg { config: self.config, batch_norm: false }
    }

    /// All columns, on one image of shape `input`, counted by `convention`.
    ///
    /// # Errors
    /// When a count does not fit into 64 bits.
    pub fn all(input: Shape, convention: Convention) -> Result<Vec<Self>, CostError> {
        let column = |config: VggConfig| {
            let cost = network_cost(&config.build(false), input, convention)?;
            Ok(Self { config, cost })
        };
        VggConfig::all().map(column).collect()
    }
}

/// One line of one column.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Cell {
    pub entry: VggEntry,
    /// Whether the column before has something else there, or nothing: the paper's bold.
    pub is_new: bool,
}

/// The lines before one max-pool.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct StageLines {
    /// Height and width of the maps made there; `None` where an error leaves that open.
    pub size: Option<Size>,
    /// Line by line, one cell for each of the columns of [`VggConfig`].
    pub lines: Vec<[Option<Cell>; 6]>,
}

fn cell(column: usize, stage: usize, line: usize) -> Option<Cell> {
    let at = |column: usize| {
        let entries: &[VggEntry] = VggConfig::all().nth(column)?.stages().get(stage)?;
        entries.get(line).copied()
    };
    let entry = at(column)?;
    // The first column adds nothing: there is none before it.
    let is_new = column.checked_sub(1).is_some_and(|before| at(before) != Some(entry));
    Some(Cell { entry, is_new })
}

/// The five stages, with the sizes that `columns` work at.
///
/// # Errors
/// When a sum does not fit into 64 bits.
pub fn stage_lines(columns: &[Column]) -> Result<Vec<StageLines>, CostError> {
    let of_first = columns.first().map_or(Ok(Vec::new()), |column| stages(&column.cost))?;
    let sizes = of_first.iter().filter_map(|stage| match stage.kind {
        StageKind::Maps { size } => Some(size),
        _ => None,
    });
    // Stages after an error have no sizes.
    let sizes = sizes.chain(std::iter::repeat(None));
    let stage = |(index, size): (usize, Option<Size>)| {
        let longest = VggConfig::all().map(|config| config.stages()[index].len()).max();
        let line = |line: usize| std::array::from_fn(|column| cell(column, index, line));
        StageLines { size, lines: (0..longest.unwrap_or(0)).map(line).collect() }
    };
    Ok((0..VggConfig::A.stages().len()).zip(sizes).map(stage).collect())
}

/// Neurons of the fully connected layers, which are the same in every column.
pub fn fully_connected(column: &Column) -> impl Iterator<Item = u64> {
    column.cost.layers().filter_map(|(_, layer)| match layer {
        Layer::Linear { out_features, .. } => Some(*out_features),
        _ => None,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::network::Network;

    /// What a column adds, stage by stage.
    fn added(stages: &[StageLines], column: usize) -> Vec<(usize, VggEntry)> {
        let cells = stages.iter().enumerate().flat_map(|(index, stage)| {
            stage.lines.iter().filter_map(move |line| Some((index, line[column]?)))
        });
        cells.filter(|(_, cell)| cell.is_new).map(|(index, cell)| (index, cell.entry)).collect()
    }

    #[test]
    fn what_is_new_is_what_the_paper_prints_bold() {
        let stages =
            stage_lines(&Column::all(Network::INPUT, Convention::default()).unwrap()).unwrap();
        let conv = |kernel_size, out_channels| VggEntry::Conv { kernel_size, out_channels };
        let of_each_size =
            |kernel| [(2, conv(kernel, 256)), (3, conv(kernel, 512)), (4, conv(kernel, 512))];
        assert_eq!(added(&stages, 0), []);
        assert_eq!(added(&stages, 1), [(0, VggEntry::Lrn)]);
        assert_eq!(added(&stages, 2), [(0, conv(3, 64)), (1, conv(3, 128))]);
        assert_eq!(added(&stages, 3), of_each_size(1));
        assert_eq!(added(&stages, 4), of_each_size(3));
        assert_eq!(added(&stages, 5), of_each_size(3));
    }

    #[test]
    fn stages_are_as_long_as_their_longest_column_and_say_their_size() {
        let columns = Column::all(Network::INPUT, Convention::default()).unwrap();
        let stages = stage_lines(&columns).unwrap();
        let lines: Vec<_> = stages.iter().map(|stage| stage.lines.len()).collect();
        assert_eq!(lines, [2, 2, 4, 4, 4]);
        let sides = stages.iter().map(|stage| stage.size.map(|size| size.height));
        assert_eq!(sides.collect::<Vec<_>>(), [224, 112, 56, 28, 14].map(Some));
        assert_eq!(fully_connected(&columns[3]).collect::<Vec<_>>(), [4096, 4096, 1000]);
    }

    #[test]
    fn an_input_that_is_too_small_keeps_the_table() {
        let columns = Column::all(Shape::new(3, 8, 8), Convention::default()).unwrap();
        assert!(columns.iter().all(|column| !column.cost.faults.is_empty()));
        assert_eq!(columns[0].cost.totals.params, 132_863_336);
        let stages = stage_lines(&columns).unwrap();
        assert_eq!(stages.len(), 5);
        assert_eq!((stages[0].size, stages[4].size), (Some(Size::square(8)), None));
    }
}
