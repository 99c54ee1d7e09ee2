//! From the input of a dragged slider to the frame that shows it.

use anyhow::{Context, Result};
use serde::Deserialize;
use serde_json::json;

use crate::harness::{Page, Viewport, journey};

use super::conditions::SLOW_DOWN;
use super::load::load;
use super::subject::{FLOOR, MODULE, Subject};
use super::table::{Figure, Table, Unit};

/// Two seconds at a move each 16 ms.
const STEPS: u32 = 125;

/// A slider, and its document.
struct Slider {
    document: Subject,
    css: &'static str,
}

/// The input channels: across the crossing points, to the far end.
const CHANNELS: Slider = Slider {
    document: Subject {
        address: "#v=1&in=3&w=64-96-128-16-32-32&k=3-5&size=224&out=256",
        ..MODULE
    },
    css: "#in_channels-slider",
};

const OF_FLOOR: Slider = Slider { document: FLOOR, css: "#slider" };

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

/// Milliseconds that the browser's main thread has spent since the document was opened.
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
        Ok(Self(Self::KINDS.map(|(_, name)| of(name).map_or(f64::NAN, |seconds| seconds * 1e3))))
    }
}

/// What the drags of one slider took.
#[derive(Default)]
struct Drags {
    inputs: Vec<Input>,
    /// For each of [`Spent::KINDS`]: milliseconds an input, on average over each drag.
    spent: [Vec<f64>; 4],
}

/// Drags the page's slider and the floor's in turn, each along its whole way.
pub async fn drag(rounds: usize) -> Result<[Table; 2]> {
    let (mut page, mut floor) = (Drags::default(), Drags::default());
    for _ in 0..rounds {
        one_drag(&OF_FLOOR, &mut floor).await?;
        one_drag(&CHANNELS, &mut page).await?;
    }
    Ok([inputs(&page, &floor), main_thread(page, floor)])
}

async fn one_drag(slider: &Slider, drags: &mut Drags) -> Result<()> {
    let Slider { document, css } = slider;
    journey("bench-drag", async |page| {
        page.resize(Viewport::DESKTOP).await?;
        load(page, document, 0).await?;
        page.cdp("Performance.enable", json!({})).await?;
        page.slow_down(SLOW_DOWN).await?;
        // The first drag warms up: code is compiled on its first use.
        page.drag_slider(css, 1.0, 20).await?;
        page.drag_slider(css, 0.0, 20).await?;
        page.js::<()>(WATCH, vec![]).await?;

        let before = Spent::read(page).await?;
        page.drag_slider(css, 1.0, STEPS).await?;
        page.until("the last frame", async || {
            page.js("return benchDrag.every((input) => input.painted)", vec![]).await
        })
        .await?;
        let after = Spent::read(page).await?;
        let inputs: Vec<Input> = page.js("return benchDrag", vec![]).await?;
        let count = inputs.len() as f64;
        for ((all, before), after) in drags.spent.iter_mut().zip(before.0).zip(after.0) {
            all.push((after - before) / count);
        }
        drags.inputs.extend(inputs);
        Ok(())
    })
    .await
}

/// What each input took.
fn inputs(page: &Drags, floor: &Drags) -> Table {
    type Of = fn(&Input) -> f64;
    const FIGURES: [(&str, Of); 5] = [
        ("input → painted frame", |input| input.painted - input.at),
        ("pointer move → painted frame", |input| input.painted - input.pointer),
        ("scripting", |input| input.ended - input.started + input.frame_ended - input.frame),
        ("scripting: handler, render, effects", |input| input.ended - input.started),
        ("scripting: in the frame's callbacks", |input| input.frame_ended - input.frame),
    ];
    let mut table = Table::new("drag", "An input while a slider is dragged", Unit::Milliseconds);
    for (name, of) in FIGURES {
        let values = |drags: &Drags| drags.inputs.iter().map(of).collect();
        table.push(Figure::new(name, values(page)).beside(values(floor)));
    }
    table
}

/// What the main thread spent on an input, the browser's own work included.
fn main_thread(page: Drags, floor: Drags) -> Table {
    let title = "The main thread an input, averages of drags";
    let mut table = Table::new("drag_main_thread", title, Unit::Milliseconds);
    for (((name, _), page), floor) in Spent::KINDS.iter().zip(page.spent).zip(floor.spent) {
        table.push(Figure::new(*name, page).beside(floor));
    }
    table
}
