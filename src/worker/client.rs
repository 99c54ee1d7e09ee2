//! The page's end: starts a worker, sends requests, receives responses.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Float32Array, Float64Array, Function, Uint8Array, WebAssembly};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::error::RunError;
use super::message::{Request, Response};
use super::{RELAXED_WORKER_URL, WORKER_URL};

/// A WebAssembly module of one function, which uses `f32x4.relaxed_madd`.
const RELAXED_MODULE: [u8; 35] = [
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x06, 0x01, 0x60, 0x01, 0x7b, 0x01, 0x7b,
    0x03, 0x02, 0x01, 0x00, 0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x00, 0x20, 0x00, 0xfd,
    0x85, 0x02, 0x0b,
];

/// The scripts that start a worker in this browser, the fastest first.
#[must_use]
pub fn worker_urls() -> &'static [&'static str] {
    let relaxed = WebAssembly::validate(&Uint8Array::from(&RELAXED_MODULE[..]));
    if relaxed.unwrap_or(false) { &[RELAXED_WORKER_URL, WORKER_URL] } else { &[WORKER_URL] }
}

/// The buffers of a request. Their memory is transferred to the worker and the arrays are empty afterwards: to keep
/// one, send `array.slice(…)`.
#[derive(Clone, Debug)]
pub enum Payload {
    Nothing,
    /// The moments of a [`Request::Band`], and the memory for its values.
    Numbers(Float64Array, Option<ArrayBuffer>),
    /// The normalised image of a [`Request::Open`].
    Floats(Float32Array),
    /// The RGBA bytes of a [`Request::Preprocess`]. For the clamped array of an `ImageData` use
    /// `Uint8Array::new(&data.buffer())`.
    Bytes(Uint8Array),
}

/// The buffers of a response, in the order that [`Response`] lists them.
#[derive(Clone, Debug, Default)]
pub struct Buffers(Array);

impl Buffers {
    /// Buffer `index`, if it exists and is a `Float32Array`.
    #[must_use]
    pub fn floats(&self, index: u32) -> Option<Float32Array> {
        self.0.get(index + 1).dyn_into().ok()
    }

    /// Buffer `index`, if it exists and is a `Float64Array`.
    #[must_use]
    pub fn numbers(&self, index: u32) -> Option<Float64Array> {
        self.0.get(index + 1).dyn_into().ok()
    }

    /// Buffer `index`, if it exists and is a `Uint8Array`.
    #[must_use]
    pub fn bytes(&self, index: u32) -> Option<Uint8Array> {
        self.0.get(index + 1).dyn_into().ok()
    }
}

/// A running worker. Dropping it terminates the worker: this is how a run is cancelled.
pub struct EngineClient {
    connection: Rc<Connection>,
    // The worker calls these as long as it lives.
    _on_message: Closure<dyn FnMut(MessageEvent)>,
    _on_error: Closure<dyn FnMut(Event)>,
}

impl std::fmt::Debug for EngineClient {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("EngineClient").field("connection", &self.connection).finish_non_exhaustive()
    }
}

/// The state that the client and its listeners share.
#[derive(Debug)]
struct Connection {
    worker: RefCell<Worker>,
    /// Scripts to try if this worker does not load, the next one last.
    others: RefCell<Vec<String>>,
    /// The run of the last request: an error event names none.
    last_run: Cell<u32>,
    /// Messages that wait until the worker is ready; `None` from then on. A module worker drops messages that
    /// arrive while its wasm is loading.
    waiting: RefCell<Option<Vec<(Array, Array)>>>,
}

impl EngineClient {
    /// Starts the worker whose script is at the first of `urls` that loads, relative to the page (see
    /// [`worker_urls`]). `on_response` is called with every response. If no script loads, or the worker dies, it
    /// is called with [`Response::Failed`] of the run last posted and [`RunError::Unreachable`]: drop the
    /// client then and start another.
    ///
    /// # Errors
    /// When the browser refuses to start a worker.
    pub fn spawn(
        urls: &[&str],
        on_response: impl Fn(Response, Buffers) + 'static,
    ) -> Result<Self, RunError> {
        let (first, others) =
            urls.split_first().ok_or_else(|| unreachable("no script is named"))?;
        let connection = Rc::new(Connection {
            worker: RefCell::new(start(first)?),
            others: RefCell::new(others.iter().rev().map(ToString::to_string).collect()),
            last_run: Cell::new(0),
            waiting: RefCell::new(Some(Vec::new())),
        });
        let on_response = Rc::new(on_response);
        let (shared, respond) = (connection.clone(), on_response.clone());
        let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
            let (response, buffers) = shared.read(&event.data());
            if response == Response::Ready {
                shared.send_waiting();
            }
            respond(response, buffers);
        });
        let shared = connection.clone();
        let on_error = Closure::<dyn FnMut(Event)>::new(move |event: Event| {
            if shared.try_another() {
                return;
            }
            // An event without a message is a script that could not be fetched.
            let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
            let message = message.unwrap_or_else(|| "its script could not be loaded".to_owned());
            let error = RunError::Unreachable(message);
            let response = Response::Failed { run: shared.last_run.get(), error };
            on_response(response, Buffers::default());
        });
        connection.listen(
            Some(on_message.as_ref().unchecked_ref()),
            Some(on_error.as_ref().unchecked_ref()),
        );
        Ok(Self { connection, _on_message: on_message, _on_error: on_error })
    }

    /// Sends a request with its buffers, whose memory is transferred. A worker that is still loading receives
    /// it when it is ready.
    ///
    /// # Errors
    /// When the browser refuses the message, as for a buffer that has been transferred before.
    pub fn post(&self, request: &Request, payload: &Payload) -> Result<(), RunError> {
        let header = serde_wasm_bindgen::to_value(request)
            .map_err(|error| RunError::Internal(error.to_string()))?;
        let (message, transfer) = match payload {
            Payload::Nothing => (Array::of1(&header), Array::new()),
            Payload::Numbers(numbers, None) => (Array::of2(&header, numbers), Array::new()),
            Payload::Numbers(numbers, Some(memory)) => {
                (Array::of3(&header, numbers, memory), Array::of1(memory))
            }
            Payload::Floats(floats) => (Array::of2(&header, floats), Array::of1(&floats.buffer())),
            Payload::Bytes(bytes) => (Array::of2(&header, bytes), Array::of1(&bytes.buffer())),
        };
        self.connection.last_run.set(request.run());
        self.connection.send(message, transfer)
    }
}

impl Drop for EngineClient {
    fn drop(&mut self) {
        self.connection.listen(None, None);
        self.connection.worker.borrow().terminate();
    }
}

impl Connection {
    fn listen(&self, on_message: Option<&Function>, on_error: Option<&Function>) {
        let worker = self.worker.borrow();
        worker.set_onmessage(on_message);
        worker.set_onerror(on_error);
    }

    /// Replaces a worker that fails before it is ready by one with the next script; waiting messages will be
    /// sent to the new one. Returns whether there is a next script.
    fn try_another(&self) -> bool {
        if self.waiting.borrow().is_none() {
            return false;
        }
        let Some(worker) = self.others.borrow_mut().pop().and_then(|url| start(&url).ok()) else {
            return false;
        };
        let failed = self.worker.replace(worker);
        self.listen(failed.onmessage().as_ref(), failed.onerror().as_ref());
        failed.set_onmessage(None);
        failed.set_onerror(None);
        failed.terminate();
        true
    }

    fn send(&self, message: Array, transfer: Array) -> Result<(), RunError> {
        if let Some(waiting) = &mut *self.waiting.borrow_mut() {
            waiting.push((message, transfer));
            return Ok(());
        }
        self.worker
            .borrow()
            .post_message_with_transfer(&message, &transfer)
            .map_err(|error| RunError::Internal(format!("{error:?}")))
    }

    fn send_waiting(&self) {
        let waiting = self.waiting.borrow_mut().take();
        for (message, transfer) in waiting.into_iter().flatten() {
            // If a buffer was transferred meanwhile, the worker answers that there is none.
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

fn start(url: &str) -> Result<Worker, RunError> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options(url, &options).map_err(|error| unreachable(&format!("{error:?}")))
}

fn unreachable(why: &str) -> RunError {
    RunError::Unreachable(why.to_owned())
}
