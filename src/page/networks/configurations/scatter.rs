//! Figure 2 of the write-up as a scatter plot in pixels: error rates against a cost, marks with labels that
//! overlap nothing.

use strum::{IntoStaticStr, VariantArray};

use crate::arch::Named;
use crate::arch::network::{ErrorRate, TrainSide, VggConfig};
use crate::chart::{Point as Place, Rect, Scale, Spacing, Tick, first_free, nice_ticks};

/// How many of the most probable classes may be the right one.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, IntoStaticStr, VariantArray)]
pub enum TopK {
    #[default]
    #[strum(serialize = "top-1")]
    Top1,
    /// Five.
    #[strum(serialize = "top-5")]
    Top5,
}

impl TopK {
    /// The error, in %.
    #[must_use]
    pub const fn of(self, rate: &ErrorRate) -> f64 {
        match self {
            Self::Top1 => rate.top1,
            Self::Top5 => rate.top5,
        }
    }
}

/// The sides of training and test images: what tells apart the rows of one configuration.
pub type Sides = (TrainSide, u64);

/// The sides that occur, in the table's order; each has a mark of its own.
#[must_use]
pub fn all_sides() -> Vec<Sides> {
    let mut sides: Vec<Sides> = Vec::new();
    for rate in ErrorRate::ALL {
        if !sides.contains(&(rate.train, rate.test)) {
            sides.push((rate.train, rate.test));
        }
    }
    sides
}

/// One row of the table, in the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Point {
    pub rate: ErrorRate,
    /// Index of its mark: the index of its sides in [`all_sides`].
    pub mark: usize,
    /// Center of the mark.
    pub at: Place,
    /// Center of the label; `None` if it does not fit.
    pub label: Option<Place>,
}

#[derive(Clone, Debug, PartialEq)]
pub struct Plot {
    /// Its width and height in CSS pixels.
    pub size: (f64, f64),
    /// Where marks may be.
    pub area: Rect,
    pub x: Scale,
    /// The error in %.
    pub y: Scale,
    pub x_ticks: Vec<Tick>,
    pub y_ticks: Vec<Tick>,
    /// The rows of the table, in its order.
    pub points: Vec<Point>,
}

/// Around the area: for the labels of the axes.
const LEFT: f64 = 36.0;
const TOP: f64 = 24.0;
const RIGHT: f64 = 12.0;
const BOTTOM: f64 = 40.0;
/// Half the side of a mark.
pub const MARK: f64 = 5.0;
/// A label's height, and a letter's width.
const LINE: f64 = 14.0;
const LETTER: f64 = 8.0;
/// How far away a pointer may be from its point.
const REACH: f64 = 28.0;
/// Margin at both ends of an axis, as a share of its range.
const ROOM: f64 = 0.07;

impl Plot {
    /// The plot of this size over `cost`, whose ticks `tick` labels.
    #[must_use]
    pub fn new(
        size: (f64, f64),
        cost: impl Fn(VggConfig) -> u64,
        tick: impl Fn(f64) -> String,
        top_k: TopK,
    ) -> Self {
        let (width, height) = (size.0.max(160.0), size.1.max(120.0));
        let area = Rect::between((LEFT, width - RIGHT), (TOP, height - BOTTOM));
        let costs = ErrorRate::ALL.iter().map(|rate| cost(rate.config) as f64);
        let errors = ErrorRate::ALL.iter().map(|rate| top_k.of(rate));
        let x = scale(costs, area.x, area.right());
        let y = scale(errors, area.bottom(), area.y);
        let sides = all_sides();
        let mut points: Vec<Point> = ErrorRate::ALL
            .into_iter()
            .map(|rate| Point {
                rate,
                mark: sides.iter().position(|side| *side == (rate.train, rate.test)).unwrap_or(0),
                at: (x.to_px(cost(rate.config) as f64), y.to_px(top_k.of(&rate))),
                label: None,
            })
            .collect();
        place_labels(&mut points, area);
        let ticks = |scale: &Scale, most: f64, label: &dyn Fn(f64) -> String| {
            let values = nice_ticks(scale.low..=scale.high, most).into_iter();
            values.map(|value| Tick { value, label: label(value) }).collect()
        };
        let percent = |value: f64| format!("{value:.0$}", usize::from(value.fract() != 0.0));
        Self {
            size: (width, height),
            area,
            x,
            y,
            x_ticks: ticks(&x, area.width / 72.0, &tick),
            y_ticks: ticks(&y, area.height / 40.0, &percent),
            points,
        }
    }

    /// The lines between the configurations trained and tested alike, from A to E; A-LRN, a variant of
    /// A, is on none.
    #[must_use]
    pub fn lines(&self) -> Vec<Vec<Place>> {
        let of_mark = |mark: usize| {
            let points = self.points.iter().filter(move |point| point.mark == mark);
            points.filter(|point| point.rate.config != VggConfig::ALrn).map(|point| point.at)
        };
        (0..all_sides().len()).map(|mark| of_mark(mark).collect()).collect()
    }

    /// The point nearest to the pointer, within reach.
    #[must_use]
    pub fn nearest(&self, (x, y): Place) -> Option<usize> {
        let way = |point: &Point| (point.at.0 - x).hypot(point.at.1 - y);
        let ways = self.points.iter().map(way).enumerate();
        ways.filter(|(_, way)| *way <= REACH)
            .min_by(|(_, one), (_, other)| one.total_cmp(other))
            .map(|(index, _)| index)
    }

    /// The points from left to right, and from the top where several have one x: the order of the arrow keys.
    #[must_use]
    pub fn in_order(&self) -> Vec<usize> {
        let mut order: Vec<usize> = Vec::with_capacity(self.points.len());
        for (index, point) in self.points.iter().enumerate() {
            let place = order.partition_point(|other| self.points[*other].at <= point.at);
            order.insert(place, index);
        }
        order
    }
}

/// An axis with a margin around `values`.
fn scale(values: impl Iterator<Item = f64>, start: f64, end: f64) -> Scale {
    let (low, high) = values.fold((f64::INFINITY, f64::NEG_INFINITY), |(low, high), value| {
        (low.min(value), high.max(value))
    });
    // A range of one value still needs an axis.
    let room = if high > low { (high - low) * ROOM } else { 1.0 };
    Scale { spacing: Spacing::Linear, low: low - room, high: high + room, start, end }
}

/// The label of a mark.
#[must_use]
pub fn label(rate: &ErrorRate) -> &'static str {
    rate.config.name()
}

/// Places each label on the first side of its mark where it overlaps no mark and no label placed before.
fn place_labels(points: &mut [Point], area: Rect) {
    let mut taken: Vec<Rect> = points.iter().map(mark_area).collect();
    // Up into the margin: the title of the y axis stands higher.
    let room = Rect { y: area.y - 6.0, height: area.height + 6.0, ..area };
    for point in points {
        let width = LETTER * label(&point.rate).len() as f64;
        let (aside, below) = (MARK + 3.0 + width / 2.0, MARK + 1.0 + LINE / 2.0);
        let sides = [
            (aside, 0.0),
            (-aside, 0.0),
            (0.0, -below),
            (0.0, below),
            (aside, -below),
            (aside, below),
            (-aside, -below),
            (-aside, below),
            // Beside or below the label of a mark that lies under this one.
            (aside + 2.0 * LETTER, 0.0),
            (aside, below + MARK),
        ];
        let center = Rect::around(point.at, width, LINE);
        let places = sides.map(|side| center.moved(side)).into_iter();
        if let Some(rect) = first_free(places.filter(|rect| room.contains(rect)), &taken) {
            point.label = Some(rect.center());
            taken.push(rect);
        }
    }
}

/// The square that a mark covers.
fn mark_area(point: &Point) -> Rect {
    Rect::around(point.at, 2.0 * MARK, 2.0 * MARK)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::network::Network;
    use crate::cost::{Additive, Convention, network_cost};

    fn cost(config: VggConfig, metric: Additive) -> u64 {
        let cost = network_cost(&config.build(false), Network::INPUT, Convention::default());
        cost.unwrap().totals.get(metric).unwrap()
    }

    fn whole(value: f64) -> String {
        format!("{value:.0}")
    }

    /// Every plot there is, on screens from a phone's to a large one.
    fn plots() -> Vec<Plot> {
        let mut plots = Vec::new();
        for size in [(300.0, 240.0), (350.0, 320.0), (620.0, 420.0), (900.0, 600.0)] {
            for top_k in TopK::all() {
                let depth = |config: VggConfig| config.weight_layers() as u64;
                plots.push(Plot::new(size, depth, whole, top_k));
                for metric in [Additive::Params, Additive::Macs, Additive::Memory] {
                    plots.push(Plot::new(size, |config| cost(config, metric), whole, top_k));
                }
            }
        }
        plots
    }

    #[test]
    fn labels_lie_on_nothing_and_every_configuration_has_one() {
        for plot in plots() {
            let labels: Vec<Rect> = plot
                .points
                .iter()
                .filter_map(|point| {
                    let width = LETTER * label(&point.rate).len() as f64;
                    Some(Rect::around(point.label?, width, LINE))
                })
                .collect();
            for (index, rect) in labels.iter().enumerate() {
                assert!(!labels[..index].iter().any(|other| rect.overlaps(other)));
                for point in &plot.points {
                    assert!(!rect.overlaps(&mark_area(point)), "{:?} {:?}", plot.size, point.rate);
                }
            }
            for config in VggConfig::all() {
                let mut points = plot.points.iter().filter(|point| point.rate.config == config);
                assert!(points.any(|point| point.label.is_some()), "{config:?} {plot:?}");
            }
        }
    }

    #[test]
    fn marks_lie_within_the_area_and_lower_errors_lower() {
        for plot in plots() {
            let Plot { area, points, .. } = &plot;
            for Point { at: (x, y), .. } in points {
                assert!(area.x < *x && *x < area.right() && area.y < *y && *y < area.bottom());
            }
            let of = |index: usize| (points[index].rate.top5, points[index].at.1);
            let (a, best) = (of(0), of(11));
            assert!(a.0 > best.0 && a.1 < best.1);
        }
    }

    #[test]
    fn ticks_are_few_and_within() {
        for plot in plots() {
            for (ticks, scale) in [(&plot.x_ticks, plot.x), (&plot.y_ticks, plot.y)] {
                assert!((2..=13).contains(&ticks.len()), "{ticks:?}");
                assert!(ticks.iter().all(|tick| (scale.low..=scale.high).contains(&tick.value)));
            }
        }
    }

    #[test]
    fn a_pointer_finds_the_point_it_is_on_and_keys_come_by_all() {
        for plot in plots() {
            for point in &plot.points {
                let found = plot.points[plot.nearest(point.at).unwrap()];
                assert_eq!(found.at, point.at);
            }
            assert_eq!(plot.nearest((-500.0, 0.0)), None);
            let mut order = plot.in_order();
            assert!(
                order
                    .windows(2)
                    .all(|pair| { plot.points[pair[0]].at.0 <= plot.points[pair[1]].at.0 })
            );
            order.sort_unstable();
            assert_eq!(order, (0..12).collect::<Vec<_>>());
        }
    }

    #[test]
    fn lines_join_what_was_trained_alike() {
        let lengths: Vec<_> = plots()[0].lines().iter().map(Vec::len).collect();
        assert_eq!(lengths, [5, 3, 3]);
    }

    #[test]
    fn counts_that_are_all_alike_still_have_an_axis() {
        let plot = Plot::new((0.0, 0.0), |_| 7, whole, TopK::Top1);
        assert!(plot.points.iter().all(|point| point.at.0.is_finite()));
    }
}
