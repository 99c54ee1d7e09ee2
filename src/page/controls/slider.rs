//! A slider with a number box.

use yew::prelude::*;

use crate::arch::{BranchId, Field, Named};
use crate::page::prefs::use_lang;
use crate::page::store::{Refusal, StoreAction, use_dispatch};
use crate::state::Action;

use super::drag::{Drag, use_drag};
use super::number_box::NumberBox;

#[derive(Properties, PartialEq)]
pub struct SliderFieldProps {
    pub field: Field,
    /// Its value. The box allows larger values than the slider, which is then at its end.
    pub value: u64,
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

/// Moving it previews, releasing it commits: see [`use_drag`]. A refused value re-renders the slider at the
/// model's value.
#[component]
pub fn SliderField(props: &SliderFieldProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let SliderFieldProps { field, value, disabled, .. } = *props;
    let limits = field.limits();
    let send = |step: fn(Action) -> StoreAction| {
        let dispatch = dispatch.clone();
        Callback::from(move |value| dispatch.dispatch(step(Action::Set(field, value))))
    };
    let drag = use_drag(send(StoreAction::preview), send(StoreAction::commit));
    let Drag { oninput, onchange, onkeydown, onkeyup, onblur } = drag;

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
