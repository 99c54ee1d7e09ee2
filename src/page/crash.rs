//! Handling of a panic: a bar reports it; the user's work stays in the address.

use crate::t;

use super::browser::window;

/// Installs a panic hook that logs the panic and shows a bar that says what to do: the state is in the address.
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
    // A failure here can't be reported any more.
    let _ = bar.set_attribute("role", "alert");
    let _ = root.append_child(&bar);
}
