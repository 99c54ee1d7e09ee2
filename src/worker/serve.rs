//! The worker's end: takes messages, answers them one after the other.

use std::cell::{Cell, RefCell};

use js_sys::{
    Array, ArrayBuffer, Float32Array, Float64Array, Function, Object, Reflect, Uint8Array,
    WebAssembly,
};
use wasm_bindgen::prelude::*;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent, Performance};

use crate::engine::EngineError;
use crate::engine::tensor::zeroed;

use super::job::{self, Buffer, Desk, Outbox, Part};
use super::message::{Goal, Request, Response, RunError};

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
        let _ = Scope::new().and_then(|scope| scope.post(&response, &[]));
    }));
    let Ok(scope) = Scope::new() else { panic!("the engine runs in a worker") };
    let (listener, mut desk) = (scope.clone(), Desk::default());
    let on_message = Closure::<dyn FnMut(MessageEvent)>::new(move |event: MessageEvent| {
        if let Err(error) = receive(&event.data(), &mut desk, &listener) {
            let _ = listener.post(&Response::Failed { run: RUN.get(), error }, &[]);
        }
    });
    scope.global.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    // It listens as long as the worker lives.
    on_message.forget();
    let _ = scope.post(&Response::Ready, &[]);
}

fn receive(message: &JsValue, desk: &mut Desk, scope: &Scope) -> Result<(), RunError> {
    RUN.set(0);
    let message: &Array = message.dyn_ref().ok_or_else(|| internal("the message is no array"))?;
    let request: Request = serde_wasm_bindgen::from_value(message.get(0))
        .map_err(|error| internal(&error.to_string()))?;
    RUN.set(request.run());
    let expected = job::expected_length(&request)?;
    let room: Option<ArrayBuffer> = message.get(2).dyn_into().ok();
    let buffer = match &request {
        Request::Band { goal, .. } => {
            let measured = room.as_ref().filter(|_| *goal == Goal::Normalize);
            take_band(&message.get(1), measured, desk)?
        }
        _ => take(&message.get(1), expected)?,
    };
    *scope.room.borrow_mut() = room;
    desk.answer(&request, buffer, scope)
}

/// Copies a band's moments into this worker's memory, and what was `measured` of it.
fn take_band(
    moments: &JsValue,
    measured: Option<&ArrayBuffer>,
    desk: &mut Desk,
) -> Result<Buffer, RunError> {
    let moments: &Float64Array =
        moments.dyn_ref().ok_or_else(|| internal("the message has no moments"))?;
    let values = measured.map(|measured| {
        let view = Float32Array::new(measured);
        let mut values = desk.room(view.length() as usize)?;
        view.copy_to(&mut values);
        Ok::<_, RunError>(values)
    });
    Ok(Buffer::Band(moments.to_vec(), values.transpose()?))
}

/// Copies a buffer into this worker's memory, if it has the length it must have.
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
    Err(internal("the message has no buffer"))
}

/// The worker's global object and its clock.
#[derive(Clone)]
struct Scope {
    global: DedicatedWorkerGlobalScope,
    performance: Performance,
    /// Where the answer's floats may be handed over: memory that exists is written several times as fast
    /// as memory the system has yet to find.
    room: RefCell<Option<ArrayBuffer>>,
}

impl Scope {
    fn new() -> Result<Self, RunError> {
        let global: DedicatedWorkerGlobalScope =
            js_sys::global().dyn_into().map_err(|_| internal("this is no worker"))?;
        let performance = global.performance().ok_or_else(|| internal("there is no clock"))?;
        Ok(Self { global, performance, room: RefCell::default() })
    }
}

impl Scope {
    /// Memory of so many bytes, that of the last output if it has the size.
    fn room(&self, bytes: usize) -> Result<JsValue, RunError> {
        let room = self.room.take().filter(|room| room.byte_length() as usize == bytes);
        room.map_or_else(|| array_buffer(bytes), |room| Ok(room.into()))
    }
}

impl Outbox for Scope {
    fn post(&self, response: &Response, parts: &[Part]) -> Result<(), RunError> {
        let header =
            serde_wasm_bindgen::to_value(response).map_err(|error| internal(&error.to_string()))?;
        let message = Array::of1(&header);
        let transfer = Array::new();
        for part in parts {
            let view: Object = match *part {
                Part::Floats(values) => {
                    let view = Float32Array::new(&self.room(size_of_val(values))?);
                    view.copy_from(values);
                    transfer.push(&view.buffer());
                    view.into()
                }
                // A few numbers a channel: copied on their way.
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
            .map_err(|error| internal(&format!("{error:?}")))
    }

    fn now(&self) -> f64 {
        self.performance.now()
    }

    fn memory(&self) -> f64 {
        let memory: WebAssembly::Memory = wasm_bindgen::memory().unchecked_into();
        memory.buffer().unchecked_into::<ArrayBuffer>().byte_length().into()
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
