//! The steps back and forth.

use std::collections::VecDeque;

use crate::arch::FieldError;

use super::action::Action;
use super::model::{Model, View};

/// Most steps that are kept; the oldest is evicted.
pub const CAPACITY: usize = 200;

/// The model with its past and its future.
///
/// A control under a moving pointer previews; letting it go commits, so that a drag is one step. The
/// view is where one is, not what one made: it is no step, and undo leaves it alone.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History {
    past: VecDeque<Model>,
    committed: Model,
    shown: Model,
    future: Vec<Model>,
}

impl History {
    /// A history that starts with `model`.
    #[must_use]
    pub fn new(model: Model) -> Self {
        Self { committed: model, shown: model, ..Self::default() }
    }

    /// What the page shows: the committed model, or a preview of the next.
    #[must_use]
    pub const fn shown(&self) -> &Model {
        &self.shown
    }

    /// What the link holds.
    #[must_use]
    pub const fn committed(&self) -> &Model {
        &self.committed
    }

    /// Shows what `action` does, without a step.
    ///
    /// # Errors
    /// As [`Model::apply`]; nothing changes then.
    pub fn preview(&mut self, action: Action) -> Result<(), FieldError> {
        self.shown = self.shown.apply(action)?;
        Ok(())
    }

    /// Does `action`: one step from the model committed before, previews included.
    ///
    /// # Errors
    /// As [`Model::apply`]; what was previewed before is committed all the same, since it is what the
    /// page shows.
    pub fn commit(&mut self, action: Action) -> Result<(), FieldError> {
        let next = self.shown.apply(action);
        self.push(next.unwrap_or(self.shown));
        next.map(drop)
    }

    /// Drops what was previewed since the last step.
    pub const fn abandon(&mut self) {
        self.shown = self.committed;
    }

    /// Takes a whole model, as a link brings it: one step.
    pub fn load(&mut self, model: Model) {
        self.push(model);
        self.navigate(model.view);
    }

    /// Opens a view; no step.
    pub const fn navigate(&mut self, view: View) {
        self.committed.view = view;
        self.shown.view = view;
    }

    /// One step back; a preview that was not committed is dropped with it. Whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(previous) = self.past.pop_back() else {
            return false;
        };
        self.future.push(self.committed);
        self.show(previous);
        true
    }

    /// One step forth. Whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(next) = self.future.pop() else {
            return false;
        };
        self.past.push_back(self.committed);
        self.show(next);
        true
    }

    /// Whether there is a step back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a step forth.
    #[must_use]
    pub const fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    fn push(&mut self, next: Model) {
        let next = Model { view: self.committed.view, ..next };
        self.shown = next;
        if next == self.committed {
            return;
        }
        if self.past.len() == CAPACITY {
            self.past.pop_front();
        }
        self.past.push_back(self.committed);
        self.committed = next;
        self.future.clear();
    }

    fn show(&mut self, model: Model) {
        let view = self.committed.view;
        self.committed = Model { view, ..model };
        self.shown = self.committed;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Field;

    #[test]
    fn a_drag_is_one_step() {
        let mut history = History::default();
        let before = *history.committed();
        for channels in 193..250 {
            history.preview(Action::Set(Field::InChannels, channels)).unwrap();
        }
        history.commit(Action::Set(Field::InChannels, 250)).unwrap();
        assert_eq!(history.shown().module.in_channels, 250);
        assert!(history.undo());
        assert_eq!(*history.shown(), before);
        assert!(!history.undo());
        assert!(history.redo());
        assert_eq!(history.shown().module.in_channels, 250);
    }

    #[test]
    fn a_refused_end_of_a_drag_keeps_what_is_shown() {
        let mut history = History::default();
        history.preview(Action::Set(Field::InChannels, 5)).unwrap();
        assert!(history.commit(Action::Set(Field::InChannels, 0)).is_err());
        assert_eq!(history.committed().module.in_channels, 5);
        assert!(history.undo());
        assert_eq!(*history.shown(), Model::default());
    }

    #[test]
    fn an_abandoned_drag_leaves_no_step() {
        let mut history = History::default();
        history.preview(Action::Set(Field::InChannels, 5)).unwrap();
        history.abandon();
        assert_eq!(*history.shown(), Model::default());
        assert!(!history.can_undo());
    }

    #[test]
    fn the_oldest_step_is_evicted() {
        let mut history = History::default();
        for step in 0..CAPACITY as u64 + 10 {
            history.commit(Action::Set(Field::InChannels, 200 + step)).unwrap();
        }
        let steps = std::iter::from_fn(|| history.undo().then_some(())).count();
        assert_eq!(steps, CAPACITY);
        assert_eq!(history.shown().module.in_channels, 200 + 9);
    }

    #[test]
    fn views_are_no_steps_and_survive_undo() {
        let mut history = History::default();
        history.navigate(View::Forward);
        assert!(!history.can_undo());
        history.commit(Action::Set(Field::InChannels, 3)).unwrap();
        history.undo();
        assert_eq!(history.shown().view, View::Forward);
    }
}
