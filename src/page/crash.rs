//! The last resort: a fault of the program is said, and nothing the reader made is lost.

use crate::t;

use super::browser::window;

/// From now on a panic is logged, and a bar says what to do: the model stands in the address bar.
pub fn watch() {
    std::panic::set_hook(Box::new(|panic| {
        console_error_panic_hook::hook(panic);
        show();
    }));
}

/// Puts the bar beside the page, which no longer renders.
fn show() {
    let document = window().and_then(|window| window.document());
    if document
        .as_ref()
        .is_some_and(|document| matches!(document.query_selector(".crash"), Ok(Some(_))))
    {
        return;
    }
    let bar = document.as_ref().and_then(|document| document.create_element("p").ok());
    let Some((root, bar)) = document.and_then(|document| document.document_element()).zip(bar)
    else {
        return;
    };
    bar.set_class_name("crash");
    bar.set_text_content(Some(&t!("crash")));
    // Nothing is left to tell of a failure here.
    let _ = bar.set_attribute("role", "alert");
    let _ = root.append_child(&bar);
}
