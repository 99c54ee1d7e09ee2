//! Bars.

use yew::prelude::*;

/// A bar that is `part / whole` of its place long, as the style sheet's `--part`.
pub fn bar(part: u64, whole: u64, class: impl Into<Classes>) -> Html {
    let share = part as f64 / whole.max(1) as f64;
    html! { <span class={classes!("bar", class.into())} style={format!("--part: {share:.4}")}></span> }
}
