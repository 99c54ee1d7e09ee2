//! The crossings, and the names of the curves.

use plotters::prelude::DrawingBackend;
use plotters::style::text_anchor::HPos;

use super::collision::{evade, spread};
use super::geometry::{Point, Rect};
use super::layout::{ChartLayout, LABEL_SIZE};
use super::pen::{Drawn, Ink, Type};
use super::picture::Picture;
use super::scene::{Crossing, Scene};
use super::series::{Series, SeriesId};
use super::text::{self, Labels};

const PILL_SIZE: f64 = 12.0;
const PILL_HEIGHT: f64 = 18.0;
const LABEL_HEIGHT: f64 = 16.0;

/// A crossing's number in its pill.
struct Pill {
    channels: u64,
    with: SeriesId,
    rect: Rect,
}

struct Name {
    id: SeriesId,
    rect: Rect,
}

/// Draws the crossings of a picture and the names of its curves.
pub(super) fn draw<DB: DrawingBackend>(picture: &Picture<DB>) -> Drawn<DB> {
    let pills = pills(picture.scene, picture.layout);
    for name in names(picture.scene, picture.layout, picture.labels, &pills) {
        draw_name(picture, &name)?;
    }
    for crossing in &picture.scene.crossings {
        draw_ring(picture, crossing, &pills)?;
    }
    for pill in &pills {
        let ink = crossing_ink(picture, pill.with);
        picture.pen.pill(&pill.rect, ink)?;
        let style = Type {
            ink: Ink { colour: picture.theme.background, ..ink },
            size: PILL_SIZE,
            bold: true,
            anchor: HPos::Center,
        };
        picture.pen.text(&pill.channels.to_string(), pill.rect.center(), style)?;
    }
    Ok(())
}

/// The accent colour, faded while another curve is highlighted.
fn crossing_ink<DB: DrawingBackend>(picture: &Picture<DB>, with: SeriesId) -> Ink {
    let alpha = match picture.scene.highlighted {
        None | Some(SeriesId::Module) => 1.0,
        Some(_) => picture.ink(with).alpha,
    };
    Ink { colour: picture.theme.accent, alpha }
}

fn ring_place(layout: &ChartLayout, crossing: &Crossing) -> Point {
    (layout.x.to_px(crossing.exact), layout.y.to_px(crossing.count))
}

fn draw_ring<DB: DrawingBackend>(
    picture: &Picture<DB>,
    crossing: &Crossing,
    pills: &[Pill],
) -> Drawn<DB> {
    let plot = &picture.layout.plot;
    let (x, y) = ring_place(picture.layout, crossing);
    let ink = crossing_ink(picture, crossing.with);
    // From the pill (which may have been moved) through the ring down to the axis.
    let pill = pills.iter().find(|pill| pill.channels == crossing.channels);
    let from = pill.map_or(y, |pill| pill.rect.bottom().min(y));
    let drop = [(x, from), (x, plot.bottom())];
    picture.pen.dashed(&drop, &[2.0, 3.0], ink, 1.0)?;
    picture.pen.disc((x, y), 5.75, ink)?;
    picture.pen.disc((x, y), 3.25, picture.theme.background.into())
}

/// One pill for each number of channels, above its ring, or below where there is no room above.
fn pills(scene: &Scene, layout: &ChartLayout) -> Vec<Pill> {
    let mut pills: Vec<Pill> = Vec::new();
    let mut taken: Vec<Rect> = Vec::new();
    let plot = &layout.plot;
    for crossing in &scene.crossings {
        if pills.iter().any(|pill| pill.channels == crossing.channels) {
            continue;
        }
        let (x, y) = ring_place(layout, crossing);
        let width = (text::width(&crossing.channels.to_string(), PILL_SIZE) + 14.0).max(30.0);
        let x = x.max(plot.x - 8.0 + width / 2.0);
        let at = |y| Rect::around((x, y), width, PILL_HEIGHT);
        let step = PILL_HEIGHT + 3.0;
        let above = evade(at(y - step), &taken, -step);
        let rect = if above.y >= plot.y { above } else { evade(at(y + step), &taken, step) };
        taken.push(rect);
        pills.push(Pill { channels: crossing.channels, with: crossing.with, rect });
    }
    pills
}

/// The curves' names: beside the plot for curves that reach its right edge, near the top edge for steep curves.
/// None in a compact layout, where the page's legend names them.
fn names(scene: &Scene, layout: &ChartLayout, labels: &Labels, pills: &[Pill]) -> Vec<Name> {
    if layout.compact {
        return Vec::new();
    }
    let plot = &layout.plot;
    let mut beside: Vec<(SeriesId, f64)> = Vec::new();
    let mut centers: Vec<f64> = Vec::new();
    let mut leaving: Vec<(SeriesId, Rect)> = Vec::new();
    for series in &scene.series {
        let Some((x, y)) = last_point(layout, series) else {
            continue;
        };
        let width = text::width(labels.series(series.id), LABEL_SIZE);
        let rect = Rect { x: x + 7.0, y: plot.y + 1.0, width, height: LABEL_HEIGHT };
        // Within the plot; the right margin is for curves that reach it.
        if x < plot.right() - 1.0 && rect.right() <= plot.right() {
            leaving.push((series.id, rect));
        } else {
            beside.push((series.id, width));
            centers.push(y);
        }
    }
    spread(&mut centers, LABEL_HEIGHT, plot.y, plot.bottom() - LABEL_HEIGHT / 2.0);

    let mut names = Vec::new();
    for ((id, width), center) in beside.into_iter().zip(centers) {
        let rect = Rect::around((plot.right() + 6.0 + width / 2.0, center), width, LABEL_HEIGHT);
        names.push(Name { id, rect });
    }
    let mut taken: Vec<Rect> = pills.iter().map(|pill| pill.rect).collect();
    taken.extend(names.iter().map(|name| name.rect));
    for (id, wanted) in leaving {
        let rect = evade(wanted, &taken, LABEL_HEIGHT);
        taken.push(rect);
        names.push(Name { id, rect });
    }
    names
}

fn last_point(layout: &ChartLayout, series: &Series) -> Option<Point> {
    layout.curve(series).last().copied()
}

fn draw_name<DB: DrawingBackend>(picture: &Picture<DB>, name: &Name) -> Drawn<DB> {
    let rect = &name.rect;
    let within = rect.x < picture.layout.plot.right();
    if within {
        // A background keeps lines behind it from striking the name through.
        picture.pen.rect(rect, Ink { colour: picture.theme.background, alpha: 0.8 })?;
    }
    let style =
        Type { ink: picture.ink(name.id), size: LABEL_SIZE, bold: true, anchor: HPos::Left };
    picture.pen.text(picture.labels.series(name.id), (rect.x, rect.center().1), style)
}

#[cfg(test)]
mod tests {
    use rstest::rstest;

    use super::super::layout::tests::{labels, surface};
    use super::super::scene::tests::{answer, answer_with_other};
    use super::super::{SceneOptions, Spacing};
    use super::*;
    use crate::arch::Preset;
    use crate::cost::{Metric, PLAIN_KERNELS};

    fn overlap_free(rects: &[Rect], what: &str) {
        for (index, rect) in rects.iter().enumerate() {
            let hit = rects[..index].iter().find(|other| rect.overlaps(other));
            assert_eq!(hit, None, "{what}: {rect:?}");
        }
    }

    #[rstest]
    fn nothing_lies_on_anything(
        #[values(&[3, 5], &[7, 9, 11], &PLAIN_KERNELS)] kernels: &[u64],
        #[values((600.0, 276.0), (350.0, 240.0), (900.0, 400.0))] (width, height): (f64, f64),
        #[values(Spacing::Linear, Spacing::Log)] spacing: Spacing,
    ) {
        let options = SceneOptions { spacing, ..SceneOptions::default() };
        for preset in &Preset::ALL {
            let scene =
                Scene::new(&answer_with_other(preset.id, kernels, Metric::Params), &options);
            let layout = ChartLayout::new(&scene, &labels(), surface(width, height));
            let pills = pills(&scene, &layout);
            let names = names(&scene, &layout, &labels(), &pills);
            let named = if layout.compact { 0 } else { scene.series.len() };
            assert_eq!(names.len(), named);
            let rects = |pills: &[Pill]| pills.iter().map(|pill| pill.rect).collect::<Vec<_>>();
            overlap_free(&rects(&pills), preset.id);
            let names: Vec<_> = names.iter().map(|name| name.rect).collect();
            overlap_free(&names, preset.id);
        }
    }

    #[test]
    fn every_crossing_has_its_number() {
        let answer = answer("write_up_256", &PLAIN_KERNELS, Metric::Params);
        let scene = Scene::new(&answer, &SceneOptions::default());
        let layout = ChartLayout::new(&scene, &labels(), surface(600.0, 276.0));
        let pills = pills(&scene, &layout);
        let numbers: Vec<_> = pills.iter().map(|pill| pill.channels).collect();
        assert_eq!(numbers, [5, 7, 11, 20, 59]);
        assert!(pills.iter().all(|pill| pill.rect.y >= layout.plot.y));
    }
}
