//! The export menu, and the table of layers for it.

use std::rc::Rc;

use crate::t;
use wasm_bindgen_futures::spawn_local;
use yew::prelude::*;

use crate::arch::{Named, Size};
use crate::cost::{Metric, NetworkCost};
use crate::export::table::{Cell, Table};
use crate::page::controls::Popup;
use crate::page::downloads::{TextFile, copy, file_name, save};
use crate::page::networks::rows::{Column, window};
use crate::page::networks::words;
use crate::page::prefs::use_lang;

/// A format of the export.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Format {
    /// Comma-separated values.
    Csv,
    /// GitHub's Markdown.
    Markdown,
    /// A LaTeX `tabular`.
    Latex,
    /// Plain text.
    Text,
}

impl Format {
    const TABLES: [Self; 3] = [Self::Csv, Self::Markdown, Self::Latex];

    /// The name in the menu.
    #[must_use]
    pub fn name(self) -> AttrValue {
        match self {
            Self::Csv => AttrValue::Static("CSV"),
            Self::Markdown => AttrValue::Static("Markdown"),
            Self::Latex => AttrValue::Static("LaTeX"),
            Self::Text => t!("net.export.text"),
        }
    }

    /// The extension of its files.
    #[must_use]
    pub const fn extension(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Markdown => "md",
            Self::Latex => "tex",
            Self::Text => "txt",
        }
    }

    const fn media_type(self) -> &'static str {
        match self {
            Self::Csv => "text/csv;charset=utf-8",
            Self::Markdown => "text/markdown;charset=utf-8",
            Self::Latex => "application/x-tex;charset=utf-8",
            Self::Text => "text/plain;charset=utf-8",
        }
    }

    fn write(self, table: &Table) -> String {
        match self {
            Self::Markdown => table.markdown(),
            Self::Latex => table.latex(),
            Self::Csv | Self::Text => table.csv(),
        }
    }
}

#[derive(Properties, PartialEq)]
pub struct ExportProps {
    /// The file's name without its extension.
    pub name: AttrValue,
    /// The formats in the menu.
    pub formats: Vec<Format>,
    /// Writes the text; called when a format is copied or saved.
    pub write: Callback<Format, String>,
}

/// A menu of formats, each to be copied or saved.
#[component]
pub fn Export(ExportProps { name, formats, write }: &ExportProps) -> Html {
    use_lang();
    let said = use_state_eq(|| None::<bool>);
    let oncopy = |format: Format| {
        let (write, said) = (write.clone(), said.setter());
        Callback::from(move |_: MouseEvent| {
            let (text, said) = (write.emit(format), said.clone());
            spawn_local(async move { said.set(Some(copy(&text).await)) });
        })
    };
    let onsave = |format: Format| {
        let (write, name, said) = (write.clone(), name.clone(), said.setter());
        Callback::from(move |_: MouseEvent| {
            let file = TextFile {
                name: file_name(&name, format.extension()),
                media_type: format.media_type(),
                text: write.emit(format),
            };
            said.set(save(&file).is_err().then_some(false));
        })
    };
    let row = |format: &Format| {
        let (name, extension) = (format.name(), format.extension());
        let (copy, save) = (t!("net.export.copy"), t!("net.export.save"));
        html! {
            <li>
                <span>{ name.clone() }</span>
                <button type="button" class="chip" id={format!("copy-{extension}")} aria-label={format!("{copy} {name}")}
                    onclick={oncopy(*format)}>{ copy }</button>
                <button type="button" class="chip" id={format!("save-{extension}")} aria-label={format!("{save} {name}")}
                    onclick={onsave(*format)}>{ save }</button>
            </li>
        }
    };
    let outcome =
        said.map(|done| if done { t!("net.export.copied") } else { t!("net.export.refused") });
    html! {
        <Popup label={t!("net.export.title")}>
            <ul class="net-menu">
                { for formats.iter().map(row) }
                <li role="status" class="small">{ outcome.unwrap_or_default() }</li>
            </ul>
        </Popup>
    }
}

#[derive(Clone, Properties, PartialEq)]
pub struct TableExportProps {
    /// The file's name without its extension.
    pub name: AttrValue,
    pub cost: Rc<NetworkCost>,
    /// The rows that are shown, by index.
    pub rows: Rc<Vec<usize>>,
    /// The count that shares are of.
    pub metric: Metric,
}

/// `3` if height and width are equal, otherwise `1x7`.
fn size_cell(size: Size) -> Cell {
    let pair = || Cell::Text(format!("{}x{}", size.height, size.width));
    size.side().map_or_else(pair, Cell::Count)
}

/// The shown rows, with full paths and exact counts.
fn table(props: &TableExportProps) -> Table {
    let name = |column| {
        let [name, _] = words::heading(column, props.metric);
        name.to_string()
    };
    let mut columns: Vec<_> = Column::all().map(name).collect();
    columns.insert(1, t!("net.export.kind").to_string());
    let whole = props.cost.count(props.metric).unwrap_or_default();
    let rows = props.rows.iter().filter_map(|index| props.cost.rows.get(*index)).map(|row| {
        let counted = |count| if row.counted { Cell::Count(count) } else { Cell::Unknown };
        let share = match (row.count(props.metric), props.metric.additive()) {
            (Some(part), Some(_)) => Cell::Share { part, whole },
            (Some(alive), None) => Cell::Count(alive),
            (None, _) => Cell::Unknown,
        };
        let kernel = row.layer().and_then(window).map(|window| size_cell(window.kernel_size));
        vec![
            Cell::Text(row.path.clone()),
            Cell::Text(row.kind.class_name().to_owned()),
            kernel.unwrap_or(Cell::Unknown),
            row.output.map_or(Cell::Unknown, |signal| Cell::Text(words::sides(signal))),
            Cell::Count(row.totals.params),
            share,
            counted(row.totals.macs),
            counted(row.totals.bytes),
            row.receptive_field.map_or(Cell::Unknown, |field| size_cell(field.size)),
        ]
    });
    Table { columns, rows: rows.collect() }
}

/// The export of the table of layers.
#[component]
pub fn TableExport(props: &TableExportProps) -> Html {
    let write = use_callback(props.clone(), |format: Format, props| format.write(&table(props)));
    html! { <Export name={props.name.clone()} formats={Format::TABLES.to_vec()} {write} /> }
}
