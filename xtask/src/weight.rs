//! How many bytes the page weighs, as it lies on disk and as servers send it.

use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;

use anyhow::{Context, Result};

/// A file's size: as it is, by gzip -9, by brotli -11.
#[derive(Clone, Copy, Default, PartialEq, Debug)]
struct Weight {
    raw: usize,
    gzip: usize,
    brotli: usize,
}

impl Weight {
    fn of(bytes: &[u8]) -> Result<Self> {
        let mut gzip = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::best());
        gzip.write_all(bytes)?;
        let params = brotli::enc::BrotliEncoderParams {
            quality: 11,
            size_hint: bytes.len(),
            ..Default::default()
        };
        let mut packed = Vec::new();
        brotli::BrotliCompress(&mut &*bytes, &mut packed, &params)?;
        Ok(Self { raw: bytes.len(), gzip: gzip.finish()?.len(), brotli: packed.len() })
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
}

/// Prints what the built site in `folder` weighs: the page, then each of the engine's workers.
pub fn report(folder: &Path) -> Result<()> {
    let (first, later) = files(folder)?;
    print_table("The page, bytes", folder, &first)?;
    for (program, names) in by_program(&later) {
        print_table(&format!("Later, {program}"), folder, &names)?;
    }
    Ok(())
}

/// The names of the files of the page, and of those it loads later. Folders hold photographs.
fn files(folder: &Path) -> Result<(Vec<String>, Vec<String>)> {
    const INDEX: &str = "index.html";
    let index = fs::read_to_string(folder.join(INDEX)).context(INDEX)?;
    let mut names = Vec::new();
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        if entry.file_type()?.is_file() {
            names.push(entry.file_name().to_string_lossy().into_owned());
        }
    }
    names.sort();
    // Trunk names all that the page needs in index.html; the page itself loads the workers.
    Ok(names.into_iter().partition(|name| name == INDEX || index.contains(name.as_str())))
}

/// The files of each program: those that share a name before the endings that Trunk gives.
fn by_program(names: &[String]) -> BTreeMap<&str, Vec<&str>> {
    let mut programs: BTreeMap<&str, Vec<&str>> = BTreeMap::new();
    for name in names {
        let stem = name.split('.').next().unwrap_or_default();
        let endings = ["_bg", "_loader"];
        let program = endings.iter().find_map(|ending| stem.strip_suffix(ending)).unwrap_or(stem);
        programs.entry(program).or_default().push(name);
    }
    programs
}

fn print_table(title: &str, folder: &Path, names: &[impl AsRef<str>]) -> Result<()> {
    println!("\n{title}\n  {:>9} {:>9} {:>9}", "raw", "gzip", "brotli");
    let mut sum = Weight::default();
    for name in names {
        let name = name.as_ref();
        let weight = Weight::of(&fs::read(folder.join(name))?)?;
        weight.print(name);
        sum = sum.plus(weight);
    }
    sum.print("in all");
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_programs_files_lie_together() {
        let names = [
            "engine_worker.js",
            "engine_worker_bg.wasm",
            "engine_worker_relaxed.js",
            "engine_worker_relaxed_bg.wasm",
            "engine_worker_relaxed_loader.js",
        ]
        .map(str::to_owned);
        let programs: Vec<_> = by_program(&names).into_iter().collect();
        let expected =
            [("engine_worker", names[..2].iter()), ("engine_worker_relaxed", names[2..].iter())];
        let expected = expected.map(|(name, files)| (name, files.map(String::as_str).collect()));
        assert_eq!(programs, expected);
    }

    #[test]
    fn what_repeats_packs_small() {
        let weight = Weight::of(&b"inception ".repeat(100)).unwrap();
        assert_eq!(weight.raw, 1000);
        assert!(weight.gzip < 60 && weight.brotli < 40, "{weight:?}");
    }
}
