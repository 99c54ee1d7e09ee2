//! A box for any whole number with limits.

use rust_i18n::t;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::arch::Limits;
use crate::page::format::grouped;
use crate::page::prefs::use_lang;
use crate::page::words::allowed;

/// Properties of [`NumberField`].
#[derive(Clone, Properties, PartialEq)]
pub struct NumberFieldProps {
    /// The element's id.
    pub id: AttrValue,
    /// Its name, for screen readers and in messages.
    pub label: AttrValue,
    /// Its value.
    pub value: u64,
    /// What it may be.
    pub limits: Limits,
    /// Told a number within the limits that differs from the value.
    pub onset: Callback<u64>,
}

impl NumberFieldProps {
    /// The number that `text` is, or why it can't be one.
    fn read(&self, text: &str) -> Result<u64, String> {
        let digits: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '_')).collect();
        let given: String = text.chars().take(24).collect();
        match digits.parse() {
            Ok(number) if self.limits.contains(number) => Ok(number),
            Ok(number) => Err(t!(
                "error.out_of_range",
                field = self.label.as_str(),
                given = grouped(number),
                allowed = allowed(self.limits)
            )
            .into_owned()),
            Err(_) => Err(t!(
                "error.not_a_number",
                field = self.label.as_str(),
                given = given,
                allowed = allowed(self.limits)
            )
            .into_owned()),
        }
    }

    /// The number after a key that steps: arrows by one step, Page keys by ten.
    fn stepped(&self, key: &str) -> Option<u64> {
        let Limits { step, .. } = self.limits;
        let value = match key {
            "ArrowUp" => self.value.saturating_add(step),
            "ArrowDown" => self.value.saturating_sub(step),
            "PageUp" => self.value.saturating_add(10 * step),
            "PageDown" => self.value.saturating_sub(10 * step),
            _ => return None,
        };
        Some(self.limits.clamp(value))
    }
}

fn input_of(event: &Event) -> Option<HtmlInputElement> {
    event.target()?.dyn_into().ok()
}

/// A number box. Enter or leaving it takes the number, arrows step it, Escape gives up; what is no
/// number, or none that is allowed, is said beside it and changes nothing.
#[component]
pub fn NumberField(props: &NumberFieldProps) -> Html {
    use_lang();
    let draft = use_state_eq(|| None::<String>);
    let error = use_state_eq(|| None::<String>);
    {
        // A number that changes from elsewhere replaces what was being typed.
        let (draft, error) = (draft.setter(), error.setter());
        use_effect_with(props.value, move |_| {
            draft.set(None);
            error.set(None);
        });
    }
    let take = {
        let (props, draft, error) = (props.clone(), draft.setter(), error.setter());
        move |input: &HtmlInputElement| match props.read(&input.value()) {
            Ok(number) => {
                draft.set(None);
                error.set(None);
                if number != props.value {
                    props.onset.emit(number);
                }
            }
            Err(message) => error.set(Some(message)),
        }
    };
    let oninput = {
        let draft = draft.setter();
        Callback::from(move |event: InputEvent| draft.set(input_of(&event).map(|i| i.value())))
    };
    let onchange = {
        let take = take.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = input_of(&event) {
                take(&input);
            }
        })
    };
    let onkeydown = {
        let (props, draft, error) = (props.clone(), draft.setter(), error.setter());
        Callback::from(move |event: KeyboardEvent| {
            let Some(input) = input_of(&event) else { return };
            match event.key().as_str() {
                "Enter" => take(&input),
                "Escape" => {
                    draft.set(None);
                    error.set(None);
                    input.set_value(&props.value.to_string());
                }
                key => {
                    if let Some(next) = props.stepped(key) {
                        event.prevent_default();
                        if next != props.value {
                            props.onset.emit(next);
                        }
                    }
                }
            }
        })
    };
    let error_id = format!("{}-error", props.id);
    html! {
        <span class="number">
            <input type="text" inputmode="numeric" autocomplete="off" spellcheck="false" id={props.id.clone()}
                data-draft={draft.is_some().then_some("true")}
                value={(*draft).clone().unwrap_or_else(|| props.value.to_string())}
                aria-label={props.label.clone()}
                aria-invalid={error.is_some().then_some("true")}
                aria-describedby={error.is_some().then(|| error_id.clone())}
                {oninput} {onchange} {onkeydown}
                onfocus={|event: FocusEvent| if let Some(input) = input_of(&event) { input.select(); }} />
            if let Some(message) = (*error).clone() {
                <span class="field-error" id={error_id} role="alert">{ message }</span>
            }
        </span>
    }
}
