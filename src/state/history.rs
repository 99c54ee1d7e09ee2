//! Undo and redo.

use std::collections::VecDeque;
use std::rc::Rc;

use crate::arch::FieldError;

use super::action::Action;
use super::model::Model;

/// The largest number of undo steps; beyond it the oldest is dropped.
pub const CAPACITY: usize = 200;

/// A value with an undo history, changed by actions.
pub trait Document: Clone + PartialEq {
    /// The changes of the document.
    type Action;
    /// Why an action can't be applied.
    type Error;

    /// The document after `action`.
    ///
    /// # Errors
    /// When the action can't be applied; `self` is not changed.
    fn apply(&self, action: Self::Action) -> Result<Self, Self::Error>;

    /// This document with the navigation state of `other` (open tab, selection). It is not part of an undo
    /// step: undo keeps the current one.
    #[must_use]
    fn seen_from(self, other: &Self) -> Self;
}

impl Document for Model {
    type Action = Action;
    type Error = FieldError;

    fn apply(&self, action: Action) -> Result<Self, FieldError> {
        self.apply(action)
    }

    /// A model has no navigation state.
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

    /// The document that the page shows: the committed one, or a preview.
    #[must_use]
    pub fn shown(&self) -> &D {
        &self.shown
    }

    /// The committed document, which the link holds.
    #[must_use]
    pub fn committed(&self) -> &D {
        &self.committed
    }

    /// As [`Self::shown`], shared: components receive it without a copy.
    #[must_use]
    pub fn share_shown(&self) -> Rc<D> {
        self.shown.clone()
    }

    /// As [`Self::committed`], shared.
    #[must_use]
    pub fn share_committed(&self) -> Rc<D> {
        self.committed.clone()
    }

    /// Shows the result of `action` without an undo step.
    ///
    /// # Errors
    /// As [`Document::apply`]; nothing changes then.
    pub fn preview(&mut self, action: D::Action) -> Result<(), D::Error> {
        self.shown = Rc::new(self.shown.apply(action)?);
        Ok(())
    }

    /// Commits `action` on the shown document: one undo step, which includes the previews before it.
    ///
    /// # Errors
    /// As [`Document::apply`]; the preview before it is committed nevertheless, because the page shows it.
    pub fn commit(&mut self, action: D::Action) -> Result<(), D::Error> {
        let (next, done) = match self.shown.apply(action) {
            Ok(next) => (next, Ok(())),
            Err(error) => ((*self.shown).clone(), Err(error)),
        };
        self.push(next);
        done
    }

    /// Drops the preview.
    pub fn abandon(&mut self) {
        self.shown = self.committed.clone();
    }

    /// Replaces the document by one read from a link, navigation state included: one undo step.
    pub fn load(&mut self, document: D) {
        let from = document.clone();
        self.push(document);
        self.look(|place| *place = place.clone().seen_from(&from));
    }

    /// Changes the state that no step of this document holds: the navigation, or the counting that another
    /// document changed.
    pub fn look(&mut self, go: impl Fn(&mut D)) {
        go(Rc::make_mut(&mut self.committed));
        go(Rc::make_mut(&mut self.shown));
    }

    /// Undoes a step and drops the preview. Returns whether there was a step.
    pub fn undo(&mut self) -> bool {
        let Some(previous) = Rc::make_mut(&mut self.past).pop_back() else {
            return false;
        };
        Rc::make_mut(&mut self.future).push(self.committed.clone());
        self.show(&previous);
        true
    }

    /// Redoes a step. Returns whether there was one.
    pub fn redo(&mut self) -> bool {
        let Some(next) = Rc::make_mut(&mut self.future).pop() else {
            return false;
        };
        Rc::make_mut(&mut self.past).push_back(self.committed.clone());
        self.show(&next);
        true
    }

    /// Whether a step can be undone.
    #[must_use]
    pub fn can_undo(&self) -> bool {
        !self.past.is_empty()
    }

    /// Whether a step can be redone.
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
