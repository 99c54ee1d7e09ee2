//! The menu of replacements.

use crate::t;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::cost::Replacement;
use crate::page::prefs::use_lang;

use super::words;

#[derive(Properties, PartialEq)]
pub struct ReplacementMenuProps {
    pub id: AttrValue,
    /// Its name for screen readers.
    pub label: AttrValue,
    /// The chosen replacement; `None` for the default.
    pub chosen: Option<Replacement>,
    /// Whether the default may be chosen.
    #[prop_or_default]
    pub optional: bool,
    /// Called with the choice.
    pub onchoose: Callback<Option<Replacement>>,
}

/// GoogLeNet's blocks, bottlenecks, and proportions set by hand.
#[component]
pub fn ReplacementMenu(props: &ReplacementMenuProps) -> Html {
    use_lang();
    let onchange = {
        let onchoose = props.onchoose.clone();
        Callback::from(move |event: Event| {
            let Some(select) = event.target_dyn_into::<HtmlSelectElement>() else { return };
            let value = select.value();
            if value.is_empty() {
                onchoose.emit(None);
            } else if let Some(chosen) = value.parse().ok().and_then(|n| words::offered().nth(n)) {
                onchoose.emit(Some(chosen));
            }
        })
    };
    let option = |(index, replacement): (usize, Replacement)| {
        let selected = props.chosen == Some(replacement);
        html! { <option value={index.to_string()} {selected}>{ words::replacement(&replacement) }</option> }
    };
    let group = |modules: bool| {
        let offered = words::offered().enumerate();
        offered
            .filter(move |(_, each)| matches!(each, Replacement::Inception(_)) == modules)
            .map(option)
    };
    let by_hand = props.chosen.filter(|chosen| words::offered().all(|each| each != *chosen));
    html! {
        <select id={props.id.clone()} aria-label={props.label.clone()} {onchange}>
            if props.optional {
                <option value="" selected={props.chosen.is_none()}>{ t!("net.replace.as_above") }</option>
            }
            if let Some(by_hand) = by_hand {
                <option value="by_hand" selected=true>{ words::replacement(&by_hand) }</option>
            }
            <optgroup label={t!("net.replace.modules")}>{ for group(true) }</optgroup>
            <optgroup label={t!("net.replace.bottlenecks")}>{ for group(false) }</optgroup>
        </select>
    }
}
