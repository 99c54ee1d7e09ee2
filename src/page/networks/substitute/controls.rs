//! How many are replaced, and by what.

use crate::t;
use yew::prelude::*;

use crate::arch::{Field, Inception, Limits, Named};
use crate::cost::Replacement;
use crate::cost::substitute::{Proportions, Scope};
use crate::page::controls::{Chip, Drag, NumberField, use_drag};
use crate::page::format::grouped;
use crate::page::prefs::use_lang;
use crate::page::store::{Dispatch, StoreAction, use_dispatch};
use crate::page::words as page_words;
use crate::state::networks::{Chosen, NetworksAction, Substitutions, SubstitutionsAction};

use super::menu::ReplacementMenu;
use super::ranked_survey::RankedSurvey;
use super::words;

/// The slider, the buttons that choose at once, and the replacement.
pub fn controls(ranked: &RankedSurvey, plan: &Substitutions, dispatch: Dispatch) -> Html {
    let commit = Callback::from(move |action| {
        dispatch.dispatch(StoreAction::commit(NetworksAction::Substitutions(action)));
    });
    let choose = |chosen: &Chosen| {
        let chosen = chosen.clone();
        commit.reform(move |()| SubstitutionsAction::Choose(chosen.clone()))
    };
    let by = ranked.ranking.by;
    let paying = ranked.chosen(&ranked.paying);
    let has_training = ranked.survey.candidates.iter().any(|each| each.training_only);
    let scope = |scope: Scope, label: AttrValue, hint: AttrValue| {
        let onpress = commit.reform(move |()| SubstitutionsAction::SetScope(scope));
        html! { <Chip on={plan.scope == scope} {label} {hint} {onpress} /> }
    };
    let onchoose = {
        let commit = commit.clone();
        Callback::from(move |chosen: Option<Replacement>| {
            commit.emit(SubstitutionsAction::SetDefault(chosen.unwrap_or_default()));
        })
    };
    html! {
        <section class="card net-plan" aria-label={t!("net.replace.controls")}>
            <Slider most={ranked.most()} chosen={ranked.chosen(&plan.chosen)} ranked={page_words::metric_noun(by)} />
            <div class="chips">
                <Chip on={ranked.chosen(&plan.chosen) == 0} label={t!("net.replace.nothing")} onpress={choose(&Chosen::Heaviest(0))} />
                <Chip on={paying > 0 && plan.chosen == ranked.paying} onpress={choose(&ranked.paying)}
                    label={t!("net.replace.paying", n = grouped(paying as u64))}
                    hint={t!("net.replace.paying_hint", metric = page_words::metric_noun(by))} />
            </div>
            if has_training {
                <div class="chips" role="group" aria-label={t!("net.replace.scope")}>
                    { scope(Scope::Inference, t!("net.replace.inference"), t!("net.replace.inference_hint")) }
                    { scope(Scope::Training, t!("net.replace.training"), t!("net.replace.training_hint")) }
                </div>
            }
            <div class="preset">
                <span aria-hidden="true">{ t!("net.replace.with") }</span>
                <ReplacementMenu id="net-with" label={t!("net.replace.with")} chosen={plan.recipe.default} {onchoose} />
            </div>
            { match plan.recipe.default {
                Replacement::Inception(proportions) => html! { <Numbers {proportions} onset={commit} /> },
                Replacement::Bottleneck(share) => {
                    let (part, whole) = share.parts();
                    html! { <p class="mute small">{ t!("net.replace.reduces", part = part, whole = whole) }</p> }
                }
            } }
            { for example(ranked, &plan.recipe.default) }
        </section>
    }
}

/// The replacement of the heaviest convolution.
fn example(ranked: &RankedSurvey, replacement: &Replacement) -> Option<Html> {
    let heaviest = ranked.entries.iter().find(|entry| entry.place.is_some())?;
    let candidate = ranked.survey.candidates.get(heaviest.candidate)?;
    let fitted = words::fitted(&replacement.fit(&candidate.site.conv).ok()?);
    let path = ranked.path(0);
    Some(html! {
        <p class="small net-example"><span class="mute">{ t!("net.replace.example", path = path) }</span><code>{ fitted }</code></p>
    })
}

#[derive(Properties, PartialEq)]
struct SliderProps {
    most: usize,
    chosen: usize,
    ranked: AttrValue,
}

#[component]
fn Slider(SliderProps { most, chosen, ranked }: &SliderProps) -> Html {
    use_lang();
    let (most, chosen) = (*most, *chosen);
    let dispatch = use_dispatch();
    let send = |step: fn(NetworksAction) -> StoreAction| {
        let dispatch = dispatch.clone();
        Callback::from(move |k: u64| {
            let k = usize::try_from(k).unwrap_or(usize::MAX).min(most);
            let action = SubstitutionsAction::Choose(Chosen::Heaviest(k));
            dispatch.dispatch(step(NetworksAction::Substitutions(action)));
        })
    };
    let (preview, commit) = (send(StoreAction::preview), send(StoreAction::commit));
    let drag = use_drag(preview, commit.clone());
    let Drag { oninput, onchange, onkeydown, onkeyup, onblur } = drag;
    let max = most as u64;
    let limits = Limits { min: 0, max, slider_max: max, step: 1 };
    let label = t!("net.replace.slider");
    let part = chosen as f64 / most.max(1) as f64;
    html! {
        <div class="field net-heaviest">
            <span class="label" aria-hidden="true" title={t!("net.replace.ranked", metric = ranked.as_str())}>{ label.clone() }</span>
            <span class="net-of">
                <NumberField id="net-k" label={label.clone()} value={chosen as u64} {limits} onset={commit} />
                <span class="mute">{ t!("net.replace.of", n = grouped(max)) }</span>
            </span>
            <input type="range" id="net-k-slider" aria-label={label} min="0" max={max.to_string()} step="1"
                value={chosen.to_string()} style={format!("--part:{part:.4}")} disabled={most == 0}
                {oninput} {onchange} {onkeydown} {onkeyup} {onblur} />
        </div>
    }
}

#[derive(Properties, PartialEq)]
struct NumbersProps {
    proportions: Proportions,
    onset: Callback<SubstitutionsAction>,
}

/// The six widths and both kernels, in the colours of their branches.
const NUMBERS: [(Field, &str); 8] = [
    (Field::Ch1x1, "b1"),
    (Field::PoolProj, "b4"),
    (Field::Ch3x3Red, "b2"),
    (Field::Ch3x3, "b2"),
    (Field::Ch5x5Red, "b3"),
    (Field::Ch5x5, "b3"),
    (Field::Kernel3, "b2"),
    (Field::Kernel5, "b3"),
];

/// The proportions as numbers to set by hand.
#[component]
fn Numbers(NumbersProps { proportions, onset }: &NumbersProps) -> Html {
    use_lang();
    let error = use_state_eq(|| None);
    let number = |(field, branch): (Field, &'static str)| {
        let (fields, error, onset) = (*proportions.fields(), error.setter(), onset.clone());
        let set = Callback::from(move |value| {
            let changed = Inception::new(fields).and_then(|module| module.with(field, value));
            match changed.and_then(|module| Proportions::new(*module)) {
                Ok(changed) => {
                    error.set(None);
                    onset.emit(SubstitutionsAction::SetDefault(Replacement::Inception(changed)));
                }
                Err(refused) => error.set(Some(refused)),
            }
        });
        html! {
            <label class={classes!("net-number", branch)} key={field.name()} title={page_words::field(field)}>
                <span>{ field.name() }</span>
                <NumberField id={format!("net-with-{}", field.name())} label={page_words::field(field)}
                    value={fields.get(field).unwrap_or_default()} limits={field.limits()} onset={set} />
            </label>
        }
    };
    html! {
        <div class="net-proportions" role="group" aria-label={t!("net.replace.proportions")}>
            { for NUMBERS.map(number) }
            if let Some(error) = *error {
                <p class="problem" role="alert">{ page_words::refusal(error) }</p>
            }
            <p class="mute small">{ t!("net.replace.scaled") }</p>
        </div>
    }
}
