//! The verdict: a sentence before a table, and the algebra that proves it.

use std::rc::Rc;

use rust_i18n::t;
use yew::prelude::*;

use crate::arch::{Field, Preset};
use crate::cost::{
    Answer, Bias, Comparison, Contender, Crossover, Fraction, Metric, PlainOut, Rival,
};
use crate::state::{Experiment, Model};

use super::experiments::{Erratum, Experiments};
use super::format::{bytes, grouped, polynomial, times};
use super::prefs::use_lang;
use super::words;

/// Properties of [`Verdict`].
#[derive(Properties, PartialEq)]
pub struct VerdictProps {
    /// What the page shows.
    pub model: Model,
    /// What it costs.
    pub answer: Rc<Answer>,
}

/// The rival that the sentence speaks of: the one chosen in the table, else the 3×3, else the first.
fn leading(answer: &Answer, chosen: Option<u64>) -> Option<&Rival> {
    let of_kernel = |kernel| answer.rivals.iter().find(move |rival| rival.kernel_size == kernel);
    chosen.and_then(of_kernel).or_else(|| of_kernel(3)).or_else(|| answer.rivals.first())
}

/// The verdict card.
#[component]
pub fn Verdict(VerdictProps { model, answer }: &VerdictProps) -> Html {
    use_lang();
    let chosen = use_state_eq(|| None::<u64>);
    let rival = leading(answer, *chosen);
    let onchoose = use_callback(chosen.setter(), |kernel, chosen| chosen.set(Some(kernel)));
    let experiment = Experiment::shown_by(model);
    html! {
        <section class="card verdict" aria-label={t!("verdict.title").into_owned()}>
            <p class="lead" id="verdict" role="status">{ sentence(answer, rival, model) }</p>
            { table(answer, rival, model, experiment, &onchoose) }
            { for rival.map(|rival| algebra(&answer.module, rival, model)) }
            <p class="counted mute">{ counted(model) }{ for paper(model).map(|text| format!(" {text}")) }</p>
            { for experiment.map(|experiment| html! { <Erratum {experiment} /> }) }
            <Experiments shown={experiment} />
        </section>
    }
}

fn sentence(answer: &Answer, rival: Option<&Rival>, model: &Model) -> Html {
    let noun = words::metric_noun(model.metric);
    let Some(rival) = rival else {
        return html! { { t!("verdict.alone", n = grouped(answer.module.count), metric = noun) } };
    };
    let k = rival.kernel_size;
    let same_output = rival.out_channels == answer.module.cost.output.channels;
    let output = if same_output {
        t!("verdict.same_output")
    } else {
        t!("verdict.to_channels", n = grouped(rival.out_channels))
    };
    let subject = words::metric_subject(model.metric);
    let text = match rival.comparison {
        Comparison::Fewer(factor) => {
            t!("verdict.fewer", factor = times(factor), subject = subject, k = k, output = output)
        }
        Comparison::More(factor) => {
            t!("verdict.more", factor = times(factor), subject = subject, k = k, output = output)
        }
        Comparison::Equal => t!("verdict.equal", subject = subject, k = k, output = output),
    };
    html! { { text } }
}

fn exact(count: u64, metric: Metric) -> String {
    if metric == Metric::Memory { bytes(count) } else { grouped(count) }
}

fn table(
    answer: &Answer,
    lead: Option<&Rival>,
    model: &Model,
    experiment: Option<Experiment>,
    onchoose: &Callback<u64>,
) -> Html {
    let published = |number: Option<u64>| {
        experiment.map(
            |_| html! { <td class="published">{ number.map(grouped).unwrap_or_default() }</td> },
        )
    };
    let other = answer.other.as_ref().map(|other| {
        let ratio = words::comparison(Comparison::of(answer.module.count, other.count));
        html! {
            <tr class="other"><th scope="row">{ words::form(other.form) }</th>
                <td>{ exact(other.count, model.metric) }</td>{ for published(None) }<td class="mute">{ ratio }</td></tr>
        }
    });
    let rival = |rival: &Rival| {
        let kernel = rival.kernel_size;
        let onclick = {
            let onchoose = onchoose.clone();
            Callback::from(move |_: MouseEvent| onchoose.emit(kernel))
        };
        let here = lead.is_some_and(|lead| lead.kernel_size == kernel);
        html! {
            <tr class={classes!("rival", here.then_some("here"))} data-kernel={kernel.to_string()}>
                <th scope="row">
                    <button class="link" {onclick} aria-pressed={if here { "true" } else { "false" }}>
                        { t!("verdict.rival", k = kernel, n = grouped(rival.out_channels)) }
                    </button>
                </th>
                <td>{ exact(rival.count, model.metric) }</td>
                { for published(experiment.map(|experiment| experiment.published_plain)) }
                <td>{ words::comparison(rival.comparison) }</td>
            </tr>
        }
    };
    html! {
        <table id="counts">
            if experiment.is_some() {
                <thead><tr><td></td><th scope="col">{ t!("verdict.here") }</th><th scope="col">{ t!("verdict.published") }</th><td></td></tr></thead>
            }
            <tbody>
                <tr class="module"><th scope="row">{ words::form(answer.module.form) }</th>
                    <td>{ exact(answer.module.count, model.metric) }</td>
                    { for published(experiment.map(|experiment| experiment.published_module)) }
                    <td></td></tr>
                { for other }
                { for answer.rivals.iter().map(rival) }
            </tbody>
        </table>
    }
}

/// The crossing in words, and the equation it comes from with the numbers put in.
fn algebra(module: &Contender, rival: &Rival, model: &Model) -> Html {
    let Some(crossover) = rival.crossover else {
        return html! {};
    };
    let k = rival.kernel_size;
    let limit = Field::InChannels.limits().max;
    let equation = format!("{} = {}", polynomial(&module.curve), polynomial(&rival.curve));
    let solved = |exact: Fraction| format!("{equation} → c = {:.2}", exact.value());
    let (words, line) = match crossover {
        Crossover::From { exact, first } if first > limit => {
            (t!("verdict.beyond", k = k, limit = grouped(limit), n = grouped(first)), solved(exact))
        }
        Crossover::From { exact, first } => {
            (t!("verdict.from", k = k, n = grouped(first)), solved(exact))
        }
        Crossover::UpTo { exact, last } => {
            (t!("verdict.up_to", k = k, n = grouped(last)), solved(exact))
        }
        Crossover::Always => (t!("verdict.always", k = k), equation.replace('=', "<")),
        Crossover::Never => (t!("verdict.never", k = k), equation.replace('=', ">")),
        Crossover::Equal => (t!("verdict.equal_everywhere", k = k), equation.clone()),
    };
    let linked = model.plain_out == PlainOut::Linked && rival.curve.quadratic != 0;
    html! {
        <div class="algebra" id="algebra">
            <p class="mute">{ words }</p>
            <code>{ line }</code>
            if linked { <p class="mute">{ t!("verdict.grows") }</p> }
        </div>
    }
}

/// What the GoogLeNet paper prints for the block that the model shows.
fn paper(model: &Model) -> Option<String> {
    let paper = Preset::matching(&model.module, model.size)?.paper?;
    let text = if paper.follows {
        t!("verdict.paper", params = paper.params, ops = paper.ops)
    } else {
        t!("verdict.paper_amiss", params = paper.params, ops = paper.ops)
    };
    Some(text.into_owned())
}

/// What is counted, in a line.
fn counted(model: &Model) -> String {
    let convention = &model.convention;
    let mut parts = vec![match model.metric {
        Metric::Params => t!("counted.weights"),
        Metric::Macs => t!("counted.macs"),
        Metric::Flops => t!("counted.flops"),
        Metric::Memory => t!("counted.memory"),
    }];
    match model.metric {
        Metric::Params => {
            if convention.params.batch_norm {
                parts.push(t!("counted.param_batch_norm"));
            }
            if convention.params.bias == Bias::Assumed {
                parts.push(t!("counted.param_bias"));
            }
        }
        Metric::Macs | Metric::Flops => {
            if convention.ops.batch_norm {
                parts.push(t!("counted.op_batch_norm"));
            }
            if convention.ops.bias == Bias::Assumed {
                parts.push(t!("counted.op_bias"));
            }
            if convention.ops.elementwise {
                parts.push(t!("counted.op_elementwise"));
            }
        }
        Metric::Memory => {}
    }
    t!("counted.title", what = parts.join(", ")).into_owned()
}
