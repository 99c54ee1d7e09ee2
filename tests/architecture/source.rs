//! The files of `src/`, parsed: what each names, and how long its functions are.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::LazyLock;

use proc_macro2::{TokenStream, TokenTree};
use syn::spanned::Spanned;
use syn::visit::{self, Visit};
use syn::{Attribute, Block, Macro, Meta, Signature, UseTree, Visibility};

/// The names this crate is called by, in itself and in its programs.
const OWN_NAMES: [&str; 2] = ["crate", "inception_explorer"];

pub struct SourceFile {
    /// Below `src/`: `engine/conv/mod.rs`.
    pub path: String,
    /// The module that the file is: `engine`, `conv`.
    pub module: Vec<String>,
    pub lines: usize,
    pub functions: Vec<Function>,
    pub names: Vec<Name>,
}

pub struct Function {
    pub name: String,
    pub line: usize,
    pub lines: usize,
}

/// A path that a file names.
#[derive(Debug)]
pub struct Name {
    pub line: usize,
    pub path: NamePath,
    pub kind: NameKind,
    /// Whether it stands in code that only tests compile.
    pub in_tests: bool,
}

#[derive(Debug, PartialEq, Eq)]
pub enum NamePath {
    /// Below this crate's root; written with `crate`, `self` or `super`.
    Own(Vec<String>),
    /// Begins with something in scope, or with another crate.
    InScope(Vec<String>),
}

#[derive(Debug, PartialEq, Eq)]
pub enum NameKind {
    /// `use`; `alias` is the name it brings into scope, `None` for `*`.
    Use { alias: Option<String>, reexported: bool },
    /// Anywhere else: an expression, a type, a macro's arguments.
    Path,
}

impl SourceFile {
    /// Parses `source`, the text of the file at `path` below `src/`.
    pub fn parse(path: &str, source: &str) -> syn::Result<Self> {
        let module = module_of(path);
        let mut reader =
            Reader { module: module.clone(), tests: 0, names: Vec::new(), functions: Vec::new() };
        reader.visit_file(&syn::parse_file(source)?);
        let Reader { names, functions, .. } = reader;
        Ok(Self { path: path.to_owned(), module, lines: source.lines().count(), functions, names })
    }

    /// Whether the file is the root of a program instead of a module of the library.
    pub fn is_program(&self) -> bool {
        self.path == "main.rs" || self.path.starts_with("bin/")
    }

    /// The folder of `src/` that the file is in; `None` for the files in `src/` itself and in `src/bin/`.
    pub fn folder(&self) -> Option<&str> {
        let (folder, _) = self.path.split_once('/')?;
        (!self.is_program()).then_some(folder)
    }
}

/// Every file below `src/`, in the order of their paths.
pub static SOURCES: LazyLock<Vec<SourceFile>> = LazyLock::new(|| {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut paths = rust_files(&root);
    paths.sort();
    let parse = |path: &PathBuf| {
        let source = fs::read_to_string(path).unwrap();
        let path = path.strip_prefix(&root).unwrap().to_str().unwrap().replace('\\', "/");
        SourceFile::parse(&path, &source).unwrap_or_else(|error| panic!("src/{path}: {error}"))
    };
    paths.iter().map(parse).collect()
});

fn rust_files(folder: &Path) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            found.extend(rust_files(&path));
        } else if path.extension().is_some_and(|extension| extension == "rs") {
            found.push(path);
        }
    }
    found
}

fn module_of(path: &str) -> Vec<String> {
    let mut module: Vec<_> = path.trim_end_matches(".rs").split('/').map(str::to_owned).collect();
    if matches!(module.last().map(String::as_str), Some("mod" | "lib" | "main")) {
        module.pop();
    }
    module
}

struct Reader {
    /// The module at the place that is read.
    module: Vec<String>,
    /// How many of the items around that place are compiled for tests only.
    tests: usize,
    names: Vec<Name>,
    functions: Vec<Function>,
}

impl Reader {
    fn name(&mut self, line: usize, path: &[String], kind: NameKind) {
        if let Some(path) = self.resolved(path) {
            self.names.push(Name { line, path, kind, in_tests: self.tests > 0 });
        }
    }

    /// `path` with `crate`, `self` and `super` resolved; `None` where nothing is left.
    fn resolved(&self, path: &[String]) -> Option<NamePath> {
        let (first, rest) = path.split_first()?;
        if OWN_NAMES.contains(&first.as_str()) {
            // `crate` alone is a visibility.
            return (!rest.is_empty()).then(|| NamePath::Own(rest.to_vec()));
        }
        if first != "self" && first != "super" {
            return Some(NamePath::InScope(path.to_vec()));
        }
        let supers = path.iter().skip_while(|name| *name == "self");
        let supers = supers.take_while(|name| *name == "super").count();
        let own = self.module.get(..self.module.len().checked_sub(supers)?)?;
        let rest = path.iter().skip_while(|name| *name == "self" || *name == "super");
        // `self` alone is a method's receiver.
        (path.len() > 1).then(|| NamePath::Own(own.iter().chain(rest).cloned().collect()))
    }

    fn use_tree(&mut self, tree: &UseTree, before: &[String], reexported: bool) {
        let line = tree.span().start().line;
        let below = |name: &syn::Ident| [before, &[name.to_string()]].concat();
        match tree {
            UseTree::Path(path) => self.use_tree(&path.tree, &below(&path.ident), reexported),
            UseTree::Group(group) => {
                group.items.iter().for_each(|item| self.use_tree(item, before, reexported));
            }
            UseTree::Glob(_) => self.name(line, before, NameKind::Use { alias: None, reexported }),
            // `a::{self}` is `a`.
            UseTree::Name(name) if name.ident == "self" => {
                let alias = before.last().cloned();
                self.name(line, before, NameKind::Use { alias, reexported });
            }
            UseTree::Name(name) => {
                let alias = Some(name.ident.to_string());
                self.name(line, &below(&name.ident), NameKind::Use { alias, reexported });
            }
            UseTree::Rename(rename) if rename.ident == "self" => {
                let alias = Some(rename.rename.to_string());
                self.name(line, before, NameKind::Use { alias, reexported });
            }
            UseTree::Rename(rename) => {
                let alias = Some(rename.rename.to_string());
                self.name(line, &below(&rename.ident), NameKind::Use { alias, reexported });
            }
        }
    }

    /// The paths among a macro's arguments, which only the macro itself could parse.
    fn tokens(&mut self, tokens: TokenStream) {
        let mut path: Vec<String> = Vec::new();
        let (mut line, mut colons) = (0, 0);
        for token in tokens {
            match token {
                TokenTree::Punct(punct) if punct.as_char() == ':' => colons += 1,
                TokenTree::Ident(ident) => {
                    if colons != 2 {
                        self.name(line, &std::mem::take(&mut path), NameKind::Path);
                        line = ident.span().start().line;
                    }
                    path.push(ident.to_string());
                    colons = 0;
                }
                other => {
                    self.name(line, &std::mem::take(&mut path), NameKind::Path);
                    colons = 0;
                    if let TokenTree::Group(group) = other {
                        self.tokens(group.stream());
                    }
                }
            }
        }
        self.name(line, &path, NameKind::Path);
    }

    fn function(&mut self, signature: &Signature, block: &Block) {
        let line = signature.span().start().line;
        let lines = block.brace_token.span.close().end().line + 1 - line;
        self.functions.push(Function { name: signature.ident.to_string(), line, lines });
    }
}

/// Whether the attributes leave an item to tests: `#[cfg(test)]`, `#[test]`.
fn for_tests(attributes: &[Attribute]) -> bool {
    attributes.iter().any(|attribute| match &attribute.meta {
        Meta::List(list) => list.path.is_ident("cfg") && list.tokens.to_string() == "test",
        Meta::Path(path) => path.is_ident("test"),
        Meta::NameValue(_) => false,
    })
}

impl Visit<'_> for Reader {
    fn visit_item_mod(&mut self, item: &syn::ItemMod) {
        let tests = usize::from(for_tests(&item.attrs));
        self.tests += tests;
        self.module.push(item.ident.to_string());
        visit::visit_item_mod(self, item);
        self.module.pop();
        self.tests -= tests;
    }

    fn visit_item_fn(&mut self, item: &syn::ItemFn) {
        self.function(&item.sig, &item.block);
        let tests = usize::from(for_tests(&item.attrs));
        self.tests += tests;
        visit::visit_item_fn(self, item);
        self.tests -= tests;
    }

    fn visit_impl_item_fn(&mut self, item: &syn::ImplItemFn) {
        self.function(&item.sig, &item.block);
        let tests = usize::from(for_tests(&item.attrs));
        self.tests += tests;
        visit::visit_impl_item_fn(self, item);
        self.tests -= tests;
    }

    fn visit_trait_item_fn(&mut self, item: &syn::TraitItemFn) {
        if let Some(block) = &item.default {
            self.function(&item.sig, block);
        }
        visit::visit_trait_item_fn(self, item);
    }

    fn visit_item_use(&mut self, item: &syn::ItemUse) {
        let tests = usize::from(for_tests(&item.attrs));
        self.tests += tests;
        let reexported = !matches!(item.vis, Visibility::Inherited);
        self.use_tree(&item.tree, &[], reexported);
        self.tests -= tests;
    }

    fn visit_path(&mut self, path: &syn::Path) {
        let names: Vec<_> = path.segments.iter().map(|segment| segment.ident.to_string()).collect();
        self.name(path.span().start().line, &names, NameKind::Path);
        visit::visit_path(self, path);
    }

    fn visit_macro(&mut self, item: &Macro) {
        visit::visit_macro(self, item);
        self.tokens(item.tokens.clone());
    }

    fn visit_meta_list(&mut self, list: &syn::MetaList) {
        visit::visit_meta_list(self, list);
        self.tokens(list.tokens.clone());
    }
}

#[test]
fn names_are_found_wherever_they_stand() {
    let source = SourceFile::parse(
        "engine/conv/mod.rs",
        r#"
        use crate::{arch::{Field, self as a}, cost};
        pub use self::work::*;
        // use crate::page;
        const TEXT: &str = "crate::worker \" crate::engine";
        pub(crate) fn run(&self) -> Vec<crate::chart::Scene> { super::super::state::read() }
        fn shown() { println!("{}", inception_explorer::export::text(super::band::ROWS)) }
        #[wasm_bindgen(start)]
        fn start() { yew::Renderer::<App>::new() }
        #[cfg(test)]
        mod tests { use super::run; }
        "#,
    );
    let source = source.unwrap();
    let own = |in_tests: bool| -> Vec<String> {
        let names = source.names.iter().filter(|name| name.in_tests == in_tests);
        let own = names.filter_map(|name| match &name.path {
            NamePath::Own(path) => Some(path.join("::")),
            NamePath::InScope(_) => None,
        });
        own.collect()
    };
    let outside = [
        "arch::Field",
        "arch",
        "cost",
        "engine::conv::work",
        "chart::Scene",
        "state::read",
        "export::text",
        "engine::band::ROWS",
    ];
    assert_eq!(own(false), outside);
    assert_eq!(own(true), ["engine::conv::run"]);
    for name in ["wasm_bindgen", "yew"] {
        let begins = |path: &NamePath| matches!(path, NamePath::InScope(path) if path[0] == name);
        assert!(source.names.iter().any(|found| begins(&found.path)), "{name}");
    }
}

#[test]
fn a_function_is_measured_from_its_first_line_to_its_last() {
    let source =
        SourceFile::parse("a.rs", "/// Text.\n#[inline]\nfn a(\n    x: u8,\n) {\n    x;\n}\n");
    let functions = source.unwrap().functions;
    assert_eq!((functions[0].line, functions[0].lines), (3, 5));
}
