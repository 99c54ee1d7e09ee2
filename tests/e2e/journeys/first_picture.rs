//! What stands there before the program has arrived, and that nothing jumps when it takes over.

use anyhow::{Result, ensure};
use serde_json::json;

use crate::harness::{Page, Viewport, journey};

/// The sum of all layout shifts since the navigation.
const LAYOUT_SHIFT: &str = "
    return new Promise((resolve) => {
        let sum = 0;
        const add = (list) => {
            for (const entry of list.getEntries()) if (!entry.hadRecentInput) sum += entry.value;
        };
        new PerformanceObserver(add).observe({ type: 'layout-shift', buffered: true });
        setTimeout(() => resolve(sum), 1000);
    });";

/// Opens a link without its program, lets `body` look at it, and forgets the errors that this makes.
async fn without_the_program(
    name: &str,
    link: &str,
    languages: &str,
    body: impl AsyncFnOnce(&Page) -> Result<()>,
) -> Result<()> {
    journey(name, async |page| {
        page.resize(Viewport::DESKTOP).await?;
        page.speak(languages).await?;
        page.cdp("Network.enable", json!({})).await?;
        page.cdp("Network.setBlockedURLs", json!({ "urls": ["*.wasm"] })).await?;
        page.navigate(link).await?;
        page.find(".first-picture h1").await?;
        body(page).await?;
        page.screenshot(name).await?;
        page.console_errors().await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_header_the_diagram_and_the_chart_need_no_program() -> Result<()> {
    without_the_program("picture-module", "", "en", async |page| {
        page.expect_text("nav a[aria-current]", "Module").await?;
        page.expect_text("#totals", "164,064").await?;
        ensure!(page.find(".picture").await?.is_displayed().await?);
        ensure!(page.find("#plot > svg").await?.is_displayed().await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_picture_is_of_the_links_view_in_the_readers_language() -> Result<()> {
    without_the_program("picture-networks", "#view=networks", "ko-KR,en", async |page| {
        page.expect_text("nav a[aria-current]", "네트워크").await?;
        ensure!(page.find("#network").await?.is_displayed().await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn another_links_numbers_are_not_those_of_the_picture() -> Result<()> {
    without_the_program("picture-without-numbers", "#v=1&in=832", "en", async |page| {
        ensure!(page.find(".chart h2").await?.is_displayed().await?);
        ensure!(!page.find("#totals").await?.is_displayed().await?);
        let visible = "return document.querySelector('.picture').checkVisibility({ visibilityProperty: true })";
        ensure!(!page.js::<bool>(visible, vec![]).await?);
        Ok(())
    })
    .await
}

#[tokio::test]
async fn nothing_jumps_when_the_program_takes_over() -> Result<()> {
    for viewport in [Viewport::DESKTOP, Viewport::PHONE] {
        for (link, usable) in
            [("", "#counts"), ("#view=forward", "#run:enabled"), ("#view=networks", "#net-params")]
        {
            journey("picture-shift", async |page| {
                page.resize(viewport).await?;
                page.open(link).await?;
                page.find(usable).await?;
                let shift: f64 = page.js(LAYOUT_SHIFT, vec![]).await?;
                ensure!(shift <= 0.02, "{link} shifts by {shift} at {viewport:?}");
                Ok(())
            })
            .await?;
        }
    }
    Ok(())
}
