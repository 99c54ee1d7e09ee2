//! The card of the diagram: totals above, the arithmetic of the hovered operation below.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::arch::{BranchId, Form, OpRole};
use crate::cost::search::widest_paying_reduction;
use crate::cost::{Answer, Comparison, Contender, Metric, OpCost};
use crate::page::controls::Chip;
use crate::page::format::{bytes, grouped, short_count, shortened, times};
use crate::page::prefs::use_lang;
use crate::page::store::{StoreAction, use_dispatch};
use crate::page::words;
use crate::state::{Action, Diagram, Model};

use super::arithmetic;
use super::layout::{HALF, Measures, TALL, WIDE};
use super::picture::{Picture, part};

#[derive(Properties, PartialEq)]
pub struct DiagramCardProps {
    pub model: Model,
    pub answer: Rc<Answer>,
    /// Whether the screen is a phone's.
    pub narrow: bool,
    /// The branch that is hovered in any figure.
    pub lit: Option<BranchId>,
    /// Called with the branch that is hovered here.
    pub onlight: Callback<Option<BranchId>>,
}

/// An operation in one of the two forms.
type Picked = (Form, BranchId, OpRole);

/// The diagram with its totals and its arithmetic.
#[component]
pub fn DiagramCard(props: &DiagramCardProps) -> Html {
    use_lang();
    let dispatch = use_dispatch();
    let DiagramCardProps { model, answer, narrow, lit, onlight } = props;
    let picked = use_state_eq(|| None::<Picked>);
    let widest = use_widest(*picked, model);
    let both = model.diagram == Diagram::Both && answer.other.is_some();
    let shown: Vec<&Contender> = if both {
        let (reduced, naive): (Vec<_>, Vec<_>) = std::iter::once(&answer.module)
            .chain(&answer.other)
            .partition(|contender| contender.form == Form::Reduced);
        [naive, reduced].concat()
    } else {
        vec![&answer.module]
    };
    let measures = if *narrow {
        TALL
    } else if both {
        HALF
    } else {
        WIDE
    };
    let picture = |contender: &Contender| {
        let onpick = {
            let (picked, onlight, form) = (picked.clone(), onlight.clone(), contender.form);
            Callback::from(move |op: Option<(BranchId, OpRole)>| {
                onlight.emit(op.map(|(branch, _)| branch));
                picked.set(op.map(|(branch, role)| (form, branch, role)));
            })
        };
        draw(contender, model, measures, *lit, onpick, both)
    };
    let other = if both { Diagram::One } else { Diagram::Both };
    let toggle =
        Callback::from(move |()| dispatch.dispatch(StoreAction::commit(Action::SetDiagram(other))));
    let totals = &answer.module.cost.totals;
    html! {
        <section class="card diagram" aria-label={t!("diagram.title")}>
            <h2>
                { t!("diagram.title") }
                <small id="totals">{ t!("diagram.totals",
                    params = grouped(totals.params), macs = shortened(totals.macs),
                    flops = shortened(totals.macs.saturating_mul(2)), memory = bytes(totals.bytes)) }</small>
                <Chip class="switch" on={both} label={t!("diagram.both")} onpress={toggle} />
            </h2>
            <div class={classes!("pictures", both.then_some("both"))}>{ for shown.iter().map(|contender| picture(contender)) }</div>
            <p class="detail" id="arithmetic">{ detail(*picked, &shown, model, answer, widest) }</p>
        </section>
    }
}

fn draw(
    contender: &Contender,
    model: &Model,
    measures: Measures,
    lit: Option<BranchId>,
    onpick: Callback<Option<(BranchId, OpRole)>>,
    captioned: bool,
) -> Html {
    let label = words::form(contender.form);
    html! {
        <figure key={label.as_str()}>
            if captioned {
                <figcaption>{ format!("{label} · {}", grouped(contender.count)) }</figcaption>
            }
            <Picture cost={contender.cost.clone()} metric={model.metric} {measures} {label} {lit} {onpick} />
        </figure>
    }
}

/// The line under the diagram: the arithmetic of the hovered operation, otherwise a warning or the saving.
fn detail(
    picked: Option<Picked>,
    shown: &[&Contender],
    model: &Model,
    answer: &Answer,
    widest: Option<u64>,
) -> Html {
    let found = picked.and_then(|(form, branch, role)| {
        let contender = shown.iter().find(|contender| contender.form == form)?;
        let (_, op) = contender.cost.ops().find(|(id, op)| *id == branch && op.op.role == role)?;
        Some((contender, branch, op))
    });
    if let Some((contender, branch, op)) = found {
        return explain(contender, branch, op, model, widest);
    }
    let expanding: Vec<_> = answer
        .module
        .cost
        .ops()
        .filter(|(_, op)| op.expands())
        .map(|(_, op)| op.cost.output.channels.to_string())
        .collect();
    if !expanding.is_empty() {
        let from = answer.module.cost.input.channels;
        return html! { <span class="warn">{ t!("diagram.expands_why", from = from, to = expanding.join(", ")) }</span> };
    }
    let saving = answer.other.as_ref().map(|other| saving(&answer.module, other, model.metric));
    html! { <>{ for saving } { " " } <span class="mute">{ t!("diagram.hint") }</span></> }
}

/// What reduction saves, or costs.
fn saving(module: &Contender, other: &Contender, metric: Metric) -> AttrValue {
    let (reduced, naive) = match module.form {
        Form::Reduced => (module, other),
        Form::Naive => (other, module),
    };
    let difference = short_count(naive.count.abs_diff(reduced.count), metric);
    let noun = words::metric_noun(metric);
    let saving = match Comparison::of(reduced.count, naive.count) {
        Comparison::Fewer(factor) => {
            t!("diagram.saves", n = difference, metric = noun, factor = times(factor))
        }
        Comparison::More(_) => t!("diagram.costs", n = difference, metric = noun),
        Comparison::Equal => {
            t!("diagram.saves_nothing", subject = words::metric_subject(metric))
        }
    };
    let (out, naive_out) = (reduced.cost.output.channels, naive.cost.output.channels);
    if out == naive_out {
        return saving;
    }
    // Without its 1×1 the pool's branch keeps all input channels, so the outputs differ.
    format!("{saving} {}", t!("diagram.outputs", out = grouped(out), naive = grouped(naive_out)))
        .into()
}

/// The widest picked reduction with which its branch is cheaper than without; searched once for each pick and
/// module.
#[hook]
fn use_widest(picked: Option<Picked>, model: &Model) -> Option<u64> {
    let asked = (picked, model.module, model.size, model.convention, model.metric);
    *use_memo(asked, |(picked, module, size, convention, metric)| {
        let (form, _, role) = (*picked)?;
        let module = module.in_form(form).ok()?;
        widest_paying_reduction(&module, role, *size, *convention, metric.additive()?).ok()?
    })
}

fn explain(
    contender: &Contender,
    branch: BranchId,
    op: &OpCost,
    model: &Model,
    widest: Option<u64>,
) -> Html {
    let kernel = op.op.operation.window().kernel_size.height;
    let count = op.count(model.metric).unwrap_or_default();
    let title = format!("{} · {}", words::branch(branch), words::op(op.op.role, kernel));
    let parts = arithmetic::parts(op, model.metric).join(", ");
    let field = op.receptive_field.size;
    html! {
        <>
            <b>{ title }</b>{ " " }<code>{ parts }</code>
            <span class="mute">{ format!(" · {} · {}", part(count, contender.count, model.metric), t!("diagram.receptive_field", height = field.height, width = field.width)) }</span>
            if let Some(widest) = widest {
                <span class={classes!(op.expands().then_some("warn"))}>{ format!(" · {}", t!("diagram.pays_up_to", n = grouped(widest))) }</span>
            }
        </>
    }
}
