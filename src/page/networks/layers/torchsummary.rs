//! The network as torchsummary prints it.

use rust_i18n::t;
use yew::prelude::*;

use crate::arch::Shape;
use crate::cost::torchsummary;
use crate::page::networks::app::Counted;
use crate::page::prefs::use_lang;

/// Properties of [`Torchsummary`].
#[derive(Properties, PartialEq)]
pub struct TorchsummaryProps {
    /// The network.
    pub counted: Counted,
    /// Its input.
    pub input: Shape,
}

/// The tool's table, row for row, and its totals.
#[component]
pub fn Torchsummary(TorchsummaryProps { counted, input }: &TorchsummaryProps) -> Html {
    use_lang();
    let text = use_memo((counted.clone(), *input), |(counted, input)| {
        torchsummary(&counted.network, *input).map(|summary| summary.to_string())
    });
    match &*text {
        Ok(text) => {
            html! { <pre class="net-torchsummary" tabindex="0" id="torchsummary">{ text.clone() }</pre> }
        }
        Err(error) => html! {
            <p class="problem" role="alert">{ t!("net.torchsummary.failed", what = error.to_string()) }</p>
        },
    }
}
