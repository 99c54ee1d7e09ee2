//! A browser session with the helpers journeys need, and the runner that opens, watches and closes it.
#![allow(
    missing_docs,
    clippy::missing_errors_doc,
    clippy::missing_panics_doc,
    reason = "read by the tests beside it alone"
)]

mod input;

use std::env;
use std::fs;
use std::panic::{AssertUnwindSafe, resume_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use anyhow::{Context, Result, bail, ensure};
use futures_util::FutureExt;
use serde::de::DeserializeOwned;
use serde_json::{Value, json};
use thirtyfour::error::WebDriverErrorInner;
use thirtyfour::prelude::*;
use thirtyfour::{
    Capabilities, ChromiumLikeCapabilities, LoggingPrefsLogLevel, TimeoutConfiguration,
};

/// How long helpers wait for what they look for.
const PATIENCE: Duration = Duration::from_secs(10);
const POLL: Duration = Duration::from_millis(50);

/// A size of the page, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub struct Viewport {
    pub width: u32,
    pub height: u32,
    /// Device pixels per CSS pixel.
    pub scale: f64,
    /// A phone: touch, a coarse pointer, the viewport's meta tag in force.
    pub mobile: bool,
}

impl Viewport {
    pub const DESKTOP: Self = Self { width: 1366, height: 768, scale: 1.0, mobile: false };
    pub const PHONE: Self = Self { width: 390, height: 844, scale: 3.0, mobile: true };
}

/// A point in the viewport, in CSS pixels.
#[derive(Clone, Copy, Debug)]
pub struct Point {
    pub x: f64,
    pub y: f64,
}

/// The project's folder.
pub fn project() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// One browser session with a profile of its own.
pub struct Page {
    /// For what the helpers don't cover.
    pub driver: WebDriver,
    base: String,
}

/// Runs `body` in a new session. Fails if the body fails or the console has an error at its end; a failure
/// leaves the screenshot `NAME-failed.png`. The browser is closed in every case, a panic included.
pub async fn journey(name: &str, body: impl AsyncFnOnce(&Page) -> Result<()>) -> Result<()> {
    let page = Page::start().await?;
    let outcome = AssertUnwindSafe(async {
        body(&page).await?;
        page.assert_clean_console().await
    })
    .catch_unwind()
    .await;
    if !matches!(outcome, Ok(Ok(()))) {
        page.report_failure(name).await;
    }
    let closed = page.driver.quit().await;
    outcome
        .unwrap_or_else(|panic| resume_unwind(panic))
        .with_context(|| format!("journey `{name}`"))?;
    Ok(closed?)
}

impl Page {
    async fn start() -> Result<Self> {
        let setting = |name| {
            env::var(name).with_context(|| format!("{name} is not set: run `cargo xtask test e2e`"))
        };
        let (base, driver) = (setting("E2E_URL")?, setting("WEBDRIVER_URL")?);
        let options = fs::read_to_string(project().join("webdriver.json"))?;
        let mut capabilities = thirtyfour::ChromeCapabilities::new();
        for (name, value) in serde_json::from_str::<serde_json::Map<_, _>>(&options)? {
            capabilities.set(name, value)?;
        }
        capabilities.set_browser_log_level(LoggingPrefsLogLevel::All)?;
        let driver = WebDriver::new(driver, Capabilities::from(capabilities)).await?;
        let limit = Some(Duration::from_mins(1));
        driver.update_timeouts(TimeoutConfiguration::new(limit, limit, None)).await?;
        Ok(Self { driver, base })
    }

    /// Opens a path or fragment of the site, `""` for its front, and waits until the program shows it; always
    /// loads the page anew.
    pub async fn open(&self, path_or_fragment: &str) -> Result<()> {
        self.navigate(path_or_fragment).await?;
        self.expect_program().await
    }

    /// Loads the page anew, and waits until the program shows it.
    pub async fn reload(&self) -> Result<()> {
        self.driver.refresh().await?;
        self.expect_program().await
    }

    /// Waits until the program has replaced the first picture.
    async fn expect_program(&self) -> Result<()> {
        let started = "return !document.querySelector('.first-picture')";
        self.until("the program", async || self.js(started, vec![]).await).await
    }

    /// Opens a path or fragment of the site, without a wait for the program.
    pub async fn navigate(&self, path_or_fragment: &str) -> Result<()> {
        // From the same page, a link that differs in its fragment alone loads nothing.
        self.driver.goto("about:blank").await?;
        Ok(self.driver.goto(format!("{}{path_or_fragment}", self.base)).await?)
    }

    /// Sends a command of the Chrome DevTools Protocol.
    pub async fn cdp(&self, method: &str, params: Value) -> Result<Value> {
        self.driver.cdp().send_raw(method, params).await.with_context(|| method.to_owned())
    }

    /// Makes the viewport exactly this big.
    pub async fn resize(&self, viewport: Viewport) -> Result<()> {
        let Viewport { width, height, scale, mobile } = viewport;
        let metrics = json!({ "width": width, "height": height, "deviceScaleFactor": scale, "mobile": mobile });
        self.cdp("Emulation.setDeviceMetricsOverride", metrics).await?;
        self.cdp("Emulation.setTouchEmulationEnabled", json!({ "enabled": mobile })).await?;
        Ok(())
    }

    /// Sets media features, such as `("prefers-color-scheme", "dark")`; those not named return to normal.
    pub async fn prefer(&self, features: &[(&str, &str)]) -> Result<()> {
        let features: Vec<Value> =
            features.iter().map(|(name, value)| json!({ "name": name, "value": value })).collect();
        self.cdp("Emulation.setEmulatedMedia", json!({ "features": features })).await?;
        Ok(())
    }

    /// Sets `navigator.languages`, best first (`"ko-KR,en"`), and the locale of dates and numbers.
    pub async fn speak(&self, languages: &str) -> Result<()> {
        let user_agent: String = self.js("return navigator.userAgent", vec![]).await?;
        let agent = json!({ "userAgent": user_agent, "acceptLanguage": languages });
        self.cdp("Emulation.setUserAgentOverride", agent).await?;
        let first = languages.split(',').next().unwrap_or_default();
        self.cdp("Emulation.setLocaleOverride", json!({ "locale": first })).await?;
        Ok(())
    }

    /// Makes the processor this many times slower; 1 is full speed.
    pub async fn slow_down(&self, times: f64) -> Result<()> {
        self.cdp("Emulation.setCPUThrottlingRate", json!({ "rate": times })).await?;
        Ok(())
    }

    /// Runs a function's body in the page; `arguments` are `args`.
    pub async fn js<T: DeserializeOwned>(&self, script: &str, args: Vec<Value>) -> Result<T> {
        let returned =
            self.driver.execute(script, args).await.with_context(|| script.to_owned())?;
        Ok(returned.convert()?)
    }

    /// Asks again until the answer is yes; `what` completes "waited 10 s for …".
    pub async fn until(
        &self,
        what: &str,
        mut check: impl AsyncFnMut() -> Result<bool>,
    ) -> Result<()> {
        let started = Instant::now();
        while !check().await? {
            ensure!(started.elapsed() < PATIENCE, "waited {} s for {what}", PATIENCE.as_secs());
            tokio::time::sleep(POLL).await;
        }
        Ok(())
    }

    /// The first element this CSS selector finds, once there is one.
    pub async fn find(&self, css: &str) -> Result<WebElement> {
        self.find_by(By::Css(css), css).await
    }

    /// The button of this name: what is written on it, or its label.
    pub async fn button(&self, name: &str) -> Result<WebElement> {
        let xpath = format!("//button[normalize-space()='{name}' or @aria-label='{name}']");
        self.find_by(By::XPath(&*xpath), name).await
    }

    async fn find_by(&self, by: By, what: &str) -> Result<WebElement> {
        let started = Instant::now();
        loop {
            match self.driver.find(by.clone()).await {
                Ok(element) => return Ok(element),
                Err(error) if !matches!(*error, WebDriverErrorInner::NoSuchElement(_)) => {
                    bail!(error)
                }
                Err(_) if started.elapsed() > PATIENCE => {
                    let url = self.driver.current_url().await?;
                    bail!("waited {} s for `{what}` at {url}", PATIENCE.as_secs())
                }
                Err(_) => tokio::time::sleep(POLL).await,
            }
        }
    }

    /// An element's text as it is seen, once the element is there.
    pub async fn text(&self, css: &str) -> Result<String> {
        Ok(self.find(css).await?.text().await?)
    }

    /// Waits until an element's text contains `part`.
    pub async fn expect_text(&self, css: &str, part: &str) -> Result<()> {
        let mut seen = String::new();
        self.until("a text", async || {
            // The page may replace the element between finding and reading it.
            seen = self.find(css).await?.text().await.unwrap_or_default();
            Ok(seen.contains(part))
        })
        .await
        .with_context(|| format!("`{css}` never said {part:?}; last it said {seen:?}"))
    }

    /// Writes what is seen to `target/e2e-screenshots/NAME.png`.
    pub async fn screenshot(&self, name: &str) -> Result<()> {
        let folder = project().join("target/e2e-screenshots");
        fs::create_dir_all(&folder)?;
        Ok(self.driver.screenshot(&folder.join(format!("{name}.png"))).await?)
    }

    /// The console's errors since the last call: uncaught exceptions, `console.error`, failed requests.
    pub async fn console_errors(&self) -> Result<Vec<String>> {
        let entries = self.driver.browser_log().await?;
        Ok(entries
            .into_iter()
            .filter(|entry| entry.level == "SEVERE")
            .map(|entry| entry.message)
            .collect())
    }

    async fn assert_clean_console(&self) -> Result<()> {
        let errors = self.console_errors().await?;
        ensure!(errors.is_empty(), "the console has errors:\n{}", errors.join("\n"));
        Ok(())
    }

    /// Leaves what helps to understand a failure; must not hide it by failing itself.
    async fn report_failure(&self, name: &str) {
        if let Err(error) = self.screenshot(&format!("{name}-failed")).await {
            eprintln!("no screenshot of `{name}`: {error:#}");
        }
        for error in self.console_errors().await.unwrap_or_default() {
            eprintln!("console: {error}");
        }
    }
}
