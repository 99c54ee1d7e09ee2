//! Points and rectangles of every figure of the page, in its own pixels: x to the right, y downwards.

/// A point: x and y.
pub type Point = (f64, f64);

/// A rectangle with sides along the axes.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

impl Rect {
    /// The rectangle between these edges.
    #[must_use]
    pub fn between((left, right): (f64, f64), (top, bottom): (f64, f64)) -> Self {
        Self { x: left, y: top, width: right - left, height: bottom - top }
    }

    /// The rectangle of this size around `center`.
    #[must_use]
    pub fn around((x, y): Point, width: f64, height: f64) -> Self {
        Self { x: x - width / 2.0, y: y - height / 2.0, width, height }
    }

    #[must_use]
    pub fn right(&self) -> f64 {
        self.x + self.width
    }

    #[must_use]
    pub fn bottom(&self) -> f64 {
        self.y + self.height
    }

    #[must_use]
    pub fn center(&self) -> Point {
        (self.x + self.width / 2.0, self.y + self.height / 2.0)
    }

    /// Whether both share more than an edge. Overlaps below a thousandth of a pixel are rounding errors.
    #[must_use]
    pub fn overlaps(&self, other: &Self) -> bool {
        let overlap = |from: f64, to: f64| to - from > 1e-3;
        overlap(self.x, other.right())
            && overlap(other.x, self.right())
            && overlap(self.y, other.bottom())
            && overlap(other.y, self.bottom())
    }

    /// Whether `inner` lies within this rectangle.
    #[must_use]
    pub fn contains(&self, inner: &Self) -> bool {
        self.x <= inner.x
            && inner.right() <= self.right()
            && self.y <= inner.y
            && inner.bottom() <= self.bottom()
    }

    /// Moved by `x` and `y`.
    #[must_use]
    pub fn moved(self, (x, y): Point) -> Self {
        Self { x: self.x + x, y: self.y + y, ..self }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rectangles_that_share_an_edge_do_not_overlap() {
        let rect = Rect::between((10.0, 30.0), (5.0, 15.0));
        assert_eq!(rect, Rect::around((20.0, 10.0), 20.0, 10.0));
        assert_eq!(rect.center(), (20.0, 10.0));
        assert!(!rect.overlaps(&rect.moved((20.0, 0.0))));
        assert!(!rect.overlaps(&rect.moved((0.0, -10.0))));
        assert!(rect.overlaps(&rect.moved((19.0, -9.0))));
    }

    #[test]
    fn a_rectangle_contains_itself_and_nothing_beyond_an_edge() {
        let rect = Rect { x: 0.0, y: 0.0, width: 4.0, height: 2.0 };
        assert!(rect.contains(&rect));
        assert!(rect.contains(&Rect { x: 1.0, width: 2.0, ..rect }));
        assert!(!rect.contains(&rect.moved((0.5, 0.0))));
        assert!(!rect.contains(&Rect { height: 3.0, ..rect }));
    }
}
