//! Which instructions the built programs have: a browser refuses a whole program for one it doesn't know.

use std::ffi::OsStr;
use std::fs;
use std::path::Path;

use anyhow::{Context, Result, ensure};
use wasmparser::{Validator, WasmFeatures};

/// What the page asks of a browser: WebAssembly 2.0, with its fixed vectors.
const COMMON: WasmFeatures = WasmFeatures::WASM2;

/// The engine's worker for any browser, and the one that only some load.
const WORKERS: [&str; 2] = ["engine_worker_bg.wasm", RELAXED];

const RELAXED: &str = "engine_worker_relaxed_bg.wasm";

/// Checks every program of the site in `folder`, among which both workers must be: that it has what any
/// browser knows and no more, or, of the one with relaxed vectors, these too.
pub fn check(folder: &Path) -> Result<()> {
    for worker in WORKERS {
        ensure!(folder.join(worker).exists(), "{} lacks {worker}", folder.display());
    }
    for entry in fs::read_dir(folder)? {
        let path = entry?.path();
        if path.extension() == Some(OsStr::new("wasm")) {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            check_program(&name, &fs::read(&path)?)?;
        }
    }
    Ok(())
}

fn check_program(name: &str, program: &[u8]) -> Result<()> {
    let validate =
        |features| Validator::new_with_features(features).validate_all(program).map(drop);
    if name == RELAXED {
        validate(COMMON | WasmFeatures::RELAXED_SIMD).context(RELAXED)?;
        ensure!(
            validate(COMMON).is_err(),
            "{name} has none of the relaxed vectors it is there for"
        );
        return Ok(());
    }
    validate(COMMON).with_context(|| format!("not every browser would load {name}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A module of one function from a vector to a vector, with this instruction on three or two of it.
    fn program(operands: usize, instruction: &[u8]) -> Vec<u8> {
        let local = [0x20, 0];
        let body = [&[0], &local.repeat(operands)[..], instruction, &[0x0b]].concat();
        let mut module = b"\0asm\x01\0\0\0".to_vec();
        module.extend([1, 6, 1, 0x60, 1, 0x7b, 1, 0x7b]);
        module.extend([3, 2, 1, 0]);
        let length = u8::try_from(body.len()).unwrap();
        module.extend([10, length + 2, 1, length]);
        module.extend(body);
        module
    }

    #[test]
    fn relaxed_vectors_are_in_their_worker_and_nowhere_else() {
        let add = program(2, &[0xfd, 0xe4, 0x01]);
        let relaxed_madd = program(3, &[0xfd, 0x85, 0x02]);
        let [common, relaxed] = WORKERS;
        for (name, program, fits) in [
            (common, &add, true),
            (common, &relaxed_madd, false),
            ("inception-explorer_bg.wasm", &relaxed_madd, false),
            (relaxed, &relaxed_madd, true),
            (relaxed, &add, false),
            (relaxed, &relaxed_madd[..20].to_vec(), false),
        ] {
            let checked = check_program(name, program);
            assert_eq!(checked.is_ok(), fits, "{name}: {checked:?}");
        }
    }

    #[test]
    fn a_site_without_workers_is_none() {
        let error = check(Path::new(env!("CARGO_MANIFEST_DIR"))).unwrap_err().to_string();
        assert!(error.contains("lacks engine_worker_bg.wasm"), "{error}");
    }
}
