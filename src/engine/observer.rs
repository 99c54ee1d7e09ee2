//! What a run reports while it computes: the time it takes and the share that is done.

/// Progress reports of a run: enough for a smooth bar, few enough to cost nothing.
const REPORTS: f64 = 50.0;

/// A clock and a progress listener. Both come from the caller, since wasm32 has no clock that this folder may
/// know.
pub struct RunObserver<'a> {
    now: &'a dyn Fn() -> f64,
    progress: &'a mut dyn FnMut(f64),
    reported: f64,
}

impl<'a> RunObserver<'a> {
    /// `now` is a clock in milliseconds. `progress` is called about fifty times a run with the share that
    /// is done, from 0 to 1.
    pub fn new(now: &'a dyn Fn() -> f64, progress: &'a mut dyn FnMut(f64)) -> Self {
        Self { now, progress, reported: 0.0 }
    }

    pub(super) fn now(&self) -> f64 {
        (self.now)()
    }

    pub(super) fn report(&mut self, fraction: f64) {
        if fraction - self.reported >= 1.0 / REPORTS {
            self.reported = fraction;
            (self.progress)(fraction);
        }
    }
}
