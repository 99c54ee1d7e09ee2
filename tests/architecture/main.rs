//! The rules of the source tree, checked on the parsed sources: which folder imports which, which may use
//! the browser, how long files and functions are, and that no files import each other in a circle.
#![cfg(not(target_arch = "wasm32"))]
#![expect(clippy::unwrap_used, reason = "in a test a panic is the report")]

mod circles;
mod rules;
mod source;

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use rules::{BROWSER_CRATES, FOLDERS, Folder, MOST_LINES_OF_A_FILE, MOST_LINES_OF_A_FUNCTION};
use source::{Name, NamePath, SOURCES, SourceFile};

/// Fails with the rule, every place that breaks it, and what to do about it.
fn assert_kept(rule: &str, broken: &[String], remedy: &str) {
    assert!(
        broken.is_empty(),
        "\n\nRule: {rule}\nBroken by:\n  {}\nWhat to do: {remedy}\n",
        broken.join("\n  ")
    );
}

fn folder_named(name: &str) -> Option<&'static Folder> {
    FOLDERS.iter().find(|folder| folder.name == name)
}

/// The folders that `source` imports against the rule, each with the place.
fn forbidden_imports(source: &SourceFile, folder: &Folder) -> Vec<String> {
    let forbidden = |name: &&Name| match &name.path {
        NamePath::Own(path) => path.first().is_some_and(|first| {
            folder_named(first).is_some()
                && first != folder.name
                && !folder.imports.contains(&first.as_str())
        }),
        NamePath::InScope(_) => false,
    };
    source.names.iter().filter(forbidden).map(|name| place(source, name)).collect()
}

fn place(source: &SourceFile, name: &Name) -> String {
    let path = match &name.path {
        NamePath::Own(path) => format!("crate::{}", path.join("::")),
        NamePath::InScope(path) => path.join("::"),
    };
    format!("src/{}:{} names {path}", source.path, name.line)
}

#[test]
fn folders_import_in_one_direction() {
    let mut broken = Vec::new();
    for source in SOURCES.iter() {
        let Some(name) = source.folder() else { continue };
        match folder_named(name) {
            Some(folder) => broken.extend(forbidden_imports(source, folder)),
            None => broken.push(format!("src/{}: the folder {name} has no rule", source.path)),
        }
    }
    assert_kept(
        "a folder of src/ imports only the folders that FOLDERS (tests/architecture/rules.rs) lists for it",
        &broken,
        "move what is needed into a folder that both may import, or pass it in as an argument; \
         a new folder gets a row in FOLDERS and on the map in src/lib.rs",
    );
}

#[test]
fn the_map_in_lib_rs_says_the_same() {
    let map = fs::read_to_string(Path::new(env!("CARGO_MANIFEST_DIR")).join("src/lib.rs")).unwrap();
    let mut broken = Vec::new();
    for Folder { name, imports, .. } in FOLDERS {
        let expected = match imports {
            [] => "–".to_owned(),
            // Everything there is but itself.
            _ if imports.len() == FOLDERS.len() - 1 => "everything".to_owned(),
            _ => imports.iter().map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", "),
        };
        let row = map.lines().find(|line| line.starts_with(&format!("//! | [`{name}`] |")));
        let found = row.and_then(|row| row.rsplit('|').nth(1)).map(str::trim);
        if found != Some(expected.as_str()) {
            let found = found.unwrap_or("no row");
            broken.push(format!("{name}: src/lib.rs has {found}, FOLDERS means {expected}"));
        }
    }
    assert_kept(
        "the table in src/lib.rs shows each folder's imports as FOLDERS (tests/architecture/rules.rs) has them",
        &broken,
        "correct the table's last column, or FOLDERS",
    );
}

#[test]
fn only_some_folders_use_the_browser() {
    let of_browser = |name: &&Name| match &name.path {
        NamePath::InScope(path) => BROWSER_CRATES.iter().any(|browser| {
            path[0]
                .strip_prefix(browser)
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('_'))
        }),
        NamePath::Own(_) => false,
    };
    let mut broken = Vec::new();
    for source in SOURCES.iter() {
        let folder = source.folder().and_then(folder_named);
        if folder.is_some_and(|folder| !folder.browser) {
            let names = source.names.iter().filter(of_browser);
            broken.extend(names.map(|name| place(source, name)));
        }
    }
    assert_kept(
        "only the folders with `browser: true` in FOLDERS (tests/architecture/rules.rs) use the browser's crates",
        &broken,
        "compute plain data here, and let page/ or worker/ hand it to the browser",
    );
}

#[test]
fn files_are_short() {
    let long = SOURCES.iter().filter(|source| source.lines > MOST_LINES_OF_A_FILE);
    let broken: Vec<_> =
        long.map(|source| format!("src/{} has {} lines", source.path, source.lines)).collect();
    assert_kept(
        &format!("a file has at most {MOST_LINES_OF_A_FILE} lines"),
        &broken,
        "split the file by what it holds",
    );
}

#[test]
fn functions_are_short() {
    let mut broken = Vec::new();
    for source in SOURCES.iter() {
        for function in &source.functions {
            if function.lines > MOST_LINES_OF_A_FUNCTION {
                let (path, line) = (&source.path, function.line);
                broken.push(format!(
                    "src/{path}:{line}: {} has {} lines",
                    function.name, function.lines
                ));
            }
        }
    }
    assert_kept(
        &format!(
            "a function has at most {MOST_LINES_OF_A_FUNCTION} lines, from `fn` to its closing brace"
        ),
        &broken,
        "give its steps functions of their own",
    );
}

/// The files of a circle, and a shortest way round with the name that each step imports.
fn describe(
    sources: &[SourceFile],
    imports: &[BTreeMap<usize, &Name>],
    circle: &[usize],
) -> String {
    let way = circles::shortest_way_round(imports, circle[0]);
    let steps = way.windows(2).map(|step| {
        let [from, to] = [step[0], step[1]];
        format!("    {} of src/{}", place(&sources[from], imports[from][&to]), sources[to].path)
    });
    let paths: Vec<_> = circle.iter().map(|&file| format!("{:?}", sources[file].path)).collect();
    format!("{}\n{}", paths.join(", "), steps.collect::<Vec<_>>().join("\n"))
}

#[test]
fn files_import_each_other_in_no_circle() {
    let sources = &SOURCES;
    let imports = circles::imports(sources);
    let circles = circles::circles(&imports);
    let broken: Vec<_> = circles.iter().map(|circle| describe(sources, &imports, circle)).collect();
    assert_kept(
        "no files of src/ import each other in a circle",
        &broken,
        "move what both files need into a third that imports neither",
    );
}
