//! A box for any whole number with limits, and one for a height and a width.

use rust_i18n::t;
use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::arch::{FieldKind, FieldValue, Limits, Size};
use crate::page::format::grouped;
use crate::page::prefs::use_lang;
use crate::page::words::allowed;

use super::typed::{self, stepped, stepped_value};

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

/// Properties of [`PairField`].
#[derive(Clone, Properties, PartialEq)]
pub struct PairFieldProps {
    /// The element's id.
    pub id: AttrValue,
    /// Its name, for screen readers and in messages.
    pub label: AttrValue,
    /// Its value.
    pub value: Size,
    /// What each side may be.
    pub limits: Limits,
    /// Told a height and a width within the limits that differ from the value.
    pub onset: Callback<Size>,
}

/// Properties of [`ValueField`].
#[derive(Clone, Properties, PartialEq)]
struct ValueFieldProps {
    id: AttrValue,
    label: AttrValue,
    value: FieldValue,
    kind: FieldKind,
    limits: Limits,
    onset: Callback<FieldValue>,
}

/// What is wrong with a text; the words are found when it is shown.
#[derive(Clone, Debug, PartialEq)]
enum Problem {
    OutOfRange(u64),
    Unreadable(String),
}

/// The value of this kind that `text` is, within the limits.
fn read(text: &str, kind: FieldKind, limits: Limits) -> Result<FieldValue, Problem> {
    let unreadable = || Problem::Unreadable(text.chars().take(24).collect());
    let value = typed::value(text, kind).ok_or_else(unreadable)?;
    let Size { height, width } = value.size();
    match [height, width].into_iter().find(|side| !limits.contains(*side)) {
        Some(side) => Err(Problem::OutOfRange(side)),
        None => Ok(value),
    }
}

/// What is being typed, and what is wrong with it.
#[derive(Clone)]
struct Draft {
    props: ValueFieldProps,
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
        match read(&input.value(), self.props.kind, self.props.limits) {
            Ok(value) => {
                self.forget();
                if value != self.props.value {
                    self.props.onset.emit(value);
                }
            }
            Err(problem) => self.problem.set(Some(problem)),
        }
    }

    fn key(&self, input: &HtmlInputElement, event: &KeyboardEvent) {
        let ValueFieldProps { value, kind, limits, .. } = self.props;
        if event.key() == "Escape" {
            self.forget();
            input.set_value(&value.to_string());
        } else if event.key() == "Enter" {
            self.take(input);
        } else if let Some(next) =
            stepped_value(read(&input.value(), kind, limits).unwrap_or(value), &event.key(), limits)
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

fn words(problem: &Problem, props: &ValueFieldProps) -> String {
    let ValueFieldProps { label, kind, limits, .. } = props;
    let (label, limits) = (label.as_str(), *limits);
    match problem {
        Problem::OutOfRange(given) => t!(
            "error.out_of_range",
            field = label,
            given = grouped(*given),
            allowed = allowed(limits)
        ),
        Problem::Unreadable(given) if *kind == FieldKind::Pair => {
            t!("error.not_a_pair", field = label, given = given, allowed = allowed(limits))
        }
        Problem::Unreadable(given) => {
            t!("error.not_a_number", field = label, given = given, allowed = allowed(limits))
        }
    }
    .into_owned()
}

/// A box for a number. Enter or leaving it takes the number, arrows step it, Escape gives up; what is no
/// number, or none that is allowed, is said beside it and changes nothing.
#[component]
pub fn NumberField(props: &NumberFieldProps) -> Html {
    let NumberFieldProps { id, label, value, limits, onset } = props.clone();
    let onset = Callback::from(move |value: FieldValue| {
        if let Some(number) = value.number() {
            onset.emit(number);
        }
    });
    html! { <ValueField {id} {label} value={FieldValue::from(value)} kind={FieldKind::Number} {limits} {onset} /> }
}

/// As [`NumberField`], for a height and a width: `3`, `1x7`, `1×7` or `(1, 7)`.
#[component]
pub fn PairField(props: &PairFieldProps) -> Html {
    let PairFieldProps { id, label, value, limits, onset } = props.clone();
    let onset = onset.reform(FieldValue::size);
    html! { <ValueField {id} {label} value={FieldValue::from(value)} kind={FieldKind::Pair} {limits} {onset} /> }
}

#[component]
fn ValueField(props: &ValueFieldProps) -> Html {
    use_lang();
    let (text, problem) = (use_state_eq(|| None::<String>), use_state_eq(|| None::<Problem>));
    let draft = Draft { props: props.clone(), text, problem };
    {
        // A number that changes from elsewhere replaces what was being typed.
        let draft = draft.clone();
        use_effect_with(props.value, move |_| draft.forget());
    }
    let error_id = format!("{}-error", props.id);
    let message = draft.problem.as_ref().map(|it| words(it, props));
    let shown = (*draft.text).clone().unwrap_or_else(|| props.value.to_string());
    // A long number is seen whole.
    let style = (shown.len() > 6).then(|| format!("width: {}ch", shown.len() + 3));
    html! {
        <span class="number">
            <input type="text" inputmode={(props.kind == FieldKind::Number).then_some("numeric")} autocomplete="off" spellcheck="false" id={props.id.clone()}
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
