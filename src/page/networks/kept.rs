//! Networks that are too long for the link: the browser keeps them, and the link names them by a hash.

use std::rc::Rc;

use yew::prelude::*;

use crate::arch::Shape;
use crate::export::network_file;
use crate::page::browser;
use crate::state::link::{fits, network_hash};
use crate::state::networks::{Networks, NetworksAction, Source};

use super::file::{file_of, taking};

/// The prefix of the storage keys.
const KEPT: &str = "network-";

fn key(hash: u64) -> String {
    format!("{KEPT}{hash:x}")
}

/// Keeps the network of `networks` in the browser, if it is too long for the link.
#[hook]
pub fn use_keeping(networks: Rc<Networks>) {
    use_effect_with((networks.source.clone(), networks.input), |(source, input)| {
        keep_if_long(source, *input);
    });
}

/// Keeps a network that is too long for the link in the browser's storage, if there is one.
pub fn keep_if_long(source: &Source, input: Shape) {
    let Source::Own(own) = source else { return };
    if fits(source, input) {
        return;
    }
    let (key, text) = (key(network_hash(own, input)), network_file::write(&file_of(source, input)));
    if !browser::store(&key, &text) {
        // The storage is full of older networks. If it still refuses, the network is lost at the end of the
        // visit unless it is saved to a file.
        browser::forget(KEPT);
        browser::store(&key, &text);
    }
}

/// The network that was kept, as an action that shows it.
#[must_use]
pub fn kept(hash: u64) -> Option<NetworksAction> {
    let text = browser::stored(&key(hash))?;
    network_file::read(text.as_bytes()).ok().map(taking)
}
