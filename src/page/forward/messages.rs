//! What the Forward view tells the page. What the page tells it is where the page is, as all late programs.

use crate::page::late::bridge::Message;

/// The model was changed in the view: one step.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ModelChanged {
    /// The link of the model as it is now.
    pub link: String,
}

impl Message for ModelChanged {
    const EVENT: &'static str = "model-changed";

    fn parts(&self) -> Vec<&str> {
        vec![&self.link]
    }

    fn of_parts(parts: &[&str]) -> Option<Self> {
        let [link] = *parts else { return None };
        Some(Self { link: link.to_owned() })
    }
}
