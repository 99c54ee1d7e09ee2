//! Networks too long for the link come back from where the browser keeps them.

use inception_explorer::arch::Shape;
use inception_explorer::page::networks::kept::{keep_if_long, kept};
use inception_explorer::page::store::{Store, StoreAction};
use inception_explorer::state::View;
use inception_explorer::state::link::{Notice, Reading, read};
use inception_explorer::state::networks::{Networks, OPENING, Source, Tab};
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{Storage, window};

use crate::harness::networks_link;
use crate::layers_stage::long;

/// The browser's storage, with nothing in it.
fn storage() -> Storage {
    let storage = window().and_then(|window| window.local_storage().ok()?).expect("a storage");
    storage.clear().expect("an empty storage");
    storage
}

fn reading(link: &str) -> Reading {
    read(&format!("view=networks&{link}")).completed(kept)
}

/// Read at the start, and when the page is there already.
fn stores(link: &str) -> [Store; 2] {
    let action = StoreAction::Read(Box::new(reading(link)));
    [Store::new(reading(link)), Store::default().after(action)]
}

#[wasm_bindgen_test]
fn a_network_too_long_for_the_link_comes_back_from_where_it_was_kept() {
    let storage = storage();
    let networks = Networks { input: Shape::new(3, 32, 48), ..long(5000) };
    let compared = Networks { tab: Tab::Compare, ..networks.clone() };
    let part = networks_link(&compared);
    assert!(part.starts_with("net=kept-") && part.ends_with("&nettab=compare"), "{part}");
    keep_if_long(&networks.source, networks.input);
    let [first, later] = stores(&part);
    for store in [&first, &later] {
        assert_eq!((store.networks.shown(), &store.notices[..]), (&compared, &[][..]));
    }
    assert!(!first.can_undo());
    let before = later.after(StoreAction::Undo);
    assert_eq!(before.view, View::Networks);
    assert_eq!(before.networks.shown().source, Source::Known(OPENING));

    for (lost, why) in [(None, "gone"), (Some("{}"), "damaged")] {
        storage.clear().expect("an empty storage");
        if let Some(text) = lost {
            let key = part.split('&').next().and_then(|kept| kept.strip_prefix("net=kept-"));
            storage.set_item(&format!("network-{}", key.expect("a mark")), text).expect("a place");
        }
        for store in stores(&part) {
            assert_eq!(store.notices, [Notice::Lost], "{why}");
            let stands_in = Networks { tab: Tab::Compare, ..Networks::default() };
            assert_eq!(store.networks.shown(), &stands_in, "{why}");
        }
    }
}
