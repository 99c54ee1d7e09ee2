//! A worker that plays the engine: its script is a few lines of JavaScript given by the test.

use std::cell::RefCell;
use std::rc::Rc;

use inception_explorer::worker::client::{Buffers, EngineClient};
use inception_explorer::worker::{Response, RunError};
use js_sys::Array;
use web_sys::{Blob, BlobPropertyBag, Url};

/// Says that it listens, and sends back what it is sent: the number of the run, and the buffer.
pub const ECHO: &str = "
    self.onmessage = ({ data: [request, buffer] }) => {
        const { run } = Object.values(request)[0];
        self.postMessage([{ Measured: { run, milliseconds: [] } }, buffer], [buffer.buffer]);
    };
    self.postMessage(['Ready']);";

/// The events that the page received.
#[derive(Clone, Default)]
pub struct Heard(Rc<RefCell<Vec<(Response, Buffers)>>>);

impl Heard {
    pub fn responses(&self) -> Vec<Response> {
        self.0.borrow().iter().map(|(response, _)| response.clone()).collect()
    }

    pub fn last(&self) -> Option<(Response, Buffers)> {
        self.0.borrow().last().cloned()
    }
}

/// Starts a worker with this script.
pub fn play(script: &str) -> (EngineClient, Heard) {
    listen(&[&address(script)]).expect("a worker")
}

/// An address of this script.
pub fn address(script: &str) -> String {
    let options = BlobPropertyBag::new();
    options.set_type("text/javascript");
    let parts = Array::of1(&script.into());
    let blob = Blob::new_with_str_sequence_and_options(&parts, &options).expect("a blob");
    Url::create_object_url_with_blob(&blob).expect("an address")
}

/// Starts the worker whose script is at the first of `urls` that loads.
pub fn listen(urls: &[&str]) -> Result<(EngineClient, Heard), RunError> {
    let heard = Heard::default();
    let listener = heard.clone();
    let client = EngineClient::spawn(urls, move |response, buffers| {
        listener.0.borrow_mut().push((response, buffers));
    })?;
    Ok((client, heard))
}
