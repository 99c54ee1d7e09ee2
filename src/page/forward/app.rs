//! The view's frame: a mirror of the page's model, which its controls work on as the page's own do.
//!
//! The page holds the history. It tells the committed model, which the mirror takes; what is changed here
//! is told when it is committed, and becomes a step there.

use yew::prelude::*;

use crate::page::late::program::{self, use_look};
use crate::page::late::{Late, bridge};
use crate::page::prefs::Lang;
use crate::page::store::{Dispatch, Store, StoreAction};
use crate::state::link;

use super::messages::ModelChanged;
use super::texts;
use super::view::ForwardView;

/// The whole view.
#[component]
pub fn App() -> Html {
    let look = use_look(Late::Forward);
    let store = use_reducer_eq(|| Store::new(link::read(&look.link)));
    let here = link::write(store.history.committed());
    {
        let (dispatch, here) = (store.dispatcher(), here.clone());
        use_effect_with(look.link.clone(), move |there| {
            // What was changed here comes back as the page's: it is here already.
            if *there != here {
                dispatch.dispatch(StoreAction::Read(Box::new(link::read(there))));
            }
        });
    }
    {
        let there = look.link.clone();
        use_effect_with(here, move |here| {
            if *here != there {
                bridge::tell(Late::Forward, &ModelChanged { link: here.clone() });
            }
        });
    }
    html! {
        <ContextProvider<Lang> context={look.lang}>
        <ContextProvider<Dispatch> context={store.dispatcher()}>
            <main>
                <ForwardView model={*store.history.shown()} open={look.open} refusal={store.refusal} />
            </main>
        </ContextProvider<Dispatch>>
        </ContextProvider<Lang>>
    }
}

/// Starts the view in its place of the document.
pub fn start() {
    texts::install();
    program::start::<App>(Late::Forward);
}
