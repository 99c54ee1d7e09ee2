//! The texts of the model's values, in the page's language.

use yew::AttrValue;

use crate::t;

use crate::arch::{BranchId, Field, FieldError, Form, Limits, OpRole, Preset};
use crate::cost::{Comparison, Metric};
use crate::state::{Term, View};

use super::format::{grouped, times};

/// The text of a key that is put together from an enumeration's name.
fn text(family: &str, name: &str) -> AttrValue {
    t!(format!("{family}.{name}"))
}

/// A field's name in messages.
#[must_use]
pub fn field(field: Field) -> AttrValue {
    text("field", field.name())
}

/// A metric's name on a chip.
#[must_use]
pub fn metric(metric: impl Into<Metric>) -> AttrValue {
    text("metric", metric_key(metric.into()))
}

/// A metric inside a sentence: "2.7 times fewer *parameters*".
#[must_use]
pub fn metric_noun(metric: impl Into<Metric>) -> AttrValue {
    text("metric_noun", metric_key(metric.into()))
}

/// A metric as the subject of a sentence, with the particle that Korean needs.
#[must_use]
pub fn metric_subject(metric: impl Into<Metric>) -> AttrValue {
    text("metric_subject", metric_key(metric.into()))
}

const fn metric_key(metric: Metric) -> &'static str {
    match metric {
        Metric::Params => "params",
        Metric::Macs => "macs",
        Metric::Flops => "flops",
        Metric::Memory => "memory",
        Metric::PeakMemory => "peak_memory",
    }
}

const fn term_key(term: Term) -> &'static str {
    match term {
        Term::ParamBatchNorm => "param_batch_norm",
        Term::ParamBias => "param_bias",
        Term::OpBatchNorm => "op_batch_norm",
        Term::OpBias => "op_bias",
        Term::OpElementwise => "op_elementwise",
    }
}

/// A counting switch on its chip.
#[must_use]
pub fn term(term: Term) -> AttrValue {
    text("term", term_key(term))
}

/// What a counting switch counts.
#[must_use]
pub fn term_hint(term: Term) -> AttrValue {
    text("term_hint", term_key(term))
}

#[must_use]
pub fn view(view: View) -> AttrValue {
    text("view", view.id())
}

/// A preset in the menu.
#[must_use]
pub fn preset(preset: &Preset) -> AttrValue {
    if preset.paper.is_some() {
        t!("preset.googlenet", block = preset.id)
    } else {
        text("preset", preset.id)
    }
}

/// The module in a legend or a table.
#[must_use]
pub fn form(form: Form) -> AttrValue {
    text(
        "form",
        match form {
            Form::Reduced => "reduced",
            Form::Naive => "naive",
        },
    )
}

/// An operation's part in the module, with its kernel.
#[must_use]
pub fn op(role: OpRole, kernel_size: u64) -> AttrValue {
    let key = match role {
        OpRole::Conv1x1 => "conv1x1",
        OpRole::Reduce3x3 | OpRole::Reduce5x5 => "reduce",
        OpRole::Conv3x3 | OpRole::Conv5x5 => "conv",
        OpRole::Pool => "pool",
        OpRole::PoolProj => "pool_proj",
    };
    t!(format!("op.{key}"), k = kernel_size)
}

/// "branch 2".
#[must_use]
pub fn branch(branch: BranchId) -> AttrValue {
    t!("branch", n = branch.number())
}

/// A field's limits: "0 to 4,096", "odd, 1 to 11".
#[must_use]
pub fn allowed(limits: Limits) -> AttrValue {
    let (min, max) = (grouped(limits.min), grouped(limits.max));
    if limits.step == 2 {
        t!("allowed.odd", min = min, max = max)
    } else {
        t!("allowed.range", min = min, max = max)
    }
}

/// Why a change could not be made, and what is allowed.
#[must_use]
pub fn refusal(error: FieldError) -> AttrValue {
    match error {
        FieldError::OutOfRange { field, given } => t!(
            "error.out_of_range",
            field = self::field(field),
            given = grouped(given),
            allowed = allowed(field.limits())
        ),
        FieldError::NoBranch => t!("error.no_branch"),
    }
}

/// One count compared with another, in short: "2.7× fewer".
#[must_use]
pub fn comparison(comparison: Comparison) -> AttrValue {
    match comparison {
        // There is no ratio to 0.
        Comparison::Fewer(factor) | Comparison::More(factor) if factor.is_infinite() => {
            AttrValue::Static("–")
        }
        Comparison::Fewer(factor) => t!("comparison.fewer", factor = times(factor)),
        Comparison::More(factor) => t!("comparison.more", factor = times(factor)),
        Comparison::Equal => t!("comparison.equal"),
    }
}
