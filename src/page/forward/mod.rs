//! The Forward view.
use yew::prelude::*;
use crate::page::store::Refusal;
use crate::state::Model;
/// Properties.
#[derive(Properties, PartialEq)]
pub struct ForwardViewProps { pub model: Model, pub open: bool, pub refusal: Option<Refusal> }
/// The view.
#[component]
pub fn ForwardView(_props: &ForwardViewProps) -> Html { html! {} }
