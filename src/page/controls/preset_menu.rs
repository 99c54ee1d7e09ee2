//! The menu of published modules.

use crate::t;
use web_sys::HtmlSelectElement;
use yew::prelude::*;

use crate::arch::Preset;
use crate::page::prefs::use_lang;
use crate::page::store::{StoreAction, use_dispatch};
use crate::page::words;
use crate::state::Action;

#[derive(Properties, PartialEq)]
pub struct PresetMenuProps {
    /// The preset that the page shows; `None` for any other module.
    pub current: Option<&'static Preset>,
}

/// A menu that shows which preset the module is, or "own".
#[component]
pub fn PresetMenu(PresetMenuProps { current }: &PresetMenuProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let choose = Callback::from(move |event: Event| {
        let id = event.target_dyn_into::<HtmlSelectElement>().map(|select| select.value());
        if let Some(preset) = id.and_then(|id| Preset::by_id(&id)) {
            dispatch.dispatch(StoreAction::commit(Action::LoadPreset(preset)));
        }
    });
    let option = |preset: &'static Preset| {
        let selected = *current == Some(preset);
        html! { <option value={preset.id} {selected}>{ words::preset(preset) }</option> }
    };
    let group = |paper: bool| {
        Preset::ALL.iter().filter(move |preset| preset.paper.is_some() == paper).map(option)
    };
    html! {
        <label class="preset">
            <span>{ t!("preset.title") }</span>
            <select onchange={choose}>
                if current.is_none() {
                    <option value="" selected=true>{ t!("preset.own") }</option>
                }
                <optgroup label={t!("preset.write_up")}>{ for group(false) }</optgroup>
                <optgroup label="GoogLeNet">{ for group(true) }</optgroup>
            </select>
        </label>
    }
}
