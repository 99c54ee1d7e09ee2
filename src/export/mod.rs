//! IN AND OUT: networks as files and as text for links, tables for papers and spreadsheets.
//!
//! [`network_file`] is JSON for people and programs, [`network_text`] is short enough for an address; both
//! leave out what reading restores: fitted widths and usual names (`item`). [`table`] is CSV, Markdown and
//! LaTeX.
//!
//! Invariant: reading what was written returns the same network
//! ([`Network::fitted`](crate::arch::network::Network::fitted) to its input); input from outside is checked,
//! and an error says where and why it was rejected.
#![warn(missing_docs)]

mod item;
pub mod network_file;
pub mod network_text;
pub mod table;
