//! The devices and networks that a load is measured on.

use anyhow::Result;
use serde_json::json;

use crate::harness::{Page, Viewport};

/// How many times slower than this machine the processor is made, to stand for a cheap laptop or phone.
pub const SLOW_DOWN: f64 = 4.0;

/// A named viewport.
pub struct Device {
    /// Its name in tables.
    pub name: &'static str,
    viewport: Viewport,
}

/// A desktop and a phone.
pub const DEVICES: [Device; 2] = [
    Device { name: "desktop", viewport: Viewport::DESKTOP },
    Device { name: "phone", viewport: Viewport::PHONE },
];

/// A network between browser and server.
pub struct Network {
    /// Its name in tables.
    pub name: &'static str,
    /// Megabit per second and milliseconds to the first byte; none: as fast as the machine is.
    limit: Option<(f64, f64)>,
}

/// None but the machine's own, and a common one.
pub const NETWORKS: [Network; 2] = [
    Network { name: "unthrottled", limit: None },
    Network { name: "10 Mbit/s, 40 ms", limit: Some((10.0, 40.0)) },
];

/// Sets the device, its processor and the network, before anything is opened.
pub async fn apply(page: &Page, device: &Device, network: &Network) -> Result<()> {
    page.resize(device.viewport).await?;
    page.slow_down(SLOW_DOWN).await?;
    let Some((megabits, latency)) = network.limit else { return Ok(()) };
    let bytes_per_second = megabits * 1e6 / 8.0;
    page.cdp("Network.enable", json!({})).await?;
    let conditions = json!({
        "offline": false,
        "latency": latency,
        "downloadThroughput": bytes_per_second,
        "uploadThroughput": bytes_per_second,
    });
    page.cdp("Network.emulateNetworkConditions", conditions).await?;
    Ok(())
}
