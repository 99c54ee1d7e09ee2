//! One load of a document, watched from inside.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

use crate::harness::Page;

use super::subject::Subject;

const WATCH: &str = include_str!("watch_load.js");

/// What one load took, in milliseconds from the navigation.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Load {
    /// First contentful paint; none where it was not reported yet, which takes a part of the settling.
    pub first_picture: Option<f64>,
    /// Largest contentful paint, with the same exception.
    pub largest_picture: Option<f64>,
    /// The last byte of the programs fetched until then; the floor has none.
    pub program: Option<f64>,
    /// The frame in which the view can be used is done.
    pub usable: f64,
    /// The time beyond 50 ms of every task after the first picture, summed.
    pub blocking: f64,
    /// The sum of the layout shifts, without a unit.
    pub shift: f64,
}

/// Opens the subject and waits until it can be used, and `settle` milliseconds longer.
pub async fn load(page: &Page, subject: &Subject, settle: u32) -> Result<Load> {
    // JSON is JavaScript.
    let source = format!("({WATCH})({}, {settle})", json!(subject.usable));
    page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": source })).await?;
    page.navigate(subject.address).await?;
    page.js("return benchLoad", vec![]).await.with_context(|| subject.name)
}
