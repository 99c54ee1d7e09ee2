//! The texts of the model's values, in the page's language.

use yew::AttrValue;

use crate::t;

use crate::arch::{BranchId, Field, FieldError, Form, Limits, Named, OpRole, Preset};
use crate::cost::{Comparison, Metric};
use crate::state::{Term, View};

use super::format::{grouped, times};

/// The text of a value, which has the key `family.name`.
pub fn text(family: &str, value: impl Named) -> AttrValue {
    t!(format!("{family}.{}", value.name()))
}

/// A field's name in messages.
#[must_use]
pub fn field(field: Field) -> AttrValue {
    text("field", field)
}

/// A metric's name on a chip.
#[must_use]
pub fn metric(metric: impl Into<Metric>) -> AttrValue {
    text("metric", metric.into())
}

/// A metric inside a sentence: "2.7 times fewer *parameters*".
#[must_use]
pub fn metric_noun(metric: impl Into<Metric>) -> AttrValue {
    text("metric_noun", metric.into())
}

/// A metric as the subject of a sentence, with the particle that Korean needs.
#[must_use]
pub fn metric_subject(metric: impl Into<Metric>) -> AttrValue {
    text("metric_subject", metric.into())
}

/// A counting switch on its chip.
#[must_use]
pub fn term(term: Term) -> AttrValue {
    text("term", term)
}

/// What a counting switch counts.
#[must_use]
pub fn term_hint(term: Term) -> AttrValue {
    text("term_hint", term)
}

#[must_use]
pub fn view(view: View) -> AttrValue {
    text("view", view)
}

/// A preset in the menu.
#[must_use]
pub fn preset(preset: &Preset) -> AttrValue {
    if preset.paper.is_some() {
        t!("preset.googlenet", block = preset.id)
    } else {
        t!(format!("preset.{}", preset.id))
    }
}

/// The module in a legend or a table.
#[must_use]
pub fn form(form: Form) -> AttrValue {
    text("form", form)
}

/// An operation's part in the module, with its kernel.
#[must_use]
pub fn op(role: OpRole, kernel_size: u64) -> AttrValue {
    match role {
        OpRole::Conv1x1 => t!("op.conv1x1", k = kernel_size),
        OpRole::Reduce3x3 | OpRole::Reduce5x5 => t!("op.reduce", k = kernel_size),
        OpRole::Conv3x3 | OpRole::Conv5x5 => t!("op.conv", k = kernel_size),
        OpRole::Pool => t!("op.pool", k = kernel_size),
        OpRole::PoolProj => t!("op.pool_proj", k = kernel_size),
    }
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
