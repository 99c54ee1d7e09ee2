//! Views that are programs of their own, so that nobody waits for them before they open one.
//!
//! Each is a second instance of WebAssembly beside the page's, in an element beside the page's root.
//! (Inside the root, both would take the events of its elements for theirs.) [`host`] is the page's end:
//! it loads a program and tells it where the page is. [`program`] is the program's end, [`bridge`] the
//! line between them, and [`texts`] its words.
//!
//! Whoever speaks holds its own state; what crosses is links, which is how state is written down anyway.

#[cfg(target_arch = "wasm32")]
pub mod bridge;
#[cfg(target_arch = "wasm32")]
pub mod host;
#[cfg(target_arch = "wasm32")]
pub mod program;
pub mod texts;

/// A view that is loaded when it is first opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Late {
    /// The Forward view.
    Forward,
    /// The Networks view.
    Networks,
}

impl Late {
    /// Every one.
    pub const ALL: [Self; 2] = [Self::Forward, Self::Networks];

    /// The id of its element in the document, and what its files are called.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Forward => "forward",
            Self::Networks => "networks",
        }
    }

    /// Its looks, relative to the page so that it works below any path.
    #[must_use]
    pub fn style(self) -> String {
        format!("./{}.css", self.name())
    }

    /// The module that starts it: the name Trunk gives to that of a program.
    #[must_use]
    pub fn script(self) -> String {
        format!("./{}.js", self.name())
    }

    /// What is worth fetching before it is opened.
    #[must_use]
    pub fn files(self) -> [String; 3] {
        [self.style(), self.script(), format!("./{}_bg.wasm", self.name())]
    }
}
