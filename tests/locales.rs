//! Every string of the page exists in every language, and every string of the locale files is used.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::{Path, PathBuf};

use inception_explorer::arch::network::{Family, NetworkId, NewLayer};
use inception_explorer::arch::{BranchId, Field, FieldError, Form, Named, OpRole, Preset};
use inception_explorer::cost::Metric;
use inception_explorer::page::networks::layers::choice::Grain;
use inception_explorer::page::networks::rows::{Column, Kind};
use inception_explorer::page::{networks, words};
use inception_explorer::state::networks::Tab;
use inception_explorer::state::{Photo, Term, View};
use strum::VariantArray;
use yew::AttrValue;

const LANGUAGES: [&str; 2] = ["en", "ko"];

/// The keys that the page puts together: a family, and the name of each value of an enumeration.
fn keys_of_names() -> BTreeSet<String> {
    let write_up = Preset::ALL.iter().filter(|preset| preset.paper.is_none());
    let families = [
        ("field", names::<Field>()),
        ("form", names::<Form>()),
        ("metric", names::<Metric>()),
        ("metric_noun", names::<Metric>()),
        ("metric_subject", names::<Metric>()),
        ("net.column", names::<Column>()),
        ("net.column_hint", names::<Column>()),
        ("net.family", names::<Family>()),
        ("net.grain", names::<Grain>()),
        ("net.kind", names::<Kind>()),
        ("net.new", names::<NewLayer>()),
        ("net.tab", names::<Tab>()),
        ("photo", names::<Photo>()),
        ("preset", write_up.map(|preset| preset.id).collect()),
        ("term", names::<Term>()),
        ("term_hint", names::<Term>()),
        ("view", names::<View>()),
    ];
    let keys = |(family, names): (&str, Vec<&str>)| {
        names.into_iter().map(|name| format!("{family}.{name}")).collect::<Vec<_>>()
    };
    families.into_iter().flat_map(keys).collect()
}

fn names<T: Named>() -> Vec<&'static str> {
    T::all().map(T::name).collect()
}

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
    let (literal, of_names) = (literal_keys(), keys_of_names());
    let unused: Vec<_> = messages("en")
        .into_keys()
        .filter(|key| !literal.contains(key) && !of_names.contains(key))
        .collect();
    assert!(unused.is_empty(), "{unused:?}");
}

#[test]
fn every_name_has_words() {
    let english = messages("en");
    let missing: Vec<_> =
        keys_of_names().into_iter().filter(|key| !english.contains_key(key)).collect();
    assert!(missing.is_empty(), "{missing:?}");
}

/// Words that hold more than the text of one key, in the language set.
fn words_with_values() -> Vec<AttrValue> {
    let mut all: Vec<AttrValue> = Preset::ALL.iter().map(words::preset).collect();
    all.extend(OpRole::VARIANTS.iter().map(|role| words::op(*role, 3)));
    all.extend(BranchId::VARIANTS.iter().copied().map(words::branch));
    all.extend(NetworkId::all().map(networks::words::network));
    all.push(words::refusal(FieldError::NoBranch));
    all.extend(
        Field::all().map(|field| words::refusal(FieldError::OutOfRange { field, given: 4 })),
    );
    all
}

#[test]
fn no_value_is_left_out_of_its_words() {
    for language in LANGUAGES {
        rust_i18n::set_locale(language);
        for text in words_with_values() {
            let is_key = messages(language).contains_key(&*text);
            assert!(!is_key && !text.contains("%{"), "{language}: {text}");
        }
    }
}
