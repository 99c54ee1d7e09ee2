//! From navigation to a slider that can be used.

use anyhow::Result;
use serde::Deserialize;
use serde_json::json;

use crate::harness::{Page, Viewport, journey};

use super::summary::{heading, row};

const LOADS: usize = 9;

/// Runs before the page's own scripts. All times count from the navigation.
const WATCH: &str = "
    const usable = () => document.getElementById('counts')
        && document.querySelector('#in_channels-slider:enabled');
    const observer = new MutationObserver(() => {
        if (!usable()) return;
        observer.disconnect();
        const found = performance.now();
        requestAnimationFrame(() => {
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => { window.benchLoad = { found, painted: performance.now() }; };
            port2.postMessage(null);
        });
    });
    observer.observe(document, { childList: true, subtree: true });";

/// What one load took, in milliseconds.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Load {
    /// Until the last byte of the page's wasm.
    wasm: f64,
    /// Until the counts and an enabled slider stood in the document.
    found: f64,
    /// Until the frame with them was done.
    painted: f64,
    /// What was fetched until then, in order.
    files: Vec<String>,
}

/// What is fetched later, such as a photograph, is no part of the first load.
const READ: &str = "
    const resources = performance.getEntriesByType('resource');
    const first = resources.filter((entry) => entry.startTime < window.benchLoad.found);
    const wasm = first.filter((entry) => entry.name.endsWith('.wasm')).map((entry) => entry.responseEnd);
    return { wasm: Math.max(...wasm), ...window.benchLoad,
        files: first.map((entry) => entry.name.split('/').pop()) };";

/// Loads the front page again and again with an empty cache.
pub async fn first_load(slow_down: f64) -> Result<()> {
    let mut loads = Vec::new();
    for _ in 0..LOADS {
        // A session of its own: nothing compiled or fetched earlier is left.
        journey("bench-first-load", async |page| {
            loads.push(load(page, slow_down).await?);
            Ok(())
        })
        .await?;
    }
    heading(&format!("First load at {slow_down}× slow-down, ms from navigation"));
    let times = |of: fn(&Load) -> f64| loads.iter().map(of).collect::<Vec<_>>();
    row("the page's wasm has arrived", &times(|load| load.wasm));
    row("counts and slider are there", &times(|load| load.found));
    row("and painted: usable", &times(|load| load.painted));
    if let Some(load) = loads.first() {
        println!("  fetched: {}", load.files.join(", "));
    }
    Ok(())
}

async fn load(page: &Page, slow_down: f64) -> Result<Load> {
    page.resize(Viewport::DESKTOP).await?;
    page.cdp("Page.addScriptToEvaluateOnNewDocument", json!({ "source": WATCH })).await?;
    page.slow_down(slow_down).await?;
    page.open("").await?;
    page.until("the first view", async || {
        page.js("return window.benchLoad !== undefined", vec![]).await
    })
    .await?;
    page.js(READ, vec![]).await
}
