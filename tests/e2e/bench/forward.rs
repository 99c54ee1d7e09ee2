//! The write-up's module on a photograph, at full speed.

use anyhow::{Context, Result};

use crate::harness::{Viewport, journey};

use super::table::{Figure, Table, Unit};

const MODULE: &str = "#v=1&in=3&w=64-96-128-16-32-32&k=3-5&size=224&view=forward&plain=none";

/// Runs the module; the page itself tells how long its workers took.
pub async fn forward(runs: usize) -> Result<Table> {
    let mut times = Vec::new();
    journey("bench-forward", async |page| {
        page.resize(Viewport::DESKTOP).await?;
        page.open(MODULE).await?;
        for _ in 0..runs {
            page.find("#run:enabled").await?;
            page.click("#run").await?;
            page.until("the run to start", async || {
                Ok(!page.text(".status").await?.contains("Done"))
            })
            .await?;
            page.expect_text(".status", "Done").await?;
            times.push(milliseconds(&page.text("#times tr.module td:nth-of-type(2)").await?)?);
        }
        Ok(())
    })
    .await?;
    let mut table = Table::new("forward_pass", "A forward pass at full speed", Unit::Milliseconds);
    table.push(Figure::new("Inception(3, 64, 96, 128, 16, 32, 32), 224 × 224", times));
    Ok(table)
}

/// Reads a time as the page writes it: `12.3 ms` or `1.23 s`.
fn milliseconds(text: &str) -> Result<f64> {
    let (number, factor) = match text.strip_suffix(" ms") {
        Some(number) => (number, 1.0),
        None => (text.strip_suffix(" s").unwrap_or(text), 1e3),
    };
    let number: f64 = number.parse().with_context(|| format!("not a time: {text:?}"))?;
    Ok(number * factor)
}
