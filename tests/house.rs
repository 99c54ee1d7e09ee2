//! The house's rules, held by reading its sources: who may import whom, who may know the browser, how
//! long a file may be.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

/// Each folder of `src/` and the folders it may name, as the map in `src/lib.rs` says.
const MAY_IMPORT: [(&str, &[&str]); 8] = [
    ("arch", &[]),
    ("cost", &["arch"]),
    ("engine", &["arch"]),
    ("chart", &["arch", "cost"]),
    ("export", &["arch", "cost"]),
    ("state", &["arch", "cost", "export"]),
    ("worker", &["arch", "engine"]),
    ("page", &["arch", "cost", "engine", "chart", "export", "state", "worker"]),
];

/// Folders that may know the browser.
const IN_THE_BROWSER: [&str; 2] = ["page", "worker"];

/// Crates (and prefixes of crates) of the browser.
const BROWSER: [&str; 8] = [
    "yew",
    "web_sys",
    "js_sys",
    "wasm_bindgen",
    "gloo",
    "plotters_canvas",
    "serde_wasm",
    "console_error",
];

const MOST_LINES: usize = 400;

fn src() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("src")
}

/// Every Rust file below `folder`.
fn files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

/// The folder of `src/` a file is in; `None` for the files in `src/` itself and `src/bin/`.
fn folder(path: &Path) -> Option<String> {
    let below = path.strip_prefix(src()).unwrap();
    let first = below.components().next().unwrap().as_os_str().to_str().unwrap().to_owned();
    (below.components().count() > 1 && first != "bin").then_some(first)
}

/// `source` without comments and the contents of string literals, which may name anything.
fn code(source: &str) -> String {
    let mut code = String::new();
    for line in source.lines() {
        let (mut in_string, mut escaped) = (false, false);
        let characters: Vec<char> = line.chars().collect();
        for (index, &character) in characters.iter().enumerate() {
            let next = characters.get(index + 1);
            if !in_string && character == '/' && next == Some(&'/') {
                break;
            }
            // A quote as a character literal opens nothing.
            let literal = index > 0 && characters[index - 1] == '\'' && next == Some(&'\'');
            if character == '"' && !escaped && !literal {
                in_string = !in_string;
            } else if !in_string {
                code.push(character);
            }
            escaped = in_string && character == '\\' && !escaped;
        }
        code.push('\n');
    }
    code
}

/// The identifier at the start of `text`.
fn identifier(text: &str) -> &str {
    let end = text.find(|c: char| !c.is_alphanumeric() && c != '_').unwrap_or(text.len());
    &text[..end]
}

/// The first names of a use tree: of `a::b`, `a`; of `{a::{b, c}, d}`, `a` and `d`.
fn first_names(tree: &str) -> Vec<&str> {
    let tree = tree.trim_start();
    let Some(group) = tree.strip_prefix('{') else {
        return vec![identifier(tree)];
    };
    let mut names = Vec::new();
    let (mut depth, mut start) = (0_i32, 0);
    for (index, character) in group.char_indices() {
        match character {
            '{' => depth += 1,
            '}' if depth == 0 => {
                names.push(identifier(group[start..index].trim_start()));
                break;
            }
            '}' => depth -= 1,
            ',' if depth == 0 => {
                names.push(identifier(group[start..index].trim_start()));
                start = index + 1;
            }
            _ => {}
        }
    }
    names.retain(|name| !name.is_empty());
    names
}

/// The folders that `code` names by `crate::…`, or by enough `super::` to leave its own (`depth` of them
/// reach `src/`).
fn imports(code: &str, depth: usize) -> BTreeSet<&str> {
    let climb = "super::".repeat(depth);
    let mut found = BTreeSet::new();
    for root in ["crate::", "inception_explorer::", climb.as_str()] {
        for (index, _) in code.match_indices(root) {
            let before = code[..index].chars().next_back();
            let part_of_a_name =
                before.is_some_and(|c| c.is_alphanumeric() || c == '_' || c == ':');
            if !part_of_a_name {
                found.extend(first_names(&code[index + root.len()..]));
            }
        }
    }
    found
}

#[test]
fn imports_run_one_way() {
    let folders: Vec<_> = MAY_IMPORT.iter().map(|(folder, _)| *folder).collect();
    let mut broken = Vec::new();
    for path in files(&src()) {
        let Some(own) = folder(&path) else { continue };
        let rule = MAY_IMPORT.iter().find(|(folder, _)| *folder == own);
        let Some((_, allowed)) = rule else {
            broken.push(format!("{} is in no folder of the map", path.display()));
            continue;
        };
        let source = code(&fs::read_to_string(&path).unwrap());
        // `mod.rs` stands one higher than its siblings.
        let is_mod = path.file_name().is_some_and(|name| name == "mod.rs");
        let depth = path.strip_prefix(src()).unwrap().components().count() - usize::from(is_mod);
        for name in imports(&source, depth) {
            if folders.contains(&name) && name != own && !allowed.contains(&name) {
                broken.push(format!("{} imports {name}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn the_map_in_lib_rs_is_the_rule() {
    let map = fs::read_to_string(src().join("lib.rs")).unwrap();
    for (folder, allowed) in MAY_IMPORT {
        let row = map.lines().find(|line| line.starts_with(&format!("//! | [`{folder}`] |")));
        let row = row.unwrap_or_else(|| panic!("{folder} is not on the map"));
        let cell = row.rsplit('|').nth(1).unwrap();
        let expected = match allowed {
            [] => "–".to_owned(),
            _ if folder == "page" => "everything".to_owned(),
            _ => allowed.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        };
        assert_eq!(cell.trim(), expected, "{folder}");
    }
}

#[test]
fn only_page_and_worker_know_the_browser() {
    let mut broken = Vec::new();
    for path in files(&src()) {
        let Some(own) = folder(&path).filter(|own| !IN_THE_BROWSER.contains(&own.as_str())) else {
            continue;
        };
        let source = code(&fs::read_to_string(&path).unwrap());
        let words = source.split(|c: char| !c.is_alphanumeric() && c != '_');
        for word in words {
            if BROWSER.iter().any(|name| word == *name || word.starts_with(&format!("{name}_"))) {
                broken.push(format!("{} ({own}) knows {word}", path.display()));
            }
        }
    }
    assert!(broken.is_empty(), "\n{}", broken.join("\n"));
}

#[test]
fn no_file_is_too_long() {
    let lines = |path: &PathBuf| fs::read_to_string(path).unwrap().lines().count();
    let long: Vec<_> = files(&src())
        .into_iter()
        .map(|path| (lines(&path), path))
        .filter(|(lines, _)| *lines > MOST_LINES)
        .map(|(lines, path)| {
            format!("{} has {lines} lines, {MOST_LINES} are enough", path.display())
        })
        .collect();
    assert!(long.is_empty(), "\n{}", long.join("\n"));
}

#[test]
fn the_reader_of_imports_finds_every_kind() {
    let source = r#"
        use crate::{arch::{Field, Form}, cost::Metric, r#state};
        use crate::chart;
        // use crate::page;
        let text = "crate::worker \" crate::engine";
        fn f() -> crate::engine::Tensor { super::super::worker::run() }
        use not_crate::page;
    "#;
    let code = code(source);
    let found: Vec<_> = imports(&code, 2).into_iter().filter(|name| *name != "r").collect();
    assert_eq!(found, ["arch", "chart", "cost", "engine", "worker"]);
}
