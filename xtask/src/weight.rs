//! How many bytes the page weighs, as it lies on disk and as hosts send it.

use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};
use serde_json::{Map, Value, json};

use crate::precompress::BROTLI;

/// A file's size: on disk, by gzip -9, by brotli -11. What hosts do not compress has one size.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
struct Weight {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Weight {
    /// Reads the file and the compressed one that may lie beside it.
    fn of(folder: &Path, name: &str) -> Result<Self> {
        let bytes = fs::read(folder.join(name))?;
        let raw = bytes.len();
        match fs::metadata(folder.join(format!("{name}.{BROTLI}"))) {
            Ok(packed) => {
                let brotli = usize::try_from(packed.len())?;
                Ok(Self { raw, gzip: gzip(&bytes)?, brotli })
            }
            Err(_) => Ok(Self { raw, gzip: raw, brotli: raw }),
        }
    }

    fn plus(self, other: Self) -> Self {
        Self {
            raw: self.raw + other.raw,
            gzip: self.gzip + other.gzip,
            brotli: self.brotli + other.brotli,
        }
    }

    fn print(self, name: &str) {
        println!("  {:9} {:9} {:9}  {name}", self.raw, self.gzip, self.brotli);
    }

    fn json(self) -> Value {
        json!({ "raw": self.raw, "gzip": self.gzip, "brotli": self.brotli })
    }
}

fn gzip(bytes: &[u8]) -> Result<usize> {
    let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
    gzip.write_all(bytes)?;
    Ok(gzip.finish()?.len())
}

/// When a visitor loads a file.
#[derive(Clone, Copy, PartialEq, Debug)]
enum Part {
    /// With the page: `index.html`, and what it names.
    FirstLoad,
    /// When a view is opened that needs it.
    Later,
    /// When the engine runs.
    Workers,
    /// When one is chosen.
    Photographs,
}

impl Part {
    const ALL: [Self; 4] = [Self::FirstLoad, Self::Later, Self::Workers, Self::Photographs];

    /// The part of the file `name`, a path in the site, whose front page is `index`.
    fn of(name: &str, index: &str) -> Self {
        // The front page names photographs in templates, which load nothing.
        if name.starts_with("photos/") {
            Self::Photographs
        } else if name == INDEX || index.contains(name) {
            Self::FirstLoad
        } else if name.starts_with("engine_worker") {
            Self::Workers
        } else {
            Self::Later
        }
    }

    fn id(self) -> &'static str {
        match self {
            Self::FirstLoad => "first_load",
            Self::Later => "later",
            Self::Workers => "workers",
            Self::Photographs => "photographs",
        }
    }

    fn title(self) -> &'static str {
        match self {
            Self::FirstLoad => "First load, bytes",
            Self::Later => "Loaded later, bytes",
            Self::Workers => "Workers, bytes",
            Self::Photographs => "Photographs, bytes",
        }
    }
}

const INDEX: &str = "index.html";

/// Prints what the precompressed site in `folder` weighs, part by part; gives the sums.
pub fn report(folder: &Path) -> Result<Value> {
    let index = fs::read_to_string(folder.join(INDEX)).context(INDEX)?;
    let mut names = Vec::new();
    list(folder, "", &mut names)?;
    names.sort();
    let mut sums = Map::new();
    let mut views = Weight::default();
    for part in Part::ALL {
        let names: Vec<_> = names.iter().filter(|name| Part::of(name, &index) == part).collect();
        if names.is_empty() {
            continue;
        }
        let sum = print_table(part.title(), folder, &names)?;
        sums.insert(part.id().to_owned(), sum.json());
        if matches!(part, Part::FirstLoad | Part::Later) {
            views = views.plus(sum);
        }
    }
    println!("\nEverything a visitor can open, workers and photographs aside, bytes");
    views.print("in all");
    sums.insert("all_views".to_owned(), views.json());
    Ok(sums.into())
}

/// Adds the paths of all files of the site, without the compressed ones.
fn list(folder: &Path, prefix: &str, names: &mut Vec<String>) -> Result<()> {
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        let name = format!("{prefix}{}", entry.file_name().to_string_lossy());
        if entry.file_type()?.is_dir() {
            list(&entry.path(), &format!("{name}/"), names)?;
        } else if entry.path().extension().is_none_or(|ending| ending != BROTLI) {
            names.push(name);
        }
    }
    Ok(())
}

fn print_table(title: &str, folder: &Path, names: &[&String]) -> Result<Weight> {
    println!("\n{title}\n  {:>9} {:>9} {:>9}", "raw", "gzip", "brotli");
    let mut sum = Weight::default();
    for name in names {
        let weight = Weight::of(folder, name)?;
        weight.print(name);
        sum = sum.plus(weight);
    }
    sum.print("in all");
    Ok(sum)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_file_belongs_to_a_part() {
        let index = "import init from './page-81a6.js'; init('./page-81a6_bg.wasm')";
        for (name, part) in [
            ("index.html", Part::FirstLoad),
            ("page-81a6.js", Part::FirstLoad),
            ("page-81a6_bg.wasm", Part::FirstLoad),
            ("networks_bg.wasm", Part::Later),
            ("engine_worker_relaxed_bg.wasm", Part::Workers),
            ("photos/coffee.png", Part::Photographs),
        ] {
            assert_eq!(Part::of(name, index), part, "{name}");
        }
    }

    #[test]
    fn what_repeats_packs_small() {
        assert!(gzip(&b"inception ".repeat(100)).unwrap() < 60);
    }
}
