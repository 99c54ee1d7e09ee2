//! A site as hosts serve it: what packs well is compressed by brotli.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;

use anyhow::{Context, Result};
use brotli::enc::BrotliEncoderParams;

/// The ending of a compressed file, after the ending of what it was.
pub const BROTLI: &str = "br";

/// The endings of files that hosts compress. Photographs are compressed already.
const COMPRESSED: [&str; 6] = ["css", "html", "js", "json", "svg", "wasm"];

/// Makes `to` a copy of the folder `from`, with a compressed file beside each that hosts compress: the server of
/// static files sends that instead.
pub fn precompress(from: &Path, to: &Path) -> Result<()> {
    match fs::remove_dir_all(to) {
        Err(error) if error.kind() != ErrorKind::NotFound => Err(error.into()),
        _ => copy_folder(from, to),
    }
}

fn copy_folder(from: &Path, to: &Path) -> Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from).with_context(|| from.display().to_string())? {
        let entry = entry?;
        let (source, copy) = (entry.path(), to.join(entry.file_name()));
        if entry.file_type()?.is_dir() {
            copy_folder(&source, &copy)?;
            continue;
        }
        fs::copy(&source, &copy)?;
        let ending = source.extension().unwrap_or_default().to_string_lossy().into_owned();
        if COMPRESSED.contains(&ending.as_str()) {
            let packed = brotli(&fs::read(&source)?)?;
            fs::write(copy.with_extension(format!("{ending}.{BROTLI}")), packed)?;
        }
    }
    Ok(())
}

/// As small as brotli gets.
fn brotli(bytes: &[u8]) -> Result<Vec<u8>> {
    let params = BrotliEncoderParams { quality: 11, size_hint: bytes.len(), ..Default::default() };
    let mut packed = Vec::new();
    brotli::BrotliCompress(&mut &*bytes, &mut packed, &params)?;
    Ok(packed)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_repeats_packs_small() {
        assert!(brotli(&b"inception ".repeat(100)).unwrap().len() < 40);
    }
}
