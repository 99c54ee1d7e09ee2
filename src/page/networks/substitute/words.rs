//! Replacements and their results in the page's language.

use yew::AttrValue;

use crate::t;

use crate::arch::{FieldError, Preset, Size};
use crate::cost::substitute::{Fitted, Proportions, Share, Verdict};
use crate::cost::{Additive, Comparison, Crossover, Metric, Refusal, Replacement};
use crate::page::format::{exact, grouped, share};
use crate::page::words::{self as page_words, allowed};
use crate::state::link::block;

/// The shares that a bottleneck is offered with.
pub const SHARES: [u64; 3] = [2, 4, 8];

/// The replacements that a menu offers, apart from proportions by hand: GoogLeNet's, each once, and
/// bottlenecks.
pub fn offered() -> impl Iterator<Item = Replacement> {
    let first = |preset: &&Preset| proportions(preset).and_then(block) == Some(*preset);
    let modules = Preset::googlenet().filter(first).filter_map(proportions);
    let bottlenecks = SHARES.into_iter().filter_map(|whole| Share::new(1, whole));
    let bottlenecks = bottlenecks.map(Replacement::Bottleneck);
    modules.map(Replacement::Inception).chain(bottlenecks)
}

fn proportions(preset: &Preset) -> Option<Proportions> {
    Proportions::new(preset.fields).ok()
}

/// The blocks of these proportions: 4e and 5a have the same.
fn blocks(of: Proportions) -> String {
    let alike = Preset::googlenet().filter(|preset| proportions(preset) == Some(of));
    alike.map(|preset| preset.id).collect::<Vec<_>>().join(", ")
}

/// A change of a count: `−1,653,248`, `+2.1 MiB`.
#[must_use]
pub fn change(change: i128, metric: impl Into<Metric>) -> String {
    let sign = if change < 0 { "−" } else { "+" };
    let size = u64::try_from(change.unsigned_abs()).unwrap_or(u64::MAX);
    if size == 0 { "±0".to_owned() } else { format!("{sign}{}", exact(size, metric)) }
}

/// A replacement in a menu.
#[must_use]
pub fn replacement(replacement: &Replacement) -> AttrValue {
    match replacement {
        Replacement::Bottleneck(share) => {
            let (part, whole) = share.parts();
            t!("net.replace.bottleneck", part = part, whole = whole)
        }
        Replacement::Inception(_) if *replacement == Replacement::default() => {
            t!("net.replace.block_opening")
        }
        Replacement::Inception(proportions) if block(*proportions).is_some() => {
            t!("net.replace.block", block = blocks(*proportions))
        }
        Replacement::Inception(_) => t!("net.replace.by_hand"),
    }
}

/// What replaces a convolution, as its constructor: `Inception(512, 128, 192, …)`.
#[must_use]
pub fn fitted(fitted: &Fitted) -> String {
    match fitted {
        Fitted::Inception(module) => {
            let fields = crate::arch::Field::INCEPTION.into_iter().take(7);
            let numbers = fields.filter_map(|field| module.get(field));
            let numbers = numbers.map(|number| number.to_string()).collect::<Vec<_>>();
            let kernels = if (module.kernel3, module.kernel5) == (3, 5) {
                String::new()
            } else {
                let [third, fifth] = [module.kernel3, module.kernel5].map(Size::square);
                format!(" · {third}, {fifth}")
            };
            format!("Inception({}){kernels}", numbers.join(", "))
        }
        Fitted::Bottleneck { conv, reduced } => format!(
            "1×1: {} → {reduced} · {}: {reduced} → {}",
            conv.in_channels, conv.kernel_size, conv.out_channels,
        ),
    }
}

/// How much fewer or more `after` is: "6% fewer".
#[must_use]
pub fn percent(before: u64, after: u64) -> AttrValue {
    let share = share(before.abs_diff(after), before);
    match after.cmp(&before) {
        std::cmp::Ordering::Less => t!("net.replace.percent.fewer", share = share),
        std::cmp::Ordering::Greater => t!("net.replace.percent.more", share = share),
        std::cmp::Ordering::Equal => t!("net.replace.percent.same"),
    }
}

/// The sentence: how many convolutions are replaced (the heaviest or single ones), and a count before and
/// after.
#[must_use]
pub fn sentence(
    chosen: usize,
    heaviest: bool,
    (before, after): (u64, u64),
    metric: Additive,
) -> AttrValue {
    let subject = page_words::metric_subject(metric);
    let counts = (exact(before, metric), exact(after, metric));
    let what = match (chosen, heaviest) {
        (0, _) => {
            return t!("net.replace.none", before = counts.0, subject = subject);
        }
        (1, true) => t!("net.replace.heaviest_one"),
        (k, true) => t!("net.replace.heaviest", k = grouped(k as u64)),
        (1, false) => t!("net.replace.single_one"),
        (k, false) => t!("net.replace.single", k = grouped(k as u64)),
    };
    let change = percent(before, after);
    t!(
        "net.replace.becomes",
        what = what,
        before = counts.0,
        after = counts.1,
        subject = subject,
        change = change
    )
}

/// Whether replacing a convolution of `channels` input channels pays, and from or up to how many it does.
#[must_use]
pub fn verdict(verdict: &Verdict, channels: u64) -> AttrValue {
    let c = grouped(channels);
    let pays = matches!(verdict.comparison, Comparison::Fewer(_));
    match (verdict.crossover, pays) {
        (Some(Crossover::From { first, .. }), true) => {
            t!("net.replace.verdict.pays_from", c = c, n = grouped(first))
        }
        (Some(Crossover::From { first, .. }), false) => {
            t!("net.replace.verdict.loses_from", c = c, n = grouped(first))
        }
        (Some(Crossover::UpTo { last, .. }), true) => {
            t!("net.replace.verdict.pays_up_to", c = c, n = grouped(last))
        }
        (Some(Crossover::UpTo { last, .. }), false) => {
            t!("net.replace.verdict.loses_up_to", c = c, n = grouped(last))
        }
        (Some(Crossover::Always), _) => t!("net.replace.verdict.always"),
        (Some(Crossover::Never), _) => t!("net.replace.verdict.never"),
        (Some(Crossover::Equal), _) => t!("net.replace.verdict.equal"),
        (None, true) => t!("net.replace.verdict.pays", c = c),
        (None, false) => t!("net.replace.verdict.loses", c = c),
    }
}

/// Why a convolution can't be replaced, and what to do instead.
#[must_use]
pub fn refusal(refusal: &Refusal) -> AttrValue {
    match refusal {
        Refusal::NoConvolution => t!("net.replace.refused.no_convolution"),
        Refusal::Grouped { groups } => t!("net.replace.refused.grouped", groups = groups),
        Refusal::Strided { stride } => {
            t!("net.replace.refused.strided", stride = stride.brief())
        }
        Refusal::ChangesSize { kernel_size, padding, dilation } => t!(
            "net.replace.refused.changes_size",
            k = kernel_size.to_string(),
            padding = padding.brief(),
            dilation = dilation.brief()
        ),
        Refusal::TooNarrow { out_channels, branches } => {
            t!("net.replace.refused.too_narrow", n = out_channels, branches = branches)
        }
        Refusal::Field(FieldError::OutOfRange { field, given }) => t!(
            "net.replace.refused.out_of_range",
            field = page_words::field(*field),
            given = grouped(*given),
            allowed = allowed(field.limits())
        ),
        Refusal::Field(FieldError::NoBranch) => t!("error.no_branch"),
        Refusal::Cost(error) => t!("error.too_large", what = error.to_string()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn changes_are_signed_and_percents_named() {
        assert_eq!(change(-1_653_248, Metric::Params), "−1,653,248");
        assert_eq!(change(3 << 20, Metric::Memory), "+3.0 MiB");
        assert_eq!(change(0, Metric::Macs), "±0");
    }

    #[test]
    fn every_offer_is_another_and_the_first_is_the_usual_one() {
        let all: Vec<_> = offered().collect();
        // 4e and 5a are one.
        assert_eq!(all.len(), 8 + 3);
        assert_eq!(all[0], Replacement::default());
        let mut words: Vec<_> = all.iter().map(replacement).collect();
        words.sort();
        words.dedup();
        assert_eq!(words.len(), all.len());
    }
}
