//! The first picture: the page as it opens, rendered natively into the built `index.html`, so that the browser
//! shows it before the program has arrived. The program then replaces it.
//!
//! There is a picture for each language and view, each in a `<template>`; a script of a few lines shows the
//! one that the program will render, with the preferences that it will read.

use std::path::Path;
use std::{fs, io};

use serde_json::json;
use tokio::runtime::Builder;
use tokio::task::LocalSet;
use yew::prelude::*;

use crate::arch::Named;
use crate::state::View;
use crate::state::link::{Link, Reading};

use super::app::App;
use super::module_view::NARROW;
use super::prefs::{LANG_KEY, Lang, THEME_KEY};
use super::visit::Visit;

/// What the pictures take the place of in `index.html`.
pub const PLACE: &str = "<!-- first picture -->";

const SCRIPT: &str = include_str!("first_picture.js");

/// Properties of [`Page`].
#[derive(Properties, PartialEq)]
struct PageProps {
    visit: Visit,
    lang: Lang,
}

/// The page as a visit opens it.
#[component]
fn Page(PageProps { visit, lang }: &PageProps) -> Html {
    html! {
        <ContextProvider<Lang> context={*lang}>
        <ContextProvider<Visit> context={*visit}>
            <App />
        </ContextProvider<Visit>>
        </ContextProvider<Lang>>
    }
}

/// The page as `visit` opens it in a language, as HTML.
///
/// # Errors
/// When the system refuses what an asynchronous runtime needs.
pub fn page(visit: Visit, lang: Lang) -> io::Result<String> {
    let runtime = Builder::new_current_thread().build()?;
    let renderer = yew::LocalServerRenderer::<Page>::with_props(PageProps { visit, lang });
    Ok(LocalSet::new().block_on(&runtime, renderer.hydratable(false).render()))
}

/// The pictures of every visit and the script that shows one of them, as HTML.
///
/// # Errors
/// As [`page`].
pub fn pictures() -> io::Result<String> {
    let mut html = String::new();
    for lang in Lang::all() {
        for view in View::all() {
            let name = format!("picture-{}-{}", lang.name(), view.name());
            let wide = Visit { view, is_narrow: false };
            add_template(&mut html, &name, &page(wide, lang)?);
            // The only view that is another one on a narrow screen; the others differ by style alone.
            if view == View::Module {
                let narrow = page(Visit { is_narrow: true, ..wide }, lang)?;
                add_template(&mut html, &format!("{name}-narrow"), &narrow);
            }
        }
    }
    let Reading { model, networks, .. } = Reading::default();
    let visit = json!({
        "themeKey": THEME_KEY,
        "langKey": LANG_KEY,
        "languages": Lang::all().map(Lang::name).collect::<Vec<_>>(),
        "views": View::all().map(View::name).collect::<Vec<_>>(),
        "narrow": NARROW,
        "opening": Link::new(&model, &networks).showing(View::Module),
    });
    Ok(html + "<script>(" + SCRIPT.trim_end() + ")(" + &visit.to_string() + ")</script>")
}

fn add_template(html: &mut String, name: &str, content: &str) {
    html.extend(["<template id=\"", name, "\">", content, "</template>\n"]);
}

/// Puts the pictures into the built `index.html`.
///
/// # Errors
/// When the file can't be read or written, or has no [`PLACE`].
pub fn insert(index: &Path) -> io::Result<()> {
    let html = fs::read_to_string(index)?;
    let (before, after) = html
        .split_once(PLACE)
        .ok_or_else(|| io::Error::other(format!("{} has no {PLACE}", index.display())))?;
    fs::write(index, format!("{before}{}{after}", pictures()?))
}
