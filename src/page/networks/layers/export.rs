//! The table of layers to take away.

use std::rc::Rc;

use rust_i18n::t;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::cost::{Metric, NetworkCost};
use crate::export::table::{Cell, Table};
use crate::page::networks::rows::{Column, kernel_size};
use crate::page::networks::words;
use crate::page::prefs::use_lang;
use crate::page::take_away::{TextFile, copy, file_name, save};

/// Properties of [`Export`].
#[derive(Clone, Properties, PartialEq)]
pub struct ExportProps {
    /// What the network is called.
    pub name: AttrValue,
    /// The network.
    pub cost: Rc<NetworkCost>,
    /// The rows that are shown, by index.
    pub rows: Rc<Vec<usize>>,
    /// The count that shares are of.
    pub metric: Metric,
}

/// What tables are written as.
#[derive(Clone, Copy, PartialEq)]
enum Format {
    Csv,
    Markdown,
    Latex,
}

impl Format {
    const ALL: [Self; 3] = [Self::Csv, Self::Markdown, Self::Latex];

    const fn name(self) -> &'static str {
        match self {
            Self::Csv => "CSV",
            Self::Markdown => "Markdown",
            Self::Latex => "LaTeX",
        }
    }

    const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Markdown => "md",
            Self::Latex => "tex",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv;charset=utf-8",
            Self::Markdown => "text/markdown;charset=utf-8",
            Self::Latex => "application/x-tex;charset=utf-8",
        }
    }

    fn write(self, table: &Table) -> String {
        match self {
            Self::Csv => table.csv(),
            Self::Markdown => table.markdown(),
            Self::Latex => table.latex(),
        }
    }
}

/// The rows as they are shown, in full: paths, and counts to the last digit.
fn table(props: &ExportProps) -> Table {
    let heads = Column::ALL.map(words::column);
    let kind = t!("net.export.kind").into_owned();
    let [layer, rest @ ..] = heads;
    let columns = [layer, kind].into_iter().chain(rest).collect();
    let whole = props.cost.totals.get(props.metric).unwrap_or_default();
    let rows = props.rows.iter().filter_map(|index| props.cost.rows.get(*index)).map(|row| {
        let counted = |count| if row.counted { Cell::Count(count) } else { Cell::Unknown };
        let part = row.totals.get(props.metric).unwrap_or_default();
        let kernel = row.layer().and_then(kernel_size).map(Cell::Count);
        vec![
            Cell::Text(row.path.clone()),
            Cell::Text(row.kind.class_name().to_owned()),
            kernel.unwrap_or(Cell::Unknown),
            row.output.map_or(Cell::Unknown, |signal| Cell::Text(words::sides(signal))),
            Cell::Count(row.totals.params),
            Cell::Share { part, whole },
            counted(row.totals.macs),
            counted(row.totals.bytes),
            row.receptive_field.map_or(Cell::Unknown, |field| Cell::Count(field.size)),
        ]
    });
    Table { columns, rows: rows.collect() }
}

/// A menu of formats, each to be copied or saved.
#[component]
pub fn Export(props: &ExportProps) -> Html {
    use_lang();
    let said = use_state_eq(|| None::<bool>);
    let row = |format: Format| {
        let (props_copy, props_save) = (props.clone(), props.clone());
        let (said_copy, said_save) = (said.setter(), said.setter());
        let oncopy = Callback::from(move |_: MouseEvent| {
            let text = format.write(&table(&props_copy));
            let said = said_copy.clone();
            spawn_local(async move { said.set(Some(copy(&text).await)) });
        });
        let onsave = Callback::from(move |_: MouseEvent| {
            let file = TextFile {
                name: file_name(&props_save.name, format.extension()),
                media_type: format.media_type(),
                text: format.write(&table(&props_save)),
            };
            said_save.set(save(&file).is_err().then_some(false));
        });
        let name = format.name();
        html! {
            <li>
                <span>{ name }</span>
                <button type="button" class="chip" id={format!("copy-{}", format.extension())}
                    aria-label={format!("{} {name}", t!("net.export.copy"))} onclick={oncopy}>{ t!("net.export.copy") }</button>
                <button type="button" class="chip" id={format!("save-{}", format.extension())}
                    aria-label={format!("{} {name}", t!("net.export.save"))} onclick={onsave}>{ t!("net.export.save") }</button>
            </li>
        }
    };
    html! {
        <details class="net-menu">
            <summary class="chip">{ t!("net.export.title") }</summary>
            <ul>
                { for Format::ALL.map(row) }
                <li role="status" class="small">{
                    match *said {
                        Some(true) => t!("net.export.copied"),
                        Some(false) => t!("net.export.refused"),
                        None => "".into(),
                    }
                }</li>
            </ul>
        </details>
    }
}
