//! A box to type a number into, in reach of the keyboard and safe from what isn't one.

use rust_i18n::t;
use wasm_bindgen::JsCast;
use web_sys::{EventTarget, HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::arch::{Field, FieldError};
use crate::page::format::grouped;
use crate::page::prefs::use_lang;
use crate::page::store::{Refusal, StoreAction, use_dispatch};
use crate::page::words;
use crate::state::Action;

/// Properties of [`NumberBox`].
#[derive(Properties, PartialEq)]
pub struct NumberBoxProps {
    /// The field it sets.
    pub field: Field,
    /// Its value.
    pub value: u64,
    /// Its name for screen readers.
    pub label: AttrValue,
    /// Whether it has no effect at present.
    #[prop_or_default]
    pub disabled: bool,
    /// The last change that could not be made, whichever field it was.
    #[prop_or_default]
    pub refusal: Option<Refusal>,
}

/// What is wrong with the text in a box.
fn problem(field: Field, text: &str) -> Result<u64, String> {
    let digits: String = text.chars().filter(|c| !matches!(c, ',' | ' ' | '_')).collect();
    let limits = field.limits();
    let not_a_number = || {
        t!(
            "error.not_a_number",
            field = words::field(field),
            given = text.chars().take(24).collect::<String>(),
            allowed = words::allowed(limits)
        )
        .into_owned()
    };
    // Too long for 64 bits is still a number: out of range, and said so.
    let value = match digits.parse::<u64>() {
        Ok(value) => value,
        Err(_) if !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit()) => {
            u64::MAX
        }
        Err(_) => return Err(not_a_number()),
    };
    field.check(value).map_err(|error| match error {
        FieldError::OutOfRange { .. } if value == u64::MAX => not_a_number(),
        error => words::refusal(error),
    })
}

/// The number after a key that steps: arrows by one step, Page keys by ten.
fn stepped(field: Field, value: u64, key: &str) -> Option<u64> {
    let limits = field.limits();
    let value = match key {
        "ArrowUp" => value.saturating_add(limits.step),
        "ArrowDown" => value.saturating_sub(limits.step),
        "PageUp" => value.saturating_add(10 * limits.step),
        "PageDown" => value.saturating_sub(10 * limits.step),
        _ => return None,
    };
    Some(limits.clamp(value))
}

/// A number box. Enter or leaving it takes the number; Escape gives up; what is no number, or none
/// that is allowed, is said beside it and changes nothing.
#[component]
pub fn NumberBox(props: &NumberBoxProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let draft = use_state_eq(|| None::<String>);
    let error = use_state_eq(|| None::<String>);
    let NumberBoxProps { field, value, disabled, .. } = *props;
    {
        // A number that changes from elsewhere replaces what was being typed.
        let (draft, error) = (draft.clone(), error.clone());
        use_effect_with(value, move |_| {
            draft.set(None);
            error.set(None);
        });
    }

    let commit = {
        let (draft, error, dispatch) = (draft.clone(), error.clone(), dispatch.clone());
        move |text: &str| match problem(field, text) {
            Ok(number) => {
                draft.set(None);
                error.set(None);
                if number != value {
                    dispatch.dispatch(StoreAction::Commit(Action::Set(field, number)));
                }
            }
            Err(message) => error.set(Some(message)),
        }
    };
    let oninput = {
        let draft = draft.clone();
        Callback::from(move |event: InputEvent| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                draft.set(Some(input.value()));
            }
        })
    };
    let onchange = {
        let commit = commit.clone();
        Callback::from(move |event: Event| {
            if let Some(input) = event.target_dyn_into::<HtmlInputElement>() {
                commit(&input.value());
            }
        })
    };
    let onkeydown = {
        let (draft, error, dispatch) = (draft.clone(), error.clone(), dispatch);
        Callback::from(move |event: KeyboardEvent| {
            let Some(input) = event.target_dyn_into::<HtmlInputElement>() else {
                return;
            };
            if event.key() == "Escape" {
                draft.set(None);
                error.set(None);
                input.set_value(&value.to_string());
            } else if event.key() == "Enter" {
                commit(&input.value());
            } else if let Some(next) = stepped(field, value, &event.key()) {
                event.prevent_default();
                dispatch.dispatch(StoreAction::Commit(Action::Set(field, next)));
            }
        })
    };
    let select = |target: Option<EventTarget>| {
        if let Some(input) = target.and_then(|target| target.dyn_into::<HtmlInputElement>().ok()) {
            input.select();
        }
    };
    let onfocus = Callback::from(move |event: FocusEvent| select(event.target()));
    let onclick = Callback::from(move |event: MouseEvent| select(event.target()));

    let refused = props.refusal.filter(|refusal| refusal.field == Some(field));
    let message = (*error).clone().or_else(|| refused.map(|refusal| words::refusal(refusal.error)));
    let error_id = format!("{}-error", field.name());
    html! {
        <span class="number">
            <input type="text" inputmode="numeric" autocomplete="off" spellcheck="false"
                id={field.name()} class={classes!((grouped(value).len() > 5).then_some("long"))}
                value={(*draft).clone().unwrap_or_else(|| value.to_string())}
                aria-label={props.label.clone()}
                aria-invalid={message.is_some().then_some("true")}
                aria-describedby={message.is_some().then(|| error_id.clone())}
                {disabled} {oninput} {onchange} {onkeydown} {onfocus} {onclick}
            />
            if let Some(message) = message {
                <span class="field-error" id={error_id} role="alert">{ message }</span>
            }
        </span>
    }
}
