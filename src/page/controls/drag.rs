//! The listeners of every slider of the page.

use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

/// The listeners of an `input` of type `range`.
pub struct Drag {
    pub oninput: Callback<InputEvent>,
    pub onchange: Callback<Event>,
    pub onkeydown: Callback<KeyboardEvent>,
    pub onkeyup: Callback<KeyboardEvent>,
    pub onblur: Callback<FocusEvent>,
}

/// Moving a slider previews its value, releasing it commits it: a drag is one undo step. Arrows, Page keys,
/// Home and End are the browser's own; a key that is held is one step, too.
#[hook]
pub fn use_drag(preview: Callback<u64>, commit: Callback<u64>) -> Drag {
    let send = |to: Callback<u64>| {
        move |input: Option<HtmlInputElement>| {
            if let Some(value) = input.and_then(|input| input.value().parse().ok()) {
                to.emit(value);
            }
        }
    };
    let (preview, commit) = (send(preview), send(commit));
    let oninput = Callback::from(move |event: InputEvent| preview(event.target_dyn_into()));
    // A key held down changes the value at each repeat; together they are one step, like a drag.
    let held = use_mut_ref(|| false);
    let onkeydown = {
        let held = held.clone();
        Callback::from(move |event: KeyboardEvent| *held.borrow_mut() = event.repeat())
    };
    let onchange = {
        let (held, commit) = (held.clone(), commit.clone());
        Callback::from(move |event: Event| {
            if !*held.borrow() {
                commit(event.target_dyn_into());
            }
        })
    };
    let settle = move |input: Option<HtmlInputElement>| {
        if held.replace(false) {
            commit(input);
        }
    };
    let onkeyup = {
        let settle = settle.clone();
        Callback::from(move |event: KeyboardEvent| settle(event.target_dyn_into()))
    };
    let onblur = Callback::from(move |event: FocusEvent| settle(event.target_dyn_into()));
    Drag { oninput, onchange, onkeydown, onkeyup, onblur }
}
