//! A button that opens a sheet above the page.

use wasm_bindgen::JsCast;
use web_sys::{FocusEvent, HtmlDetailsElement, HtmlElement, KeyboardEvent, Node};
use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct PopupProps {
    pub label: AttrValue,
    pub children: Html,
}

/// Closes the `<details>` on Escape and gives its summary the focus.
pub fn close_on_escape(details: &NodeRef) -> Callback<KeyboardEvent> {
    let details = details.clone();
    Callback::from(move |event: KeyboardEvent| {
        let open = details.cast::<HtmlDetailsElement>().filter(HtmlDetailsElement::open);
        if let Some(details) = open.filter(|_| event.key() == "Escape") {
            details.set_open(false);
            if let Ok(Some(summary)) = details.query_selector("summary") {
                // Never fails for an HTML element.
                let _ = summary.unchecked_into::<HtmlElement>().focus();
            }
        }
    })
}

/// A button that opens a sheet; Escape, or leaving the sheet, closes it.
#[component]
pub fn Popup(PopupProps { label, children }: &PopupProps) -> Html {
    let details = use_node_ref();
    let onkeydown = close_on_escape(&details);
    let onfocusout = {
        let details = details.clone();
        Callback::from(move |event: FocusEvent| {
            let to = event.related_target().and_then(|it| it.dyn_into::<Node>().ok());
            if let Some(details) = details.cast::<HtmlDetailsElement>()
                && to.is_none_or(|to| !details.contains(Some(&to)))
            {
                details.set_open(false);
            }
        })
    };
    html! {
        <details ref={details} class="popup" {onkeydown} {onfocusout}>
            <summary class="chip">{ label.clone() }</summary>
            <div class="popup-sheet">{ children.clone() }</div>
        </details>
    }
}
