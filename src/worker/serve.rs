//! The worker's end: receives requests and answers them one after the other.

use std::cell::{Cell, RefCell};

use js_sys::{
    Array, ArrayBuffer, Float32Array, Float64Array, Function, Object, Reflect, Uint8Array,
    WebAssembly,
};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Performance};

use crate::engine::EngineError;
use crate::engine::tensor::zeroed;

use super::error::RunError;
use super::message::{Goal, Request, Response};
use super::service::{Buffer, Outbox, Part, WorkerService, expected_length};

thread_local! {
    /// The run being answered, for the panic hook.
    static RUN: Cell<u32> = const { Cell::new(0) };
}

/// Starts to receive requests, and sends [`Response::Ready`].
///
/// # Panics
/// Outside a dedicated worker.
pub fn start() {
    std::panic::set_hook(Box::new(|info| {
        let error = RunError::Internal(info.to_string());
        let response = Response::Failed { run: RUN.get(), error };
        let _ = Scope::new().and_then(|scope| scope.post(&response, &[]));
    }));
    let Ok(scope) = Scope::new() else { panic!("the engine runs in a worker") };
    let (listener, mut service) = (scope.clone(), WorkerService::default());
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Err(error) = receive(&event.data(), &mut service, &listener) {
            let _ = listener.post(&Response::Failed { run: RUN.get(), error }, &[]);
        }
    });
    scope.global.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // The closure lives as long as the worker.
    on_message.forget();
    let _ = scope.post(&Response::Ready, &[]);
}

fn receive(message: &JsValue, service: &mut WorkerService, scope: &Scope) -> Result<(), RunError> {
    RUN.set(0);
    let message: &Array =
        message.dyn_ref().ok_or_else(|| RunError::internal("the message is no array"))?;
    let request: Request = serde_wasm_bindgen::from_value(message.get(0))
        .map_err(|error| RunError::internal(&error.to_string()))?;
    RUN.set(request.run());
    let expected = expected_length(&request)?;
    let returned: Option<ArrayBuffer> = message.get(2).dyn_into().ok();
    let buffer = match &request {
        Request::Band { goal, .. } => {
            let measured = returned.as_ref().filter(|_| *goal == Goal::Normalize);
            take_band(&message.get(1), measured, service)?
        }
        _ => take(&message.get(1), expected)?,
    };
    *scope.returned.borrow_mut() = returned;
    service.answer(&request, buffer, scope)
}

/// Copies the moments and the measured values of a band into this worker's memory.
fn take_band(
    moments: &JsValue,
    measured: Option<&ArrayBuffer>,
    service: &mut WorkerService,
) -> Result<Buffer, RunError> {
    let moments: &Float64Array =
        moments.dyn_ref().ok_or_else(|| RunError::internal("the message has no moments"))?;
    let values = measured.map(|measured| {
        let view = Float32Array::new(measured);
        let mut values = service.take_spare(view.length() as usize)?;
        view.copy_to(&mut values);
        Ok::<_, RunError>(values)
    });
    Ok(Buffer::Band(moments.to_vec(), values.transpose()?))
}

/// Copies a buffer into this worker's memory, if it has the expected length.
fn take(buffer: &JsValue, expected: Option<u64>) -> Result<Buffer, RunError> {
    let check = |given: u32| match expected {
        Some(expected) if expected != u64::from(given) => {
            Err(RunError::InputLength { expected, given: given.into() })
        }
        _ => Ok(given as usize),
    };
    if buffer.is_undefined() {
        return Ok(Buffer::Nothing);
    }
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
    Err(RunError::internal("the message has no buffer"))
}

/// The worker's global object and its clock.
#[derive(Clone)]
struct Scope {
    global: DedicatedWorkerGlobalScope,
    performance: Performance,
    /// Memory in which the floats of the response may be returned: writing to memory in use is several times
    /// as fast as to memory that the system must allocate first.
    returned: RefCell<Option<ArrayBuffer>>,
}

impl Scope {
    fn new() -> Result<Self, RunError> {
        let global: DedicatedWorkerGlobalScope =
            js_sys::global().dyn_into().map_err(|_| RunError::internal("this is no worker"))?;
        let performance =
            global.performance().ok_or_else(|| RunError::internal("there is no clock"))?;
        Ok(Self { global, performance, returned: RefCell::default() })
    }
}

impl Scope {
    /// Memory of `bytes` bytes: the buffer that came with the request, if it has this size.
    fn memory_of(&self, bytes: usize) -> Result<JsValue, RunError> {
        let returned = self.returned.take();
        let returned = returned.filter(|buffer| buffer.byte_length() as usize == bytes);
        returned.map_or_else(|| array_buffer(bytes), |buffer| Ok(buffer.into()))
    }
}

impl Outbox for Scope {
    fn post(&self, response: &Response, parts: &[Part]) -> Result<(), RunError> {
        let header = serde_wasm_bindgen::to_value(response)
            .map_err(|error| RunError::internal(&error.to_string()))?;
        let message = Array::of1(&header);
        let transfer = Array::new();
        for part in parts {
            let view: Object = match *part {
                Part::Floats(values) => {
                    let view = Float32Array::new(&self.memory_of(size_of_val(values))?);
                    view.copy_from(values);
                    transfer.push(&view.buffer());
                    view.into()
                }
                // A few numbers a channel: copied by `postMessage`.
                Part::Doubles(values) => Float64Array::from(values).into(),
                Part::Bytes(values) => {
                    let view = Uint8Array::new(&array_buffer(values.len())?);
                    view.copy_from(values);
                    transfer.push(&view.buffer());
                    view.into()
                }
            };
            message.push(&view);
        }
        self.global
            .post_message_with_transfer(&message, &transfer)
            .map_err(|error| RunError::internal(&format!("{error:?}")))
    }

    fn now(&self) -> f64 {
        self.performance.now()
    }

    fn memory(&self) -> f64 {
        let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
        memory.buffer().unchecked_into::<ArrayBuffer>().byte_length().into()
    }
}

/// A new `ArrayBuffer`, built by reflection: its constructor throws when memory is lacking, and only a call that
/// may fail returns the exception.
fn array_buffer(bytes: usize) -> Result<JsValue, RunError> {
    let lacking = || RunError::from(EngineError::OutOfMemory { bytes: bytes as u64 });
    let constructor = Reflect::get(&js_sys::global(), &"ArrayBuffer".into())
        .and_then(JsCast::dyn_into::<Function>)
        .map_err(|_| RunError::internal("there is no ArrayBuffer"))?;
    let length = JsValue::from_f64(bytes as f64);
    Reflect::construct(&constructor, &Array::of1(&length)).map_err(|_| lacking())
}
