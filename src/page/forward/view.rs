//! The Forward view's frame.

use web_sys::DragEvent;
use yew::prelude::*;

use crate::page::prefs::use_lang;
use crate::page::store::Refusal;
use crate::state::Model;

use super::input::use_input;
use super::maps::FeatureMaps;
use super::photo::{PhotoPicker, use_photo};
use super::preprocessing::Preprocessing;
use super::results::results;
use super::run::{RunSpec, use_runner};
use super::settings::Settings;
use super::words;

#[derive(Clone, Copy, Properties, PartialEq)]
pub struct ForwardViewProps {
    pub model: Model,
    /// Whether the view is open.
    pub open: bool,
    /// The last change that could not be made.
    pub refusal: Option<Refusal>,
}

/// A photograph through the module.
#[component]
pub fn ForwardView(ForwardViewProps { model, open, refusal }: &ForwardViewProps) -> Html {
    use_lang();
    let photo = use_photo(model.run.photo, *open);
    let input = use_input(photo.state.photo.clone(), model.size, *open);
    let runner = use_runner();
    let over = use_state_eq(|| false);

    let reference = photo.state.photo.as_ref().map(|photo| photo.reference()).unwrap_or_default();
    let spec = RunSpec::new(model, reference);
    // The input of a size that is being left is still shown, but not run.
    let ready = input.input.clone().filter(|input| input.size == model.size && !photo.state.busy);
    let onrun = {
        let (start, spec, ready) = (runner.start.clone(), spec.clone(), ready.clone());
        Callback::from(move |()| {
            if let Some(input) = &ready {
                start.emit((spec.clone(), input.tensor.clone()));
            }
        })
    };
    let outdated = runner.state.output.as_ref().is_some_and(|(run, _)| **run != spec);
    let hover = |on: bool| {
        let over = over.clone();
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(on);
        })
    };
    let ondrop = {
        let (over, ontransfer) = (over.clone(), photo.ontransfer.clone());
        Callback::from(move |event: DragEvent| {
            event.prevent_default();
            over.set(false);
            if let Some(transfer) = event.data_transfer() {
                ontransfer.emit(transfer);
            }
        })
    };
    html! {
        <div class={classes!("forward-view", over.then_some("over"))} id="drop-zone"
            ondragover={hover(true)} ondragleave={hover(false)} {ondrop}>
            <div class="card controls">
                <PhotoPicker handle={photo.clone()} sample={model.run.photo} />
                <Settings model={*model} refusal={*refusal} ready={ready.is_some()} phase={runner.state.phase.clone()}
                    {onrun} oncancel={runner.cancel.clone()} />
            </div>
            <div class="results-column">
                if let Some(error) = &input.error {
                    <p class="card problem" role="alert">{ words::run_error(error) }</p>
                }
                if input.error.is_none() {
                    <Preprocessing size={model.size} input={input.input.clone()} />
                }
                { results(&runner.state, outdated, model.convention) }
                { for runner.state.output.as_ref().map(|(spec, output)| html! { <FeatureMaps module={spec.module} output={output.clone()} /> }) }
            </div>
        </div>
    }
}
