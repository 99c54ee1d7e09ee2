//! The results of a run: shapes as PyTorch prints them, and measured time beside counted work.

use crate::t;
use yew::prelude::*;

use crate::arch::{BasicConv2d, Branch, Shape};
use crate::cost::{Convention, module_cost, plain_cost};
use crate::page::format::{milliseconds, shortened};
use crate::page::words;

use super::run::{Output, RunSpec, RunState};

/// A shape as PyTorch prints it.
fn torch_size(shape: Shape) -> String {
    let Shape { channels, height, width } = shape;
    format!("torch.Size([1, {channels}, {height}, {width}])")
}

/// Billions of floating-point operations a second: two a multiply–accumulate.
fn gflops(macs: u64, milliseconds: f64) -> String {
    if milliseconds > 0.0 {
        format!("{:.1}", 2.0 * macs as f64 / milliseconds / 1e6)
    } else {
        "–".to_owned()
    }
}

struct TimedRow {
    name: AttrValue,
    macs: Option<u64>,
    milliseconds: f64,
    class: &'static str,
}

/// The rows of the table: the branches, the module, the plain convolutions.
fn rows(
    spec: &RunSpec,
    output: &Output,
    state: &RunState,
    convention: Convention,
) -> Vec<TimedRow> {
    let cost = module_cost(&spec.module, spec.size, convention).ok();
    let branch_macs = |id| {
        let cost = cost.as_ref()?;
        let branch = cost.branches.iter().find(|branch| branch.id == id)?;
        Some(branch.ops.iter().map(|op| op.cost.totals.macs).sum())
    };
    let ids = spec.module.branches().into_iter().map(|branch| branch.id);
    let mut rows: Vec<_> = ids
        .zip(&output.branches)
        .map(|(id, branch)| TimedRow {
            name: words::branch(id),
            macs: branch_macs(id),
            milliseconds: branch.milliseconds,
            class: crate::page::controls::slider::branch_class(id),
        })
        .collect();
    rows.push(TimedRow {
        name: words::form(spec.module.form),
        macs: cost.map(|cost| cost.totals.macs),
        milliseconds: output.milliseconds,
        class: "module",
    });
    rows.extend(state.plain.iter().map(|(plain, time)| {
        let unit = BasicConv2d::same(
            spec.module.in_channels,
            plain.out_channels.into(),
            plain.kernel_size.into(),
        );
        TimedRow {
            name: t!("verdict.rival", k = plain.kernel_size, n = plain.out_channels),
            macs: plain_cost(&unit, spec.size, convention).ok().map(|cost| cost.totals.macs),
            milliseconds: *time,
            class: "plain",
        }
    }));
    rows
}

/// Shapes and times of the last run; `outdated` where module, input or settings have changed since. Work is
/// counted by `convention`.
pub fn results(state: &RunState, outdated: bool, convention: Convention) -> Html {
    let Some((spec, output)) = &state.output else {
        return html! { <section class="card empty-state"><p>{ t!("results.none") }</p></section> };
    };
    let row = |row: TimedRow| {
        html! {
            <tr class={row.class}>
                <th scope="row">{ row.name }</th>
                <td>{ row.macs.map(shortened).unwrap_or_default() }</td>
                <td>{ milliseconds(row.milliseconds) }</td>
                <td>{ row.macs.map(|macs| gflops(macs, row.milliseconds)).unwrap_or_default() }</td>
            </tr>
        }
    };
    html! {
        <section class="card results" aria-label={t!("results.title")}>
            <h2>{ t!("results.title") }<small>{ t!("results.of", photo = spec.photo.title(), seed = spec.settings.seed) }</small></h2>
            if outdated { <p class="warn small" id="outdated">{ t!("results.outdated") }</p> }
            <div class="two">
                <div>
                    <pre id="shapes">{ for spec.module.branches().iter().zip(&output.branches).map(|(Branch { id, .. }, branch)| html! {
                        <>{ format!("branch{} : {}\n", id.number(), torch_size(branch.shape)) }</>
                    }) }{ format!("output  : {}", torch_size(output.shape)) }</pre>
                    if output.projected { <p class="mute small">{ t!("results.projected", n = spec.module.in_channels) }</p> }
                </div>
                <div>
                <table id="times">
                    <thead><tr><td></td><th scope="col">{ "MACs" }</th><th scope="col">{ t!("results.time") }</th><th scope="col">{ "GFLOP/s" }</th></tr></thead>
                    <tbody>{ for rows(spec, output, state, convention).into_iter().map(row) }</tbody>
                </table>
                if output.workers > 1 { <p class="mute small" id="workers">{ t!("results.workers", n = output.workers) }</p> }
                </div>
            </div>
        </section>
    }
}
