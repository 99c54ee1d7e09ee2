//! The table of the verdict: the module's count beside every rival's.

use std::rc::Rc;

use crate::t;
use web_sys::PointerEvent;
use yew::prelude::*;

use crate::chart::SeriesId;
use crate::cost::{Answer, Comparison, Contender, Metric, Rival, Unit};
use crate::state::{Experiment, Model};

use super::format::{grouped, short_count};
use super::prefs::use_lang;
use super::words;

#[derive(Properties, PartialEq)]
pub struct CountsProps {
    pub model: Model,
    pub answer: Rc<Answer>,
    /// The kernel of the rival that the verdict names.
    pub lead: Option<u64>,
    /// The experiment that the page shows: its published numbers get a column.
    pub experiment: Option<Experiment>,
    /// The curve that is hovered in any figure.
    pub highlighted: Option<SeriesId>,
    /// Called with the curve that is hovered here.
    pub onhighlight: Callback<Option<SeriesId>>,
    /// Called with the rival that the verdict is to name.
    pub onchoose: Callback<u64>,
}

/// Counts from here on are too wide for the table and are shortened; the cell's title has all digits.
const LONG: u64 = 10_000_000_000_000;

fn readable(count: u64, metric: Metric) -> String {
    if metric.unit() == Unit::Bytes || count >= LONG {
        short_count(count, metric)
    } else {
        grouped(count)
    }
}

/// The texts of a row.
struct Row {
    id: SeriesId,
    class: Classes,
    name: Html,
    count: u64,
    published: Option<u64>,
    comparison: Option<Comparison>,
}

impl CountsProps {
    fn contender(&self, contender: &Contender, id: SeriesId) -> Row {
        let is_module = id == SeriesId::Module;
        let (out, same) = (contender.cost.output, self.answer.module.cost.output);
        let name = if out == same {
            words::form(contender.form)
        } else {
            format!("{} → {}", words::form(contender.form), grouped(out.channels)).into()
        };
        Row {
            id,
            class: classes!(if is_module { "module" } else { "other" }),
            name: html! { { name } },
            count: contender.count,
            published: self.experiment.filter(|_| is_module).map(|each| each.published_module),
            comparison: (!is_module)
                .then(|| Comparison::of(self.answer.module.count, contender.count)),
        }
    }

    fn rival(&self, rival: &Rival) -> Row {
        let kernel = rival.kernel_size;
        let onclick = self.onchoose.reform(move |_: MouseEvent| kernel);
        let here = self.lead == Some(kernel);
        Row {
            id: SeriesId::Plain(kernel),
            class: classes!("rival", here.then_some("here")),
            name: html! {
                <button class="link" {onclick} aria-pressed={if here { "true" } else { "false" }}>
                    { t!("verdict.rival", k = kernel, n = grouped(rival.out_channels)) }
                </button>
            },
            count: rival.count,
            published: self.experiment.map(|each| each.published_plain),
            comparison: Some(rival.comparison),
        }
    }

    /// A row and its curve light up together.
    fn draw(&self, row: Row) -> Html {
        let id = row.id;
        let light = |on: bool| self.onhighlight.reform(move |_: PointerEvent| on.then_some(id));
        let kernel = match id {
            SeriesId::Plain(kernel) => Some(kernel.to_string()),
            SeriesId::Module | SeriesId::Other => None,
        };
        let (count, digits) = (readable(row.count, self.model.metric), grouped(row.count));
        let title = (count != digits).then_some(digits);
        let class = classes!(row.class, (self.highlighted == Some(id)).then_some("lit"));
        html! {
            <tr {class} data-kernel={kernel} onpointerenter={light(true)} onpointerleave={light(false)}>
                <th scope="row">{ row.name }</th>
                <td {title}>{ count }</td>
                if self.experiment.is_some() {
                    <td class="published">{ row.published.map(grouped).unwrap_or_default() }</td>
                }
                <td>{ row.comparison.map(words::comparison).unwrap_or_default() }</td>
            </tr>
        }
    }
}

/// The module, its other form, the plain convolutions.
#[component]
pub fn Counts(props: &CountsProps) -> Html {
    use_lang();
    let answer = &props.answer;
    let other = answer.other.as_ref().map(|other| props.contender(other, SeriesId::Other));
    let rows = std::iter::once(props.contender(&answer.module, SeriesId::Module))
        .chain(other)
        .chain(answer.rivals.iter().map(|rival| props.rival(rival)));
    html! {
        <table id="counts">
            if props.experiment.is_some() {
                <thead><tr>
                    <td></td>
                    <th scope="col">{ t!("verdict.here") }</th>
                    <th scope="col">{ t!("verdict.published") }</th>
                    <td></td>
                </tr></thead>
            }
            <tbody>{ for rows.map(|row| props.draw(row)) }</tbody>
        </table>
    }
}
