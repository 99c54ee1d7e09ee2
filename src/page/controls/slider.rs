//! A slider with a number box: the page's one way to set a number.

use web_sys::{HtmlInputElement, KeyboardEvent};
use yew::prelude::*;

use crate::arch::{BranchId, Field};
use crate::page::prefs::use_lang;
use crate::page::store::{Refusal, StoreAction, use_dispatch};
use crate::state::Action;

use super::number_box::NumberBox;

/// Properties of [`SliderField`].
#[derive(Properties, PartialEq)]
pub struct SliderFieldProps {
    /// The field it sets.
    pub field: Field,
    /// Its value; the slider stands at its end for larger ones that only the box allows.
    pub value: u64,
    /// What stands beside it.
    pub label: AttrValue,
    /// Its name for screen readers, where the label alone does not say enough.
    #[prop_or_default]
    pub spoken: Option<AttrValue>,
    /// Whether it has no effect at present.
    #[prop_or_default]
    pub disabled: bool,
    /// Whether slider and label stand in one line.
    #[prop_or_default]
    pub inline: bool,
    /// The last change that could not be made.
    #[prop_or_default]
    pub refusal: Option<Refusal>,
}

/// Moving it previews, letting it go commits: a drag is one step. A slider that was pushed where the model
/// won't go is put back by the render that its refusal causes. Arrows, Page keys, Home and End are
/// the browser's own.
#[component]
pub fn SliderField(props: &SliderFieldProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let SliderFieldProps { field, value, disabled, .. } = *props;
    let limits = field.limits();
    let send = |commit: bool| {
        let dispatch = dispatch.clone();
        move |input: Option<HtmlInputElement>| {
            let Some(value) = input.and_then(|input| input.value().parse().ok()) else {
                return;
            };
            let action = Action::Set(field, value);
            dispatch.dispatch(if commit {
                StoreAction::Commit(action)
            } else {
                StoreAction::Preview(action)
            });
        }
    };
    let (preview, commit) = (send(false), send(true));
    let oninput = Callback::from(move |event: InputEvent| preview(event.target_dyn_into()));
    // A browser changes the value at each repeat of a key that is held: those are one step, like a drag.
    let held = use_mut_ref(|| false);
    let onkeydown = {
        let held = held.clone();
        Callback::from(move |event: KeyboardEvent| *held.borrow_mut() = event.repeat())
    };
    let onchange = {
        let (held, commit) = (held.clone(), commit.clone());
        Callback::from(move |event: Event| {
            if !*held.borrow() {
                commit(event.target_dyn_into());
            }
        })
    };
    let settle = move |input: Option<HtmlInputElement>| {
        if held.replace(false) {
            commit(input);
        }
    };
    let onkeyup = {
        let settle = settle.clone();
        Callback::from(move |event: KeyboardEvent| settle(event.target_dyn_into()))
    };
    let onblur = Callback::from(move |event: FocusEvent| settle(event.target_dyn_into()));

    let at = value.min(limits.slider_max);
    let part = (at - limits.min) as f64 / (limits.slider_max - limits.min) as f64;
    let spoken = props.spoken.clone().unwrap_or_else(|| props.label.clone());
    html! {
        <div class={classes!("field", props.inline.then_some("inline"), disabled.then_some("off"))}>
            <span class="label" aria-hidden="true">{ props.label.clone() }</span>
            <NumberBox {field} {value} {disabled} label={spoken.clone()} refusal={props.refusal} />
            <input type="range" id={format!("{}-slider", field.name())} aria-label={spoken}
                min={limits.min.to_string()} max={limits.slider_max.to_string()} step={limits.step.to_string()}
                value={at.to_string()} aria-valuetext={value.to_string()}
                style={format!("--part:{part:.4}")}
                {disabled} {oninput} {onchange} {onkeydown} {onkeyup} {onblur}
            />
        </div>
    }
}

/// The colour class of a branch, the same in every figure.
#[must_use]
pub const fn branch_class(branch: BranchId) -> &'static str {
    match branch {
        BranchId::One => "b1",
        BranchId::Two => "b2",
        BranchId::Three => "b3",
        BranchId::Four => "b4",
    }
}
