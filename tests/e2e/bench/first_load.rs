//! From navigation to a view that can be used, with an empty cache.

use anyhow::{Context, Result};

use crate::harness::journey;

use super::conditions::{self, DEVICES, Device, NETWORKS, Network};
use super::load::{self, Load};
use super::subject::{FLOOR, Subject, VIEWS};
use super::table::{Figure, Table, Unit};

/// How long a view may still shift after it can be used, in milliseconds.
const SETTLE: u32 = 1500;

/// What is read off a load, each a table.
struct Topic {
    id: &'static str,
    title: &'static str,
    unit: Unit,
    of: fn(&Load) -> Option<f64>,
}

const TOPICS: [Topic; 6] = [
    Topic {
        id: "first_picture",
        title: "First picture (first contentful paint)",
        unit: Unit::Milliseconds,
        of: |load| load.first_picture,
    },
    Topic {
        id: "largest_picture",
        title: "Largest contentful paint",
        unit: Unit::Milliseconds,
        of: |load| load.largest_picture,
    },
    Topic {
        id: "program_arrived",
        title: "The view's programs have arrived",
        unit: Unit::Milliseconds,
        of: |load| load.program,
    },
    Topic { id: "usable", title: "Usable", unit: Unit::Milliseconds, of: |load| Some(load.usable) },
    Topic {
        id: "blocking",
        title: "Blocking time",
        unit: Unit::Milliseconds,
        of: |load| Some(load.blocking),
    },
    Topic {
        id: "layout_shift",
        title: "Layout shift",
        unit: Unit::Score,
        of: |load| Some(load.shift),
    },
];

/// The loads on one device and one network, in the order of the rounds.
struct Series {
    device: &'static Device,
    network: &'static Network,
    floor: Vec<Load>,
    views: [Vec<Load>; VIEWS.len()],
}

/// Loads every view and the floor in turn, on every device and network; a table each topic.
pub async fn first_load(rounds: usize) -> Result<Vec<Table>> {
    let mut all: Vec<Series> = DEVICES
        .iter()
        .flat_map(|device| NETWORKS.iter().map(move |network| (device, network)))
        .map(|(device, network)| Series {
            device,
            network,
            floor: Vec::new(),
            views: VIEWS.map(|_| Vec::new()),
        })
        .collect();
    for _ in 0..rounds {
        for Series { device, network, floor, views } in &mut all {
            floor.push(fresh(&FLOOR, device, network).await?);
            for (view, loads) in VIEWS.iter().zip(views) {
                loads.push(fresh(view, device, network).await?);
            }
        }
    }
    Ok(TOPICS.iter().map(|topic| table(topic, &all)).collect())
}

/// One load in a session of its own, in which nothing has been compiled or fetched.
async fn fresh(subject: &Subject, device: &Device, network: &Network) -> Result<Load> {
    let mut load = None;
    journey("bench-first-load", async |page| {
        conditions::apply(page, device, network).await?;
        load = Some(load::load(page, subject, SETTLE).await?);
        Ok(())
    })
    .await
    .with_context(|| format!("on a {}, {}", device.name, network.name))?;
    load.context("a load")
}

fn table(topic: &Topic, all: &[Series]) -> Table {
    let values = |loads: &[Load]| loads.iter().filter_map(topic.of).collect::<Vec<_>>();
    let mut table = Table::new(topic.id, topic.title, topic.unit);
    for Series { device, network, floor, views } in all {
        for (view, loads) in VIEWS.iter().zip(views) {
            let name = format!("{}, {}, {}", view.name, device.name, network.name);
            table.push(Figure::new(name, values(loads)).beside(values(floor)));
        }
    }
    table
}
