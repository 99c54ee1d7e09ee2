//! A box for any whole number with limits.

use rust_i18n::t;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::arch::Limits;
use crate::page::format::grouped;
use crate::page::prefs::use_lang;
use crate::page::words::allowed;

use super::typed::{stepped, whole_number};

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

/// What is wrong with a text; the words are found when it is shown.
#[derive(Clone, Debug, PartialEq)]
enum Problem {
    OutOfRange(u64),
    NotANumber(String),
}

/// The number that `text` is, with or without grouping.
fn read(text: &str, limits: Limits) -> Result<u64, Problem> {
    match whole_number(text) {
        Some(number) if limits.contains(number) => Ok(number),
        Some(number) => Err(Problem::OutOfRange(number)),
        None => Err(Problem::NotANumber(text.chars().take(24).collect())),
    }
}

/// What is being typed, and what is wrong with it.
#[derive(Clone)]
struct Draft {
    props: NumberFieldProps,
    text: UseStateHandle<Option<String>>,
    problem: UseStateHandle<Option<Problem>>,
}

impl Draft {
    fn on<E: AsRef<Event> + 'static>(&self, hear: fn(&Self, &HtmlInputElement, &E)) -> Callback<E> {
        let draft = self.clone();
        Callback::from(move |event: E| {
            let target = AsRef::<Event>::as_ref(&event).target();
            if let Some(input) = target.and_then(|target| target.dyn_into().ok()) {
                hear(&draft, &input, &event);
            }
        })
    }

    fn forget(&self) {
        self.text.set(None);
        self.problem.set(None);
    }

    fn take(&self, input: &HtmlInputElement) {
        match read(&input.value(), self.props.limits) {
            Ok(number) => {
                self.forget();
                if number != self.props.value {
                    self.props.onset.emit(number);
                }
            }
            Err(problem) => self.problem.set(Some(problem)),
        }
    }

    fn key(&self, input: &HtmlInputElement, event: &KeyboardEvent) {
        let NumberFieldProps { value, limits, .. } = self.props;
        if event.key() == "Escape" {
            self.forget();
            input.set_value(&value.to_string());
        } else if event.key() == "Enter" {
            self.take(input);
        } else if let Some(next) =
            stepped(read(&input.value(), limits).unwrap_or(value), &event.key(), limits)
        {
            // The number counts when the key is let go: one that is held is one step.
            event.prevent_default();
            input.set_value(&next.to_string());
            self.text.set(Some(next.to_string()));
        }
    }

    fn settle(&self, input: &HtmlInputElement, event: &KeyboardEvent) {
        if stepped(0, &event.key(), self.props.limits).is_some() {
            self.take(input);
        }
    }
}

fn words(problem: &Problem, label: &str, limits: Limits) -> String {
    match problem {
        Problem::OutOfRange(given) => t!(
            "error.out_of_range",
            field = label,
            given = grouped(*given),
            allowed = allowed(limits)
        ),
        Problem::NotANumber(given) => {
            t!("error.not_a_number", field = label, given = given, allowed = allowed(limits))
        }
    }
    .into_owned()
}

/// A number box. Enter or leaving it takes the number, arrows step it, Escape gives up; what is no
/// number, or none that is allowed, is said beside it and changes nothing.
#[component]
pub fn NumberField(props: &NumberFieldProps) -> Html {
    use_lang();
    let (text, problem) = (use_state_eq(|| None::<String>), use_state_eq(|| None::<Problem>));
    let draft = Draft { props: props.clone(), text, problem };
    {
        // A number that changes from elsewhere replaces what was being typed.
        let draft = draft.clone();
        use_effect_with(props.value, move |_| draft.forget());
    }
    let error_id = format!("{}-error", props.id);
    let message = draft.problem.as_ref().map(|it| words(it, &props.label, props.limits));
    let shown = (*draft.text).clone().unwrap_or_else(|| props.value.to_string());
    // A long number is seen whole.
    let style = (shown.len() > 6).then(|| format!("width: {}ch", shown.len() + 3));
    html! {
        <span class="number">
            <input type="text" inputmode="numeric" autocomplete="off" spellcheck="false" id={props.id.clone()}
                data-draft={draft.text.is_some().then_some("true")}
                {style} value={shown}
                aria-label={props.label.clone()}
                aria-invalid={message.is_some().then_some("true")}
                aria-describedby={message.is_some().then(|| error_id.clone())}
                oninput={draft.on(|draft, input, _: &InputEvent| draft.text.set(Some(input.value())))}
                onchange={draft.on(|draft, input, _: &Event| draft.take(input))}
                onkeydown={draft.on(Draft::key)} onkeyup={draft.on(Draft::settle)}
                onfocus={draft.on(|_, input, _: &FocusEvent| input.select())} />
            if let Some(message) = message {
                <span class="field-error" id={error_id} role="alert">{ message }</span>
            }
        </span>
    }
}
