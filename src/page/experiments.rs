//! The write-up's four experiments, one click each, and its errata.

use crate::t;
use yew::prelude::*;

use crate::state::{Action, Experiment};

use super::controls::Chip;
use super::prefs::use_lang;
use super::store::{StoreAction, use_dispatch};

#[derive(Properties, PartialEq)]
pub struct ExperimentsProps {
    /// The experiment that the page shows.
    pub shown: Option<Experiment>,
}

/// Four chips: input channels against kernel.
#[component]
pub fn Experiments(ExperimentsProps { shown }: &ExperimentsProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let chip = |experiment: Experiment| {
        let dispatch = dispatch.clone();
        let load = Callback::from(move |()| {
            dispatch.dispatch(StoreAction::commit(Action::LoadExperiment(experiment)));
        });
        let Experiment { section, in_channels, kernel_size: k, .. } = experiment;
        html! {
            <Chip on={*shown == Some(experiment)} onpress={load}
                label={t!("experiment.chip", c = in_channels, k = k)}
                hint={t!("experiment.hint", section = section, c = in_channels, k = k)} />
        }
    };
    html! {
        <div class="experiments" id="experiments" role="group" aria-label={t!("experiment.title")}>
            <span class="mute">{ t!("experiment.title") }</span>
            <p class="chips even">{ for Experiment::ALL.map(chip) }</p>
        </div>
    }
}

/// The erratum of the write-up beside this experiment.
pub fn erratum(experiment: Experiment) -> Html {
    let crossing =
        if experiment.kernel_size == 3 { t!("erratum.crossing3") } else { t!("erratum.crossing5") };
    html! {
        <ul class="errata">
            <li>{ crossing }</li>
            if experiment.in_channels == 3 { <li>{ t!("erratum.expands") }</li> }
            if experiment.kernel_size == 5 { <li>{ t!("erratum.kernel5") }</li> }
        </ul>
    }
}
