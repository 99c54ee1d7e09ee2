//! The worker's end: takes messages, answers them one after the other.

use std::cell::Cell;

use js_sys::{Array, Float32Array, Function, Object, Reflect, Uint8Array};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Performance};

use crate::engine::EngineError;
use crate::engine::tensor::zeroed;

use super::job::{self, Buffer, Outbox};
use super::message::{Request, Response, RunError};

thread_local! {
    /// The run being answered, for the panic hook.
    static RUN: Cell<u32> = const { Cell::new(0) };
}

/// Starts listening, and tells the page so.
///
/// # Panics
/// Outside a dedicated worker.
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        let error = RunError::Internal(info.to_string());
        let response = Response::Failed { run: RUN.get(), error };
        let _ = Scope::new().and_then(|scope| scope.post(&response, Vec::new()));
    }));
    let Ok(scope) = Scope::new() else { panic!("the engine runs in a worker") };
    let listener = scope.clone();
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Err(error) = receive(&event.data(), &listener) {
            let _ = listener.post(&Response::Failed { run: RUN.get(), error }, Vec::new());
        }
    });
    scope.global.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // It listens as long as the worker lives.
    on_message.forget();
    let _ = scope.post(&Response::Ready, Vec::new());
}

fn receive(message: &JsValue, scope: &Scope) -> Result<(), RunError> {
    RUN.set(0);
    let message: &Array = message.dyn_ref().ok_or_else(|| internal("the message is no array"))?;
    let request: Request = serde_wasm_bindgen::from_value(message.get(0))
        .map_err(|error| internal(&error.to_string()))?;
    RUN.set(request.run());
    let expected = job::expected_length(&request)?;
    let buffer = take(&message.get(1), expected)?;
    job::answer(&request, buffer, scope)
}

/// Copies a buffer into this worker's memory, if it has the length it must have.
fn take(buffer: &JsValue, expected: u64) -> Result<Buffer, RunError> {
    let check = |given: u32| {
        if u64::from(given) == expected {
            Ok(given as usize)
        } else {
            Err(RunError::InputLength { expected, given: given.into() })
        }
    };
    if let Some(floats) = buffer.dyn_ref::<Float32Array>() {
        let mut values = zeroed(check(floats.length())?)?;
        floats.copy_to(&mut values);
        return Ok(Buffer::Floats(values));
    }
    if let Some(bytes) = buffer.dyn_ref::<Uint8Array>() {
        let mut values = zeroed(check(bytes.length())?)?;
        bytes.copy_to(&mut values);
        return Ok(Buffer::Bytes(values));
    }
    Err(internal("the message has no buffer"))
}

/// The worker's global object and its clock.
#[derive(Clone)]
struct Scope {
    global: DedicatedWorkerGlobalScope,
    performance: Performance,
}

impl Scope {
    fn new() -> Result<Self, RunError> {
        let global: DedicatedWorkerGlobalScope =
            js_sys::global().dyn_into().map_err(|_| internal("this is no worker"))?;
        let performance = global.performance().ok_or_else(|| internal("there is no clock"))?;
        Ok(Self { global, performance })
    }
}

impl Outbox for Scope {
    fn post(&self, response: &Response, buffers: Vec<Buffer>) -> Result<(), RunError> {
        let header =
            serde_wasm_bindgen::to_value(response).map_err(|error| internal(&error.to_string()))?;
        let message = Array::of1(&header);
        let transfer = Array::new();
        for buffer in buffers {
            // Each is dropped as soon as it is copied, so that no two are held twice.
            let view: Object = match buffer {
                Buffer::Floats(values) => {
                    let view = Float32Array::new(&array_buffer(values.len() * size_of::<f32>())?);
                    view.copy_from(&values);
                    transfer.push(&view.buffer());
                    view.into()
                }
                Buffer::Bytes(values) => {
                    let view = Uint8Array::new(&array_buffer(values.len())?);
                    view.copy_from(&values);
                    transfer.push(&view.buffer());
                    view.into()
                }
            };
            message.push(&view);
        }
        self.global
            .post_message_with_transfer(&message, &transfer)
            .map_err(|error| internal(&format!("{error:?}")))
    }

    fn now(&self) -> f64 {
        self.performance.now()
    }
}

/// A new `ArrayBuffer`. Built by reflection, since the constructor throws where memory is lacking and
/// only a call that may fail brings the exception back.
fn array_buffer(bytes: usize) -> Result<JsValue, RunError> {
    let lacking = || RunError::from(EngineError::OutOfMemory { bytes: bytes as u64 });
    let constructor = Reflect::get(&js_sys::global(), &"ArrayBuffer".into())
        .and_then(JsCast::dyn_into::<Function>)
        .map_err(|_| internal("there is no ArrayBuffer"))?;
    let length = JsValue::from_f64(bytes as f64);
    Reflect::construct(&constructor, &Array::of1(&length)).map_err(|_| lacking())
}

fn internal(message: &str) -> RunError {
    RunError::Internal(message.to_owned())
}
