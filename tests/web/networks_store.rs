//! The Networks view's state: links, networks too long for them, steps, refusals.

use std::rc::Rc;

use inception_explorer::arch::Shape;
use inception_explorer::arch::network::{Edit, NodePath};
use inception_explorer::page::networks::file;
use inception_explorer::page::networks::store::{Store, StoreAction};
use inception_explorer::state::networks::link::{self, Notice, read};
use inception_explorer::state::networks::{
    Networks, NetworksAction, NetworksError, OPENING, Subject, Tab,
};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Storage, window};
use yew::Reducible;

use crate::layers_stage::{known, long};

/// The browser's storage, with nothing in it.
fn storage() -> Storage {
    let storage = window().and_then(|window| window.local_storage().ok()?).expect("a storage");
    storage.clear().expect("an empty storage");
    storage
}

fn reading(link: &str) -> StoreAction {
    StoreAction::Read(Box::new(read(link)))
}

fn store() -> Rc<Store> {
    Rc::new(Store::new(read("")))
}

#[wasm_bindgen_test]
fn a_network_too_long_for_the_link_comes_back_from_where_it_was_kept() {
    let storage = storage();
    let networks = Networks { input: Shape::new(3, 32, 48), ..long(5000) };
    let part = link::write(&Networks { tab: Tab::Compare, ..networks.clone() });
    assert!(part.starts_with("net=kept-") && part.ends_with("&nettab=compare"), "{part}");
    let kept = Networks { tab: Tab::Compare, ..networks.clone() };
    file::keep_if_long(&networks.subject, networks.input);
    // At the start, and when a link comes in later.
    let first = Store::new(read(&part));
    assert_eq!((first.history.shown(), &first.notices[..]), (&kept, &[][..]));
    assert!(!first.history.can_undo());
    let later = store().reduce(reading(&part));
    assert_eq!((later.history.shown(), &later.notices[..]), (&kept, &[][..]));
    let before = later.reduce(StoreAction::Undo);
    assert_eq!(before.history.shown().subject, Subject::Known(OPENING));

    for (lost, why) in [(None, "gone"), (Some("{}"), "damaged")] {
        storage.clear().expect("an empty storage");
        if let Some(text) = lost {
            let key = part.split('&').next().and_then(|kept| kept.strip_prefix("net=kept-"));
            storage.set_item(&format!("network-{}", key.expect("a mark")), text).expect("a place");
        }
        for store in [Store::new(read(&part)), (*store().reduce(reading(&part))).clone()] {
            assert_eq!(store.notices, [Notice::Lost], "{why}");
            let stands_in = Networks { tab: Tab::Compare, ..Networks::default() };
            assert_eq!(store.history.shown(), &stands_in, "{why}");
        }
    }
}

#[wasm_bindgen_test]
fn undo_brings_the_selection_back() {
    let at = NodePath(vec![0, 5]);
    let edit = |edit| StoreAction::Commit(NetworksAction::Edit(edit));
    let selected = |store: &Store| store.history.shown().selected.clone();
    let store = store().reduce(StoreAction::Select(Some(at.clone())));
    assert!(!store.history.can_undo(), "a selection is no step");
    let store = store.reduce(edit(Edit::Move { from: at.clone(), to: NodePath(vec![0, 0]) }));
    assert_eq!(selected(&store), Some(NodePath(vec![0, 0])));
    let store = store.reduce(StoreAction::Undo);
    assert_eq!(selected(&store), Some(at.clone()));
    let store = store.reduce(StoreAction::Redo);
    assert_eq!(selected(&store), Some(NodePath(vec![0, 0])));
    // A step that leaves the network alone leaves the selection, too.
    let metric = inception_explorer::cost::Metric::Macs;
    let store = store.reduce(StoreAction::Commit(NetworksAction::SetMetric(metric)));
    let store = store.reduce(StoreAction::Select(Some(at.clone()))).reduce(StoreAction::Undo);
    assert_eq!(selected(&store), Some(at));
    // Another network has nothing there.
    let id = NetworksAction::Open(inception_explorer::state::networks::OPENING_RIVAL);
    assert_eq!(selected(&store.reduce(StoreAction::Commit(id))), None);
}

#[wasm_bindgen_test]
fn what_was_refused_is_said_until_something_else_is_done() {
    let put = || {
        let module = inception_explorer::arch::Inception::default();
        StoreAction::Commit(NetworksAction::Put("features".into(), module))
    };
    let refused = store().reduce(put());
    assert_eq!(refused.refusal, Some(NetworksError::NoModule("features".into())));
    assert_eq!(refused.history, store().history);
    let side = StoreAction::Preview(NetworksAction::SetInput(Shape::new(3, 0, 1)));
    assert_eq!(store().reduce(side).refusal, Some(NetworksError::Side(0)));
    let input = NetworksAction::SetInput(Shape::new(3, 32, 32));
    for then in [
        StoreAction::Commit(input.clone()),
        StoreAction::Preview(input),
        StoreAction::Undo,
        StoreAction::Redo,
        StoreAction::DismissRefusal,
        reading("net=vgg11"),
    ] {
        assert_eq!(refused.clone().reduce(then.clone()).refusal, None, "{then:?}");
    }
    // A look elsewhere is nothing done.
    assert!(refused.reduce(StoreAction::TurnTo(Tab::Compare)).refusal.is_some());
}

#[wasm_bindgen_test]
fn a_preview_is_one_step_with_what_commits_it() {
    let input = |side| NetworksAction::SetInput(Shape::new(3, side, side));
    let store = [32, 40, 48]
        .into_iter()
        .fold(store(), |store, side| store.reduce(StoreAction::Preview(input(side))));
    assert!(!store.history.can_undo());
    assert_eq!(store.history.shown().input.height, 48);
    let store = store.reduce(StoreAction::Commit(input(56)));
    let store = store.reduce(StoreAction::Undo);
    assert_eq!(store.history.shown(), &Networks::default());
}

#[wasm_bindgen_test]
fn notices_go_when_they_are_read_or_something_is_done() {
    let store = store().reduce(reading("net=resnet&netsize=0"));
    assert_eq!(store.notices.len(), 2);
    let commit = StoreAction::Commit(NetworksAction::Empty);
    for then in [commit, StoreAction::DismissNotices, reading("net=vgg11")] {
        assert_eq!(store.clone().reduce(then.clone()).notices, [], "{then:?}");
    }
    for then in [StoreAction::TurnTo(Tab::Compare), StoreAction::Select(None)] {
        assert_eq!(store.clone().reduce(then).notices.len(), 2);
    }
    // A link is one step, and back there is what was before.
    let other = store.reduce(reading("net=googlenet"));
    assert_eq!(other.history.shown(), &known("googlenet"));
    assert_eq!(other.reduce(StoreAction::Undo).history.shown(), &Networks::default());
}
