//! HANDING IT ON: networks as files and as text for links, tables for papers and spreadsheets.
//!
//! [`network_file`] is JSON for people and programs, [`network_text`] is short enough for an address; both
//! write of a network only what a reader can't tell for himself (`item`). [`table`] is CSV, Markdown and
//! LaTeX.
//!
//! Invariant: what is written is read back as it was ([`Network::fitted`](crate::arch::network::Network::fitted)
//! to its input); what is read from outside is checked, or says where and why it can't be taken.
#![warn(missing_docs)]

mod item;
pub mod network_file;
pub mod network_text;
pub mod table;
