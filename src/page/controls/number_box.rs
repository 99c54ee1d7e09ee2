//! A box to type a number into, in reach of the keyboard and safe from what isn't one.

use rust_i18n::t;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::arch::Field;
use crate::page::prefs::use_lang;
use crate::page::store::{Dispatch, Refusal, StoreAction, use_dispatch};
use crate::page::words;
use crate::state::Action;

use super::typed::{stepped, whole_number};

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
    let value = whole_number(text).ok_or_else(not_a_number)?;
    field.check(value).map_err(words::refusal)
}

/// What is being typed, and what is wrong with it.
#[derive(Clone)]
struct Draft {
    field: Field,
    value: u64,
    text: UseStateHandle<Option<String>>,
    error: UseStateHandle<Option<String>>,
    dispatch: Dispatch,
}

impl Draft {
    fn on<E: AsRef<Event> + 'static>(&self, hear: fn(&Self, &HtmlInputElement, &E)) -> Callback<E> {
        let draft = self.clone();
        Callback::from(move |event: E| {
            let target = AsRef::<Event>::as_ref(&event).target();
            let input = target.and_then(|target| target.dyn_into().ok());
            if let Some(input) = input {
                hear(&draft, &input, &event);
            }
        })
    }

    fn forget(&self) {
        self.text.set(None);
        self.error.set(None);
    }

    fn type_on(&self, input: &HtmlInputElement, _: &InputEvent) {
        self.text.set(Some(input.value()));
    }

    fn take(&self, input: &HtmlInputElement) {
        match problem(self.field, &input.value()) {
            Ok(number) => {
                self.forget();
                if number != self.value {
                    let action = Action::Set(self.field, number);
                    self.dispatch.dispatch(StoreAction::commit(action));
                }
            }
            Err(message) => self.error.set(Some(message)),
        }
    }

    fn change(&self, input: &HtmlInputElement, _: &Event) {
        self.take(input);
    }

    fn key(&self, input: &HtmlInputElement, event: &KeyboardEvent) {
        if event.key() == "Escape" {
            self.forget();
            self.dispatch.dispatch(StoreAction::DismissRefusal);
            input.set_value(&self.value.to_string());
        } else if event.key() == "Enter" {
            self.take(input);
        } else if let Some(next) = stepped(self.value, &event.key(), self.field.limits()) {
            event.prevent_default();
            // A key that is held is one step, like a drag.
            let step = if event.repeat() { StoreAction::preview } else { StoreAction::commit };
            self.dispatch.dispatch(step(Action::Set(self.field, next)));
        }
    }

    fn settle(&self, _: &HtmlInputElement, event: &KeyboardEvent) {
        if stepped(self.value, &event.key(), self.field.limits()).is_some() {
            let action = Action::Set(self.field, self.value);
            self.dispatch.dispatch(StoreAction::commit(action));
        }
    }
}

#[hook]
fn use_draft(field: Field, value: u64) -> Draft {
    let (text, error) = (use_state_eq(|| None::<String>), use_state_eq(|| None::<String>));
    let draft = Draft { field, value, text, error, dispatch: use_dispatch() };
    {
        // A number that changes from elsewhere replaces what was being typed.
        let draft = draft.clone();
        use_effect_with(value, move |_| draft.forget());
    }
    draft
}

/// A number box. Enter or leaving it takes the number; Escape gives up; what is no number, or none
/// that is allowed, is said beside it and changes nothing. A click selects the number for typing.
#[component]
pub fn NumberBox(props: &NumberBoxProps) -> Html {
    use_lang();
    let NumberBoxProps { field, value, disabled, .. } = *props;
    let draft = use_draft(field, value);
    let refused = props.refusal.filter(|refusal| refusal.field == Some(field));
    let message =
        (*draft.error).clone().or_else(|| refused.map(|refusal| words::refusal(refusal.error)));
    let error_id = format!("{}-error", field.name());
    html! {
        <span class="number">
            <input type="text" inputmode="numeric" autocomplete="off" spellcheck="false"
                id={field.name()} data-draft={draft.text.is_some().then_some("true")}
                value={(*draft.text).clone().unwrap_or_else(|| value.to_string())}
                aria-label={props.label.clone()}
                aria-invalid={message.is_some().then_some("true")}
                aria-describedby={message.is_some().then(|| error_id.clone())}
                {disabled} oninput={draft.on(Draft::type_on)} onchange={draft.on(Draft::change)}
                onkeydown={draft.on(Draft::key)} onkeyup={draft.on(Draft::settle)}
                onfocus={draft.on(|_, input, _: &FocusEvent| input.select())}
                onclick={draft.on(|_, input, _: &MouseEvent| input.select())}
            />
            if let Some(message) = message {
                <span class="field-error" id={error_id} role="alert">{ message }</span>
            }
        </span>
    }
}
