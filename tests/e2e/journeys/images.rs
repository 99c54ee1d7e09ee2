//! Images that are none, too small, too wide; dropped and pasted.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::{Context, Result};

use crate::harness::{Page, journey, project};

use super::forward::{WRITE_UP, open};

/// A file in a folder of the tests' own.
fn file(name: &str, bytes: &[u8]) -> Result<PathBuf> {
    let folder = project().join("target/e2e-files");
    fs::create_dir_all(&folder)?;
    let path = folder.join(name);
    fs::write(&path, bytes)?;
    Ok(path)
}

/// A grey PNG of this size.
fn png(name: &str, width: u32, height: u32) -> Result<PathBuf> {
    let mut bytes = Vec::new();
    let mut encoder = png::Encoder::new(&mut bytes, width, height);
    encoder.set_color(png::ColorType::Grayscale);
    let pixels: Vec<u8> = (0..width * height).map(|index| (index % 251) as u8).collect();
    encoder.write_header()?.write_image_data(&pixels)?;
    file(name, &bytes)
}

async fn runs_on(page: &Page, path: &Path, caption: &str) -> Result<()> {
    page.upload("#photo-file", path).await?;
    page.expect_text(".preprocessing", caption).await?;
    page.find("#run:enabled").await?;
    page.click("#run").await?;
    page.expect_text(".results", "torch.Size([1, 256, 224, 224])").await?;
    page.expect_text(".status", "Done").await
}

#[tokio::test]
async fn what_is_no_image_is_said_and_the_last_stays() -> Result<()> {
    journey("no-image", async |page| {
        open(page, WRITE_UP).await?;
        let photo = fs::read(project().join("tests/fixtures/reference/chelsea.png"))?;
        let broken = [
            (file("broken.png", &photo[..photo.len() / 3])?, "broken.png"),
            (file("notes.png", b"This is a text.")?, "notes.png"),
            (file("empty.png", b"")?, "empty.png"),
        ];
        for (path, name) in &broken[1..] {
            page.upload("#photo-file", path).await?;
            page.expect_text("#photo-problem", name).await?;
            page.expect_text("#photo-problem", "The last").await?;
            page.expect_text(".preprocessing", "Chelsea").await?;
        }
        // A browser may decode the intact part of a broken file; the page must show it or a message.
        page.upload("#photo-file", &broken[0].0).await?;
        page.until("an answer to the broken image", async || {
            let problem = page
                .js::<bool>("return !!document.querySelector('#photo-problem')", vec![])
                .await?;
            Ok(problem || page.text(".preprocessing").await?.contains("broken.png"))
        })
        .await?;
        page.find("#run:enabled").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn one_pixel_and_twelve_thousand_columns_are_images() -> Result<()> {
    journey("odd-images", async |page| {
        open(page, &format!("{WRITE_UP}&plain=none")).await?;
        runs_on(page, &png("pixel.png", 1, 1)?, "pixel.png · 1 × 1").await?;
        runs_on(page, &png("wide.png", 12_000, 40)?, "wide.png · 12,000 × 40").await?;
        let too_wide = png("too-wide.png", 20_000, 2)?;
        page.upload("#photo-file", &too_wide).await?;
        page.expect_text("#photo-problem", "20,000 × 2 pixels").await?;
        page.expect_text(".preprocessing", "wide.png").await?;
        Ok(())
    })
    .await
}

#[tokio::test]
async fn dropped_and_pasted() -> Result<()> {
    journey("drop-paste", async |page| {
        open(page, WRITE_UP).await?;
        let first = png("dropped.png", 300, 260)?;
        page.drop_file("#drop-zone", &first).await.context("drop")?;
        page.expect_text(".preprocessing", "dropped.png · 300 × 260").await?;
        let second = png("pasted.png", 240, 320)?;
        page.paste_file("body", &second, "image/png").await.context("paste")?;
        page.expect_text(".preprocessing", "pasted.png · 240 × 320").await?;
        page.click(".thumb:first-of-type").await?;
        page.expect_text(".preprocessing", "Chelsea").await?;
        Ok(())
    })
    .await
}
