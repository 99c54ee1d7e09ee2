//! A chip: a choice that is on or off.

use yew::prelude::*;

/// Properties of [`Chip`].
#[derive(Properties, PartialEq)]
pub struct ChipProps {
    /// Whether it is on.
    pub on: bool,
    /// What it shows.
    pub label: AttrValue,
    /// What it means, in a sentence.
    #[prop_or_default]
    pub hint: Option<AttrValue>,
    /// Further classes.
    #[prop_or_default]
    pub class: Classes,
    /// Told when it is pressed.
    pub onpress: Callback<()>,
}

/// A toggle button.
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
