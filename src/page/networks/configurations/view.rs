//! The two figures beside each other.

use std::rc::Rc;

use crate::t;
use yew::prelude::*;

use crate::page::prefs::use_lang;
use crate::page::store::use_convention;
use crate::state::networks::Networks;

use super::columns::Column;
use super::columns_table::Table;
use super::error_chart::Chart;

#[derive(Properties, PartialEq)]
pub struct ConfigurationsViewProps {
    pub networks: Rc<Networks>,
}

/// VGG's table, and its accuracy against its cost.
#[component]
pub fn ConfigurationsView(ConfigurationsViewProps { networks }: &ConfigurationsViewProps) -> Html {
    use_lang();
    let asked = (networks.input, use_convention());
    let columns =
        use_memo(asked, |(input, convention)| Column::all(*input, *convention).map(Rc::new));
    match &*columns {
        Ok(columns) => html! {
            <div class="net-vgg">
                <Table networks={networks.clone()} columns={columns.clone()} />
                <Chart networks={networks.clone()} columns={columns.clone()} />
            </div>
        },
        Err(error) => html! {
            <p class="card" role="alert">{ t!("error.too_large", what = error.to_string()) }</p>
        },
    }
}
