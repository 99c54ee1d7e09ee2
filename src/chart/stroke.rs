//! Clipping and dashing of lines, which plotters does not offer on every backend.

use super::geometry::{Point, Rect};

/// The part of the segment from `a` to `b` that lies in `rect` (Liang and Barsky).
fn clip_segment(a: Point, b: Point, rect: &Rect) -> Option<(Point, Point)> {
    let (dx, dy) = (b.0 - a.0, b.1 - a.1);
    let (mut from, mut to) = (0.0_f64, 1.0_f64);
    let edges = [
        (-dx, a.0 - rect.x),
        (dx, rect.right() - a.0),
        (-dy, a.1 - rect.y),
        (dy, rect.bottom() - a.1),
    ];
    for (outward, room) in edges {
        if outward == 0.0 {
            if room < 0.0 {
                return None;
            }
        } else if outward < 0.0 {
            from = from.max(room / outward);
        } else {
            to = to.min(room / outward);
        }
    }
    let at = |share: f64| (a.0 + share * dx, a.1 + share * dy);
    (from <= to).then(|| (at(from), at(to)))
}

/// The part of `line` within `rect`. It is one piece: counts never decrease, so a line that has left at the top
/// stays out.
pub(super) fn clip(line: &[Point], rect: &Rect) -> Vec<Point> {
    let mut inside: Vec<Point> = Vec::with_capacity(line.len());
    for pair in line.windows(2) {
        let Some((a, b)) = clip_segment(pair[0], pair[1], rect) else {
            continue;
        };
        if inside.last() != Some(&a) {
            inside.push(a);
        }
        inside.push(b);
    }
    inside
}

/// Cuts `line` into dashes by `pattern` (on, off, on, … in CSS pixels) and hands each to `dash`; an
/// empty pattern leaves it whole.
///
/// # Errors
/// When `dash` fails.
pub(super) fn dashes<E>(
    line: &[Point],
    pattern: &[f64],
    mut dash: impl FnMut(&[Point]) -> Result<(), E>,
) -> Result<(), E> {
    if line.len() < 2 {
        return Ok(());
    }
    let mut lengths = pattern.iter().copied().cycle();
    let Some(mut left) = lengths.next() else {
        return dash(line);
    };
    let mut on = true;
    let mut piece = vec![line[0]];
    for pair in line.windows(2) {
        let (mut from, to) = (pair[0], pair[1]);
        let mut rest = (to.0 - from.0).hypot(to.1 - from.1);
        while rest > left {
            let share = left / rest;
            from = (from.0 + share * (to.0 - from.0), from.1 + share * (to.1 - from.1));
            rest -= left;
            if on {
                piece.push(from);
                dash(&piece)?;
            }
            piece.clear();
            piece.push(from);
            on = !on;
            left = lengths.next().unwrap_or(f64::INFINITY);
        }
        left -= rest;
        piece.push(to);
    }
    if on { dash(&piece) } else { Ok(()) }
}

#[cfg(test)]
mod tests {
    use super::*;

    const RECT: Rect = Rect { x: 0.0, y: 0.0, width: 100.0, height: 100.0 };

    #[test]
    fn a_steep_line_ends_at_the_top() {
        let clipped = clip(&[(0.0, 100.0), (100.0, -100.0)], &RECT);
        assert_eq!(clipped, [(0.0, 100.0), (50.0, 0.0)]);
        assert!(clip(&[(0.0, -1.0), (100.0, -1.0)], &RECT).is_empty());
    }

    #[test]
    fn a_bent_line_stays_one_piece() {
        let line = [(-50.0, 90.0), (50.0, 80.0), (60.0, 10.0), (70.0, -80.0), (80.0, -90.0)];
        let clipped = clip(&line, &RECT);
        assert_eq!(clipped.first(), Some(&(0.0, 85.0)));
        assert!((clipped.last().unwrap().1).abs() < 1e-9);
        assert_eq!(clipped.len(), 4);
    }

    #[test]
    fn dashes_go_round_corners() {
        let mut pieces: Vec<Vec<Point>> = Vec::new();
        let line = [(0.0, 0.0), (10.0, 0.0), (10.0, 10.0)];
        let collect = |piece: &[Point]| {
            pieces.push(piece.to_vec());
            Ok::<_, ()>(())
        };
        dashes(&line, &[6.0, 2.0], collect).unwrap();
        assert_eq!(
            pieces,
            [
                vec![(0.0, 0.0), (6.0, 0.0)],
                vec![(8.0, 0.0), (10.0, 0.0), (10.0, 4.0)],
                vec![(10.0, 6.0), (10.0, 10.0)]
            ]
        );
    }

    #[test]
    fn a_solid_line_is_one_dash_and_a_point_none() {
        let mut count = 0;
        let mut collect = |_: &[Point]| {
            count += 1;
            Ok::<_, ()>(())
        };
        dashes(&[(0.0, 0.0), (9.0, 0.0)], &[], &mut collect).unwrap();
        dashes(&[(0.0, 0.0)], &[1.0], &mut collect).unwrap();
        dashes(&[(5.0, 5.0), (5.0, 5.0)], &[1.0], |_| Err(())).unwrap_err();
        assert_eq!(count, 1);
    }
}
