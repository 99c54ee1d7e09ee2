//! A box for a number with limits, or for a height and a width.

use wasm_bindgen::JsCast;
use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::arch::{FieldKind, FieldValue, Limits};
use crate::page::prefs::use_lang;

use super::typed::{Problem, read, stepped, stepped_value};

#[derive(Clone, Properties, PartialEq)]
pub struct NumberFieldProps {
    pub id: AttrValue,
    /// Its name for screen readers.
    pub label: AttrValue,
    /// Its name in messages; the label by default.
    #[prop_or_default]
    pub name: Option<AttrValue>,
    pub value: u64,
    pub limits: Limits,
    /// Whether it has no effect at present.
    #[prop_or_default]
    pub disabled: bool,
    /// Why the caller refused the last number.
    #[prop_or_default]
    pub refused: Option<AttrValue>,
    /// Called with a number within the limits that was typed or stepped to.
    pub onset: Callback<u64>,
    /// Called with each step of a key that is held down; `onset` is called with the last. If `None`, a stepping
    /// key sets the number when it is released.
    #[prop_or_default]
    pub onpreview: Option<Callback<u64>>,
    /// Called when Escape was pressed.
    #[prop_or_default]
    pub oncancel: Callback<()>,
}

#[derive(Clone, Properties, PartialEq)]
pub struct ValueFieldProps {
    pub id: AttrValue,
    /// Its name for screen readers.
    pub label: AttrValue,
    /// Its name in messages; the label by default.
    #[prop_or_default]
    pub name: Option<AttrValue>,
    pub value: FieldValue,
    /// Whether it is a number, or a height and a width.
    pub kind: FieldKind,
    /// The limits of the number, or of each side.
    pub limits: Limits,
    /// Whether it has no effect at present.
    #[prop_or_default]
    pub disabled: bool,
    /// Why the caller refused the last value.
    #[prop_or_default]
    pub refused: Option<AttrValue>,
    /// Called with a value within the limits that was typed or stepped to.
    pub onset: Callback<FieldValue>,
    /// As [`NumberFieldProps::onpreview`].
    #[prop_or_default]
    pub onpreview: Option<Callback<FieldValue>>,
    /// Called when Escape was pressed.
    #[prop_or_default]
    pub oncancel: Callback<()>,
}

/// The text being typed, and what is wrong with it.
#[derive(Clone)]
struct Draft {
    props: ValueFieldProps,
    text: UseStateHandle<Option<String>>,
    problem: UseStateHandle<Option<Problem>>,
}

impl Draft {
    fn on<E: AsRef<Event> + 'static>(
        &self,
        listener: fn(&Self, &HtmlInputElement, &E),
    ) -> Callback<E> {
        let draft = self.clone();
        Callback::from(move |event: E| {
            let target = AsRef::<Event>::as_ref(&event).target();
            if let Some(input) = target.and_then(|target| target.dyn_into().ok()) {
                listener(&draft, &input, &event);
            }
        })
    }

    fn clear(&self) {
        self.text.set(None);
        self.problem.set(None);
    }

    /// Sets the number in the box, or says what is wrong with it.
    fn take(&self, input: &HtmlInputElement) {
        match read(&input.value(), self.props.kind, self.props.limits) {
            Ok(value) => {
                self.clear();
                if value != self.props.value {
                    self.props.onset.emit(value);
                }
            }
            Err(problem) => self.problem.set(Some(problem)),
        }
    }

    /// The box loses the focus: a refused text is replaced by the value; its message stays.
    fn blur(&self, input: &HtmlInputElement, _: &FocusEvent) {
        if let Err(problem) = read(&input.value(), self.props.kind, self.props.limits) {
            self.problem.set(Some(problem));
            self.text.set(None);
        }
    }

    fn key_down(&self, input: &HtmlInputElement, event: &KeyboardEvent) {
        let ValueFieldProps { value, kind, limits, ref onset, ref onpreview, .. } = self.props;
        let key = event.key();
        if key == "Escape" {
            self.clear();
            self.props.oncancel.emit(());
            input.set_value(&value.to_string());
        } else if key == "Enter" {
            self.take(input);
        } else if let Some(next) =
            stepped_value(read(&input.value(), kind, limits).unwrap_or(value), &key, limits)
        {
            event.prevent_default();
            match onpreview {
                Some(onpreview) if event.repeat() => onpreview.emit(next),
                Some(_) => onset.emit(next),
                None => {
                    input.set_value(&next.to_string());
                    self.text.set(Some(next.to_string()));
                }
            }
        }
    }

    /// A key goes up: what it stepped to while it was held down is set.
    fn key_up(&self, input: &HtmlInputElement, event: &KeyboardEvent) {
        if stepped(0, &event.key(), self.props.limits).is_none() {
            return;
        }
        if self.props.onpreview.is_some() {
            self.props.onset.emit(self.props.value);
        } else {
            self.take(input);
        }
    }
}

/// A [`ValueField`] for a whole number.
#[component]
pub fn NumberField(props: &NumberFieldProps) -> Html {
    let props = props.clone();
    // A field of this kind only gives numbers.
    let number = |value: FieldValue| value.size().height;
    html! {
        <ValueField id={props.id} label={props.label} name={props.name} value={FieldValue::from(props.value)}
            kind={FieldKind::Number} limits={props.limits} disabled={props.disabled} refused={props.refused}
            onset={props.onset.reform(number)} onpreview={props.onpreview.map(|preview| preview.reform(number))}
            oncancel={props.oncancel} />
    }
}

/// A box. Enter or leaving it takes the value, arrows and Page keys step it, Escape restores it. A text that
/// is no value within the limits changes nothing; a message says why. A height and a width are typed as `3`,
/// `1x7`, `1×7` or `(1, 7)`.
#[component]
pub fn ValueField(props: &ValueFieldProps) -> Html {
    use_lang();
    let (text, problem) = (use_state_eq(|| None::<String>), use_state_eq(|| None::<Problem>));
    let draft = Draft { props: props.clone(), text, problem };
    {
        // A new value from elsewhere replaces the text being typed.
        let draft = draft.clone();
        use_effect_with(props.value, move |_| draft.clear());
    }
    let error_id = format!("{}-error", props.id);
    let name = props.name.as_ref().unwrap_or(&props.label);
    let problem = draft.problem.as_ref().map(|problem| problem.words(name, props.limits));
    let message: Option<AttrValue> = problem.or_else(|| props.refused.clone());
    let shown = (*draft.text).clone().unwrap_or_else(|| props.value.to_string());
    // Widens for a long number.
    let style = (shown.len() > 6).then(|| format!("width: {}ch", shown.len().min(24) + 3));
    html! {
        <span class="number">
            <input type="text" inputmode={(props.kind == FieldKind::Number).then_some("numeric")} autocomplete="off" spellcheck="false" id={props.id.clone()}
                data-draft={draft.text.is_some().then_some("true")}
                {style} value={shown} disabled={props.disabled}
                aria-label={props.label.clone()}
                aria-invalid={message.is_some().then_some("true")}
                aria-describedby={message.is_some().then(|| error_id.clone())}
                oninput={draft.on(|draft, input, _: &InputEvent| draft.text.set(Some(input.value())))}
                onchange={draft.on(|draft, input, _: &Event| draft.take(input))}
                onblur={draft.on(Draft::blur)} onkeydown={draft.on(Draft::key_down)} onkeyup={draft.on(Draft::key_up)}
                onfocus={draft.on(|_, input, _: &FocusEvent| input.select())}
                onclick={draft.on(|_, input, _: &MouseEvent| input.select())} />
            if let Some(message) = message {
                <span class="field-error" id={error_id} role="alert">{ message }</span>
            }
        </span>
    }
}
