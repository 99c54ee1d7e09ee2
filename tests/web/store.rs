//! The store's reducer.

use std::rc::Rc;

use inception_explorer::arch::{Field, FieldError};
use inception_explorer::page::store::{Store, StoreAction};
use inception_explorer::state::link::read;
use inception_explorer::state::{Action, Model, View};
use wasm_bindgen_test::wasm_bindgen_test;
use yew::Reducible;

fn set(channels: u64) -> Action {
    Action::Set(Field::InChannels, channels)
}

fn after(store: &Rc<Store>, actions: impl IntoIterator<Item = StoreAction>) -> Rc<Store> {
    actions.into_iter().fold(store.clone(), Reducible::reduce)
}

fn shown(store: &Store) -> u64 {
    store.history.shown().module.in_channels
}

fn committed(store: &Store) -> u64 {
    store.history.committed().module.in_channels
}

#[wasm_bindgen_test]
fn a_preview_shows_and_a_commit_steps() {
    let start = Rc::new(Store::default());
    let store = after(&start, [200, 210, 220].map(set).map(StoreAction::Preview));
    assert_eq!((shown(&store), committed(&store)), (220, 192));
    assert!(!store.history.can_undo());
    let store = after(&store, [StoreAction::Commit(set(230))]);
    assert_eq!((shown(&store), committed(&store)), (230, 230));
    let undone = after(&store, [StoreAction::Undo]);
    assert_eq!((shown(&undone), undone.history.can_redo()), (192, true));
    assert_eq!(shown(&after(&undone, [StoreAction::Redo])), 230);
    assert_eq!(*start, Store::default(), "what was there is not touched");
}

#[wasm_bindgen_test]
fn nothing_to_undo_changes_nothing() {
    let start = Rc::new(Store::default());
    assert_eq!(after(&start, [StoreAction::Undo, StoreAction::Redo]), start);
}

#[wasm_bindgen_test]
fn a_refusal_names_its_field_and_goes_with_the_next_change() {
    let start = Rc::new(Store::default());
    for refused in [StoreAction::Preview(set(0)), StoreAction::Commit(set(0))] {
        let store = after(&start, [refused.clone()]);
        let refusal = store.refusal.expect("refused");
        assert_eq!(refusal.field, Some(Field::InChannels));
        let error = FieldError::OutOfRange { field: Field::InChannels, given: 0 };
        assert_eq!(refusal.error, error);
        assert_eq!(store.history, start.history);
        // The same once more is another refusal: the slider must be put back again.
        assert_ne!(after(&store, [refused]).refusal, Some(refusal));
        assert_eq!(after(&store, [StoreAction::Commit(set(5))]).refusal, None);
    }
}

#[wasm_bindgen_test]
fn a_link_is_one_step_and_brings_its_notices() {
    let start = Rc::new(Store::default());
    let reading = read("v=1&in=5000&view=forward");
    let store = after(&start, [StoreAction::Read(Box::new(reading))]);
    assert_eq!(store.notices.len(), 1);
    assert_eq!((committed(&store), store.history.shown().view), (1024, View::Forward));
    let undone = after(&store, [StoreAction::Undo]);
    assert_eq!(committed(&undone), 192);
    assert_eq!(undone.history.shown().view, View::Forward, "undo does not turn the page");
    assert_eq!(after(&store, [StoreAction::DismissNotices]).notices, []);
}

#[wasm_bindgen_test]
fn a_page_starts_with_its_link() {
    let store = Store::new(read("v=1&in=3&nonsense=1"));
    assert_eq!((shown(&store), committed(&store), store.notices.len()), (3, 3, 1));
    assert!(!store.history.can_undo());
}

#[wasm_bindgen_test]
fn navigating_is_no_step() {
    let store = after(&Rc::default(), [StoreAction::Navigate(View::Forward)]);
    assert_eq!(*store.history.committed(), Model { view: View::Forward, ..Model::default() });
    assert!(!store.history.can_undo());
}
