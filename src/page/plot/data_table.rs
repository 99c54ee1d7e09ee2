//! A plot as a table, for screen readers.

use web_sys::HtmlDetailsElement;
use yew::prelude::*;

use crate::page::controls::popup::close_on_escape;
use crate::page::prefs::use_lang;
use crate::t;

#[derive(Properties, PartialEq)]
pub struct DataTableProps {
    #[prop_or_default]
    pub id: Option<AttrValue>,
    /// What opens the table; "Data table" by default.
    #[prop_or_default]
    pub summary: Option<AttrValue>,
    pub head: Vec<AttrValue>,
    /// Renders the rows while the table is open.
    pub rows: Callback<(), Html>,
}

/// A table in a `<details>`; Escape closes it.
#[component]
pub fn DataTable(DataTableProps { id, summary, head, rows }: &DataTableProps) -> Html {
    use_lang();
    let is_open = use_state_eq(|| false);
    let details = use_node_ref();
    let onkeydown = close_on_escape(&details);
    let ontoggle = {
        let is_open = is_open.setter();
        Callback::from(move |event: Event| {
            let details = event.target_dyn_into::<HtmlDetailsElement>();
            is_open.set(details.is_some_and(|details| details.open()));
        })
    };
    let summary = summary.clone().unwrap_or_else(|| t!("chart.table"));
    html! {
        <details ref={details} class="data" id={id.clone()} {ontoggle} {onkeydown}>
            <summary>{ summary }</summary>
            if *is_open {
                <div class="sheet" tabindex="0"><table>
                    <thead><tr>{ for head.iter().map(|name| html! { <th scope="col">{ name }</th> }) }</tr></thead>
                    <tbody>{ rows.emit(()) }</tbody>
                </table></div>
            }
        </details>
    }
}
