//! From the click on a view's tab to the view that can be used.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::harness::{Page, Viewport, journey};

use super::summary::{heading, row};

/// Sessions, in each of which every view is opened for the first time once.
const SESSIONS: usize = 7;
/// How often each view is opened after that, in each session.
const LATER: usize = 4;

/// A view's name, and what stands in it when it can be used.
struct View {
    name: &'static str,
    usable: &'static str,
}

/// In the order of the tabs. The front page opens the first.
const VIEWS: [View; 3] = [
    View { name: "Module", usable: "#in_channels-slider:enabled" },
    // The photograph is there, and a worker has made an input of it.
    View { name: "Forward", usable: "#run:enabled" },
    View { name: "Networks", usable: "#net-params:not(:empty)" },
];

/// The Networks view's place among them.
const NETWORKS: usize = 2;

/// The largest network that the page brings.
const GOOGLENET: &str = "#net=googlenet";

/// Clicks a tab; gives the milliseconds until the frame is done in which the view can be used, or null where
/// it could be before.
const OPEN: &str = "
    const [tab, usable] = arguments;
    const shown = () => document.querySelector(usable)?.checkVisibility({ visibilityProperty: true });
    if (shown()) return null;
    const started = performance.now();
    document.querySelectorAll('nav a')[tab].click();
    return new Promise((resolve) => {
        const look = () => {
            if (!shown()) return requestAnimationFrame(look);
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(performance.now() - started);
            port2.postMessage(null);
        };
        requestAnimationFrame(look);
    });";

/// Opens every view from the tabs: the first time, and again.
pub async fn views(slow_down: f64) -> Result<()> {
    let mut first = VIEWS.map(|_| Vec::new());
    let mut later = VIEWS.map(|_| Vec::new());
    let mut googlenet = Vec::new();
    for _ in 0..SESSIONS {
        journey("bench-views", async |page| {
            start(page, "", slow_down).await?;
            for (index, times) in first.iter_mut().enumerate().skip(1) {
                times.push(open(page, index).await?);
            }
            for index in (0..VIEWS.len()).cycle().take(LATER * VIEWS.len()) {
                later[index].push(open(page, index).await?);
            }
            Ok(())
        })
        .await?;
        journey("bench-views", async |page| {
            start(page, GOOGLENET, slow_down).await?;
            googlenet.push(open(page, NETWORKS).await?);
            Ok(())
        })
        .await?;
    }
    heading(&format!("Opening a view at {slow_down}× slow-down, ms"));
    for (View { name, .. }, times) in VIEWS.iter().zip(&first).skip(1) {
        row(&format!("{name}, the first time"), times);
    }
    row("Networks on GoogLeNet, the first time", &googlenet);
    for (View { name, .. }, times) in VIEWS.iter().zip(&later) {
        row(&format!("{name}, again"), times);
    }
    Ok(())
}

/// Opens the front page at `link` and waits for its view.
async fn start(page: &Page, link: &str, slow_down: f64) -> Result<()> {
    page.resize(Viewport::DESKTOP).await?;
    page.slow_down(slow_down).await?;
    page.open(link).await?;
    page.find(VIEWS[0].usable).await?;
    Ok(())
}

async fn open(page: &Page, index: usize) -> Result<f64> {
    let View { name, usable } = &VIEWS[index];
    let time: Option<f64> = page.js(OPEN, vec![json!(index), json!(usable)]).await?;
    ensure!(time.is_some(), "the view {name} was open already");
    Ok(time.unwrap_or_default())
}
