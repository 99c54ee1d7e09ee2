//! The number field of a number of the module.

use yew::prelude::*;

use crate::arch::{Field, Named};
use crate::page::prefs::use_lang;
use crate::page::store::{Refusal, StoreAction, use_dispatch};
use crate::page::words;
use crate::state::Action;

use super::number_field::NumberField;

#[derive(Properties, PartialEq)]
pub struct NumberBoxProps {
    pub field: Field,
    pub value: u64,
    /// Its name for screen readers.
    pub label: AttrValue,
    /// Whether it has no effect at present.
    #[prop_or_default]
    pub disabled: bool,
    /// The last refused change, of any field.
    #[prop_or_default]
    pub refusal: Option<Refusal>,
}

/// A [`NumberField`] that sets `field` in the page's store and shows its refusals.
#[component]
pub fn NumberBox(props: &NumberBoxProps) -> Html {
    use_lang();
    let NumberBoxProps { field, value, disabled, refusal, .. } = *props;
    let dispatch = use_dispatch();
    let send = |step: fn(Action) -> StoreAction| {
        let dispatch = dispatch.clone();
        Callback::from(move |value| dispatch.dispatch(step(Action::Set(field, value))))
    };
    let refused = refusal.filter(|refusal| refusal.field == Some(field));
    let refused = refused.map(|refusal| AttrValue::from(words::refusal(refusal.error)));
    let (onset, onpreview) = (send(StoreAction::commit), send(StoreAction::preview));
    let oncancel = Callback::from(move |()| dispatch.dispatch(StoreAction::DismissRefusal));
    html! {
        <NumberField id={field.name()} label={props.label.clone()} name={words::field(field)} {value}
            limits={field.limits()} {disabled} {refused} {onset} onpreview={Some(onpreview)} {oncancel} />
    }
}
