//! The link: it brings everything back, and no link breaks the page.

use anyhow::{Result, ensure};
use thirtyfour::Key;

use crate::harness::{Viewport, journey};

#[tokio::test]
async fn a_reload_brings_everything_back() -> Result<()> {
    journey("reload", async |page| {
        page.resize(Viewport::DESKTOP).await?;
        page.open("").await?;
        page.press("#in_channels-slider", Key::End).await?;
        page.click("#metric .chip:nth-of-type(2)").await?;
        page.click(".chip.kernel.k7").await?;
        page.click(".chart h2 .chip").await?;
        page.expect_text("#counts", "conv 7×7").await?;
        let before = page.text("#counts").await?;
        let link = page.driver.current_url().await?.to_string();
        for part in
            ["in=1024", "w=64-96-128-16-32-32", "k=3-5", "metric=macs", "plain=3-5-7", "axis=log"]
        {
            ensure!(link.contains(part), "{part} is not in {link}");
        }
        page.reload().await?;
        page.expect_text("#counts", "conv 7×7").await?;
        assert_eq!(page.text("#counts").await?, before);
        assert_eq!(page.driver.current_url().await?.to_string(), link);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn what_a_link_gets_wrong_is_said() -> Result<()> {
    journey("bad-link", async |page| {
        page.resize(Viewport::DESKTOP).await?;
        page.open("#in=5000&w=64-96-128-16-32-32&k=4-5&metric=weight&colour=red&size=NaN").await?;
        page.expect_text(".notices", "Input channels was 5000; allowed: 1 to 1,024. Now 1,024.")
            .await?;
        page.expect_text(".notices", "Kernel size of branch 2 was 4").await?;
        page.expect_text(".notices", "“metric” was “weight”").await?;
        page.expect_text(".notices", "“colour”").await?;
        page.expect_text(".notices", "“NaN”").await?;
        page.expect_text("#counts tr.module", "337,120").await?;
        page.click(".notices button").await?;
        page.until("the notices to go", async || {
            page.js("return !document.querySelector('.notices')", vec![]).await
        })
        .await
    })
    .await
}

#[tokio::test]
async fn rubbish_in_the_fragment_breaks_nothing() -> Result<()> {
    journey("rubbish", async |page| {
        page.resize(Viewport::DESKTOP).await?;
        let long = format!("#{}", "%F0%9F%90%B1&=&&in=%&w=-&".repeat(2000));
        let hostile = [
            "#%",
            "#<script>alert(1)</script>",
            "#in=999999999999999999999999999999&w=0-0-0-0-0-0&v=-1",
            "#in=1e3&w=1,2,3&k=%00-%ff&size=0x0&seed=-1",
            &long,
        ];
        for fragment in hostile {
            page.open(fragment).await?;
            page.expect_text("#totals", "parameters").await?;
            page.find(".notices").await?;
        }
        Ok(())
    })
    .await
}

#[tokio::test]
async fn back_returns_to_the_view_and_keeps_the_edits() -> Result<()> {
    journey("back", async |page| {
        page.resize(Viewport::DESKTOP).await?;
        page.open("").await?;
        page.open_view("forward").await?;
        page.find("#run").await?;
        page.click("#as-write-up").await?;
        page.driver.back().await?;
        page.until("the module view", async || {
            Ok(page.find("#plot").await?.is_displayed().await?)
        })
        .await?;
        page.expect_text("#counts tr.module", "124,752").await?;
        // A link typed into the address bar is taken at once.
        page.js::<()>("location.hash = '#in=256&w=64-96-128-16-32-32&k=3-5&size=224'", vec![])
            .await?;
        page.expect_text("#counts tr.module", "177,376").await?;
        Ok(())
    })
    .await
}
