//! The panel with every control of the module.

use crate::t;
use yew::prelude::*;

use crate::arch::{BranchId, Field, Form, InceptionFields, Named, Preset, Size};
use crate::cost::{Convention, Metric, PLAIN_KERNELS, PlainOut};
use crate::page::prefs::use_lang;
use crate::page::store::{Refusal, StoreAction, use_dispatch};
use crate::page::words;
use crate::state::{Action, Kernels, Model, Term};

use super::chip::Chip;
use super::number_box::NumberBox;
use super::preset_menu::PresetMenu;
use super::slider::{SliderField, branch_class};

#[derive(Properties, PartialEq)]
struct InputSectionProps {
    model: Model,
    refusal: Option<Refusal>,
}

#[derive(Properties, PartialEq)]
pub struct PanelProps {
    pub model: Model,
    /// The last change that could not be made.
    pub refusal: Option<Refusal>,
    /// The branch that is hovered in any figure.
    pub lit: Option<BranchId>,
    /// Called with the branch that is hovered here.
    pub onlight: Callback<Option<BranchId>>,
}

#[hook]
fn use_commit() -> impl Fn(Action) -> Callback<()> {
    let dispatch = use_dispatch();
    move |action| {
        let dispatch = dispatch.clone();
        Callback::from(move |()| dispatch.dispatch(StoreAction::commit(action)))
    }
}

/// All controls, in the order of the module.
#[component]
pub fn Panel(props: &PanelProps) -> Html {
    let PanelProps { model, refusal, lit, ref onlight } = *props;
    let branches = InceptionFields { in_channels: 0, ..*model.module };
    html! {
        <div class="card controls" id="controls">
            <PresetMenu current={Preset::matching(&model.module, model.size)} />
            <InputSection {model} {refusal} />
            <BranchSection {branches} {refusal} {lit} {onlight} />
            <RivalSection kernels={model.kernels} plain_out={model.plain_out}
                out_channels={model.get(Field::PlainOut)} {refusal} />
            <CountSection metric={model.metric} convention={model.convention} />
        </div>
    }
}

#[component]
fn InputSection(InputSectionProps { model, refusal }: &InputSectionProps) -> Html {
    use_lang();
    let commit = use_commit();
    let slider = |field: Field, label: AttrValue| {
        let value = model.get(field);
        html! { <SliderField {field} {value} {label} refusal={*refusal} /> }
    };
    html! {
        <section>
            <h3>
                { t!("panel.input") }
                <Chip class="switch" on={model.square} label={t!("panel.square")}
                    hint={t!("panel.square_hint")}
                    onpress={commit(Action::SetSquare(!model.square))} />
            </h3>
            { slider(Field::InChannels, t!("panel.channels")) }
            if model.square {
                { slider(Field::Height, t!("panel.size")) }
            } else {
                { slider(Field::Height, t!("panel.height")) }
                { slider(Field::Width, t!("panel.width")) }
            }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct BranchSectionProps {
    /// The module's numbers with the input fixed: the branches' sliders do not depend on the input.
    branches: InceptionFields,
    refusal: Option<Refusal>,
    lit: Option<BranchId>,
    onlight: Callback<Option<BranchId>>,
}

#[component]
fn BranchSection(props: &BranchSectionProps) -> Html {
    use_lang();
    let commit = use_commit();
    let BranchSectionProps { branches, refusal, lit, ref onlight } = *props;
    let value = |field: Field| branches.get(field).unwrap_or_default();
    let reduced = branches.form == Form::Reduced;
    let field = |branch: BranchId, field: Field, label: AttrValue| {
        let is_reduction = matches!(field, Field::Ch3x3Red | Field::Ch5x5Red);
        let spoken = format!("{}: {label}", words::branch(branch));
        html! {
            <SliderField {field} value={value(field)} {label} {spoken} {refusal}
                inline={matches!(field, Field::Kernel3 | Field::Kernel5)}
                disabled={!reduced && is_reduction} />
        }
    };
    let group = |branch: BranchId, fields: Html| {
        let lights = |on: bool| {
            let onlight = onlight.clone();
            Callback::from(move |_: PointerEvent| onlight.emit(on.then_some(branch)))
        };
        let class =
            classes!("branch", branch_class(branch), (lit == Some(branch)).then_some("lit"));
        html! {
            <div {class} role="group" aria-label={words::branch(branch)}
                onpointerenter={lights(true)} onpointerleave={lights(false)}>{ fields }</div>
        }
    };
    let convolution = |branch, red, out, kernel: Field| {
        let k = value(kernel);
        group(
            branch,
            html! {
                <>
                    { field(branch, red, t!("panel.reduce")) }
                    { field(branch, out, t!("panel.out", k = k)) }
                    { field(branch, kernel, t!("panel.kernel")) }
                </>
            },
        )
    };
    let pool = if reduced { t!("panel.pool_proj") } else { t!("panel.pool_naive") };
    html! {
        <section>
            <h3>
                { t!("panel.branches") }
                <Chip class="switch" on={reduced} label={t!("panel.reduction")}
                    hint={t!("panel.reduction_hint")}
                    onpress={commit(Action::SetForm(branches.form.other()))} />
            </h3>
            { group(BranchId::One, field(BranchId::One, Field::Ch1x1, t!("panel.out", k = 1))) }
            { convolution(BranchId::Two, Field::Ch3x3Red, Field::Ch3x3, Field::Kernel3) }
            { convolution(BranchId::Three, Field::Ch5x5Red, Field::Ch5x5, Field::Kernel5) }
            { group(BranchId::Four, field(BranchId::Four, Field::PoolProj, pool)) }
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct RivalSectionProps {
    kernels: Kernels,
    plain_out: PlainOut,
    /// The plain convolutions' filters, as a number also while they are linked to the module's output.
    out_channels: u64,
    refusal: Option<Refusal>,
}

#[component]
fn RivalSection(props: &RivalSectionProps) -> Html {
    use_lang();
    let commit = use_commit();
    let RivalSectionProps { kernels, plain_out, out_channels, refusal } = *props;
    let chip = |kernel: u64| {
        html! {
            <Chip class={classes!("kernel", format!("k{kernel}"))} on={kernels.contains(kernel)}
                label={Size::square(kernel).to_string()} hint={t!("panel.rival_hint", k = kernel)}
                onpress={commit(Action::ToggleKernel(kernel))} />
        }
    };
    let linked = plain_out == PlainOut::Linked;
    html! {
        <section>
            <h3>{ t!("panel.compare") }</h3>
            <p class="chips even">{ for PLAIN_KERNELS.map(chip) }</p>
            <p class="row">
                <span class="label">{ t!("panel.plain_out") }</span>
                <Chip on={linked} label={t!("panel.linked")}
                    hint={t!("panel.linked_hint")}
                    onpress={commit(Action::LinkPlainOut(!linked))} />
                <NumberBox field={Field::PlainOut} value={out_channels}
                    label={t!("field.plain_out")} {refusal} />
            </p>
        </section>
    }
}

#[derive(Properties, PartialEq)]
struct CountSectionProps {
    metric: Metric,
    convention: Convention,
}

#[component]
fn CountSection(props: &CountSectionProps) -> Html {
    use_lang();
    let commit = use_commit();
    let metric = |metric: Metric| {
        html! {
            <Chip on={props.metric == metric} label={words::metric(metric)}
                onpress={commit(Action::SetMetric(metric))} />
        }
    };
    let term = |&term: &Term| {
        let on = term.is_on(props.convention);
        html! {
            <Chip class="term" {on} label={words::term(term)} hint={words::term_hint(term)}
                onpress={commit(Action::SetTerm(term, !on))} />
        }
    };
    let terms = Term::of_metric(props.metric);
    html! {
        <section>
            <h3>{ t!("panel.count") }</h3>
            <p class="chips even" id="metric">{ for Metric::all().map(metric) }</p>
            <p class="chips terms" id="terms">
                if terms.is_empty() {
                    <span class="mute">{ t!("panel.no_terms") }</span>
                } else {
                    <span class="mute">{ t!("panel.with") }</span>
                    { for terms.iter().map(term) }
                }
            </p>
        </section>
    }
}
