//! The arithmetic behind one operation, with its actual numbers.

use yew::AttrValue;

use crate::t;

use crate::arch::{Conv2d, Operation, Shape};
use crate::cost::{Metric, OpCost, UnitCost};
use crate::page::format::{bytes, grouped};

/// The sides of a convolution's weights.
const fn weight_shape(conv: &Conv2d) -> [u64; 4] {
    let Shape { channels, height, width } = conv.filter_shape();
    [channels, conv.out_channels, height, width]
}

/// `a × b × c = 1,234`; `a` alone where there is nothing to multiply.
fn product(factors: &[u64]) -> String {
    let result: u128 = factors.iter().map(|&factor| u128::from(factor)).product();
    let factors: Vec<_> = factors.iter().map(|&factor| grouped(factor)).collect();
    match factors.as_slice() {
        [single] => single.clone(),
        // Can't overflow: the cost was counted in 64 bits.
        _ => format!(
            "{} = {}",
            factors.join(" × "),
            grouped(i128::try_from(result).unwrap_or(i128::MAX))
        ),
    }
}

fn values(shape: Shape) -> [u64; 3] {
    [shape.channels, shape.height, shape.width]
}

/// What `op` counts of `metric`, part by part: `96 × 128 × 3 × 3 = 110,592`, `BN 2 × 128 = 256`.
#[must_use]
pub fn parts(op: &OpCost, metric: Metric) -> Vec<AttrValue> {
    let cost = &op.cost;
    let mut parts = match (&op.op.operation, metric) {
        (_, Metric::PeakMemory) => {
            // The input and the output of every operation are alive while it runs.
            let others = op.alive - cost.peak;
            return vec![t!("arithmetic.alive", own = bytes(cost.peak), others = bytes(others))];
        }
        (_, Metric::Memory) => {
            let [channels, height, width] = values(cost.output);
            return vec![t!("arithmetic.bytes", product = product(&[channels, height, width, 4]))];
        }
        (Operation::Conv(unit), Metric::Params) => {
            let conv = &unit.conv;
            vec![product(&weight_shape(conv)).into()]
        }
        (Operation::Conv(unit), Metric::Macs | Metric::Flops) => {
            let conv = &unit.conv;
            let [_, height, width] = values(cost.output);
            let kernel = weight_shape(conv);
            let twice: &[u64] = if metric == Metric::Flops { &[2] } else { &[] };
            vec![product(&[twice, &kernel, &[height, width]].concat()).into()]
        }
        (Operation::Pool(_), Metric::Params) => {
            return vec![t!("arithmetic.no_params")];
        }
        (Operation::Pool(_), Metric::Macs | Metric::Flops) if cost.totals.macs == 0 => {
            return vec![t!("arithmetic.not_counted")];
        }
        (Operation::Pool(_), Metric::Macs | Metric::Flops) => Vec::new(),
    };
    parts.extend(extras(cost, metric));
    parts
}

/// What the convention counts beside the weights.
fn extras(cost: &UnitCost, metric: Metric) -> Vec<AttrValue> {
    let out = cost.output.channels;
    let mut extras = Vec::new();
    if metric == Metric::Params {
        if cost.params.bias > 0 {
            extras.push(t!("arithmetic.bias", product = product(&[out])));
        }
        if cost.params.batch_norm > 0 {
            extras.push(t!("arithmetic.batch_norm", product = product(&[2, out])));
        }
        return extras;
    }
    let scale = if metric == Metric::Flops { 2 } else { 1 };
    let mut push = |count: u64, text: fn(String) -> AttrValue| {
        if count > 0 {
            extras.push(text(grouped(i128::from(count) * scale)));
        }
    };
    push(cost.macs.bias, |n| t!("arithmetic.bias", product = n));
    push(cost.macs.batch_norm, |n| t!("arithmetic.batch_norm", product = n));
    push(cost.macs.elementwise, |n| t!("arithmetic.elementwise", product = n));
    extras
}
