//! The part of a picture that is in view, and its scale.

use crate::chart::Rect;

/// The smallest scale: below it text is unreadable, and hundreds of layers would be in view at once.
const SMALLEST: f64 = 0.2;
const LARGEST: f64 = 3.0;
/// Margin between a rectangle brought into view and the view's edge, in CSS pixels.
const MARGIN: f64 = 12.0;
/// Side of the squares, in the picture's units, that what is drawn is rounded out to: moving a little
/// draws nothing anew.
const CELL: f64 = 400.0;

/// The sizes that limit a viewport.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bounds {
    /// Width and height of the view, in CSS pixels.
    pub view: (f64, f64),
    /// Width and height of the picture, in its own units.
    pub picture: (f64, f64),
}

/// Point `p` of the picture is at `p × scale + offset` in the view.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Viewport {
    /// CSS pixels of one unit.
    pub scale: f64,
    /// Where the picture's corner is in the view.
    pub offset: (f64, f64),
}

impl Bounds {
    /// The scale at which all of the picture is in view, as far as it may shrink.
    fn fitting(&self) -> f64 {
        let across = self.view.0 / self.picture.0.max(1.0);
        let down = self.view.1 / self.picture.1.max(1.0);
        across.min(down).clamp(SMALLEST, 1.0)
    }
}

/// The offset next to `offset` at which a picture of `length` leaves no gap at either end of a view of
/// `view`; one that is shorter stands in the middle.
fn held(offset: f64, view: f64, length: f64) -> f64 {
    if length <= view { (view - length) / 2.0 } else { offset.clamp(view - length, 0.0) }
}

impl Viewport {
    /// The picture's beginning at its natural size.
    #[must_use]
    pub fn start(bounds: Bounds) -> Self {
        Self { scale: 1.0, offset: (0.0, 0.0) }.clamped(bounds)
    }

    /// All of the picture, as far as it may shrink.
    #[must_use]
    pub fn fit(bounds: Bounds) -> Self {
        Self { scale: bounds.fitting(), offset: (0.0, 0.0) }.clamped(bounds)
    }

    /// The nearest that keeps the picture in view.
    #[must_use]
    pub fn clamped(self, bounds: Bounds) -> Self {
        let scale = self.scale.clamp(bounds.fitting(), LARGEST);
        let (width, height) = bounds.picture;
        let x = held(self.offset.0, bounds.view.0, width * scale);
        let y = held(self.offset.1, bounds.view.1, height * scale);
        Self { scale, offset: (x, y) }
    }

    /// Moves the picture by `by` CSS pixels, as far as it goes.
    #[must_use]
    pub fn panned(self, by: (f64, f64), bounds: Bounds) -> Self {
        let offset = (self.offset.0 + by.0, self.offset.1 + by.1);
        Self { offset, ..self }.clamped(bounds)
    }

    /// `factor` times as large, around point `at` of the view: that point keeps its place, unless that
    /// would leave a gap at the picture's edge.
    #[must_use]
    pub fn zoomed(self, factor: f64, at: (f64, f64), bounds: Bounds) -> Self {
        let scale = (self.scale * factor).clamp(bounds.fitting(), LARGEST);
        let factor = scale / self.scale;
        let keep = |offset: f64, at: f64| at - (at - offset) * factor;
        let offset = (keep(self.offset.0, at.0), keep(self.offset.1, at.1));
        Self { scale, offset }.clamped(bounds)
    }

    /// Moved by the least distance that brings `rect` of the picture into view; a larger `rect` is shown from
    /// its beginning.
    #[must_use]
    pub fn revealing(self, rect: Rect, bounds: Bounds) -> Self {
        let into = |offset: f64, start: f64, length: f64, view: f64| {
            let (start, end) =
                (start * self.scale - MARGIN, (start + length) * self.scale + MARGIN);
            let offset = if end + offset > view { view - end } else { offset };
            if start + offset < 0.0 { -start } else { offset }
        };
        let x = into(self.offset.0, rect.x, rect.width, bounds.view.0);
        let y = into(self.offset.1, rect.y, rect.height, bounds.view.1);
        Self { offset: (x, y), ..self }.clamped(bounds)
    }

    /// The part of the picture that is in view, rounded out.
    #[must_use]
    pub fn window(self, bounds: Bounds) -> Rect {
        let span = |offset: f64, view: f64| {
            let (from, to) = (-offset / self.scale, (view - offset) / self.scale);
            let start = ((from / CELL).floor() - 0.5) * CELL;
            (start, ((to / CELL).ceil() + 0.5) * CELL - start)
        };
        let (x, width) = span(self.offset.0, bounds.view.0);
        let (y, height) = span(self.offset.1, bounds.view.1);
        Rect { x, y, width, height }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const TALL: Bounds = Bounds { view: (500.0, 400.0), picture: (500.0, 2000.0) };
    const ENDLESS: Bounds = Bounds { view: (500.0, 400.0), picture: (500.0, 250_000.0) };

    fn seen(viewport: Viewport, at: (f64, f64)) -> (f64, f64) {
        let Viewport { scale, offset } = viewport;
        ((at.0 - offset.0) / scale, (at.1 - offset.1) / scale)
    }

    fn near(one: (f64, f64), other: (f64, f64)) -> bool {
        (one.0 - other.0).abs() < 1e-9 && (one.1 - other.1).abs() < 1e-9
    }

    #[test]
    fn zooming_keeps_what_is_under_the_pointer() {
        let at = (210.0, 130.0);
        let mut viewport = Viewport::start(TALL).panned((0.0, -700.0), TALL);
        for factor in [1.3, 1.25, 1.1, 0.8, 0.9] {
            let before = seen(viewport, at);
            viewport = viewport.zoomed(factor, at, TALL);
            assert!(near(before, seen(viewport, at)), "{factor}: {viewport:?}");
        }
    }

    #[test]
    fn the_picture_can_not_be_lost() {
        let pulls = [(1e9, 1e9), (-1e9, -1e9), (3.0, -40.0), (-1e9, 1e9)];
        for bounds in [TALL, ENDLESS, Bounds { view: (900.0, 700.0), picture: (300.0, 80.0) }] {
            for factor in [1e-9, 0.5, 1.0, 4.0, 1e9] {
                for by in pulls {
                    let moved =
                        Viewport::start(bounds).zoomed(factor, by, bounds).panned(by, bounds);
                    let (x, y) = seen(moved, (bounds.view.0 / 2.0, bounds.view.1 / 2.0));
                    assert!((0.0..=bounds.picture.0).contains(&x), "{moved:?}");
                    assert!((0.0..=bounds.picture.1).contains(&y), "{moved:?}");
                    assert!((SMALLEST..=LARGEST).contains(&moved.scale));
                }
            }
        }
    }

    #[test]
    fn fitting_shows_all_and_never_enlarges() {
        let fit = Viewport::fit(TALL);
        assert_eq!(fit, Viewport { scale: 0.2, offset: (200.0, 0.0) });
        let small = Bounds { view: (900.0, 700.0), picture: (300.0, 80.0) };
        assert_eq!(Viewport::fit(small), Viewport { scale: 1.0, offset: (300.0, 310.0) });
        // Nothing is far enough away to show thousands of layers.
        let window = Viewport::fit(ENDLESS).window(ENDLESS);
        assert!(window.height < 3000.0, "{window:?}");
    }

    #[test]
    fn what_is_brought_into_view_moves_no_more_than_it_must() {
        let start = Viewport::start(TALL);
        let rect = |y| Rect { x: 100.0, y, width: 50.0, height: 40.0 };
        assert_eq!(start.revealing(rect(100.0), TALL), start);
        let below = start.revealing(rect(1000.0), TALL);
        assert!(near(below.offset, (0.0, 400.0 - 1052.0)), "{below:?}");
        assert_eq!(below.revealing(rect(900.0), TALL), below);
        assert!(near(below.revealing(rect(300.0), TALL).offset, (0.0, -288.0)));
        let tall = Rect { height: 900.0, ..rect(300.0) };
        assert!(near(start.revealing(tall, TALL).offset, (0.0, -288.0)));
    }

    #[test]
    fn a_small_move_draws_the_same_part() {
        let start = Viewport::start(TALL).panned((0.0, -450.0), TALL);
        let moved = start.panned((0.0, -100.0), TALL);
        assert_eq!(start.window(TALL), moved.window(TALL));
        let far = start.panned((0.0, -800.0), TALL);
        assert!(start.window(TALL) != far.window(TALL));
        assert!(
            far.window(TALL).y <= 1250.0 && far.window(TALL).y + far.window(TALL).height >= 1650.0
        );
    }
}
