//! The network as torchsummary prints it.

use crate::t;
use yew::prelude::*;

use crate::arch::Shape;
use crate::cost::torchsummary;
use crate::page::networks::counted::Counted;
use crate::page::networks::words;
use crate::page::prefs::use_lang;

use super::export::{Export, Format};

#[derive(Properties, PartialEq)]
pub struct TorchsummaryProps {
    pub counted: Counted,
    pub input: Shape,
    /// The file's name without its extension.
    pub name: AttrValue,
}

/// The tool's table, row for row, and its totals.
#[component]
pub fn Torchsummary(TorchsummaryProps { counted, input, name }: &TorchsummaryProps) -> Html {
    use_lang();
    let text = use_memo((counted.clone(), *input), |(counted, input)| {
        torchsummary(&counted.network, *input).map(|summary| summary.to_string())
    });
    let write = use_callback(text.clone(), |_: Format, text| match &**text {
        Ok(text) => text.clone(),
        Err(_) => String::new(),
    });
    match &*text {
        Ok(text) => html! {
            <>
                <div class="net-torchsummary-head">
                    <Export name={format!("{name}-torchsummary")} formats={vec![Format::Text]} {write} />
                </div>
                if let Some(row) = counted.cost.rows.iter().find(|row| row.is_flattened()) {
                    <p class="small flattened">{ t!("net.torchsummary.flattened", path = row.path) }</p>
                }
                <pre class="net-torchsummary" tabindex="0" id="torchsummary">{ text.clone() }</pre>
            </>
        },
        Err(error) => html! {
            <p class="problem" role="alert">{ t!("net.torchsummary.failed", what = words::torch_error(error)) }</p>
        },
    }
}
