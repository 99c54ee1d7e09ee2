//! The address bar follows the model, and the model follows a new address.

use std::rc::Rc;

use inception_explorer::arch::Field;
use inception_explorer::page::link::{address, fragment, use_link};
use inception_explorer::page::store::{Store, StoreAction, use_dispatch};
use inception_explorer::state::link::{self, Link};
use inception_explorer::state::networks::{NetworksAction, OPENING_RIVAL};
use inception_explorer::state::{Action, Model, View};
use wasm_bindgen::JsValue;
use wasm_bindgen_test::wasm_bindgen_test;
use web_sys::{History, window};
use yew::prelude::*;

use crate::harness::{Stage, stage, until};

#[derive(Properties, PartialEq)]
struct LinkedProps {
    link: Rc<Link>,
    view: View,
}

#[component]
fn Linked(LinkedProps { link, view }: &LinkedProps) -> Html {
    let dispatch = use_dispatch();
    use_link(link.clone(), *view, dispatch);
    html! {}
}

/// The link of what is committed.
fn written(store: &Store) -> String {
    Link::new(store.module.committed(), store.networks.committed()).showing(store.view)
}

fn history() -> History {
    window().and_then(|window| window.history().ok()).expect("a history")
}

fn entries() -> u32 {
    history().length().expect("a length")
}

/// The page with an address without a fragment.
async fn linked() -> Stage {
    history().replace_state_with_url(&JsValue::NULL, "", Some("?")).expect("an address");
    stage(Model::default(), |store| {
        let link = Link::new(store.module.committed(), store.networks.committed());
        html! { <Linked link={Rc::new(link)} view={store.view} /> }
    })
    .await
}

#[wasm_bindgen_test]
async fn what_is_committed_stands_in_the_address() {
    let stage = linked().await;
    assert_eq!(fragment(), written(&Store::default()));
    let before = entries();
    stage.commit(Action::Set(Field::InChannels, 64)).await;
    assert_eq!(fragment(), written(&stage.store()));
    assert!(fragment().contains("in=64&"));
    stage.dispatch(StoreAction::Undo).await;
    assert_eq!(fragment(), written(&Store::default()));
    assert_eq!(entries(), before, "an edit replaces the address");
    assert_eq!(link::read(&fragment()).model, stage.committed());
    let href = window().and_then(|window| window.location().href().ok()).expect("an address");
    assert_eq!(address(&fragment()), href);
}

#[wasm_bindgen_test]
async fn a_preview_leaves_the_address_alone() {
    let stage = linked().await;
    stage.dispatch(StoreAction::preview(Action::Set(Field::InChannels, 64))).await;
    assert_eq!(fragment(), written(&Store::default()));
}

#[wasm_bindgen_test]
async fn back_returns_from_a_view_and_keeps_the_edits() {
    let stage = linked().await;
    let before = entries();
    stage.dispatch(StoreAction::Navigate(View::Forward)).await;
    assert_eq!(entries(), before + 1);
    stage.commit(Action::Set(Field::InChannels, 64)).await;
    history().back().expect("a way back");
    until("the view before", || stage.store().view == View::Module).await;
    assert_eq!(stage.shown().module.in_channels, 64);
    // The address that Back brought is the old one; the page's own takes its place.
    until("the address", || fragment() == written(&stage.store())).await;
    assert_eq!(entries(), before + 1);
    // And Forward still leads where it led: Back made no entry of its own.
    history().forward().expect("a way forth");
    until("the view after", || stage.store().view == View::Forward).await;
    assert_eq!(stage.shown().module.in_channels, 64);
    assert_eq!(entries(), before + 1);
}

#[wasm_bindgen_test]
async fn an_address_typed_by_hand_is_read() {
    let stage = linked().await;
    window().expect("a window").location().set_hash("v=1&in=5000").expect("an address");
    until("the model of the address", || stage.shown().module.in_channels == 1024).await;
    assert_eq!(stage.store().notices.len(), 1);
    until("the address put right", || fragment() == written(&stage.store())).await;
    assert_eq!(stage.steps(), 1);
}

#[wasm_bindgen_test]
async fn the_networks_stand_in_the_address_too() {
    let stage = linked().await;
    stage.dispatch(StoreAction::Navigate(View::Networks)).await;
    stage.commit(NetworksAction::Open(OPENING_RIVAL)).await;
    assert!(fragment().ends_with("&view=networks&net=googlenet_aux"), "{}", fragment());
    window().expect("a window").location().set_hash("net=vgg11&netsize=0").expect("an address");
    until("the network of the address", || stage.networks().source.network().count() < 40).await;
    assert_eq!(stage.store().notices.len(), 1);
    assert_eq!(stage.store().view, View::Module);
    until("the address put right", || fragment() == written(&stage.store())).await;
    assert!(fragment().ends_with("&net=vgg11"), "{}", fragment());
}
