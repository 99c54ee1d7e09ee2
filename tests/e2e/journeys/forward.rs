//! The forward pass: a photograph through the module.

use anyhow::{Result, ensure};

use crate::harness::{Page, Viewport, journey, project};

pub const WRITE_UP: &str = "#v=1&in=3&w=64-96-128-16-32-32&k=3-5&size=224&view=forward";

/// Opens the view and waits for its photograph.
pub async fn open(page: &Page, fragment: &str) -> Result<()> {
    page.resize(Viewport::DESKTOP).await?;
    page.open(fragment).await?;
    page.find("#run:enabled").await?;
    Ok(())
}

#[tokio::test]
async fn a_photograph_of_ones_own_gives_the_write_ups_shapes() -> Result<()> {
    journey("forward", async |page| {
        open(page, WRITE_UP).await?;
        page.upload("#photo-file", &project().join("tests/fixtures/reference/rocket.png")).await?;
        page.expect_text(".preprocessing", "rocket.png · 640 × 427").await?;
        page.expect_text(".preprocessing", "Resize(256) → CenterCrop((224, 224))").await?;
        page.click("#run").await?;
        page.expect_text(".status", "Done").await?;
        assert_eq!(
            page.text("#shapes").await?,
            "branch1 : torch.Size([1, 64, 224, 224])\n\
             branch2 : torch.Size([1, 128, 224, 224])\n\
             branch3 : torch.Size([1, 32, 224, 224])\n\
             branch4 : torch.Size([1, 32, 224, 224])\n\
             output  : torch.Size([1, 256, 224, 224])"
        );
        page.expect_text("#times tr.module", "6.2 G").await?;
        page.expect_text("#times", "conv 3×3 → 256").await?;
        if page.js::<u32>("return navigator.hardwareConcurrency", vec![]).await? > 1 {
            page.expect_text("#workers", "workers shared the work").await?;
        }
        // Every channel can be reached, and none is drawn before it is.
        page.click(".tabs .chip:nth-of-type(2)").await?;
        page.expect_text(".pager", "1–32 of 128").await?;
        for _ in 0..3 {
            page.click(".pager .chip:last-of-type").await?;
        }
        page.expect_text(".pager", "97–128 of 128").await?;
        page.click(".tile:last-of-type").await?;
        page.expect_text("figure.large", "Channel 127").await?;
        let point = page.point("figure.large canvas", 0.5, 0.5).await?;
        #[expect(clippy::cast_possible_truncation, reason = "a point in the viewport")]
        let (x, y) = (point.x as i64, point.y as i64);
        page.driver.action_chain().move_to(x, y).perform().await?;
        page.expect_text("figure.large", "row 11").await?;
        page.screenshot("forward").await
    })
    .await
}

#[tokio::test]
async fn a_run_is_cancelled_and_another_replaces_it() -> Result<()> {
    journey("cancel", async |page| {
        // Large enough to be caught running.
        open(page, "#v=1&in=256&w=512-512-512-256-256-256&k=7-11&size=256&view=forward&plain=none")
            .await?;
        page.click("#run").await?;
        page.find(".status progress").await?;
        page.click("#cancel").await?;
        page.expect_text(".status", "Cancelled").await?;
        page.click("#run").await?;
        page.find(".status progress").await?;
        // The page answers while the worker is at it.
        let seed = "#seed";
        page.press(seed, "7").await?;
        page.click("#run").await?;
        page.find(".status progress").await?;
        page.click("#cancel").await?;
        page.expect_text(".status", "Cancelled").await?;
        page.click("#as-write-up").await?;
        page.find("#run:enabled").await?;
        page.click("#run").await?;
        page.expect_text("#shapes", "torch.Size([1, 256, 224, 224])").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn other_channels_are_made_by_a_fixed_layer_and_it_is_said() -> Result<()> {
    journey("lift", async |page| {
        open(page, "#v=1&in=192&w=64-96-128-16-32-32&k=3-5&size=28&view=forward").await?;
        page.click("#run").await?;
        page.expect_text(".results", "wants 192 channels").await?;
        page.expect_text("#shapes", "torch.Size([1, 256, 28, 28])").await?;
        page.expect_text(".status", "Done").await?;
        page.click_button("Reset").await?;
        page.press("#seed", "5").await?;
        page.press("#seed", thirtyfour::Key::Enter).await?;
        page.expect_text("#outdated", "changed since").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_does_not_fit_is_refused_before_it_starts() -> Result<()> {
    journey("memory", async |page| {
        page.resize(Viewport::DESKTOP).await?;
        page.open("#v=1&in=1024&w=4096-512-4096-512-4096-4096&k=3-5&size=512&view=forward").await?;
        page.expect_text("#memory", "at most 2.0 GiB").await?;
        ensure!(!page.find("#run").await?.is_enabled().await?);
        Ok(())
    })
    .await
}
