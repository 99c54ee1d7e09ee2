//! Where the figures go: printed, and into a file for programs to read.

use std::fs;
use std::path::PathBuf;

use anyhow::{Context, Result};
use serde_json::{Map, Value};

use super::table::Table;

/// The JSON object in a file, which gets a member for every table.
pub struct Report {
    file: PathBuf,
    all: Map<String, Value>,
}

impl Report {
    /// Continues the file's contents.
    pub fn open(file: PathBuf) -> Result<Self> {
        let text = fs::read_to_string(&file).with_context(|| file.display().to_string())?;
        let all = serde_json::from_str(&text).with_context(|| file.display().to_string())?;
        Ok(Self { file, all })
    }

    /// Prints the table, and writes it before anything else is measured.
    pub fn add(&mut self, table: &Table) -> Result<()> {
        table.print();
        self.all.insert(table.id.to_owned(), table.json());
        Ok(fs::write(&self.file, serde_json::to_string_pretty(&self.all)?)?)
    }
}
