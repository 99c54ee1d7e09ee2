//! The write-up's four experiments, one click each.

use anyhow::{Context, Result};

use crate::harness::{Page, Viewport, journey};

/// The texts in a row of the table of counts.
async fn cells(page: &Page, row: &str) -> Result<Vec<String>> {
    let script = "return [...document.querySelectorAll(arguments[0] + ' td')].map((cell) => cell.textContent)";
    page.js(script, vec![format!("#counts {row}").into()]).await
}

async fn expect_experiment(
    page: &Page,
    index: usize,
    kernel: u64,
    numbers: [&str; 2],
    crossing: &str,
) -> Result<()> {
    page.click(&format!("#experiments .chip:nth-of-type({index})")).await?;
    page.expect_text("#counts tr.module", numbers[0]).await?;
    // Here and in the write-up: the same number twice.
    assert_eq!(cells(page, "tr.module").await?[..2], [numbers[0], numbers[0]]);
    let rival = format!("tr[data-kernel='{kernel}']");
    assert_eq!(cells(page, &rival).await?[..2], [numbers[1], numbers[1]]);
    page.expect_text("#algebra", crossing).await
}

#[tokio::test]
async fn the_four_experiments() -> Result<()> {
    journey("experiments", async |page| {
        page.resize(Viewport::DESKTOP).await?;
        page.open("").await?;
        let from_59 =
            "Cheaper than 3×3 from 59 input channels:\n208·c + 124,128 = 2,304·c + 512 → c = 58.98";
        let from_20 =
            "Cheaper than 5×5 from 20 input channels:\n208·c + 124,128 = 6,400·c + 512 → c = 19.96";
        expect_experiment(page, 1, 3, ["124,752", "7,424"], from_59).await?;
        page.expect_text(".errata", "“about 60” is exactly 59").await?;
        page.expect_text("#arithmetic", "expands instead of reducing").await?;
        expect_experiment(page, 2, 3, ["177,376", "590,336"], from_59).await?;
        expect_experiment(page, 3, 5, ["124,752", "19,712"], from_20).await?;
        page.expect_text(".errata", "“about 10” is exactly 20").await?;
        expect_experiment(page, 4, 5, ["177,376", "1,638,912"], from_20).await?;
        page.screenshot("experiments").await
    })
    .await
    .context("the write-up's sections 5.1 and 5.2")
}
