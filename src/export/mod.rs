//! HANDING IT ON: what is shown, as text to take away.
//!
//! [`table`] writes tables as CSV, Markdown and LaTeX.
//!
//! Invariant: what is written holds exact numbers; whoever reads it back gets the text that went in.

pub mod table;
