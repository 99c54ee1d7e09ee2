//! From the input of a dragged slider to the frame that shows it.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

use crate::harness::{Page, Viewport, journey};

use super::summary::{heading, row};

/// Two seconds at a move each 16 ms.
const STEPS: u32 = 125;
/// Across the crossing points, to the far end.
const FROM: &str = "#v=1&in=3&w=64-96-128-16-32-32&k=3-5&size=224&out=256";

/// Listens to every input. Listeners on the window run first in the capture phase and last in the bubble phase;
/// Yew renders in a microtask after its own listener, so between the two lie handler, render and effects.
/// The first callback of the next frame and the last one enclose what the page does there.
const WATCH: &str = "
    window.benchDrag = [];
    let pointer = 0, input;
    addEventListener('pointermove', (event) => { pointer = event.timeStamp; }, true);
    addEventListener('input', (event) => {
        const entry = { at: event.timeStamp, pointer, started: performance.now() };
        input = entry;
        benchDrag.push(entry);
        requestAnimationFrame(() => {
            entry.frame = performance.now();
            const { port1, port2 } = new MessageChannel();
            port1.onmessage = () => { entry.painted = performance.now(); };
            port2.postMessage(null);
        });
    }, true);
    addEventListener('input', () => {
        const entry = input;
        entry.ended = performance.now();
        requestAnimationFrame(() => { entry.frameEnded = performance.now(); });
    });";

/// One input event; all times on the page's clock.
#[derive(Deserialize)]
#[serde(rename_all = "camelCase")]
struct Input {
    at: f64,
    /// The last move of the pointer before it.
    pointer: f64,
    started: f64,
    ended: f64,
    frame: f64,
    frame_ended: f64,
    painted: f64,
}

/// Seconds the browser's main thread has spent since the page was opened.
struct Spent([f64; 4]);

impl Spent {
    const KINDS: [(&str, &str); 4] = [
        ("script", "ScriptDuration"),
        ("style", "RecalcStyleDuration"),
        ("layout", "LayoutDuration"),
        ("everything", "TaskDuration"),
    ];

    async fn read(page: &Page) -> Result<Self> {
        let answer = page.cdp("Performance.getMetrics", json!({})).await?;
        let metrics = answer["metrics"].as_array().context("a list of metrics")?;
        let of =
            |name: &str| metrics.iter().find(|metric| metric["name"] == name)?["value"].as_f64();
        Ok(Self(Self::KINDS.map(|(_, name)| of(name).unwrap_or(f64::NAN))))
    }
}

/// Drags the slider of the input channels along its whole way.
pub async fn drag(slow_down: f64) -> Result<()> {
    journey("bench-drag", async |page| {
        page.resize(Viewport::DESKTOP).await?;
        page.open(FROM).await?;
        page.find("#counts").await?;
        page.cdp("Performance.enable", json!({})).await?;
        page.slow_down(slow_down).await?;
        // The first drag warms up: code is compiled on its first use.
        page.drag_slider("#in_channels-slider", 1.0, 20).await?;
        page.drag_slider("#in_channels-slider", 0.0, 20).await?;
        page.js::<()>(WATCH, vec![]).await?;

        let before = Spent::read(page).await?;
        page.drag_slider("#in_channels-slider", 1.0, STEPS).await?;
        page.until("the last frame", async || {
            page.js("return benchDrag.every((input) => input.painted)", vec![]).await
        })
        .await?;
        let after = Spent::read(page).await?;
        let inputs: Vec<Input> = page.js("return benchDrag", vec![]).await?;
        report(slow_down, &inputs, &before, &after);
        Ok(())
    })
    .await
}

fn report(slow_down: f64, inputs: &[Input], before: &Spent, after: &Spent) {
    heading(&format!("Dragging a slider at {slow_down}× slow-down, ms"));
    let times = |of: fn(&Input) -> f64| inputs.iter().map(of).collect::<Vec<_>>();
    row("input → painted frame", &times(|input| input.painted - input.at));
    row("pointer move → painted frame", &times(|input| input.painted - input.pointer));
    let scripting = |input: &Input| input.ended - input.started + input.frame_ended - input.frame;
    row("scripting an input", &times(scripting));
    row("  handler, render, effects", &times(|input| input.ended - input.started));
    row("  in the frame's callbacks", &times(|input| input.frame_ended - input.frame));
    let (Some(first), Some(last)) = (inputs.first(), inputs.last()) else { return };
    println!("  {} inputs in {:.2} s", inputs.len(), (last.painted - first.at) / 1e3);
    let averages = Spent::KINDS.iter().enumerate().map(|(index, (name, _))| {
        let seconds = after.0[index] - before.0[index];
        format!("{name} {:.1}", seconds * 1e3 / inputs.len() as f64)
    });
    let averages: Vec<_> = averages.collect();
    println!("  the main thread an input, on average: {}", averages.join(", "));
}
