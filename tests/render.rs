//! The page is rendered natively too, as it opens, without a browser.
#![cfg(not(target_arch = "wasm32"))]

use inception_explorer::page::app::App;
use tokio::runtime::Builder;
use tokio::task::LocalSet;

#[test]
fn the_page_as_it_opens_is_rendered_without_a_browser() {
    let runtime = Builder::new_current_thread().build().expect("a runtime");
    let page = yew::LocalServerRenderer::<App>::new().hydratable(false);
    let html = LocalSet::new().block_on(&runtime, page.render());
    for part in [
        "Inception Explorer",
        "id=\"in_channels-slider\"",
        "id=\"plot\"",
        "id=\"counts\"",
        "164,064",
        "in=192&amp;w=64-96-128-16-32-32&amp;k=3-5&amp;size=28&amp;view=networks",
    ] {
        assert!(html.contains(part), "{part} is not in {html}");
    }
    // The other views are mounted when they are first opened.
    assert!(!html.contains("id=\"run\"") && !html.contains("id=\"net-summary\""), "{html}");
}
