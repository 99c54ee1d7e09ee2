//! What a person does with the page: pointer, keys, files.

use std::fs;
use std::path::Path;
use std::time::Duration;

use anyhow::{Context, Result};
use base64::Engine;
use base64::prelude::BASE64_STANDARD;
use serde_json::json;
use thirtyfour::TypingData;

use super::{Page, Point};

/// Between two moves of the pointer: about a frame, so that the page can react to each.
const MOVE: Duration = Duration::from_millis(16);

impl Page {
    /// A point of an element, scrolled into view: (0, 0) is its upper left corner, (1, 1) its lower right one.
    pub async fn point(&self, css: &str, across: f64, down: f64) -> Result<Point> {
        let element = self.find(css).await?;
        let script = "arguments[0].scrollIntoView({ block: 'nearest', inline: 'nearest', behavior: 'instant' });
            const box = arguments[0].getBoundingClientRect();
            return [box.x + arguments[1] * box.width, box.y + arguments[2] * box.height];";
        let (x, y) = self.js(script, vec![element.to_json()?, json!(across), json!(down)]).await?;
        Ok(Point { x, y })
    }

    /// Presses the pointer at one point, moves in `steps` steps to another, releases.
    pub async fn drag(&self, from: Point, to: Point, steps: u32) -> Result<()> {
        #[expect(clippy::cast_possible_truncation, reason = "a point in the viewport fits")]
        let whole = |value: f64| value.round() as i64;
        let mut chain = self
            .driver
            .action_chain_with_delay(None, Some(MOVE))
            .move_to(whole(from.x), whole(from.y))
            .click_and_hold();
        for step in 1..=steps {
            let part = f64::from(step) / f64::from(steps);
            chain = chain.move_to(
                whole(from.x + part * (to.x - from.x)),
                whole(from.y + part * (to.y - from.y)),
            );
        }
        Ok(chain.release().perform().await?)
    }

    /// Drags the thumb of an `<input type=range>` to a part of its way (0 is left, 1 is right), in `steps` steps;
    /// returns the value it has then.
    pub async fn drag_slider(&self, css: &str, to: f64, steps: u32) -> Result<f64> {
        /// Half the thumb: at the ends of its way, the thumb's middle is that far inside.
        const INSET: f64 = 8.0;
        let element = self.find(css).await?;
        let script = "const slider = arguments[0];
            return [(slider.value - slider.min) / (slider.max - slider.min), slider.clientWidth];";
        let (at, width): (f64, f64) = self.js(script, vec![element.to_json()?]).await?;
        let inset = INSET / width;
        let across = |part: f64| inset + part * (1.0 - 2.0 * inset);
        let from = self.point(css, across(at), 0.5).await?;
        let to = self.point(css, across(to), 0.5).await?;
        self.drag(from, to, steps).await?;
        self.js("return arguments[0].valueAsNumber", vec![element.to_json()?]).await
    }

    /// Opens a view by its tab; `view` is the view's name in links.
    pub async fn open_view(&self, view: &str) -> Result<()> {
        self.click(&format!("header nav a[href*='view={view}']")).await
    }

    /// Clicks the button of this name.
    pub async fn click_button(&self, name: &str) -> Result<()> {
        Ok(self.button(name).await?.click().await?)
    }

    /// Clicks the middle of an element.
    pub async fn click(&self, css: &str) -> Result<()> {
        Ok(self.find(css).await?.click().await?)
    }

    /// Touches the middle of an element; for a mobile viewport.
    pub async fn tap(&self, css: &str) -> Result<()> {
        let Point { x, y } = self.point(css, 0.5, 0.5).await?;
        let touch = json!({ "type": "touchStart", "touchPoints": [{ "x": x, "y": y }] });
        self.cdp("Input.dispatchTouchEvent", touch).await?;
        self.cdp("Input.dispatchTouchEvent", json!({ "type": "touchEnd", "touchPoints": [] }))
            .await?;
        Ok(())
    }

    /// Types into an element, which gets the focus: text, keys (`Key::Right`), or keys with modifiers
    /// (`Key::Control + "z"`).
    pub async fn press(&self, css: &str, keys: impl Into<TypingData>) -> Result<()> {
        Ok(self.find(css).await?.send_keys(keys).await?)
    }

    /// Chooses a file in an `<input type=file>`, which may be hidden.
    pub async fn upload(&self, css: &str, file: &Path) -> Result<()> {
        let file = file.canonicalize().with_context(|| file.display().to_string())?;
        self.press(css, file.display().to_string()).await
    }

    /// Drags a file from outside the browser over the middle of an element and drops it there.
    pub async fn drop_file(&self, css: &str, file: &Path) -> Result<()> {
        let file = file.canonicalize().with_context(|| file.display().to_string())?;
        let Point { x, y } = self.point(css, 0.5, 0.5).await?;
        for kind in ["dragEnter", "dragOver", "drop"] {
            let data = json!({ "items": [], "files": [file], "dragOperationsMask": 1 });
            self.cdp(
                "Input.dispatchDragEvent",
                json!({ "type": kind, "x": x, "y": y, "data": data }),
            )
            .await?;
        }
        Ok(())
    }

    /// Pastes a file into an element, as from the clipboard.
    pub async fn paste_file(&self, css: &str, file: &Path, media_type: &str) -> Result<()> {
        let element = self.find(css).await?;
        let bytes = fs::read(file).with_context(|| file.display().to_string())?;
        let name = file.file_name().context("a file has a name")?.to_string_lossy();
        let script = "const [element, name, type, base64] = arguments;
            const clipboardData = new DataTransfer();
            const bytes = Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
            clipboardData.items.add(new File([bytes], name, { type }));
            element.dispatchEvent(
                new ClipboardEvent('paste', { clipboardData, bubbles: true, cancelable: true }));";
        let base64 = BASE64_STANDARD.encode(bytes);
        self.js(script, vec![element.to_json()?, json!(name), json!(media_type), json!(base64)])
            .await
    }
}
