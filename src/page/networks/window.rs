//! Long tables: their rows are drawn as they come into view, so that one of thousands scrolls like one of
//! ten.

use std::ops::Range;

use web_sys::Element;
use yew::prelude::*;

/// Rows drawn above and below those in view, so that a quick scroll finds them there.
const MARGIN: usize = 12;
/// Rows drawn before the table knows its height.
const FIRST: usize = 12;

/// The rows in view of a table that scrolls.
#[derive(Clone, Debug, PartialEq)]
pub struct Window {
    /// Height of a row, in CSS pixels; the style sheet has the same.
    row: u32,
    /// The places of the rows that are drawn.
    pub shown: Range<usize>,
    count: usize,
    /// Called when the table is scrolled.
    pub onscroll: Callback<Event>,
}

/// The first row in view and how many there are, of a scrolled element.
fn in_view(element: &Element, row: u32) -> (usize, usize) {
    let rows = |pixels: i32| usize::try_from(pixels.max(0)).unwrap_or(0) / row as usize;
    (rows(element.scroll_top()), rows(element.client_height()) + 1)
}

/// The rows in view of `scroller`, which holds `count` rows of a height of `row`. It looks again when it is
/// scrolled and when `content` changes.
#[hook]
pub fn use_window<T: PartialEq + 'static>(
    scroller: &NodeRef,
    row: u32,
    count: usize,
    content: T,
) -> Window {
    let view = use_state_eq(|| (0, FIRST));
    let look = {
        let (scroller, view) = (scroller.clone(), view.setter());
        Callback::from(move |()| {
            if let Some(element) = scroller.cast::<Element>() {
                view.set(in_view(&element, row));
            }
        })
    };
    {
        let look = look.clone();
        use_effect_with(content, move |_| look.emit(()));
    }
    let (first, seen) = *view;
    let start = first.saturating_sub(MARGIN).min(count);
    let shown = start..(first + seen + MARGIN).min(count);
    Window { row, shown, count, onscroll: look.reform(|_| ()) }
}

impl Window {
    /// An empty row as high as the rows above the drawn ones.
    pub fn above(&self) -> Html {
        self.space("above", self.shown.start)
    }

    /// An empty row as high as the rows below the drawn ones.
    pub fn below(&self) -> Html {
        self.space("below", self.count - self.shown.end)
    }

    /// It is always there and has a key: rows keep theirs only among siblings that all have one.
    fn space(&self, key: &'static str, rows: usize) -> Html {
        let style = format!("height: {}px", rows * self.row as usize);
        html! { <tr {key} class="space" {style} aria-hidden="true"></tr> }
    }
}
