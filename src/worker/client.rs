//! The page's end: starts a worker, sends requests, hears responses.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, Float32Array, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::message::{Request, Response, RunError};

/// The large part of a request. Its memory goes to the worker: the array is empty afterwards, so whoever
/// needs it again sends `array.slice(…)`.
#[derive(Clone, Debug)]
pub enum Payload {
    /// The normalised image of a [`Request::Forward`].
    Floats(Float32Array),
    /// The RGBA bytes of a [`Request::Preprocess`]; of `ImageData`'s clamped array
    /// `Uint8Array::new(&data.buffer())`.
    Bytes(Uint8Array),
}

/// The large parts of a response, in the order that [`Response`] lists them.
#[derive(Clone, Debug, Default)]
pub struct Buffers(Array);

impl Buffers {
    /// Buffer `index`, if it is there and holds floats.
    #[must_use]
    pub fn floats(&self, index: u32) -> Option<Float32Array> {
        self.0.get(index + 1).dyn_into().ok()
    }

    /// Buffer `index`, if it is there and holds bytes.
    #[must_use]
    pub fn bytes(&self, index: u32) -> Option<Uint8Array> {
        self.0.get(index + 1).dyn_into().ok()
    }
}

/// A running worker. Dropping it ends the worker, and with it whatever it is computing: this is how a run
/// is cancelled.
pub struct EngineClient {
    line: Rc<Line>,
    // The worker calls these as long as it lives.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl std::fmt::Debug for EngineClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EngineClient").field("line", &self.line).finish_non_exhaustive()
    }
}

/// What the client and its listeners share.
#[derive(Debug)]
struct Line {
    worker: Worker,
    /// The run last asked for: an error event names none.
    last_run: Cell<u32>,
    /// Messages waiting for the worker to listen; `None` when it does. A module worker drops what
    /// arrives while its wasm is still loading.
    waiting: RefCell<Option<Vec<(Array, Array)>>>,
}

impl EngineClient {
    /// Starts the worker whose script is at `url`, relative to the page (see
    /// [`WORKER_URL`](super::WORKER_URL)). `on_response` hears everything it says. What keeps the worker
    /// from loading, and what kills it, arrives as [`Response::Failed`] of the run last posted, with
    /// [`RunError::Unreachable`]; drop the client then and start another.
    ///
    /// # Errors
    /// When the browser refuses to start a worker.
    pub fn spawn(
        url: &str,
        on_response: impl Fn(Response, Buffers) + 'static,
    ) -> Result<Self, RunError> {
        let options = WorkerOptions::new();
        options.set_type(WorkerType::Module);
        let worker =
            Worker::new_with_options(url, &options).map_err(|error| unreachable(&error))?;
        let line = Rc::new(Line {
            worker,
            last_run: Cell::new(0),
            waiting: RefCell::new(Some(Vec::new())),
        });
        let on_response = Rc::new(on_response);
        let (listening, hear) = (line.clone(), on_response.clone());
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let (response, buffers) = listening.read(&event.data());
            if response == Response::Ready {
                listening.send_waiting();
            }
            hear(response, buffers);
        });
        let listening = line.clone();
        let on_error = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            // An event without a message is a script that could not be fetched.
            let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
            let message = message.unwrap_or_else(|| "its script could not be loaded".to_owned());
            let error = RunError::Unreachable(message);
            let response = Response::Failed { run: listening.last_run.get(), error };
            on_response(response, Buffers::default());
        });
        line.worker.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        line.worker.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        Ok(Self { line, _on_message: on_message, _on_error: on_error })
    }

    /// Sends a request with its buffer, whose memory is transferred. A worker that is still loading gets
    /// it when it listens.
    ///
    /// # Errors
    /// When the browser refuses the message, as it does for a buffer that was already transferred.
    pub fn post(&self, request: &Request, payload: &Payload) -> Result<(), RunError> {
        let header = serde_wasm_bindgen::to_value(request)
            .map_err(|error| RunError::Internal(error.to_string()))?;
        let (view, buffer): (&JsValue, _) = match payload {
            Payload::Floats(floats) => (floats, floats.buffer()),
            Payload::Bytes(bytes) => (bytes, bytes.buffer()),
        };
        self.line.last_run.set(request.run());
        self.line.send(Array::of2(&header, view), Array::of1(&buffer))
    }
}

impl Drop for EngineClient {
    fn drop(&mut self) {
        self.line.worker.set_onmessage(None);
        self.line.worker.set_onerror(None);
        self.line.worker.terminate();
    }
}

impl Line {
    fn send(&self, message: Array, transfer: Array) -> Result<(), RunError> {
        if let Some(waiting) = &mut *self.waiting.borrow_mut() {
            waiting.push((message, transfer));
            return Ok(());
        }
        self.worker
            .post_message_with_transfer(&message, &transfer)
            .map_err(|error| RunError::Internal(format!("{error:?}")))
    }

    fn send_waiting(&self) {
        let waiting = self.waiting.borrow_mut().take();
        for (message, transfer) in waiting.into_iter().flatten() {
            // A buffer that was transferred meanwhile: the worker will say that it got none.
            let _ = self.send(message, transfer);
        }
    }

    fn read(&self, message: &JsValue) -> (Response, Buffers) {
        let array = message.dyn_ref::<Array>().cloned().unwrap_or_default();
        match serde_wasm_bindgen::from_value(array.get(0)) {
            Ok(response) => (response, Buffers(array)),
            Err(error) => {
                let error = RunError::Internal(error.to_string());
                (Response::Failed { run: self.last_run.get(), error }, Buffers::default())
            }
        }
    }
}

fn unreachable(error: &JsValue) -> RunError {
    RunError::Unreachable(format!("{error:?}"))
}
