//! The harness's helpers, tried on a small page of their own.

use anyhow::Result;
use serde_json::{Value, json};
use thirtyfour::Key;

use crate::harness::{Page, Viewport, journey, project};

const BODY: &str = r#"
    <meta name="viewport" content="width=device-width">
    <input id="slider" type="range" min="0" max="100" value="3" style="width: 300px">
    <output id="moves">0</output>
    <input id="number"><button id="button">press</button>
    <input id="file" type="file"><div id="drop" style="height: 80px">drop</div><p id="said"></p>"#;

const SCRIPT: &str = "
    document.body.innerHTML = arguments[0];
    const by = (id) => document.getElementById(id);
    const say = (how, file) => { by('said').textContent = `${how} ${file.name} ${file.size}`; };
    by('slider').oninput = () => { by('moves').value++; };
    by('button').onclick = () => setTimeout(() => { by('said').textContent = 'pressed'; }, 200);
    by('file').onchange = () => say('chose', by('file').files[0]);
    by('drop').ondragover = (event) => event.preventDefault();
    by('drop').ondrop = (event) => { event.preventDefault(); say('dropped', event.dataTransfer.files[0]); };
    by('drop').onpaste = (event) => say('pasted', event.clipboardData.files[0]);";

async fn open_small_page(page: &Page) -> Result<()> {
    page.driver.goto("data:text/html,<!doctype html><title>Small</title>").await?;
    page.js(SCRIPT, vec![json!(BODY)]).await
}

#[tokio::test]
async fn hands() -> Result<()> {
    journey("harness-hands", async |page| {
        page.resize(Viewport::DESKTOP).await?;
        open_small_page(page).await?;

        let value = page.drag_slider("#slider", 0.5, 10).await?;
        assert!((48.0..=52.0).contains(&value), "{value}");
        let moves: u32 = page.text("#moves").await?.parse()?;
        assert!(moves >= 8, "the page saw {moves} moves");
        page.press("#slider", Key::Home).await?;
        page.press("#slider", Key::Right).await?;
        assert_eq!(page.js::<String>("return slider.value", vec![]).await?, "1");
        page.press("#number", "12").await?;
        assert_eq!(page.js::<String>("return number.value", vec![]).await?, "12");

        page.click("#button").await?;
        page.expect_text("#said", "pressed").await?;

        let file = project().join("LICENSE-MIT");
        let size = file.metadata()?.len();
        page.upload("#file", &file).await?;
        page.expect_text("#said", &format!("chose LICENSE-MIT {size}")).await?;
        page.drop_file("#drop", &file).await?;
        page.expect_text("#said", &format!("dropped LICENSE-MIT {size}")).await?;
        page.paste_file("#drop", &file, "text/plain").await?;
        page.expect_text("#said", &format!("pasted LICENSE-MIT {size}")).await
    })
    .await
}

#[tokio::test]
async fn surroundings() -> Result<()> {
    journey("harness-surroundings", async |page| {
        page.resize(Viewport::PHONE).await?;
        page.prefer(&[("prefers-color-scheme", "dark"), ("prefers-reduced-motion", "reduce")]).await?;
        page.speak("ko-KR,en").await?;
        page.slow_down(4.0).await?;
        open_small_page(page).await?;

        let script = "const is = (query) => matchMedia(query).matches;
            return [innerWidth, innerHeight, devicePixelRatio, navigator.languages, is('(pointer: coarse)'),
                is('(prefers-color-scheme: dark)'), is('(prefers-reduced-motion: reduce)')];";
        let seen: Value = page.js(script, vec![]).await?;
        assert_eq!(seen, json!([390, 844, 3, ["ko-KR", "en"], true, true, true]));
        page.tap("#button").await?;
        page.expect_text("#said", "pressed").await?;
        page.screenshot("harness-surroundings").await
    })
    .await
}

#[tokio::test]
async fn a_console_error_fails_a_journey() {
    let result = journey("harness-console", async |page| {
        open_small_page(page).await?;
        page.js("console.error('broken')", vec![]).await
    })
    .await;
    let error = format!("{:#}", result.unwrap_err());
    assert!(error.contains("broken"), "{error}");
}
