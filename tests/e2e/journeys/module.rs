//! Editing the module: sliders, boxes, keys, the chart's cursor, the diagram, undo.

use anyhow::{Result, ensure};
use thirtyfour::Key;

use crate::harness::{Page, Viewport, journey};

async fn open(page: &Page, fragment: &str) -> Result<()> {
    page.resize(Viewport::DESKTOP).await?;
    page.open(fragment).await?;
    page.find("#counts").await?;
    Ok(())
}

/// The value of an input.
async fn value(page: &Page, css: &str) -> Result<String> {
    let element = page.find(css).await?;
    page.js("return arguments[0].value", vec![element.to_json()?]).await
}

/// Replaces the text in a box and leaves the box.
async fn type_into(page: &Page, css: &str, text: &str) -> Result<()> {
    page.click(css).await?;
    page.press(css, text).await?;
    page.press(css, Key::Enter).await
}

async fn expect_value(page: &Page, css: &str, expected: &str) -> Result<()> {
    page.until(&format!("{css} to be {expected}"), async || Ok(value(page, css).await? == expected))
        .await
}

#[tokio::test]
async fn a_drag_from_3_to_256_moves_everything_and_is_one_step() -> Result<()> {
    journey("drag", async |page| {
        open(page, "#v=1&in=3&w=64-96-128-16-32-32&k=3-5&size=224&out=256").await?;
        page.expect_text("#counts tr.module", "124,752").await?;
        page.expect_text("#verdict", "16.8 times more").await?;

        let reached = page.drag_slider("#in_channels-slider", 255.0 / 1023.0, 24).await?;
        ensure!((250.0..=262.0).contains(&reached), "the drag ended at {reached}");
        // 208·c + 124,128 parameters, and 2304·c + 512 for the 3×3, for any number of channels at which the
        // drag ended.
        let count = |slope: u64, constant: u64| {
            #[expect(
                clippy::cast_possible_truncation,
                clippy::cast_sign_loss,
                reason = "1 to 1024"
            )]
            let count = slope * reached as u64 + constant;
            format!("{},{:03}", count / 1000, count % 1000)
        };
        page.expect_text("#counts tr.module", &count(208, 124_128)).await?;
        page.expect_text("#counts tr[data-kernel='3']", &count(2304, 512)).await?;
        page.expect_text("#totals", &count(208, 124_128)).await?;
        let cursor = page.find("#plot").await?.attr("aria-valuenow").await?;
        assert_eq!(cursor.as_deref(), Some(reached.to_string().as_str()));

        // To the write-up's 256 by the keyboard.
        while value(page, "#in_channels-slider").await?.parse::<f64>()? < 256.0 {
            page.press("#in_channels-slider", Key::Right).await?;
        }
        while value(page, "#in_channels-slider").await?.parse::<f64>()? > 256.0 {
            page.press("#in_channels-slider", Key::Left).await?;
        }
        page.expect_text("#counts tr.module", "177,376").await?;
        page.expect_text("#counts tr[data-kernel='3']", "590,336").await?;
        page.expect_text("#counts tr[data-kernel='5']", "1,638,912").await?;
        page.expect_text("#verdict", "3.3 times fewer parameters").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn undo_takes_back_a_whole_drag_and_redo_brings_it_again() -> Result<()> {
    journey("undo", async |page| {
        open(page, "").await?;
        let reached = page.drag_slider("#ch3x3-slider", 0.8, 20).await?.to_string();
        page.press("body", Key::Control + "z").await?;
        expect_value(page, "#ch3x3", "128").await?;
        ensure!(!page.find("header .icon").await?.is_enabled().await?, "nothing is left to undo");
        page.press("body", Key::Control + Key::Shift + "z").await?;
        expect_value(page, "#ch3x3", &reached).await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_charts_cursor_is_the_slider() -> Result<()> {
    journey("cursor", async |page| {
        open(page, "").await?;
        let from = page.point("#plot", 0.5, 0.5).await?;
        let to = page.point("#plot", 0.3, 0.5).await?;
        page.drag(from, to, 12).await?;
        let cursor = page.find("#plot").await?.attr("aria-valuenow").await?.unwrap_or_default();
        ensure!(cursor.parse::<u64>()? < 192, "the cursor stayed at {cursor}");
        expect_value(page, "#in_channels-slider", &cursor).await?;
        expect_value(page, "#in_channels", &cursor).await?;

        page.press("#plot", Key::Home).await?;
        expect_value(page, "#in_channels", "1").await?;
        page.press("#plot", Key::PageUp).await?;
        expect_value(page, "#in_channels", "33").await?;
        page.press("#plot", Key::End).await?;
        expect_value(page, "#in_channels", "1024").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn a_box_takes_numbers_and_explains_what_is_none() -> Result<()> {
    journey("box", async |page| {
        open(page, "").await?;
        type_into(page, "#ch1x1", "4096").await?;
        page.expect_text("#counts tr.module", "946,272").await?;
        type_into(page, "#ch1x1", "5000").await?;
        page.expect_text("#ch1x1-error", "Allowed: 0 to 4,096").await?;
        page.expect_text("#counts tr.module", "946,272").await?;
        type_into(page, "#ch1x1", "many").await?;
        page.expect_text("#ch1x1-error", "“many”").await?;
        page.press("#ch1x1", Key::Escape).await?;
        expect_value(page, "#ch1x1", "4096").await?;
        page.press("#ch1x1", Key::Down).await?;
        expect_value(page, "#ch1x1", "4095").await?;
        type_into(page, "#kernel3", "4").await?;
        page.expect_text("#kernel3-error", "odd, 1 to 11").await?;
        page.press("#kernel3", Key::Up).await?;
        expect_value(page, "#kernel3", "5").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_last_branch_stays() -> Result<()> {
    journey("last-branch", async |page| {
        open(page, "#v=1&in=192&w=64-0-0-0-0-0&k=3-5&size=28").await?;
        type_into(page, "#ch1x1", "0").await?;
        page.expect_text("#ch1x1-error", "One must remain").await?;
        page.expect_text("#counts tr.module", "12,416").await?;
        // The slider stands where the module is, not where it was pushed.
        page.press("#ch1x1-slider", Key::Home).await?;
        expect_value(page, "#ch1x1-slider", "64").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn the_diagram_shows_its_arithmetic_to_pointer_and_keyboard() -> Result<()> {
    journey("diagram", async |page| {
        open(page, "").await?;
        let point = page.point(".op.b2[aria-label*='3×3']", 0.5, 0.3).await?;
        #[expect(clippy::cast_possible_truncation, reason = "a point in the viewport")]
        let (x, y) = (point.x as i64, point.y as i64);
        page.driver.action_chain().move_to(x, y).perform().await?;
        page.expect_text("#arithmetic", "96 × 128 × 3 × 3 = 110,592, BN 2 × 128 = 256").await?;
        page.driver.action_chain().move_to(5, 5).perform().await?;
        page.expect_text("#arithmetic", "Reduction saves").await?;
        page.js::<()>("document.querySelector('.op.b3').focus()", vec![]).await?;
        page.expect_text("#arithmetic", "192 × 16 × 1 × 1 = 3,072").await?;
        page.expect_text("#arithmetic", "pays up to").await?;

        page.click(".diagram .chip").await?;
        page.expect_text(".pictures", "Naive Inception · 387,520").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn counting_is_said_and_switched() -> Result<()> {
    journey("counting", async |page| {
        open(page, "").await?;
        page.click("#terms .chip:nth-of-type(1)").await?;
        page.expect_text("#counts tr.module", "163,328").await?;
        page.expect_text(".counted", "Counted: weights.").await?;
        page.click("#metric .chip:nth-of-type(2)").await?;
        page.expect_text("#counts tr.module", "128,049,152").await?;
        page.click("#metric .chip:nth-of-type(3)").await?;
        page.expect_text("#counts tr.module", "256,098,304").await?;
        page.click("#metric .chip:nth-of-type(4)").await?;
        page.expect_text("#algebra", "Never cheaper than 3×3").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn presets_reset_and_a_table_for_those_who_cannot_see() -> Result<()> {
    journey("presets", async |page| {
        open(page, "").await?;
        for (id, params) in [("3b", "389,376"), ("5b", "1,445,344"), ("write_up_3", "124,752")] {
            page.js::<()>(
                "const menu = document.querySelector('#controls .preset select'); menu.value = arguments[0];
                 menu.dispatchEvent(new Event('change', { bubbles: true }))",
                vec![id.into()],
            )
            .await?;
            page.expect_text("#counts tr.module", params).await?;
        }
        page.click("details.data summary").await?;
        page.expect_text("details.data", "124,752").await?;
        page.press("details.data summary", Key::Escape).await?;
        page.until("the table to close", async || {
            page.js("return !document.querySelector('details.data').open", vec![]).await
        })
        .await?;
        page.click_button("Reset").await?;
        page.expect_text("#counts tr.module", "164,064").await?;
        Ok(())
    })
    .await
}
