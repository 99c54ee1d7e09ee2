//! The layout of the module's diagram.
//!
//! The flow runs along the *main* axis (left to right, or top to bottom on a phone), the four branches
//! lie side by side across it. A lane keeps its place when its branch is removed, so that nothing jumps.

use strum::VariantArray;

use crate::arch::{BranchId, OpRole, Shape};
use crate::chart::{Point, Rect};
use crate::cost::ModuleCost;

/// The direction of the diagram.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flow {
    /// Left to right.
    Right,
    /// Top to bottom.
    Down,
}

/// The measures of a diagram, along (main) and across (cross) its flow, in pixels.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Measures {
    /// The direction of the diagram.
    pub flow: Flow,
    /// Whether boxes hold the short text.
    pub compact: bool,
    /// Where the input starts, and how long it is.
    input: (f64, f64),
    /// Where the two operations of a branch start.
    columns: [f64; 2],
    /// Extent of an operation's box, along and across.
    op: (f64, f64),
    /// Where the concatenation starts, and how long it is.
    concat: (f64, f64),
    /// Where the output starts, and how long it is.
    output: (f64, f64),
    /// Distance from one lane to the next.
    lane: f64,
    /// Extent of the picture, along and across.
    extent: (f64, f64),
}

/// One module across a wide card.
pub const WIDE: Measures = Measures {
    flow: Flow::Right,
    compact: false,
    input: (4.0, 96.0),
    columns: [172.0, 468.0],
    op: (220.0, 50.0),
    concat: (788.0, 54.0),
    output: (900.0, 96.0),
    lane: 58.0,
    extent: (1000.0, 232.0),
};

/// One of two modules side by side.
pub const HALF: Measures = Measures {
    flow: Flow::Right,
    compact: true,
    input: (1.0, 66.0),
    columns: [88.0, 234.0],
    op: (126.0, 50.0),
    concat: (382.0, 34.0),
    output: (436.0, 66.0),
    lane: 58.0,
    extent: (504.0, 232.0),
};

/// On a phone.
pub const TALL: Measures = Measures {
    flow: Flow::Down,
    compact: true,
    input: (2.0, 40.0),
    columns: [76.0, 168.0],
    op: (62.0, 84.0),
    concat: (266.0, 26.0),
    output: (312.0, 40.0),
    lane: 90.0,
    extent: (354.0, 358.0),
};

/// A line along which channels flow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Ribbon {
    /// The branch; `None` after the concatenation.
    pub branch: Option<BranchId>,
    pub from: Point,
    pub to: Point,
    /// Thickness: in proportion to the channels.
    pub thickness: f64,
}

/// The place of an operation's box.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Node {
    pub branch: BranchId,
    /// Its role in the branch.
    pub role: OpRole,
    pub rect: Rect,
}

/// A branch's part of the concatenation.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    pub branch: BranchId,
    pub channels: u64,
    pub rect: Rect,
}

/// Where the parts of the diagram lie.
#[derive(Clone, Debug, PartialEq)]
pub struct DiagramLayout {
    /// The measures it was made with.
    pub measures: Measures,
    /// Width and height of the picture.
    pub size: (f64, f64),
    pub input: Rect,
    pub output: Rect,
    pub nodes: Vec<Node>,
    /// Lanes of removed branches.
    pub empty: Vec<(BranchId, Rect)>,
    /// The concatenation, in order.
    pub segments: Vec<Segment>,
    pub ribbons: Vec<Ribbon>,
}

const THICKEST: f64 = 14.0;
const THINNEST: f64 = 1.5;
const SEGMENT_GAP: f64 = 2.0;

impl Measures {
    fn rect(&self, main: (f64, f64), cross: (f64, f64)) -> Rect {
        match self.flow {
            Flow::Right => Rect { x: main.0, y: cross.0, width: main.1, height: cross.1 },
            Flow::Down => Rect { x: cross.0, y: main.0, width: cross.1, height: main.1 },
        }
    }

    fn point(&self, main: f64, cross: f64) -> Point {
        match self.flow {
            Flow::Right => (main, cross),
            Flow::Down => (cross, main),
        }
    }

    fn lane_start(&self, branch: BranchId) -> f64 {
        let lanes = self.lane * 3.0 + self.op.1;
        (self.extent.1 - lanes) / 2.0 + self.lane * (branch.number() - 1) as f64
    }

    fn lane_center(&self, branch: BranchId) -> f64 {
        self.lane_start(branch) + self.op.1 / 2.0
    }

    fn lanes(&self) -> (f64, f64) {
        let start = self.lane_start(BranchId::One);
        (start, self.extent.1 - 2.0 * start)
    }
}

impl DiagramLayout {
    /// Lays out a module that costs `cost`.
    #[must_use]
    pub fn new(cost: &ModuleCost, measures: Measures) -> Self {
        let widest = cost
            .ops()
            .map(|(_, op)| op.cost.output.channels)
            .chain([cost.input.channels, cost.output.channels])
            .max()
            .unwrap_or(1);
        let thickness = |channels: u64| (THICKEST * channels as f64 / widest as f64).max(THINNEST);
        let mut layout = Self {
            size: match measures.flow {
                Flow::Right => measures.extent,
                Flow::Down => (measures.extent.1, measures.extent.0),
            },
            input: measures.rect(measures.input, measures.lanes()),
            output: measures.rect(measures.output, measures.lanes()),
            nodes: Vec::new(),
            empty: Vec::new(),
            segments: Vec::new(),
            ribbons: Vec::new(),
            measures,
        };
        for &branch in BranchId::VARIANTS {
            let ops: Vec<_> =
                cost.ops().filter(|(id, _)| *id == branch).map(|(_, op)| op).collect();
            layout.place_branch(
                branch,
                &ops.iter().map(|op| (op.op.role, op.cost.output)).collect::<Vec<_>>(),
                cost.input,
                &thickness,
            );
        }
        layout.place_concatenation(cost);
        let lanes = measures.lanes();
        let middle = lanes.0 + lanes.1 / 2.0;
        layout.ribbons.push(Ribbon {
            branch: None,
            from: measures.point(measures.concat.0 + measures.concat.1, middle),
            to: measures.point(measures.output.0, middle),
            thickness: thickness(cost.output.channels),
        });
        layout
    }

    fn place_branch(
        &mut self,
        branch: BranchId,
        ops: &[(OpRole, Shape)],
        input: Shape,
        thickness: &impl Fn(u64) -> f64,
    ) {
        let measures = self.measures;
        let cross = (measures.lane_start(branch), measures.op.1);
        let center = measures.lane_center(branch);
        let [first, second] = measures.columns;
        if ops.is_empty() {
            let main = (first, second + measures.op.0 - first);
            self.empty.push((branch, measures.rect(main, cross)));
            return;
        }
        // A branch of one operation has it in the column before the concatenation, but for the pool,
        // which stays where it stands in the reduced form.
        let columns: &[f64] = match ops {
            [(OpRole::Pool, _)] => &[first],
            [_] => &[second],
            _ => &[first, second],
        };
        let mut reached = measures.input.0 + measures.input.1;
        let mut channels = input.channels;
        let mut ribbon = |from: f64, to: f64, channels: u64| {
            self.ribbons.push(Ribbon {
                branch: Some(branch),
                from: measures.point(from, center),
                to: measures.point(to, center),
                thickness: thickness(channels),
            });
        };
        for (&(role, output), &start) in ops.iter().zip(columns) {
            ribbon(reached, start, channels);
            self.nodes.push(Node {
                branch,
                role,
                rect: measures.rect((start, measures.op.0), cross),
            });
            reached = start + measures.op.0;
            channels = output.channels;
        }
        ribbon(reached, measures.concat.0, channels);
    }

    fn place_concatenation(&mut self, cost: &ModuleCost) {
        let measures = self.measures;
        let (start, length) = measures.lanes();
        let gaps = SEGMENT_GAP * cost.branches.len().saturating_sub(1) as f64;
        let total = cost.output.channels.max(1) as f64;
        let mut reached = start;
        for branch in &cost.branches {
            let channels = branch.ops.last().map_or(0, |op| op.cost.output.channels);
            let part = (length - gaps) * channels as f64 / total;
            let rect = measures.rect(measures.concat, (reached, part));
            self.segments.push(Segment { branch: branch.id, channels, rect });
            reached += part + SEGMENT_GAP;
        }
    }
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::*;
    use crate::arch::{Field, Form, Inception, Preset, Size};
    use crate::cost::{Convention, module_cost};

    fn layout(module: Inception, measures: Measures) -> DiagramLayout {
        let cost = module_cost(&module, Size::square(28), Convention::default()).unwrap();
        DiagramLayout::new(&cost, measures)
    }

    #[rstest]
    fn everything_is_inside_the_picture_and_nothing_overlaps(
        #[values(WIDE, HALF, TALL)] measures: Measures,
        #[values(Form::Reduced, Form::Naive)] form: Form,
    ) {
        for preset in &Preset::ALL {
            let module = Inception::new(preset.fields).unwrap().in_form(form).unwrap();
            let layout = layout(module, measures);
            let boxes: Vec<Rect> = layout
                .nodes
                .iter()
                .map(|node| node.rect)
                .chain(layout.segments.iter().map(|segment| segment.rect))
                .chain([layout.input, layout.output])
                .collect();
            let (width, height) = layout.size;
            let page = Rect::between((0.0, width + 1e-9), (0.0, height + 1e-9));
            for (index, a) in boxes.iter().enumerate() {
                assert!(page.contains(a), "{a:?}");
                for b in &boxes[index + 1..] {
                    assert!(!a.overlaps(b), "{a:?} {b:?}");
                }
            }
        }
    }

    #[test]
    fn lanes_stay_when_a_branch_goes() {
        let whole = layout(Inception::default(), WIDE);
        let part = layout(Inception::default().with(Field::Ch3x3, 0).unwrap(), WIDE);
        assert_eq!(part.empty.len(), 1);
        let place = |layout: &DiagramLayout| {
            layout.nodes.iter().find(|node| node.role == OpRole::Conv5x5).map(|node| node.rect)
        };
        assert_eq!(place(&whole), place(&part));
    }
}
