//! The page's end: starts a worker, sends requests, hears responses.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Array, ArrayBuffer, Float32Array, Float64Array, Function, Uint8Array, WebAssembly};
use wasm_bindgen::prelude::*;
use web_sys::{ErrorEvent, Event, MessageEvent, Worker, WorkerOptions, WorkerType};

use super::message::{Request, Response, RunError};
use super::{RELAXED_WORKER_URL, WORKER_URL};

/// A WebAssembly module of one function, which multiplies and adds relaxed vectors.
const RELAXED_MODULE: [u8; 35] = [
    0x00, 0x61, 0x73, 0x6d, 0x01, 0x00, 0x00, 0x00, 0x01, 0x06, 0x01, 0x60, 0x01, 0x7b, 0x01, 0x7b,
    0x03, 0x02, 0x01, 0x00, 0x0a, 0x0d, 0x01, 0x0b, 0x00, 0x20, 0x00, 0x20, 0x00, 0x20, 0x00, 0xfd,
    0x85, 0x02, 0x0b,
];

/// The scripts that start the engine in this browser, the fastest first.
#[must_use]
pub fn worker_urls() -> &'static [&'static str] {
    let relaxed = WebAssembly::validate(&Uint8Array::from(&RELAXED_MODULE[..]));
    if relaxed.unwrap_or(false) { &[RELAXED_WORKER_URL, WORKER_URL] } else { &[WORKER_URL] }
}

/// The large part of a request. Its memory goes to the worker: the array is empty afterwards, so whoever
/// needs it again sends `array.slice(…)`.
#[derive(Clone, Debug)]
pub enum Payload {
    /// Of a request that has none.
    Nothing,
    /// The moments of a [`Request::Band`], and memory for its values.
    Numbers(Float64Array, Option<ArrayBuffer>),
    /// The normalised image of a [`Request::Open`].
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

    /// Buffer `index`, if it is there and holds numbers of double precision.
    #[must_use]
    pub fn numbers(&self, index: u32) -> Option<Float64Array> {
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
    worker: RefCell<Worker>,
    /// Scripts to try where this worker doesn't load, the next one last.
    others: RefCell<Vec<String>>,
    /// The run last asked for: an error event names none.
    last_run: Cell<u32>,
    /// Messages waiting for the worker to listen; `None` when it does. A module worker drops what
    /// arrives while its wasm is still loading.
    waiting: RefCell<Option<Vec<(Array, Array)>>>,
}

impl EngineClient {
    /// Starts the worker whose script is at the first of `urls` that loads, relative to the page (see
    /// [`worker_urls`]). `on_response` hears everything it says. What keeps the last one from loading,
    /// and what kills a worker, arrives as [`Response::Failed`] of the run last posted, with
    /// [`RunError::Unreachable`]; drop the client then and start another.
    ///
    /// # Errors
    /// When the browser refuses to start a worker.
    pub fn spawn(
        urls: &[&str],
        on_response: impl Fn(Response, Buffers) + 'static,
    ) -> Result<Self, RunError> {
        let (first, others) = urls.split_first().ok_or_else(|| nowhere("no script is named"))?;
        let line = Rc::new(Line {
            worker: RefCell::new(start(first)?),
            others: RefCell::new(others.iter().rev().map(ToString::to_string).collect()),
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
            if listening.try_another() {
                return;
            }
            // An event without a message is a script that could not be fetched.
            let message = event.dyn_ref::<ErrorEvent>().map(ErrorEvent::message);
            let message = message.unwrap_or_else(|| "its script could not be loaded".to_owned());
            let error = RunError::Unreachable(message);
            let response = Response::Failed { run: listening.last_run.get(), error };
            on_response(response, Buffers::default());
        });
        line.listen(
            Some(on_message.as_ref().unchecked_ref()),
            Some(on_error.as_ref().unchecked_ref()),
        );
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
        let (message, transfer) = match payload {
            Payload::Nothing => (Array::of1(&header), Array::new()),
            Payload::Numbers(numbers, None) => (Array::of2(&header, numbers), Array::new()),
            Payload::Numbers(numbers, Some(room)) => {
                (Array::of3(&header, numbers, room), Array::of1(room))
            }
            Payload::Floats(floats) => (Array::of2(&header, floats), Array::of1(&floats.buffer())),
            Payload::Bytes(bytes) => (Array::of2(&header, bytes), Array::of1(&bytes.buffer())),
        };
        self.line.last_run.set(request.run());
        self.line.send(message, transfer)
    }
}

impl Drop for EngineClient {
    fn drop(&mut self) {
        self.line.listen(None, None);
        self.line.worker.borrow().terminate();
    }
}

impl Line {
    fn listen(&self, on_message: Option<&Function>, on_error: Option<&Function>) {
        let worker = self.worker.borrow();
        worker.set_onmessage(on_message);
        worker.set_onerror(on_error);
    }

    /// Puts the next script's worker in the place of one that fails before it listens; what is waiting
    /// will go to the new one. Says whether there is one.
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

/// A new worker.
fn start(url: &str) -> Result<Worker, RunError> {
    let options = WorkerOptions::new();
    options.set_type(WorkerType::Module);
    Worker::new_with_options(url, &options).map_err(|error| nowhere(&format!("{error:?}")))
}

fn nowhere(why: &str) -> RunError {
    RunError::Unreachable(why.to_owned())
}
