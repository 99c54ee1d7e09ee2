//! The layout of a network's figure: the place of every block.
//!
//! The network flows downwards. A container that is closed is one box; one that is open is a frame around its
//! children; the branches of a parallel container stand side by side and meet in a bar, which is divided where
//! they are concatenated and one piece where they are added or multiplied. Side branches, which only training
//! runs, stand to the right. How a container is drawn follows from its [`Flow`], not its class. Layers without
//! weights that follow another (BN, `ReLU`, dropout, flatten) are a strip at its side, or under it in a narrow
//! lane.

use std::collections::BTreeSet;

use crate::arch::BranchId;
use crate::arch::network::{Flow, Join, ModuleKind, Signal};
use crate::chart::Rect;
use crate::cost::{NetworkCost, RowKind};

/// Height of an open container's head.
pub const HEAD: f64 = 32.0;
/// Height of the least block.
pub const BLOCK: f64 = 40.0;
/// A picture is at least and at most this wide, in CSS pixels at its natural size.
pub(super) const WIDTHS: (f64, f64) = (300.0, 640.0);

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Part {
    /// A layer with weights, or a closed container.
    Block,
    /// A layer without weights: pooling, normalisation.
    Thin,
    /// A layer without weights that follows another (BN, `ReLU`, dropout, flatten), drawn as a strip.
    Strip,
    Frame,
    /// A branch's lane in an open parallel container.
    Lane,
}

/// A part of a box that is filled: its area is in exact proportion to the cost.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Fill {
    /// The branch whose cost it is, in a closed parallel container.
    pub branch: Option<BranchId>,
    pub rect: Rect,
}

/// The place of a row.
#[derive(Clone, Debug, PartialEq)]
pub struct Place {
    pub row: usize,
    pub part: Part,
    pub rect: Rect,
    /// The branch it belongs to.
    pub branch: Option<BranchId>,
    /// Its cost; of an open container, only the cost of joining branches.
    pub fills: Vec<Fill>,
}

impl Place {
    /// The part that reacts to the pointer: the whole box; of a frame, its head.
    #[must_use]
    pub fn handle(&self) -> Rect {
        match self.part {
            Part::Frame => Rect { height: HEAD, ..self.rect },
            _ => self.rect,
        }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Route {
    /// Straight down.
    Straight,
    /// In a curve that leaves and arrives downwards.
    Curve,
    /// Off to the side, then down.
    Aside,
}

/// A line along which activations flow.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Link {
    pub route: Route,
    /// The branch it belongs to.
    pub branch: Option<BranchId>,
    pub from: (f64, f64),
    pub to: (f64, f64),
    /// Thickness; within a module in proportion to the channels.
    pub thickness: f64,
}

/// A part of the bar in which branches meet: of a concatenation, each branch with a width in proportion to
/// its channels; of a sum or product, the whole.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Segment {
    /// Index of the row of the branch, or of the container whose branches are added or multiplied.
    pub row: usize,
    /// How the branches meet.
    pub join: Join,
    pub branch: Option<BranchId>,
    /// The channels of its output.
    pub channels: u64,
    pub rect: Rect,
}

#[derive(Clone, Debug, Default, PartialEq)]
pub struct Layout {
    /// Width and height of the picture.
    pub size: (f64, f64),
    /// The places of the rows that are shown, in the order of the rows.
    pub places: Vec<Place>,
    pub links: Vec<Link>,
    /// The bars in which branches meet, in order.
    pub segments: Vec<Segment>,
    /// Input and output with their shapes; `None` if an error makes the shape unknown.
    pub ends: Vec<(Rect, Option<Signal>)>,
}

impl Layout {
    /// Index of the place that shows row `row`: its own place, or the place of the closed container around it.
    #[must_use]
    pub fn place_of(&self, row: usize) -> Option<usize> {
        self.places.partition_point(|place| place.row <= row).checked_sub(1)
    }
}

/// The containers that are open at first: plain sequences, except those inside a module.
#[must_use]
pub fn opened_at_first(cost: &NetworkCost) -> BTreeSet<usize> {
    let mut open = BTreeSet::new();
    let mut index = 0;
    while let Some(row) = cost.rows.get(index) {
        let sequence = row.kind == RowKind::Container(Flow::Sequence, ModuleKind::Sequential);
        if sequence {
            open.insert(index);
        }
        index = if sequence { index + 1 } else { row.end };
    }
    open
}

#[cfg(test)]
mod tests {
    use std::time::Instant;
    use strum::VariantArray;

    use super::*;
    use crate::arch::Named;
    use crate::arch::network::{self, Network, NetworkId, Node, VggConfig};
    use crate::arch::{Conv2d, Layer, Shape};
    use crate::cost::{Additive, Convention, network_cost};
    use crate::export::network_file;

    fn cost(id: NetworkId) -> NetworkCost {
        network_cost(&id.build(), Network::INPUT, Convention::default()).unwrap()
    }

    fn googlenet() -> NetworkCost {
        cost(NetworkId::GoogLeNet { variant: network::Variant::Torchvision, auxiliary: true })
    }

    fn vgg16() -> NetworkCost {
        cost(NetworkId::Vgg { config: VggConfig::D, batch_norm: false })
    }

    fn all_open(cost: &NetworkCost) -> BTreeSet<usize> {
        (0..cost.rows.len()).filter(|&index| cost.rows[index].layer().is_none()).collect()
    }

    /// Inception v3's module of 1×7 and 7×1 windows.
    fn mixed_6b() -> NetworkCost {
        let file = include_bytes!("../../../../tests/fixtures/cases/mixed_6b.json");
        let file = network_file::read(file).unwrap();
        network_cost(&file.network, file.input, Convention::default()).unwrap()
    }

    /// Three stages of each network: as few boxes as there can be, as at first, as many as there can be.
    fn stages() -> Vec<(NetworkCost, BTreeSet<usize>)> {
        let networks = NetworkId::all().map(cost).chain([mixed_6b()]);
        networks
            .flat_map(|cost| {
                let opens = [BTreeSet::new(), opened_at_first(&cost), all_open(&cost)];
                opens.map(|open| (cost.clone(), open))
            })
            .collect()
    }

    fn overlap(one: Rect, other: Rect) -> bool {
        let apart = |a: f64, a_length: f64, b: f64, b_length: f64| {
            a + a_length <= b + 1e-6 || b + b_length <= a + 1e-6
        };
        !apart(one.x, one.width, other.x, other.width)
            && !apart(one.y, one.height, other.y, other.height)
    }

    fn inside(inner: Rect, outer: Rect) -> bool {
        inner.x >= outer.x - 1e-6
            && inner.y >= outer.y - 1e-6
            && inner.x + inner.width <= outer.x + outer.width + 1e-6
            && inner.y + inner.height <= outer.y + outer.height + 1e-6
    }

    #[test]
    fn equal_area_is_equal_cost() {
        for (cost, open) in stages() {
            for &metric in Additive::VARIANTS {
                let layout = Layout::new(&cost, &open, metric, 520.0);
                let mut per_unit = None::<f64>;
                for place in layout.places.iter().filter(|place| !place.fills.is_empty()) {
                    let area: f64 =
                        place.fills.iter().map(|fill| fill.rect.width * fill.rect.height).sum();
                    let row = &cost.rows[place.row];
                    let totals = if place.part == Part::Frame { row.own } else { row.totals };
                    let count = totals.get(metric).unwrap() as f64;
                    if count > 0.0 {
                        let expected = *per_unit.get_or_insert(area / count) * count;
                        assert!((area / expected - 1.0).abs() < 1e-9, "{place:?}");
                    }
                    assert!(
                        place.fills.iter().all(|fill| inside(fill.rect, place.rect)),
                        "{place:?}"
                    );
                }
                assert!(per_unit.is_some());
            }
        }
    }

    #[test]
    fn boxes_stand_apart_or_one_in_the_other() {
        for (cost, open) in stages() {
            for width in [340.0, 560.0] {
                let layout = Layout::new(&cost, &open, Additive::Params, width);
                let whole = Rect { x: 0.0, y: 0.0, width: layout.size.0, height: layout.size.1 };
                for (index, place) in layout.places.iter().enumerate() {
                    assert!(inside(place.rect, whole), "{place:?}");
                    let end = cost.rows[place.row].end;
                    for other in &layout.places[index + 1..] {
                        let aside = cost.rows[other.row].training_only
                            != cost.rows[place.row].training_only;
                        if other.row < end && !aside {
                            assert!(inside(other.rect, place.rect), "{other:?} in {place:?}");
                        } else {
                            assert!(!overlap(other.rect, place.rect), "{other:?} and {place:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn every_row_has_a_place_that_stands_for_it() {
        for (cost, open) in stages() {
            let layout = Layout::new(&cost, &open, Additive::Macs, 520.0);
            assert!(layout.places.is_sorted_by_key(|place| place.row));
            for row in 0..cost.rows.len() {
                let place = &layout.places[layout.place_of(row).unwrap()];
                assert!((place.row..cost.rows[place.row].end).contains(&row), "{row}: {place:?}");
                assert!(place.row == row || place.part == Part::Block);
            }
        }
        let empty =
            network_cost(&Network::default(), Network::INPUT, Convention::default()).unwrap();
        assert_eq!(Layout::new(&empty, &BTreeSet::new(), Additive::Macs, 520.0).place_of(0), None);
    }

    #[test]
    fn an_open_module_shows_its_branches_meeting() {
        let cost = googlenet();
        let index = cost.rows.iter().position(|row| row.path == "inception3a").unwrap();
        let layout = Layout::new(&cost, &BTreeSet::from([index]), Additive::Params, 520.0);
        let segments: Vec<_> =
            layout.segments.iter().map(|segment| (segment.branch, segment.channels)).collect();
        let branches: Vec<_> = BranchId::VARIANTS.iter().copied().map(Some).collect();
        let channels = [64, 128, 32, 32];
        assert_eq!(segments, branches.iter().copied().zip(channels).collect::<Vec<_>>());
        let width = |segment: &Segment| segment.rect.width / segment.channels as f64;
        assert!(
            layout
                .segments
                .iter()
                .all(|each| (width(each) - width(&layout.segments[0])).abs() < 1e-9)
        );
        for (branch, boxes) in branches.iter().copied().zip([1, 2, 2, 2]) {
            let of = |place: &&Place| place.branch == branch && place.part != Part::Lane;
            assert_eq!(layout.places.iter().filter(of).count(), boxes, "{branch:?}");
        }
        // Closed, its fill has the four colours.
        let closed = Layout::new(&cost, &BTreeSet::new(), Additive::Params, 520.0);
        let fills = &closed.places[closed.place_of(index).unwrap()].fills;
        assert_eq!(fills.iter().map(|fill| fill.branch).collect::<Vec<_>>(), branches);
    }

    #[test]
    fn what_only_training_runs_hangs_off_to_the_side() {
        let cost = googlenet();
        let layout = Layout::new(&cost, &BTreeSet::new(), Additive::Macs, 520.0);
        let (aside, trunk): (Vec<_>, Vec<_>) =
            layout.places.iter().partition(|place| cost.rows[place.row].training_only);
        assert_eq!(aside.len(), 2);
        assert!(
            aside.iter().all(|side| trunk
                .iter()
                .all(|place| side.rect.x > place.rect.x + place.rect.width))
        );
        let links = |layout: &Layout| {
            layout
                .links
                .iter()
                .filter(|link| link.route == Route::Aside)
                .copied()
                .collect::<Vec<_>>()
        };
        assert_eq!(links(&layout).len(), 2);
        // Where the first is open, the way to the second leads past it.
        let first = cost.rows[aside[0].row].path.as_str();
        assert_eq!(first, "aux1");
        let opened = Layout::new(&cost, &BTreeSet::from([aside[0].row]), Additive::Macs, 520.0);
        let frame = opened.places[opened.place_of(aside[0].row).unwrap()].rect;
        for link in &links(&opened)[1..] {
            let ends_beside = link.to.0 < frame.x || link.from.1 > frame.y + frame.height;
            assert!(ends_beside, "{link:?} through {frame:?}");
        }
    }

    #[test]
    fn what_follows_a_layer_is_a_strip_at_its_side() {
        let cost = vgg16();
        let layout = Layout::new(&cost, &opened_at_first(&cost), Additive::Macs, 520.0);
        let classes = |part| {
            let rows = layout.places.iter().filter(move |place| place.part == part);
            let classes: BTreeSet<_> =
                rows.map(|place| cost.rows[place.row].kind.class_name()).collect();
            classes.into_iter().collect::<Vec<_>>()
        };
        assert_eq!(classes(Part::Block), ["Conv2d", "Linear"]);
        assert_eq!(classes(Part::Thin), ["AdaptiveAvgPool2d", "MaxPool2d"]);
        assert_eq!(classes(Part::Strip), ["Dropout", "ReLU"]);
    }

    #[test]
    fn five_thousand_layers_are_laid_out_in_a_blink() {
        let conv = Layer::Conv2d(Conv2d::same(16, 16, 3));
        let layers = vec![[conv, Layer::ReLU]; 2500].concat();
        let network = Network { nodes: vec![Node::sequential("features", layers)] };
        let cost = network_cost(&network, Shape::new(16, 7, 7), Convention::default()).unwrap();
        let open = opened_at_first(&cost);
        let start = Instant::now();
        let layout = Layout::new(&cost, &open, Additive::Macs, 520.0);
        let took = start.elapsed();
        assert_eq!(layout.places.len(), 5001);
        // Unoptimised and beside other tests; optimised it takes a tenth.
        assert!(took.as_millis() < 50, "{took:?}");
    }
}
