//! The verdict: a sentence before a table, and the algebra that proves it.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::arch::{Field, Preset};
use crate::chart::SeriesId;
use crate::cost::{Answer, Bias, Comparison, Crossover, Curve, Fraction, Metric, PlainOut, Rival};
use crate::state::{Experiment, Model};

use super::counts::Counts;
use super::experiments::{Experiments, erratum};
use super::format::{curve, grouped, times};
use super::prefs::use_lang;
use super::words;

#[derive(Properties, PartialEq)]
pub struct VerdictProps {
    pub model: Model,
    pub answer: Rc<Answer>,
    /// The curve that is hovered in any figure.
    #[prop_or_default]
    pub highlighted: Option<SeriesId>,
    /// Called with the curve that is hovered here.
    #[prop_or_default]
    pub onhighlight: Callback<Option<SeriesId>>,
}

/// The rival that the sentence names: the one chosen in the table, else the 3×3, else the first.
fn leading(answer: &Answer, chosen: Option<u64>) -> Option<&Rival> {
    let of_kernel = |kernel| answer.rivals.iter().find(move |rival| rival.kernel_size == kernel);
    chosen.and_then(of_kernel).or_else(|| of_kernel(3)).or_else(|| answer.rivals.first())
}

#[component]
pub fn Verdict(props: &VerdictProps) -> Html {
    use_lang();
    let VerdictProps { model, answer, highlighted, onhighlight } = props;
    let chosen = use_state_eq(|| None::<u64>);
    let rival = leading(answer, *chosen);
    let onchoose = use_callback(chosen.setter(), |kernel, chosen| chosen.set(Some(kernel)));
    let experiment = Experiment::shown_by(model);
    html! {
        <section class="card verdict" aria-label={t!("verdict.title")}>
            <p class="lead" id="verdict" role="status">{ sentence(answer, rival, model) }</p>
            <Counts model={*model} answer={answer.clone()} lead={rival.map(|rival| rival.kernel_size)}
                {experiment} highlighted={*highlighted} onhighlight={onhighlight.clone()} {onchoose} />
            { for rival.and_then(|rival| algebra(answer, rival, model)) }
            <p class="counted mute">{ counted(model) }{ for paper(model).map(|text| format!(" {text}")) }</p>
            { for experiment.map(erratum) }
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

fn algebra(answer: &Answer, rival: &Rival, model: &Model) -> Option<Html> {
    let linked = model.plain_out == PlainOut::Linked;
    rival.crossover.map(|crossover| {
        html! {
            <Algebra module={answer.module.curve.clone()} plain={rival.curve.clone()} kernel_size={rival.kernel_size}
                {crossover} {linked} />
        }
    })
}

/// Nothing here depends on the input's channels.
#[derive(Properties, PartialEq)]
struct AlgebraProps {
    module: Curve,
    plain: Curve,
    kernel_size: u64,
    crossover: Crossover,
    /// Whether the plain convolution has as many filters as the module has outputs.
    linked: bool,
}

/// The crossing in words, and the equation it comes from with the numbers put in.
#[component]
fn Algebra(props: &AlgebraProps) -> Html {
    use_lang();
    let AlgebraProps { ref module, ref plain, kernel_size: k, crossover, linked } = *props;
    let limit = Field::InChannels.limits().max;
    let equation = format!("{} = {}", curve(module), curve(plain));
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
    html! {
        <div class="algebra" id="algebra">
            <p class="mute">{ words }</p>
            <code>{ line }</code>
            if linked && !plain.is_line() { <p class="mute">{ t!("verdict.grows") }</p> }
        </div>
    }
}

/// What the GoogLeNet paper prints for the block that the model shows.
fn paper(model: &Model) -> Option<AttrValue> {
    let paper = Preset::matching(&model.module, model.size)?.paper?;
    Some(if paper.follows {
        t!("verdict.paper", params = paper.params, ops = paper.ops)
    } else {
        t!("verdict.paper_amiss", params = paper.params, ops = paper.ops)
    })
}

/// The convention in a sentence: which terms are counted.
fn counted(model: &Model) -> AttrValue {
    let convention = &model.convention;
    let mut parts = vec![match model.metric {
        Metric::Params => t!("counted.weights"),
        Metric::Macs => t!("counted.macs"),
        Metric::Flops => t!("counted.flops"),
        Metric::Memory => t!("counted.memory"),
        Metric::PeakMemory => t!("counted.peak"),
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
        Metric::Memory | Metric::PeakMemory => {}
    }
    t!("counted.title", what = parts.join(", "))
}
