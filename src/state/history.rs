//! The steps back and forth.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::arch::FieldError;

use super::action::Action;
use super::model::Model;

/// Most steps that are kept; the oldest is evicted.
pub const CAPACITY: usize = 200;

/// What has a history: a value that an action turns into the next.
pub trait Document: Clone + PartialEq {
    /// What a person can do to it.
    type Action;
    /// Why that could not be done.
    type Error;

    /// The document after `action`.
    ///
    /// # Errors
    /// When it can't be done; `self` is untouched.
    fn apply(&self, action: Self::Action) -> Result<Self, Self::Error>;

    /// This document with the part of `other` that is no step: which tab or layer is looked at. Undo
    /// leaves that part alone.
    #[must_use]
    fn seen_from(self, other: &Self) -> Self;
}

impl Document for Model {
    type Action = Action;
    type Error = FieldError;

    fn apply(&self, action: Action) -> Result<Self, FieldError> {
        self.apply(action)
    }

    /// All of a model is undone.
    fn seen_from(self, _: &Self) -> Self {
        self
    }
}

/// A document with its past and its future. A clone is cheap: the documents are shared.
///
/// A control under a moving pointer previews; letting it go commits, so that a drag is one step.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct History<D> {
    past: Rc<VecDeque<Rc<D>>>,
    committed: Rc<D>,
    shown: Rc<D>,
    future: Rc<Vec<Rc<D>>>,
}

impl<D: Document> History<D> {
    /// A history that starts with `document`.
    #[must_use]
    pub fn new(document: D) -> Self {
        let document = Rc::new(document);
        Self {
            past: Rc::default(),
            committed: document.clone(),
            shown: document,
            future: Rc::default(),
        }
    }

    /// What the page shows: the committed document, or a preview of the next.
    #[must_use]
    pub fn shown(&self) -> &D {
        &self.shown
    }

    /// What the link holds.
    #[must_use]
    pub fn committed(&self) -> &D {
        &self.committed
    }

    /// What the page shows, shared: what is handed to components is not copied.
    #[must_use]
    pub fn share_shown(&self) -> Rc<D> {
        self.shown.clone()
    }

    /// What the link holds, shared.
    #[must_use]
    pub fn share_committed(&self) -> Rc<D> {
        self.committed.clone()
    }

    /// Shows what `action` does, without a step.
    ///
    /// # Errors
    /// As [`Document::apply`]; nothing changes then.
    pub fn preview(&mut self, action: D::Action) -> Result<(), D::Error> {
        self.shown = Rc::new(self.shown.apply(action)?);
        Ok(())
    }

    /// Does `action`: one step from the document committed before, previews included.
    ///
    /// # Errors
    /// As [`Document::apply`]; what was previewed before is committed all the same, since it is what
    /// the page shows.
    pub fn commit(&mut self, action: D::Action) -> Result<(), D::Error> {
        let (next, done) = match self.shown.apply(action) {
            Ok(next) => (next, Ok(())),
            Err(error) => ((*self.shown).clone(), Err(error)),
        };
        self.push(next);
        done
    }

    /// Drops what was previewed since the last step.
    pub fn abandon(&mut self) {
        self.shown = self.committed.clone();
    }

    /// Takes a whole document, as a link brings it: one step, looked at as the link says.
    pub fn load(&mut self, document: D) {
        let from = document.clone();
        self.push(document);
        self.look(|place| *place = place.clone().seen_from(&from));
    }

    /// Changes what is no step: which part of the document is looked at.
    pub fn look(&mut self, go: impl Fn(&mut D)) {
        go(Rc::make_mut(&mut self.committed));
        go(Rc::make_mut(&mut self.shown));
    }

    /// One step back; a preview that was not committed is dropped with it. Whether there was one.
    pub fn undo(&mut self) -> bool {
        let Some(previous) = Rc::make_mut(&mut self.past).pop_back() else {
            return false;
        };
        Rc::make_mut(&mut self.future).push(self.committed.clone());
        self.show(&previous);
        true
    }

    /// One step forth. Whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(next) = Rc::make_mut(&mut self.future).pop() else {
            return false;
        };
        Rc::make_mut(&mut self.past).push_back(self.committed.clone());
        self.show(&next);
        true
    }

    /// Whether there is a step back.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether there is a step forth.
    #[must_use]
    pub fn can_redo(&self) -> bool {
        !self.future.is_empty()
    }

    fn push(&mut self, next: D) {
        let next = Rc::new(next.seen_from(&self.committed));
        self.shown = next.clone();
        if next == self.committed {
            return;
        }
        let past = Rc::make_mut(&mut self.past);
        if past.len() == CAPACITY {
            past.pop_front();
        }
        past.push_back(std::mem::replace(&mut self.committed, next));
        self.future = Rc::default();
    }

    fn show(&mut self, document: &D) {
        self.committed = Rc::new(document.clone().seen_from(&self.committed));
        self.shown = self.committed.clone();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::arch::Field;

    #[test]
    fn a_drag_is_one_step() {
        let mut history = History::<Model>::default();
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
        let mut history = History::<Model>::default();
        history.preview(Action::Set(Field::InChannels, 5)).unwrap();
        assert!(history.commit(Action::Set(Field::InChannels, 0)).is_err());
        assert_eq!(history.committed().module.in_channels, 5);
        assert!(history.undo());
        assert_eq!(*history.shown(), Model::default());
    }

    #[test]
    fn an_abandoned_drag_leaves_no_step() {
        let mut history = History::<Model>::default();
        history.preview(Action::Set(Field::InChannels, 5)).unwrap();
        history.abandon();
        assert_eq!(*history.shown(), Model::default());
        assert!(!history.can_undo());
    }

    #[test]
    fn the_oldest_step_is_evicted() {
        let mut history = History::<Model>::default();
        for step in 0..CAPACITY as u64 + 10 {
            history.commit(Action::Set(Field::InChannels, 200 + step)).unwrap();
        }
        let steps = std::iter::from_fn(|| history.undo().then_some(())).count();
        assert_eq!(steps, CAPACITY);
        assert_eq!(history.shown().module.in_channels, 200 + 9);
    }
}
