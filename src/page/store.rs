//! The page's store as Yew's reducer, and how components reach it.

use std::rc::Rc;

use yew::prelude::*;

use crate::cost::Convention;

pub use crate::state::store::{Block, Change, Refusal, Store, StoreAction};

impl Reducible for Store {
    type Action = StoreAction;

    fn reduce(self: Rc<Self>, action: StoreAction) -> Rc<Self> {
        Rc::new(self.after(action))
    }
}

/// How components send their actions up.
pub type Dispatch = UseReducerDispatcher<Store>;

/// The dispatcher of the page's store.
///
/// # Panics
/// Outside the [`App`](super::app::App), which provides it.
#[hook]
pub fn use_dispatch() -> Dispatch {
    use_context::<Dispatch>().expect("the app provides the dispatcher")
}

/// What is counted on the whole page; every view counts by it. [`App`](super::app::App) provides it.
#[hook]
pub fn use_convention() -> Convention {
    use_context::<Convention>().unwrap_or_default()
}
