//! A chip: a choice that is on or off.

use yew::prelude::*;

#[derive(Properties, PartialEq)]
pub struct ChipProps {
    pub on: bool,
    pub label: AttrValue,
    /// What it means, in a sentence.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    #[prop_or_default]
    pub class: Classes,
    /// Called when it is pressed.
    pub onpress: Callback<()>,
}

#[component]
pub fn Chip(props: &ChipProps) -> Html {
    let onpress = props.onpress.clone();
    html! {
        <button type="button" class={classes!("chip", props.class.clone())}
            aria-pressed={if props.on { "true" } else { "false" }} title={props.hint.clone()}
            onclick={Callback::from(move |_| onpress.emit(()))}>
            { props.label.clone() }
        </button>
    }
}
