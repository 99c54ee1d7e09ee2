//! Reading cases in JSON and comparing numbers with them.

use std::path::Path;

use serde_json::Value;

use crate::cases::{Outcome, name};

/// A file's contents.
pub fn read(path: &Path) -> Value {
    serde_json::from_slice(&std::fs::read(path).unwrap())
        .unwrap_or_else(|error| panic!("{}: {error}", name(path)))
}

/// A whole number.
pub fn number(value: &Value) -> Result<u64, String> {
    value.as_u64().ok_or_else(|| format!("{value} is no whole number"))
}

/// A list of whole numbers.
pub fn numbers<const N: usize>(value: &Value) -> Result<[u64; N], String> {
    let list: Vec<u64> = value.as_array().into_iter().flatten().filter_map(Value::as_u64).collect();
    list.try_into().map_err(|_| format!("{value} is not {N} whole numbers"))
}

/// An entry may leave a count out; one that it gives must be met.
pub fn equal(what: &str, given: u64, expected: &Value) -> Outcome {
    if expected.is_null() || expected.as_u64() == Some(given) {
        Ok(())
    } else {
        Err(format!("{what} is {given} for {expected}"))
    }
}

/// An error as a case reports it.
#[expect(clippy::needless_pass_by_value, reason = "it stands in `map_err`")]
pub fn text(error: impl ToString) -> String {
    error.to_string()
}
