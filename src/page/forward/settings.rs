//! The settings of a forward pass, its memory, and the button that starts it.

use crate::t;
use yew::prelude::*;

use crate::arch::{BasicConv2d, Field, Preset, Size};
use crate::cost::PLAIN_KERNELS;
use crate::engine::Workload;
use crate::engine::memory::{self, BUDGET_BYTES};
use crate::page::controls::{Chip, NumberBox, preset_menu::PresetMenu};
use crate::page::format::bytes;
use crate::page::prefs::use_lang;
use crate::page::store::{Refusal, StoreAction, use_dispatch};
use crate::state::{Action, BatchNormMode, Model};
use crate::worker::Job;
use crate::worker::pool::cores;

use super::run::{Phase, batch_norm};
use super::words::run_error;

#[derive(Properties, PartialEq)]
pub struct SettingsProps {
    pub model: Model,
    /// The last change that could not be made.
    pub refusal: Option<Refusal>,
    /// Whether the input is there.
    pub ready: bool,
    /// How far the run is.
    pub phase: Phase,
    pub onrun: Callback<()>,
    pub oncancel: Callback<()>,
}

/// The bytes a run of `model` takes at its peak; `None` if they exceed 64 bits.
fn peak(model: &Model) -> Option<u64> {
    let out = model.plain_out.channels(&model.module);
    let plain: Vec<_> = model
        .kernels
        .iter()
        .map(|kernel| Workload::of_conv(&BasicConv2d::same(model.module.in_channels, out, kernel)))
        .collect();
    let module = Workload::of_module(&model.module).keep_output(batch_norm(model.run.batch_norm));
    Some(memory::forward(&module, model.size, &plain, cores() as u64)?.peak)
}

/// The module as the write-up's constructor.
fn constructor(model: &Model) -> String {
    let widths = Field::WIDTHS.map(|field| model.get(field).to_string());
    format!("Inception({}, {})", model.module.in_channels, widths.join(", "))
}

/// Module, seed, batch norm, rivals, memory, run.
#[component]
pub fn Settings(props: &SettingsProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let SettingsProps { model, refusal, .. } = *props;
    let commit = |action: Action| {
        let dispatch = dispatch.clone();
        Callback::from(move |()| dispatch.dispatch(StoreAction::commit(action)))
    };
    let kernel = |kernel: u64| {
        html! {
            <Chip on={model.kernels.contains(kernel)} label={Size::square(kernel).to_string()}
                onpress={commit(Action::ToggleKernel(kernel))} />
        }
    };
    let batch_norm = |mode: BatchNormMode, label: AttrValue, hint: AttrValue| {
        html! {
            <Chip on={model.run.batch_norm == mode} {label} {hint}
                onpress={commit(Action::SetBatchNorm(mode))} />
        }
    };
    let write_up = &Preset::ALL[0];
    let is_write_up = Preset::matching(&model.module, model.size) == Some(write_up);
    html! {
        <>
        <section>
            <h3>{ t!("forward.module") }</h3>
            <PresetMenu current={Preset::matching(&model.module, model.size)} />
            <p class="constructor"><code>{ constructor(&model) }</code><br />
                <span class="mute">{ t!("forward.on_input", h = model.size.height, w = model.size.width) }</span></p>
            if !is_write_up {
                <button type="button" class="chip" id="as-write-up" onclick={commit(Action::LoadPreset(write_up)).reform(|_| ())}>
                    { t!("forward.as_write_up") }
                </button>
            }
        </section>
        <section>
            <h3>{ t!("forward.settings") }</h3>
            <p class="row"><span class="label">{ t!("forward.seed") }</span>
                <NumberBox field={Field::Seed} value={model.get(Field::Seed)} label={t!("field.seed")} {refusal} /></p>
            <p class="row"><span class="label">{ t!("forward.batch_norm") }</span>
                { batch_norm(BatchNormMode::Batch, t!("forward.batch"), t!("forward.batch_hint")) }
                { batch_norm(BatchNormMode::Running, t!("forward.running"), t!("forward.running_hint")) }</p>
            <p class="row"><span class="label">{ t!("forward.beside") }</span></p>
            <p class="chips even">{ for PLAIN_KERNELS.map(kernel) }</p>
        </section>
        { run_button(props) }
        </>
    }
}

fn job_text(job: Option<Job>) -> AttrValue {
    match job {
        None => t!("forward.starting"),
        Some(Job::Workload) => t!("forward.module"),
        Some(Job::Plain(plain)) => t!("chart.conv", k = plain.kernel_size),
    }
}

/// The button that starts a run, and how far the run is.
fn run_button(props: &SettingsProps) -> Html {
    let SettingsProps { model, ready, ref phase, ref onrun, ref oncancel, .. } = *props;
    let peak = peak(&model);
    let fits = peak.is_some_and(|peak| peak <= BUDGET_BYTES);
    let press = |callback: &Callback<()>| {
        let callback = callback.clone();
        Callback::from(move |_: MouseEvent| callback.emit(()))
    };
    let running = matches!(phase, Phase::Running { .. });
    html! {
        <section class="run">
            if fits {
                <p class="mute small" id="memory">{ t!("forward.memory", need = peak.map(bytes).unwrap_or_default(), most = bytes(BUDGET_BYTES)) }</p>
            } else {
                <p class="problem" id="memory" role="alert">{ t!("forward.too_much_memory",
                    need = peak.map_or_else(|| "∞".to_owned(), bytes), most = bytes(BUDGET_BYTES)) }</p>
            }
            <p class="row">
                <button type="button" class="primary" id="run" disabled={!ready || !fits} onclick={press(onrun)}>
                    { if running { t!("forward.run_again") } else { t!("forward.run") } }
                </button>
                <button type="button" class="secondary" id="cancel" aria-disabled={(!running).then_some("true")} onclick={press(oncancel)}>{ t!("forward.cancel") }</button>
            </p>
            <div class="status" role="status">
                { match phase {
                    Phase::Idle => html! { if !ready { { t!("forward.waiting") } } },
                    Phase::Running { job, fraction } => html! {
                        <>
                            <span>{ job_text(*job) }</span>
                            <progress max="1" value={format!("{fraction:.3}")}></progress>
                        </>
                    },
                    Phase::Done => html! { { t!("forward.done") } },
                    Phase::Cancelled => html! { <span id="cancelled">{ t!("forward.cancelled") }</span> },
                    Phase::Failed(error) => html! { <span class="problem" role="alert">{ run_error(error) }</span> },
                } }
            </div>
        </section>
    }
}
