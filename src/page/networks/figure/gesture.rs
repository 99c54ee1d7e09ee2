//! Gestures on the picture: dragging and pinching.

/// What one move of a pointer does to the picture.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Motion {
    /// How far it moves, in CSS pixels.
    pub pan: (f64, f64),
    /// How much larger it becomes.
    pub zoom: f64,
    /// Around which point of the view.
    pub at: (f64, f64),
}

/// A pointer that moves no further than this is a click.
const SLOP: f64 = 4.0;

#[derive(Clone, Copy, Debug, PartialEq)]
struct Pointer {
    id: i32,
    place: (f64, f64),
}

/// The pointers that are down. One drags, two pinch; further ones are ignored.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Pointers {
    down: Vec<Pointer>,
    /// Whether the picture moves, so that the release is not a click.
    pub dragging: bool,
}

fn middle(one: (f64, f64), other: (f64, f64)) -> (f64, f64) {
    (f64::midpoint(one.0, other.0), f64::midpoint(one.1, other.1))
}

fn distance(one: (f64, f64), other: (f64, f64)) -> f64 {
    (one.0 - other.0).hypot(one.1 - other.1)
}

impl Pointers {
    /// A pointer goes down at `place` of the view.
    pub fn press(&mut self, id: i32, place: (f64, f64)) {
        self.release(id);
        if self.down.len() < 2 {
            self.down.push(Pointer { id, place });
        }
    }

    /// A pointer goes up, or is taken away.
    pub fn release(&mut self, id: i32) {
        self.down.retain(|pointer| pointer.id != id);
        self.dragging &= !self.down.is_empty();
    }

    /// A pointer moves; returns the change of the picture, if there is one.
    pub fn moved(&mut self, id: i32, place: (f64, f64)) -> Option<Motion> {
        let index = self.down.iter().position(|pointer| pointer.id == id)?;
        let from = self.down[index].place;
        let other = self.down.get(1 - index.min(1)).filter(|other| other.id != id).copied();
        if other.is_none() && !self.dragging && distance(from, place) < SLOP {
            return None;
        }
        self.dragging = true;
        self.down[index].place = place;
        let moved = |from: (f64, f64), to: (f64, f64)| (to.0 - from.0, to.1 - from.1);
        let Some(Pointer { place: fixed, .. }) = other else {
            return Some(Motion { pan: moved(from, place), zoom: 1.0, at: place });
        };
        let at = middle(place, fixed);
        // Fingers on one spot have no ratio.
        let zoom = distance(place, fixed).max(1.0) / distance(from, fixed).max(1.0);
        Some(Motion { pan: moved(middle(from, fixed), at), zoom, at })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn one_pointer_drags_once_it_has_left_its_spot() {
        let mut pointers = Pointers::default();
        assert_eq!(pointers.moved(1, (5.0, 5.0)), None, "it hovers");
        pointers.press(1, (10.0, 10.0));
        assert_eq!(pointers.moved(1, (12.0, 11.0)), None);
        assert!(!pointers.dragging);
        let motion = pointers.moved(1, (16.0, 10.0)).unwrap();
        assert_eq!((motion.pan, motion.zoom), ((6.0, 0.0), 1.0));
        let motion = pointers.moved(1, (16.0, 9.0)).unwrap();
        assert_eq!(motion.pan, (0.0, -1.0));
        pointers.release(1);
        assert!(!pointers.dragging);
        assert_eq!(pointers.moved(1, (90.0, 9.0)), None);
    }

    #[test]
    fn two_pointers_pinch_around_their_middle() {
        let mut pointers = Pointers::default();
        pointers.press(1, (100.0, 100.0));
        pointers.press(2, (200.0, 100.0));
        pointers.press(3, (0.0, 0.0));
        assert_eq!(pointers.moved(3, (50.0, 0.0)), None);
        let motion = pointers.moved(2, (300.0, 100.0)).unwrap();
        assert_eq!(motion, Motion { pan: (50.0, 0.0), zoom: 2.0, at: (200.0, 100.0) });
        let motion = pointers.moved(1, (300.0, 100.0)).unwrap();
        assert!(motion.zoom > 0.0 && motion.zoom.is_finite());
        pointers.release(2);
        // The remaining finger continues to drag.
        assert_eq!(pointers.moved(1, (301.0, 100.0)).unwrap().pan, (1.0, 0.0));
    }
}
