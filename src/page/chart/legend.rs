//! The legend: each curve's dash and name.

use yew::prelude::*;

use crate::arch::Form;
use crate::chart::{RGBColor, SeriesId, Theme as Colours};
use crate::page::prefs::use_lang;

use super::readout::series_name;

#[derive(Properties, PartialEq)]
pub struct LegendProps {
    /// The curves, in the order they are drawn.
    pub curves: Vec<SeriesId>,
    pub form: Form,
    /// Called with which curve to highlight.
    pub onhighlight: Callback<Option<SeriesId>>,
}

fn css(RGBColor(red, green, blue): RGBColor) -> String {
    format!("rgb({red} {green} {blue})")
}

/// A row of curve samples; hovering or focusing one fades the other curves.
#[component]
pub fn Legend(LegendProps { curves, form, onhighlight }: &LegendProps) -> Html {
    use_lang();
    let entry = |id: SeriesId| {
        let highlight = |on: bool| {
            let onhighlight = onhighlight.clone();
            move || onhighlight.emit(on.then_some(id))
        };
        let (enter, leave, focus, blur) =
            (highlight(true), highlight(false), highlight(true), highlight(false));
        let stroke = format!(
            "stroke: light-dark({}, {})",
            css(Colours::LIGHT.series(id)),
            css(Colours::DARK.series(id))
        );
        let dash: Vec<_> = id.dash().iter().map(f64::to_string).collect();
        html! {
            <button type="button"
                onpointerenter={Callback::from(move |_| enter())} onpointerleave={Callback::from(move |_| leave())}
                onfocus={Callback::from(move |_| focus())} onblur={Callback::from(move |_| blur())}>
                <svg viewBox="0 0 34 8" aria-hidden="true">
                    <line x1="0" x2="34" y1="4" y2="4" style={stroke}
                        stroke-dasharray={dash.join(" ")} stroke-width={id.width().to_string()} />
                </svg>
                { series_name(id, *form) }
            </button>
        }
    };
    html! { <div class="legend">{ for curves.iter().rev().map(|id| entry(*id)) }</div> }
}
