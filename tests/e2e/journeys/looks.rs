//! Languages, themes, and a phone.

use anyhow::{Result, ensure};
use thirtyfour::Key;

use crate::harness::{Page, Viewport, journey};

/// Whether the page is wider than its window.
async fn overflows(page: &Page) -> Result<bool> {
    page.js("return document.documentElement.scrollWidth > window.innerWidth", vec![]).await
}

#[tokio::test]
async fn korean_by_the_browser_and_by_the_switch() -> Result<()> {
    journey("korean", async |page| {
        page.resize(Viewport::DESKTOP).await?;
        page.speak("ko-KR,en").await?;
        page.open("").await?;
        page.expect_text("#verdict", "파라미터가 2.7배 적습니다").await?;
        assert_eq!(page.js::<String>("return document.documentElement.lang", vec![]).await?, "ko");
        ensure!(!overflows(page).await?);
        page.screenshot("korean").await?;
        page.click(".tools [lang='en']").await?;
        page.expect_text("#verdict", "2.7 times fewer parameters").await?;
        page.reload().await?;
        page.expect_text("#verdict", "2.7 times fewer parameters").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn dark_by_the_system_and_by_the_switch() -> Result<()> {
    journey("dark", async |page| {
        let background = async || -> Result<String> {
            page.js("return getComputedStyle(document.body).backgroundColor", vec![]).await
        };
        page.resize(Viewport::DESKTOP).await?;
        page.prefer(&[("prefers-color-scheme", "dark")]).await?;
        page.open("").await?;
        page.find("#counts").await?;
        let dark = background().await?;
        page.screenshot("dark").await?;
        page.click_button("Light theme").await?;
        page.until("the light theme", async || Ok(background().await? != dark)).await?;
        page.reload().await?;
        page.find("#counts").await?;
        ensure!(background().await? != dark, "the choice is kept");
        Ok(())
    })
    .await
}

#[tokio::test]
async fn all_of_the_module_on_one_screen() -> Result<()> {
    journey("one-screen", async |page| {
        page.resize(Viewport::DESKTOP).await?;
        page.open("").await?;
        page.find("#counts").await?;
        let bottoms: Vec<f64> = page
            .js(
                "return ['#controls', '.diagram', '.chart', '.verdict', '#experiments', '#terms']
                    .map((css) => document.querySelector(css).getBoundingClientRect().bottom)",
                vec![],
            )
            .await?;
        ensure!(bottoms.iter().all(|bottom| *bottom <= 768.0), "{bottoms:?}");
        ensure!(!overflows(page).await?);
        page.screenshot("module").await
    })
    .await
}

#[tokio::test]
async fn a_phone_keeps_the_effect_of_a_slider_in_view() -> Result<()> {
    journey("phone", async |page| {
        page.resize(Viewport::PHONE).await?;
        page.open("").await?;
        page.find("#counts").await?;
        ensure!(!overflows(page).await?);
        page.press("#in_channels-slider", Key::Home).await?;
        page.expect_text("#verdict", "times more").await?;
        let (verdict, sheet): (f64, f64) = page
            .js(
                "return [document.querySelector('#verdict').getBoundingClientRect().bottom,
                    document.querySelector('#controls').getBoundingClientRect().top]",
                vec![],
            )
            .await?;
        ensure!(verdict <= sheet, "the verdict ends at {verdict}, under the controls at {sheet}");
        let script = "document.querySelector('.diagram').scrollIntoView({ behavior: 'instant' })";
        page.js::<()>(script, vec![]).await?;
        page.tap(".op.b2").await?;
        page.expect_text("#arithmetic", "branch 2").await?;
        page.screenshot("phone").await
    })
    .await
}
