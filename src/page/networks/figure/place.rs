//! The pass that gives every row its place.

use std::collections::BTreeSet;
use std::ops::Range;

use strum::VariantArray;

use crate::arch::network::{Flow, Join, ModuleKind, Signal};
use crate::arch::{BranchId, Layer};
use crate::chart::Rect;
use crate::cost::{Additive, NetworkCost, NetworkRow, RowKind, Totals};

use super::layout::{BLOCK, Fill, HEAD, Layout, Link, Part, Place, Route, Segment, WIDTHS};

const THIN: f64 = 24.0;
const STRIP: f64 = 18.0;
const STRIP_WIDTH: f64 = 52.0;
/// Least width of a lane in which strips are beside boxes.
const ROOMY: f64 = 280.0;
const END: f64 = 26.0;
const END_WIDTH: f64 = 150.0;
/// Between boxes that follow each other.
const GAP: f64 = 10.0;
/// Between a layer and the strip under it.
const SEAM: f64 = 2.0;
/// Around everything, and within a frame.
const PAD: f64 = 8.0;
/// Between lanes.
const LANE_GAP: f64 = 8.0;
/// Height in which branches part and meet.
const SPLIT: f64 = 24.0;
const CONCAT: f64 = 18.0;
const LINE: f64 = 2.0;
/// The network's whole cost would fill this number of the smallest blocks; a block with more than its share of
/// it is larger.
const BLOCKS: f64 = 5.0;
/// The layers that fit into one strip.
const STRIPS: usize = 3;

/// A vertical band that boxes stand in.
#[derive(Clone, Copy)]
struct Lane {
    x: f64,
    width: f64,
    branch: Option<BranchId>,
}

impl Lane {
    fn middle(&self) -> f64 {
        self.x + self.width / 2.0
    }

    fn rect(&self, top: f64, height: f64) -> Rect {
        Rect { x: self.x, y: top, width: self.width, height }
    }

    fn inset(self) -> Self {
        // Never 0, even in deeply nested containers.
        let pad = PAD.min(self.width / 20.0);
        Self { x: self.x + pad, width: self.width - 2.0 * pad, ..self }
    }
}

impl Layout {
    /// Lays out a network that costs `cost` for a view of `width` CSS pixels; the containers `open` (indices of
    /// rows) show their children. Equal filled areas are equal counts of `metric`, with any containers open.
    #[must_use]
    pub fn new(cost: &NetworkCost, open: &BTreeSet<usize>, metric: Additive, width: f64) -> Self {
        Placer::new(cost, open, metric, width.clamp(WIDTHS.0, WIDTHS.1)).place()
    }
}

struct Placer<'a> {
    cost: &'a NetworkCost,
    open: &'a BTreeSet<usize>,
    metric: Additive,
    width: f64,
    trunk: Lane,
    side: Option<Lane>,
    /// Where the last side branch ends.
    side_end: f64,
    /// The area that one unit of cost fills.
    area: f64,
    layout: Layout,
}

fn is_side(row: &NetworkRow) -> bool {
    row.kind.flow() == Some(Flow::Side)
}

/// Whether a layer is drawn as a strip beside the layer before it.
fn follows(kind: &RowKind) -> bool {
    matches!(
        kind,
        RowKind::Flatten
            | RowKind::Layer(Layer::BatchNorm2d { .. } | Layer::ReLU | Layer::Dropout, _)
    )
}

fn branch_of(row: &NetworkRow, place: usize) -> Option<BranchId> {
    let named = row.name().strip_prefix("branch").and_then(|number| number.parse().ok());
    BranchId::VARIANTS.get(named.map_or(place, |number: usize| number.wrapping_sub(1))).copied()
}

fn channels(signal: Option<Signal>) -> u64 {
    signal.map_or(0, |signal| signal.shape.channels)
}

impl<'a> Placer<'a> {
    fn new(cost: &'a NetworkCost, open: &'a BTreeSet<usize>, metric: Additive, width: f64) -> Self {
        let side_width = if width < 440.0 { 60.0 } else { 124.0 };
        let side = cost.rows.iter().any(is_side).then_some(Lane {
            x: width - PAD - side_width,
            width: side_width,
            branch: None,
        });
        let end = side.map_or(width - PAD, |side| side.x - 1.5 * PAD);
        let trunk = Lane { x: PAD, width: end - PAD, branch: None };
        let total = cost.totals.get(metric).unwrap_or(u64::MAX).max(1) as f64;
        let area = BLOCKS * BLOCK * trunk.width / total;
        let layout = Layout::default();
        Self { cost, open, metric, width, trunk, side, side_end: 0.0, area, layout }
    }

    fn place(mut self) -> Layout {
        let mut bottom = PAD;
        if let Some(first) = self.cost.rows.first() {
            bottom = self.end(bottom, first.input);
            bottom = self.step(self.trunk, bottom);
        }
        bottom = self.sequence(0..self.cost.rows.len(), self.trunk, bottom);
        if !self.cost.rows.is_empty() {
            bottom = self.step(self.trunk, bottom);
            bottom = self.end(bottom, self.cost.output);
        }
        self.layout.size = (self.width, bottom.max(self.side_end) + PAD);
        self.layout
    }

    fn end(&mut self, top: f64, signal: Option<Signal>) -> f64 {
        let width = END_WIDTH.min(self.trunk.width);
        let x = self.trunk.middle() - width / 2.0;
        self.layout.ends.push((Rect { x, y: top, width, height: END }, signal));
        top + END
    }

    fn link(&mut self, link: Link) {
        self.layout.links.push(link);
    }

    /// A link from the box that ends at `bottom` to the next box.
    fn step(&mut self, lane: Lane, bottom: f64) -> f64 {
        let (x, branch) = (lane.middle(), lane.branch);
        let (from, to) = ((x, bottom), (x, bottom + GAP));
        self.link(Link { route: Route::Straight, branch, from, to, thickness: LINE });
        bottom + GAP
    }

    /// Places the rows of `range` one below the other; returns where the last ends.
    fn sequence(&mut self, range: Range<usize>, lane: Lane, top: f64) -> f64 {
        let (mut bottom, mut index) = (top, range.start);
        let mut is_first = true;
        while index < range.end {
            let row = &self.cost.rows[index];
            if let Some(side) = self.side.filter(|side| is_side(row) && lane.x < side.x) {
                self.aside(index, side, (lane.middle(), bottom));
                index = row.end;
                continue;
            }
            if !is_first {
                bottom = self.step(lane, bottom);
            }
            is_first = false;
            (index, bottom) = if self.is_open(index) {
                (row.end, self.node(index, lane, bottom))
            } else {
                self.group(index..range.end, lane, bottom)
            };
        }
        bottom
    }

    fn is_open(&self, index: usize) -> bool {
        self.cost.rows[index].kind.is_container() && self.open.contains(&index)
    }

    /// A side branch, which leaves the trunk at `from`.
    fn aside(&mut self, index: usize, side: Lane, from: (f64, f64)) {
        let pushed = self.side_end > from.1;
        let top = from.1.max(self.side_end) + GAP;
        let from = (from.0, from.1 + GAP / 2.0);
        let to = (side.middle(), top);
        let aside =
            |from, to| Link { route: Route::Aside, branch: None, from, to, thickness: LINE };
        let corner = (side.x - PAD / 2.0, top - GAP / 2.0);
        if pushed {
            // The side branch before it is still there: place this one beside it.
            self.link(aside(from, corner));
            self.link(aside(corner, to));
        } else {
            self.link(aside(from, to));
        }
        self.side_end = self.node(index, side, top);
    }

    /// Places a row without strips; returns where it ends.
    fn node(&mut self, index: usize, lane: Lane, top: f64) -> f64 {
        match self.cost.rows[index].kind.flow() {
            Some(flow) if self.is_open(index) => self.frame(index, flow, lane, top),
            _ => self.boxed(index, lane, top, 0.0),
        }
    }

    /// Places a box of at least the height `least`; returns where it ends.
    fn boxed(&mut self, index: usize, lane: Lane, top: f64, least: f64) -> f64 {
        let (part, usual) = match self.cost.rows[index].kind {
            RowKind::Container(..) | RowKind::Layer(Layer::Conv2d(_) | Layer::Linear { .. }, _) => {
                (Part::Block, BLOCK)
            }
            _ => (Part::Thin, THIN),
        };
        let height = usual.max(least).max(self.filled(index) / lane.width);
        self.put(index, part, lane.rect(top, height), lane.branch);
        top + height
    }

    /// Places the first row of `range` and its strips: at its side, or under it in a narrow lane. Returns the
    /// next row and where they end.
    fn group(&mut self, range: Range<usize>, lane: Lane, top: f64) -> (usize, f64) {
        let first = self.cost.rows[range.start].end;
        let rows = self.cost.rows.get(first..range.end).unwrap_or_default();
        let count = rows.iter().take(STRIPS).take_while(|row| follows(&row.kind)).count();
        let strip = first..first + count;
        let beside = lane.width >= ROOMY;
        let width = if beside { STRIP_WIDTH } else { lane.width / count.max(1) as f64 };
        let fills = strip.clone().map(|index| self.filled(index) / width).fold(0.0, f64::max);
        let reserved = if beside { (width + SEAM) * count as f64 } else { 0.0 };
        let host = Lane { width: lane.width - reserved, ..lane };
        let bottom = self.boxed(range.start, host, top, if beside { fills } else { 0.0 });
        let (x, step, rect) = if beside {
            (host.x + host.width + SEAM, width + SEAM, host.rect(top, bottom - top))
        } else {
            (lane.x, width, lane.rect(bottom + SEAM, fills.max(STRIP)))
        };
        for (place, index) in strip.enumerate() {
            let rect = Rect { x: x + step * place as f64, width, ..rect };
            self.put(index, Part::Strip, rect, lane.branch);
        }
        (first + count, if count == 0 { bottom } else { rect.y + rect.height })
    }

    /// The area that a row's cost fills.
    fn filled(&self, index: usize) -> f64 {
        self.area_of(self.cost.rows[index].totals)
    }

    fn area_of(&self, totals: Totals) -> f64 {
        totals.get(self.metric).unwrap_or(u64::MAX) as f64 * self.area
    }

    /// A box in its place, filled by its cost; a closed parallel container by branches, then by the cost
    /// of joining them.
    fn put(&mut self, row: usize, part: Part, rect: Rect, branch: Option<BranchId>) {
        let parts: Vec<(f64, Option<BranchId>)> = match self.cost.rows[row].kind.flow() {
            Some(Flow::Parallel(join)) => {
                let children = self.cost.children(row).enumerate();
                let branches = children
                    .map(|(place, (index, child))| (self.filled(index), branch_of(child, place)));
                let joining = (self.area_of(self.cost.rows[row].own), branch);
                let joining = (join != Join::Concat).then_some(joining);
                branches.chain(joining).collect()
            }
            _ => vec![(self.filled(row), branch)],
        };
        let mut x = rect.x;
        let fills = parts.into_iter().map(|(area, branch)| {
            let width = area / rect.height;
            let fill = Fill { branch, rect: Rect { x, width, ..rect } };
            x += width;
            fill
        });
        let fills = fills.collect();
        self.layout.places.push(Place { row, part, rect, branch, fills });
    }

    /// An open container around its children.
    fn frame(&mut self, row: usize, flow: Flow, lane: Lane, top: f64) -> f64 {
        let at = self.open_place(row, Part::Frame, lane, top);
        let inside = row + 1..self.cost.rows[row].end;
        let bottom = match flow {
            _ if inside.is_empty() => top + HEAD,
            Flow::Parallel(join) => {
                let lowest = self.branches(row, join, lane.inset(), top + HEAD);
                PAD + self.joined(at, join, lane.inset(), lowest)
            }
            Flow::Sequence | Flow::Side => PAD + self.sequence(inside, lane.inset(), top + HEAD),
        };
        self.layout.places[at].rect.height = bottom - top;
        bottom
    }

    /// A place whose height is not known yet.
    fn open_place(&mut self, row: usize, part: Part, lane: Lane, top: f64) -> usize {
        let (rect, branch) = (lane.rect(top, 0.0), lane.branch);
        self.layout.places.push(Place { row, part, rect, branch, fills: Vec::new() });
        self.layout.places.len() - 1
    }

    /// The branches of a parallel container side by side, and the links to the bar in which they meet; returns
    /// where the bar begins.
    fn branches(&mut self, row: usize, join: Join, outer: Lane, top: f64) -> f64 {
        let children: Vec<usize> = self.cost.children(row).map(|(index, _)| index).collect();
        let count = children.len() as f64;
        let gap = LANE_GAP.min(outer.width / count / 8.0);
        let width = (outer.width - gap * (count - 1.0)) / count;
        let total = channels(self.cost.rows[row].output).max(1) as f64;
        let mut lanes = Vec::new();
        for (place, index) in children.into_iter().enumerate() {
            let child = &self.cost.rows[index];
            let x = outer.x + (width + gap) * place as f64;
            let lane = Lane { x, width, branch: branch_of(child, place) };
            let from = (outer.middle(), top);
            let to = (lane.middle(), top + SPLIT);
            self.link(Link { route: Route::Curve, branch: lane.branch, from, to, thickness: LINE });
            let bottom = self.lane(index, lane, top + SPLIT);
            lanes.push((index, lane, bottom));
        }
        let lowest = lanes.iter().map(|(_, _, bottom)| *bottom).fold(top, f64::max);
        let mut x = outer.x;
        for (index, lane, bottom) in lanes {
            let channels = channels(self.cost.rows[index].output);
            let thickness = (LINE + 6.0 * channels as f64 / total).min(8.0);
            let width = outer.width * channels as f64 / total;
            let rect = Rect { x, y: lowest + SPLIT, width, height: CONCAT };
            x += width;
            let branch = lane.branch;
            let (end, corner) = ((lane.middle(), bottom), (lane.middle(), lowest));
            self.link(Link { route: Route::Straight, branch, from: end, to: corner, thickness });
            let to = match join {
                Join::Concat => (rect.x + rect.width / 2.0, rect.y),
                Join::Add | Join::Multiply => (outer.middle(), rect.y),
            };
            self.link(Link { route: Route::Curve, branch, from: corner, to, thickness });
            if join == Join::Concat {
                self.layout.segments.push(Segment { row: index, join, branch, channels, rect });
            }
        }
        lowest + SPLIT
    }

    /// The bar in which the branches of the frame with index `at` meet, filled by the cost of joining them;
    /// returns where it ends. The parts of a concatenation are placed already.
    fn joined(&mut self, at: usize, join: Join, outer: Lane, top: f64) -> f64 {
        if join == Join::Concat {
            return top + CONCAT;
        }
        let row = self.layout.places[at].row;
        let area = self.area_of(self.cost.rows[row].own);
        let rect = outer.rect(top, CONCAT.max(area / outer.width));
        let fill = Fill { branch: outer.branch, rect: Rect { width: area / rect.height, ..rect } };
        self.layout.places[at].fills.push(fill);
        let channels = channels(self.cost.rows[row].output);
        self.layout.segments.push(Segment { row, join, branch: outer.branch, channels, rect });
        top + rect.height
    }

    /// Places one branch from the top of its lane; returns where it ends.
    fn lane(&mut self, index: usize, lane: Lane, top: f64) -> f64 {
        let row = &self.cost.rows[index];
        if row.kind != RowKind::Container(Flow::Sequence, ModuleKind::Sequential) {
            return self.node(index, lane, top);
        }
        let at = self.open_place(index, Part::Lane, lane, top);
        let bottom = self.sequence(index + 1..row.end, lane, top);
        self.layout.places[at].rect.height = bottom - top;
        bottom
    }
}
