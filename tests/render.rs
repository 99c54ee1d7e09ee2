//! The page is rendered natively too, as it opens, without a browser: that is the first picture.
#![cfg(not(target_arch = "wasm32"))]

use std::sync::{Mutex, MutexGuard};

use inception_explorer::arch::Named;
use inception_explorer::page::first_picture::{page, pictures};
use inception_explorer::page::format::{grouped, shortened};
use inception_explorer::page::prefs::Lang;
use inception_explorer::page::visit::Visit;
use inception_explorer::page::words;
use inception_explorer::state::{Model, View};

/// The language of the texts belongs to the process: one test renders at a time.
static RENDERING: Mutex<()> = Mutex::new(());

fn rendering() -> MutexGuard<'static, ()> {
    RENDERING.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn rendered(view: View, lang: Lang) -> String {
    page(Visit { view, is_narrow: false }, lang).expect("a page")
}

fn assert_contains(html: &str, parts: &[&str]) {
    for part in parts {
        assert!(html.contains(part), "{part} is not in {html}");
    }
}

#[test]
fn the_module_view_opens_with_its_diagram_its_chart_and_its_numbers() {
    let _one = rendering();
    let answer = Model::default().question().answer().expect("the opening module has a cost");
    let totals = answer.module.cost.totals;
    for lang in Lang::all() {
        let html = rendered(View::Module, lang);
        assert_contains(
            &html,
            &[
                "Inception Explorer",
                "id=\"in_channels-slider\"",
                "class=\"picture\"",
                "id=\"plot\"",
                "light-dark(#",
                "id=\"counts\"",
                &grouped(totals.params),
                &shortened(totals.macs),
                "in=192&amp;w=64-96-128-16-32-32&amp;k=3-5&amp;size=28&amp;view=networks",
            ],
        );
        // The other views are mounted when they are first opened.
        assert!(!html.contains("id=\"run\"") && !html.contains("id=\"net-summary\""), "{html}");
    }
}

#[test]
fn a_link_to_another_view_opens_with_that_views_cards() {
    let _one = rendering();
    for lang in Lang::all() {
        let forward = rendered(View::Forward, lang);
        assert_contains(&forward, &["id=\"photo-file\"", "id=\"run\" disabled"]);
        let networks = rendered(View::Networks, lang);
        assert_contains(&networks, &["id=\"network\"", "id=\"net-params\"", "net-side"]);
    }
}

#[test]
fn a_narrow_screen_has_a_diagram_that_flows_down() {
    let _one = rendering();
    let visit = Visit { view: View::Module, is_narrow: false };
    let wide = page(visit, Lang::En).expect("a page");
    let narrow = page(Visit { is_narrow: true, ..visit }, Lang::En).expect("a page");
    assert_ne!(wide, narrow);
}

#[test]
fn every_picture_is_in_its_language() {
    let _one = rendering();
    let html = pictures().expect("the pictures");
    for lang in Lang::all() {
        rust_i18n::set_locale(lang.name());
        for view in View::all() {
            let name = format!("<template id=\"picture-{}-{}\">", lang.name(), view.name());
            let picture = html.split_once(&name).expect("a template").1;
            let picture = picture.split_once("</template>").expect("its end").0;
            assert_contains(picture, &[&words::view(view), "<header>", "</main>"]);
        }
    }
}
