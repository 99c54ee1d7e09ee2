//! Every string of the page exists in every language, and every string of the locale files is used.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use inception_explorer::arch::network::{Family, NetworkId, NewLayer};
use inception_explorer::arch::{BranchId, Field, FieldError, Form, OpRole, Preset};
use inception_explorer::cost::Metric;
use inception_explorer::page::networks::rows::{Column, Kind};
use inception_explorer::page::{forward, networks, words};
use inception_explorer::state::networks::Tab;
use inception_explorer::state::{Photo, Term, View};
use yew::AttrValue;

const LANGUAGES: [&str; 2] = ["en", "ko"];

/// Keys put together from an enumeration's names, without the name; `every_name_has_words` goes through
/// each.
const FAMILIES: [&str; 18] = [
    "field",
    "form",
    "metric",
    "metric_noun",
    "metric_subject",
    "net.column",
    "net.column_hint",
    "net.family",
    "net.grain",
    "net.kind",
    "net.new",
    "net.tab",
    "op",
    "photo",
    "preset",
    "term",
    "term_hint",
    "view",
];

/// Every key of a language with its text, as the files say: each line is a name, and a text where one ends.
fn messages(language: &str) -> BTreeMap<String, String> {
    let locales = Path::new(env!("CARGO_MANIFEST_DIR")).join("locales");
    let mut messages = BTreeMap::new();
    for folder in fs::read_dir(&locales).expect("the locale files") {
        let file = folder.expect("a folder").path().join(format!("{language}.yml"));
        let text = fs::read_to_string(&file).expect("a locale file");
        let mut path: Vec<&str> = Vec::new();
        for line in text.lines().filter(|line| !line.trim().is_empty() && !line.starts_with('#')) {
            let (name, text) = line.trim().split_once(':').expect("a name");
            path.truncate(line.chars().take_while(|letter| *letter == ' ').count() / 2);
            path.push(name);
            if !text.is_empty() {
                let text = serde_json::from_str(text).expect("a text between quotes");
                let key = path.join(".");
                // The files of a language are merged: of two texts of one key, one would be lost.
                assert_eq!(messages.insert(key.clone(), text), None, "{key} stands in two files");
            }
        }
    }
    messages
}

/// Whether a key is one of a family: the family's name, then one more.
fn in_family(key: &str) -> bool {
    key.rsplit_once('.').is_some_and(|(family, _)| FAMILIES.contains(&family))
}

/// The names between `%{` and `}`.
fn placeholders(text: &str) -> BTreeSet<&str> {
    text.split("%{").skip(1).filter_map(|rest| rest.split('}').next()).collect()
}

fn sources(folder: &Path) -> Vec<PathBuf> {
    let entries = fs::read_dir(folder)
        .expect("the source folder")
        .map(|entry| entry.expect("an entry of the source folder").path());
    entries
        .flat_map(|path| if path.is_dir() { sources(&path) } else { vec![path] })
        .filter(|path| path.extension().is_some_and(|extension| extension == "rs"))
        .collect()
}

/// The keys written out in `t!("…")`, wherever its line breaks.
fn literal_keys() -> BTreeSet<String> {
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let mut keys = BTreeSet::new();
    for path in sources(&source) {
        let text = fs::read_to_string(path).expect("a source file");
        // Not the end of another macro's name, such as `format!`.
        let calls = text.split("t!(").collect::<Vec<_>>();
        for pair in calls.windows(2).filter(|pair| !pair[0].ends_with(char::is_alphanumeric)) {
            let rest = pair[1];
            if let Some(key) = rest.trim_start().strip_prefix('"') {
                keys.extend(key.split('"').next().map(str::to_owned));
            }
        }
    }
    keys
}

#[test]
fn languages_have_the_same_keys_and_placeholders() {
    let [english, korean] = LANGUAGES.map(messages);
    assert!(english.len() > 100, "the locale files were not found");
    let keys = |messages: &BTreeMap<String, String>| messages.keys().cloned().collect::<Vec<_>>();
    assert_eq!(keys(&english), keys(&korean));
    for (key, text) in &english {
        assert!(!text.trim().is_empty(), "{key}");
        let same = placeholders(text) == placeholders(&korean[key]);
        assert!(same, "{key}: {text:?} and {:?}", korean[key]);
    }
}

#[test]
fn every_key_in_the_source_exists() {
    let english = messages("en");
    let missing: Vec<_> =
        literal_keys().into_iter().filter(|key| !english.contains_key(key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

#[test]
fn every_key_of_the_files_is_used() {
    let literal = literal_keys();
    let unused: Vec<_> = messages("en")
        .into_keys()
        .filter(|key| !literal.contains(key) && !in_family(key))
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}

/// Everything that words are put together for, in the language set.
fn all_words() -> Vec<AttrValue> {
    let fields = Field::INCEPTION.into_iter().chain([
        Field::Height,
        Field::Width,
        Field::PlainKernel,
        Field::PlainOut,
        Field::Seed,
    ]);
    let roles = [
        OpRole::Conv1x1,
        OpRole::Reduce3x3,
        OpRole::Conv3x3,
        OpRole::Reduce5x5,
        OpRole::Conv5x5,
        OpRole::Pool,
        OpRole::PoolProj,
    ];
    let mut all: Vec<AttrValue> = fields.map(words::field).collect();
    for metric in Metric::ALL {
        all.extend([
            words::metric(metric),
            words::metric_noun(metric),
            words::metric_subject(metric),
        ]);
        all.extend(
            Term::of_metric(metric)
                .iter()
                .copied()
                .flat_map(|term| [words::term(term), words::term_hint(term)]),
        );
    }
    all.extend(View::ALL.map(words::view));
    all.extend(Photo::ALL.map(forward::words::photo));
    all.extend(Preset::ALL.iter().map(words::preset));
    all.extend([Form::Reduced, Form::Naive].map(words::form));
    all.extend(roles.map(|role| words::op(role, 3)));
    all.extend(BranchId::ALL.map(words::branch));
    all.extend(Tab::ALL.map(networks::words::tab));
    all.extend(Column::ALL.map(networks::words::column));
    all.extend(Column::ALL.map(networks::words::column_hint));
    all.extend(Kind::ALL.map(networks::words::kind));
    all.extend(NewLayer::ALL.map(networks::words::new_layer));
    all.extend(NetworkId::all().map(networks::words::network));
    all.extend(Family::ALL.map(networks::words::family));
    all.push(words::refusal(FieldError::NoBranch));
    all.push(words::refusal(FieldError::OutOfRange { field: Field::Kernel3, given: 4 }));
    all
}

#[test]
fn every_name_has_words() {
    for language in LANGUAGES {
        rust_i18n::set_locale(language);
        for text in all_words() {
            assert!(!in_family(&text) && !text.contains("%{"), "{language}: {text}");
        }
    }
}
