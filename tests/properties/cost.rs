//! Counts against formulas written down a second time, the plain way.

use inception_explorer::arch::{BasicConv2d, Form, Inception, Size};
use inception_explorer::cost::{Bias, Convention, Metric, PlainOut, Question, plain_cost};
use proptest::prelude::*;

use crate::{cases, strategy};

/// Parameters, MACs and bytes of one `BasicConv2d(from, to, k)` with same padding.
fn conv(from: u64, to: u64, k: u64, size: Size, convention: Convention) -> [u128; 3] {
    let [from, to, k] = [from, to, k].map(u128::from);
    let pixels = u128::from(size.height) * u128::from(size.width);
    let weights = k * k * from * to;
    let if_on = |on, count| if on { count } else { 0 };
    // The write-up's convolutions have no bias of their own.
    let (params, ops) = (convention.params, convention.ops);
    let params =
        weights + if_on(params.batch_norm, 2 * to) + if_on(params.bias == Bias::Assumed, to);
    let macs = weights * pixels
        + if_on(ops.bias == Bias::Assumed, to * pixels)
        + if_on(ops.batch_norm, 2 * to * pixels)
        + if_on(ops.elementwise, to * pixels);
    [params, macs, 4 * to * pixels]
}

/// The whole module, branch by branch, from its numbers alone.
fn module(module: &Inception, size: Size, convention: Convention) -> [u128; 3] {
    let c = module.in_channels;
    let conv = |from, to, k| conv(from, to, k, size, convention);
    let pixels = u128::from(size.height) * u128::from(size.width);
    let pooled = u128::from(c) * pixels;
    let pool = [0, if convention.ops.elementwise { pooled } else { 0 }, 4 * pooled];
    let mut parts = vec![conv(c, module.ch1x1, 1)];
    let branches = [
        (module.ch3x3red, module.ch3x3, module.kernel3),
        (module.ch5x5red, module.ch5x5, module.kernel5),
    ];
    for (reduced, out, k) in branches {
        match module.form {
            Form::Naive => parts.push(conv(c, out, k)),
            // A width of 0 takes the whole branch away.
            Form::Reduced if reduced * out > 0 => {
                parts.extend([conv(c, reduced, 1), conv(reduced, out, k)]);
            }
            Form::Reduced => {}
        }
    }
    if module.pool_proj > 0 {
        parts.push(pool);
        if module.form == Form::Reduced {
            parts.push(conv(c, module.pool_proj, 1));
        }
    }
    parts.iter().fold([0; 3], |sum, part| [sum[0] + part[0], sum[1] + part[1], sum[2] + part[2]])
}

fn out_channels(module: &Inception) -> u64 {
    let branch = |reduced: u64, out: u64| match module.form {
        Form::Reduced if reduced == 0 => 0,
        _ => out,
    };
    let pool = match module.form {
        Form::Naive if module.pool_proj > 0 => module.in_channels,
        _ => module.pool_proj,
    };
    module.ch1x1
        + branch(module.ch3x3red, module.ch3x3)
        + branch(module.ch5x5red, module.ch5x5)
        + pool
}

/// Bytes of the most tensors alive at once: branch by branch, the tensors that an operation reads and makes,
/// the outputs of the branches before, and the input while a later branch needs it.
fn peak(module: &Inception, size: Size) -> u128 {
    let reduced = module.form == Form::Reduced;
    let conv = |red: u64, out: u64| match module.form {
        Form::Naive => vec![out],
        Form::Reduced => vec![red, out],
    };
    let pool =
        if reduced { vec![module.in_channels, module.pool_proj] } else { vec![module.in_channels] };
    let branches = [
        (module.ch1x1, vec![module.ch1x1]),
        (
            conv(module.ch3x3red, module.ch3x3).into_iter().min().unwrap_or(0),
            conv(module.ch3x3red, module.ch3x3),
        ),
        (
            conv(module.ch5x5red, module.ch5x5).into_iter().min().unwrap_or(0),
            conv(module.ch5x5red, module.ch5x5),
        ),
        (module.pool_proj, pool),
    ];
    let branches: Vec<_> = branches.into_iter().filter(|(width, _)| *width > 0).collect();
    let (mut finished, mut most) = (0, 0);
    for (index, (_, widths)) in branches.iter().enumerate() {
        let mut read = module.in_channels;
        for (step, width) in widths.iter().enumerate() {
            let is_waiting = step > 0 && index + 1 < branches.len();
            let waiting = if is_waiting { module.in_channels } else { 0 };
            most = most.max(finished + waiting + read + width);
            read = *width;
        }
        finished += read;
    }
    4 * u128::from(most) * u128::from(size.height) * u128::from(size.width)
}

fn metric([params, macs, bytes]: [u128; 3], peak: u128, metric: Metric) -> u128 {
    match metric {
        Metric::PeakMemory => peak,
        Metric::Params => params,
        Metric::Macs => macs,
        Metric::Flops => 2 * macs,
        Metric::Memory => bytes,
    }
}

proptest! {
    #![proptest_config(cases(1024))]

    #[test]
    fn a_module_costs_the_sum_of_its_convolutions(question in strategy::question()) {
        let Question { module: inception, size, convention, .. } = question;
        let answer = question.answer().unwrap();
        let expected = module(&inception, size, convention);
        let totals = answer.module.cost.totals;
        prop_assert_eq!([totals.params, totals.macs, totals.bytes].map(u128::from), expected);
        prop_assert_eq!(u128::from(answer.module.count), metric(expected, peak(&inception, size), question.metric));
        prop_assert_eq!(answer.module.cost.output.channels, out_channels(&inception));
        prop_assert_eq!(inception.out_channels(), out_channels(&inception));
        let parts: u64 = answer.module.cost.ops().map(|(_, op)| op.cost.totals.params).sum();
        prop_assert_eq!(parts, totals.params);
    }

    #[test]
    fn a_plain_convolution_costs_what_its_formula_says(question in strategy::question()) {
        let Question { module, size, convention, plain_out, .. } = question;
        let out = match plain_out {
            PlainOut::Linked => out_channels(&module),
            PlainOut::Fixed(channels) => channels,
        };
        for rival in question.answer().unwrap().rivals {
            let expected = conv(module.in_channels, out, rival.kernel_size, size, convention);
            let unit = BasicConv2d::same(module.in_channels, out, rival.kernel_size);
            let totals = plain_cost(&unit, size, convention).unwrap().totals;
            prop_assert_eq!([totals.params, totals.macs, totals.bytes].map(u128::from), expected);
            let read = u128::from(4 * module.in_channels * size.height * size.width);
            prop_assert_eq!(u128::from(rival.count), metric(expected, read + expected[2], question.metric));
            prop_assert_eq!(rival.out_channels, out);
        }
    }
}
