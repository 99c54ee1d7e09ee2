//! History: every step can be taken back, and back again.

use inception_explorer::state::{Action, History, Model};
use proptest::prelude::*;

use crate::{cases, strategy};

/// One thing that happens to a history.
#[derive(Clone, Debug)]
enum Event {
    Commit(Action),
    Preview(Action),
    Load(Box<Model>),
    Undo,
    Redo,
}

fn event() -> impl Strategy<Value = Event> {
    prop_oneof![
        6 => strategy::action().prop_map(Event::Commit),
        3 => strategy::action().prop_map(Event::Preview),
        1 => strategy::model().prop_map(|model| Event::Load(Box::new(model))),
        3 => Just(Event::Undo),
        2 => Just(Event::Redo),
    ]
}

/// A history without the tricks: every model that was committed, and the place of the current one.
struct Plain {
    models: Vec<Model>,
    at: usize,
    shown: Model,
}

impl Plain {
    fn push(&mut self, model: Model) {
        self.shown = model;
        if self.models[self.at] == model {
            return;
        }
        self.models.truncate(self.at + 1);
        self.models.push(model);
        self.at += 1;
    }

    fn go(&mut self, to: Option<usize>) -> bool {
        let Some(to) = to.filter(|to| *to < self.models.len()) else {
            return false;
        };
        self.at = to;
        self.shown = self.models[to];
        true
    }
}

proptest! {
    #![proptest_config(cases(256))]

    #[test]
    fn undo_restores_and_redo_returns(start in strategy::model(), action in strategy::action()) {
        let mut history = History::new(start);
        if history.commit(action).is_ok() {
            let after = *history.shown();
            prop_assert_eq!(history.undo(), after != start);
            prop_assert_eq!((history.shown(), history.committed()), (&start, &start));
            prop_assert_eq!(history.redo(), after != start);
            prop_assert_eq!((history.shown(), history.committed()), (&after, &after));
        } else {
            prop_assert_eq!(history, History::new(start));
        }
    }

    #[test]
    fn any_events_leave_it_like_a_plain_list(
        start in strategy::model(),
        events in prop::collection::vec(event(), 0..60),
    ) {
        let mut history = History::new(start);
        let mut plain = Plain { models: vec![start], at: 0, shown: start };
        for event in events {
            match event {
                Event::Commit(action) => {
                    // The preview before it is committed, whether the action is refused or not.
                    let next = plain.shown.apply(action);
                    prop_assert_eq!(history.commit(action), next.map(drop));
                    plain.push(next.unwrap_or(plain.shown));
                }
                Event::Preview(action) => {
                    if history.preview(action).is_ok() {
                        plain.shown = plain.shown.apply(action).unwrap();
                    }
                }
                Event::Load(model) => {
                    history.load(*model);
                    plain.push(*model);
                }
                Event::Undo => {
                    let moved = history.undo();
                    prop_assert_eq!(moved, plain.go(plain.at.checked_sub(1)));
                }
                Event::Redo => {
                    let moved = history.redo();
                    prop_assert_eq!(moved, plain.go(plain.at.checked_add(1)));
                }
            }
            prop_assert_eq!(*history.shown(), plain.shown);
            prop_assert_eq!(*history.committed(), plain.models[plain.at]);
            prop_assert_eq!(history.can_undo(), plain.at > 0);
            prop_assert_eq!(history.can_redo(), plain.at + 1 < plain.models.len());
        }
    }

    #[test]
    fn what_an_action_makes_is_valid(start in strategy::model(), actions in prop::collection::vec(strategy::action(), 0..20)) {
        let mut model = start;
        for action in actions {
            model = model.apply(action).unwrap_or(model);
            prop_assert!(model.question().answer().is_ok());
            prop_assert!(!model.square || model.size.height == model.size.width);
        }
    }
}
