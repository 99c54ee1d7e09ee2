//! From the click on a view's tab to the view that can be used.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::harness::{Page, Viewport, journey};

use super::conditions::SLOW_DOWN;
use super::load::load;
use super::subject::{FORWARD, MODULE, NETWORKS, Subject};
use super::table::{Figure, Table, Unit};

/// How often each view is opened again in each session.
const AGAIN: usize = 4;

/// A view and its tab.
struct Tab {
    /// Its accessible name, in English.
    name: &'static str,
    view: Subject,
}

const TABS: [Tab; 3] = [
    Tab { name: "Module", view: MODULE },
    Tab { name: "Forward pass", view: FORWARD },
    Tab { name: "Networks", view: NETWORKS },
];

/// The largest network that the page brings.
const GOOGLENET: Subject = Subject { address: "#net=googlenet", ..MODULE };

/// Clicks a tab; gives the milliseconds until the frame is done in which the view can be used, or null where
/// it could be before.
const OPEN: &str = "
    const [name, usable] = arguments;
    const shown = () => document.querySelector(usable)?.checkVisibility({ visibilityProperty: true });
    if (shown()) return null;
    const tabs = [...document.querySelectorAll('nav a, nav button, [role=tab]')];
    const nameOf = (tab) => (tab.ariaLabel ?? tab.textContent).trim();
    const tab = tabs.find((tab) => nameOf(tab) === name);
    if (!tab) throw new Error(`no tab is named ${name}; there are ${tabs.map(nameOf).join(', ')}`);
    const started = performance.now();
    tab.click();
    return new Promise((resolve) => {
        const look = () => {
            if (!shown()) return requestAnimationFrame(look);
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => resolve(performance.now() - started);
            port2.postMessage(null);
        };
        requestAnimationFrame(look);
    });";

/// Opens every view from its tab: the first time in a session, and again.
pub async fn views(sessions: usize) -> Result<Table> {
    let [_, forward, networks] = &TABS;
    let mut first = [forward, networks].map(|tab| (tab, Vec::new()));
    let mut again = TABS.each_ref().map(|tab| (tab, Vec::new()));
    let mut googlenet = Vec::new();
    for _ in 0..sessions {
        journey("bench-views", async |page| {
            start(page, &MODULE).await?;
            for (tab, times) in &mut first {
                times.push(open(page, tab).await?);
            }
            for _ in 0..AGAIN {
                for (tab, times) in &mut again {
                    times.push(open(page, tab).await?);
                }
            }
            Ok(())
        })
        .await?;
        journey("bench-views", async |page| {
            start(page, &GOOGLENET).await?;
            googlenet.push(open(page, networks).await?);
            Ok(())
        })
        .await?;
    }
    let mut table = Table::new("opening", "Opening a view from its tab", Unit::Milliseconds);
    for (tab, times) in first {
        table.push(Figure::new(format!("{}, the first time", tab.view.name), times));
    }
    table.push(Figure::new("Networks on GoogLeNet, the first time", googlenet));
    for (tab, times) in again {
        table.push(Figure::new(format!("{}, again", tab.view.name), times));
    }
    Ok(table)
}

/// Opens the front page and waits until it can be used.
async fn start(page: &Page, front: &Subject) -> Result<()> {
    page.resize(Viewport::DESKTOP).await?;
    page.slow_down(SLOW_DOWN).await?;
    load(page, front, 0).await?;
    Ok(())
}

async fn open(page: &Page, tab: &Tab) -> Result<f64> {
    let Tab { name, view } = tab;
    let time: Option<f64> = page.js(OPEN, vec![json!(name), json!(view.usable)]).await?;
    ensure!(time.is_some(), "the view {name} was open already");
    Ok(time.unwrap_or_default())
}
