//! The write-up's module on a photograph, at full speed.

use anyhow::Result;

use crate::harness::{Viewport, journey};

const RUNS: usize = 3;
const MODULE: &str = "#v=1&in=3&w=64-96-128-16-32-32&k=3-5&size=224&view=forward&plain=none";

/// Runs the module; the page itself tells how long its workers took.
pub async fn forward() -> Result<()> {
    let mut times = Vec::new();
    journey("bench-forward", async |page| {
        page.resize(Viewport::DESKTOP).await?;
        page.open(MODULE).await?;
        for _ in 0..RUNS {
            page.find("#run:enabled").await?;
            page.click("#run").await?;
            page.until("the run to start", async || {
                Ok(!page.text(".status").await?.contains("Done"))
            })
            .await?;
            page.expect_text(".status", "Done").await?;
            times.push(page.text("#times tr.module td:nth-of-type(2)").await?);
        }
        Ok(())
    })
    .await?;
    println!("\nInception(3, 64, 96, 128, 16, 32, 32) at 224 × 224, full speed");
    println!("  runs by all workers: {}", times.join(", "));
    Ok(())
}
