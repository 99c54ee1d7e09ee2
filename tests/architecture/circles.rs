//! Which file imports which, and the circles among them.

use std::collections::{BTreeMap, BTreeSet, HashMap, VecDeque};

use crate::source::{Name, NameKind, NamePath, SourceFile};

/// The modules of the crate: where each lies, and what each brings into scope.
struct Modules {
    /// The number of the file that a module is.
    files: HashMap<Vec<String>, usize>,
    /// For each file, the path behind each name in its scope, outside of tests.
    scopes: Vec<HashMap<String, Vec<String>>>,
}

impl Modules {
    fn new(sources: &[SourceFile]) -> Self {
        let library = || sources.iter().enumerate().filter(|(_, source)| !source.is_program());
        let mut modules = Self {
            files: library().map(|(file, source)| (source.module.clone(), file)).collect(),
            scopes: vec![HashMap::new(); sources.len()],
        };
        for (file, source) in library() {
            for name in source.names.iter().filter(|name| !name.in_tests) {
                let NameKind::Use { alias: Some(alias), .. } = &name.kind else { continue };
                if let Some(path) = modules.own_path(source, name) {
                    modules.scopes[file].insert(alias.clone(), path);
                }
            }
        }
        modules
    }

    /// The path of `name` below the crate's root; `None` where it begins with another crate or a local name.
    fn own_path(&self, source: &SourceFile, name: &Name) -> Option<Vec<String>> {
        let path = match &name.path {
            NamePath::Own(path) => return Some(path.clone()),
            NamePath::InScope(path) => path,
        };
        let (first, rest) = path.split_first()?;
        let file = self.files[&source.module];
        let child = [source.module.as_slice(), std::slice::from_ref(first)].concat();
        let start = match self.scopes[file].get(first) {
            Some(start) => start.clone(),
            None if self.files.contains_key(&child) => child,
            None => return None,
        };
        Some([&start, rest].concat())
    }

    /// The file that defines what `path` names, through as many re-exports as there are.
    fn file_of(&self, path: &[String]) -> Option<usize> {
        self.follow(path, &mut BTreeSet::new())
    }

    fn follow(&self, path: &[String], seen: &mut BTreeSet<Vec<String>>) -> Option<usize> {
        if !seen.insert(path.to_vec()) {
            return None;
        }
        let depth =
            (0..=path.len()).rev().find(|&depth| self.files.contains_key(&path[..depth]))?;
        let file = self.files[&path[..depth]];
        let Some((name, rest)) = path[depth..].split_first() else { return Some(file) };
        if let Some(start) = self.scopes[file].get(name) {
            return self.follow(&[start, rest].concat(), seen);
        }
        Some(file)
    }
}

/// For each file, the files it imports and one place where it does. A re-export is no import of the file
/// that re-exports, and what only tests import does not count.
pub fn imports(sources: &[SourceFile]) -> Vec<BTreeMap<usize, &Name>> {
    let modules = Modules::new(sources);
    let mut imports = vec![BTreeMap::new(); sources.len()];
    for (file, source) in sources.iter().enumerate().filter(|(_, source)| !source.is_program()) {
        for name in source.names.iter().filter(|name| !name.in_tests) {
            if matches!(name.kind, NameKind::Use { reexported: true, .. }) {
                continue;
            }
            let path = modules.own_path(source, name);
            if let Some(target) =
                path.and_then(|path| modules.file_of(&path)).filter(|&to| to != file)
            {
                imports[file].entry(target).or_insert(name);
            }
        }
    }
    imports
}

/// The largest sets of files each of which reaches every other by imports.
pub fn circles(imports: &[BTreeMap<usize, &Name>]) -> Vec<Vec<usize>> {
    let reached: Vec<_> = (0..imports.len()).map(|file| reached(imports, file)).collect();
    let mut circles = BTreeSet::new();
    for file in (0..imports.len()).filter(|&file| reached[file].contains(&file)) {
        let both_ways = |&other: &usize| reached[other].contains(&file);
        circles.insert(reached[file].iter().copied().filter(both_ways).collect::<Vec<_>>());
    }
    circles.into_iter().collect()
}

fn reached(imports: &[BTreeMap<usize, &Name>], start: usize) -> BTreeSet<usize> {
    let mut reached = BTreeSet::new();
    let mut waiting = vec![start];
    while let Some(file) = waiting.pop() {
        waiting.extend(imports[file].keys().filter(|target| reached.insert(**target)));
    }
    reached
}

/// A shortest way from `start` back to it.
pub fn shortest_way_round(imports: &[BTreeMap<usize, &Name>], start: usize) -> Vec<usize> {
    let mut before: HashMap<usize, usize> = HashMap::new();
    let mut waiting = VecDeque::from([start]);
    while let Some(file) = waiting.pop_front() {
        for &target in imports[file].keys() {
            if target == start {
                let mut way = vec![start, file];
                while *way.last().unwrap() != start {
                    way.push(before[way.last().unwrap()]);
                }
                way.reverse();
                return way;
            }
            before.entry(target).or_insert_with(|| {
                waiting.push_back(target);
                file
            });
        }
    }
    Vec::new()
}

#[cfg(test)]
mod tests {
    use super::{circles, imports, shortest_way_round};
    use crate::source::SourceFile;

    /// The circles among files given by path and text.
    fn found(files: &[(&str, &str)]) -> Vec<Vec<String>> {
        let parse = |(path, text): &(&str, &str)| SourceFile::parse(path, text).unwrap();
        let sources: Vec<_> = files.iter().map(parse).collect();
        let imports = imports(&sources);
        let circles = circles(&imports);
        for circle in &circles {
            let way = shortest_way_round(&imports, circle[0]);
            assert!(way.len() > 2 && way.first() == way.last(), "{way:?}");
            assert!(way.windows(2).all(|step| imports[step[0]].contains_key(&step[1])), "{way:?}");
        }
        let path = |&file: &usize| sources[file].path.clone();
        circles.iter().map(|circle| circle.iter().map(path).collect()).collect()
    }

    const FACADE: (&str, &str) =
        ("a/mod.rs", "mod one; mod two; pub use one::One; pub use two::Two;");

    #[test]
    fn a_re_exported_name_belongs_to_the_file_that_defines_it() {
        let both = [
            FACADE,
            ("a/one.rs", "use super::Two; pub struct One;"),
            ("a/two.rs", "pub struct Two(crate::a::One);"),
        ];
        assert_eq!(found(&both), [["a/one.rs", "a/two.rs"]]);
        let one_way = [FACADE, both[1], ("a/two.rs", "pub struct Two;")];
        assert_eq!(found(&one_way), [[""; 0]; 0]);
    }

    #[test]
    fn a_path_in_code_is_an_import() {
        for code in
            ["super::two::f()", "two::f()", "assert!(super::two::f())", "crate::a::two::f()"]
        {
            let one = format!("use crate::a::two; fn g() {{ {code} }}");
            let one =
                if code.starts_with("two") { one } else { one.replace("use crate::a::two;", "") };
            let files = [
                ("a/mod.rs", "mod one; mod two;"),
                ("a/one.rs", one.as_str()),
                ("a/two.rs", "fn f() { super::one::g() }"),
            ];
            assert_eq!(found(&files), [["a/one.rs", "a/two.rs"]], "{code}");
        }
    }

    #[test]
    fn a_module_that_its_parent_uses_may_not_use_the_parent() {
        let parent = ("a/mod.rs", "mod one; pub const N: u8 = 1; fn f() { one::g() }");
        assert_eq!(found(&[parent, ("a/one.rs", "use super::N;")]), [["a/mod.rs", "a/one.rs"]]);
        assert_eq!(found(&[parent, ("a/one.rs", "fn g() {}")]), [[""; 0]; 0]);
    }

    #[test]
    fn tests_may_import_what_they_like() {
        let two = "pub struct Two; #[cfg(test)] mod tests { use super::super::one::One; }";
        let files = [FACADE, ("a/one.rs", "use super::two::Two; struct One;"), ("a/two.rs", two)];
        assert_eq!(found(&files), [[""; 0]; 0]);
    }
}
