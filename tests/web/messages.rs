//! The messages between page and engine, as they travel; and the page's end of the line.

use inception_explorer::arch::{Conv2d, Form, Inception, InceptionFields, Size};
use inception_explorer::engine::{BatchNorm, ChannelSums, CropRectangle, Moments, Region};
use inception_explorer::worker::client::{EngineClient, Payload, worker_urls};
use inception_explorer::worker::codec::{
    moments_from_numbers, moments_to_numbers, sums_from_numbers, sums_to_numbers,
};
use inception_explorer::worker::message::{BandSpec, Goal};
use inception_explorer::worker::{
    ForwardSpec, Job, PlainSpec, RELAXED_WORKER_URL, Request, Response, RunError, WORKER_URL,
    WorkloadSpec,
};
use js_sys::{Float32Array, Uint8Array};
use serde::Serialize;
use serde::de::DeserializeOwned;
use wasm_bindgen::prelude::*;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::engine::{ECHO, Heard, address, listen, play};
use crate::harness::until;

/// Beyond 32 bits, and the largest whole number that JavaScript has exactly.
const LARGE: [u64; 3] = [(1 << 32) + 1, 0x1234_5678_9abc, (1 << 53) - 1];

#[wasm_bindgen]
extern "C" {
    /// Copies and transfers a message as `postMessage` does.
    #[wasm_bindgen(js_name = structuredClone)]
    fn structured_clone(value: &JsValue) -> JsValue;
}

fn travelled<T: Serialize + DeserializeOwned>(message: &T) -> T {
    let value = serde_wasm_bindgen::to_value(message).expect("it can be sent");
    serde_wasm_bindgen::from_value(structured_clone(&value)).expect("it can be read")
}

fn module(run: u32, form: Form, in_channels: u64, batch_norm: BatchNorm) -> Request {
    let fields = InceptionFields::new(192, [64, 0, 128, 16, 32, 4096]);
    let module = InceptionFields { form, kernel3: 7, kernel5: 11, ..fields };
    let module = WorkloadSpec::of_module(&Inception::new(module).expect("it is valid"));
    forward(run, WorkloadSpec { in_channels, ..module }, batch_norm)
}

fn conv(run: u32, in_channels: u64) -> Request {
    let (kernel_size, stride, padding) = (Size::new(1, 11), Size::square(4), Size::new(2, 0));
    let same = Conv2d::same(in_channels, 96, 1);
    let conv = Conv2d { kernel_size, stride, padding, ..same };
    forward(run, WorkloadSpec::of_conv(conv), BatchNorm::Running)
}

fn forward(run: u32, workload: WorkloadSpec, batch_norm: BatchNorm) -> Request {
    let spec = |kernel_size| PlainSpec { kernel_size, out_channels: 16_384 };
    let plain = [1, 3, 11].map(spec).to_vec();
    let forward =
        ForwardSpec { workload, height: 224, width: 1, seed: u32::MAX, batch_norm, plain };
    Request::Open { run, forward }
}

#[wasm_bindgen_test]
fn every_request_arrives_as_it_was() {
    let preprocess = Request::Preprocess {
        run: u32::MAX,
        image_width: 12_000,
        image_height: 1,
        height: 224,
        width: 512,
    };
    let mut requests = vec![
        preprocess,
        module(1, Form::Reduced, 192, BatchNorm::Batch),
        module(0, Form::Naive, 3, BatchNorm::Running),
        conv(4, 3),
    ];
    for job in [Job::Workload, Job::Plain(PlainSpec { kernel_size: 11, out_channels: 7 })] {
        for goal in [Goal::Measure, Goal::Normalize, Goal::Finish] {
            let region = Region { channels: 0..256, rows: 4..512 };
            let band = BandSpec { job, region };
            requests.push(Request::Band { run: 3, band, goal });
        }
    }
    requests.push(Request::Close { run: 5 });
    requests.extend(LARGE.map(|large| module(2, Form::Reduced, large, BatchNorm::Batch)));
    requests.extend(LARGE.map(|large| conv(2, large)));
    for request in requests {
        assert_eq!(travelled(&request), request);
        assert_eq!(travelled(&request).run(), request.run());
    }
}

fn errors() -> Vec<RunError> {
    let mut errors = vec![
        RunError::InvalidWorkload("every branch “없음”".into()),
        RunError::EmptyImage,
        RunError::Unreachable(String::new()),
        RunError::Internal("line 1\nline 2".into()),
    ];
    for large in LARGE {
        errors.push(RunError::InputLength { expected: large, given: 0 });
        errors.push(RunError::TooMuchMemory { needed: large, available: 1 << 31 });
        errors.push(RunError::OutOfMemory { bytes: large });
    }
    errors
}

fn responses() -> Vec<Response> {
    let run = 7;
    let rectangle = CropRectangle { left: 0.5, top: 1e-9, width: 1e9, height: 1.0 / 3.0 };
    let mut responses = vec![
        Response::Ready,
        Response::Preprocessed { run, rectangle, height: 1, width: 512 },
        Response::Progress { run, fraction: 0.25 },
        Response::Measured { run, milliseconds: vec![0.5] },
        Response::Band { run, milliseconds: vec![0.1 + 0.2, 1e6] },
        Response::Band { run, milliseconds: Vec::new() },
        Response::Closed { run, memory: 4_294_967_296.0 },
    ];
    responses.extend(errors().into_iter().map(|error| Response::Failed { run, error }));
    responses
}

#[wasm_bindgen_test]
fn every_response_arrives_as_it_was() {
    for response in responses() {
        assert_eq!(travelled(&response), response);
    }
}

#[wasm_bindgen_test]
fn what_bands_tell_arrives_as_it_was() {
    let moments = [Moments { count: 1e9, mean: -0.1, squares: 1e-300 }, Moments::default()];
    assert_eq!(moments_from_numbers(&moments_to_numbers(&moments)), moments);
    let sums = [
        ChannelSums { min: -0.1, max: f32::MAX, total: 1e300, zeros: 3.0, count: 1e9 },
        ChannelSums::default(),
    ];
    assert_eq!(sums_from_numbers(&sums_to_numbers(&sums)), sums);
}

#[wasm_bindgen_test]
fn what_javascript_can_not_hold_is_no_other_number() {
    let error = RunError::OutOfMemory { bytes: 1 << 53 };
    assert!(serde_wasm_bindgen::to_value(&error).is_err());
}

/// The answer of [`ECHO`].
fn measured(run: u32) -> Response {
    Response::Measured { run, milliseconds: Vec::new() }
}

fn request(run: u32) -> Request {
    module(run, Form::Reduced, 192, BatchNorm::Batch)
}

#[wasm_bindgen_test]
async fn a_request_waits_for_the_worker_and_its_buffer_moves() {
    let (client, heard) = play(ECHO);
    let floats = Float32Array::from([1.0, -2.5, f32::MAX].as_slice());
    client.post(&request(41), &Payload::Floats(floats.clone())).expect("sent");
    assert_eq!(heard.responses(), []);
    until("the answer", || heard.responses().len() == 2).await;
    assert_eq!(heard.responses(), [Response::Ready, measured(41)]);
    assert_eq!(floats.length(), 0, "moved, not copied");
    let (_, buffers) = heard.last().expect("an answer");
    assert_eq!(buffers.floats(0).expect("floats").to_vec(), [1.0, -2.5, f32::MAX]);
    assert!(buffers.bytes(0).is_none() && buffers.floats(1).is_none());

    // Now that it listens, at once.
    let bytes = Payload::Bytes(Uint8Array::from([0, 127, 255].as_slice()));
    client.post(&request(42), &bytes).expect("sent");
    until("the next answer", || heard.responses().len() == 3).await;
    let (response, buffers) = heard.last().expect("an answer");
    assert_eq!(response, measured(42));
    assert_eq!(buffers.bytes(0).expect("bytes").to_vec(), [0, 127, 255]);
    // Moved already.
    assert!(client.post(&request(43), &bytes).is_err());
}

#[wasm_bindgen_test]
async fn a_dropped_client_hears_nothing_more() {
    let (client, heard) = play(ECHO);
    until("the worker", || heard.responses().len() == 1).await;
    let floats = Payload::Floats(Float32Array::new_with_length(1));
    client.post(&request(1), &floats).expect("sent");
    drop(client);
    gloo_timers::future::sleep(std::time::Duration::from_millis(100)).await;
    assert_eq!(heard.responses(), [Response::Ready]);
}

#[wasm_bindgen_test]
async fn what_can_not_be_read_is_a_failure_of_the_run() {
    for rubbish in ["'text'", "[]", "[{ Nonsense: {} }]", "[{ Measured: {} }]", "null"] {
        let script = format!("onmessage = () => postMessage({rubbish}); postMessage(['Ready']);");
        let (client, heard) = play(&script);
        let floats = Payload::Floats(Float32Array::new_with_length(1));
        client.post(&request(9), &floats).expect("sent");
        until("the failure", || heard.responses().len() == 2).await;
        let (last, _) = heard.last().expect("an answer");
        let failed = matches!(last, Response::Failed { run: 9, error: RunError::Internal(_) });
        assert!(failed, "{rubbish}: {last:?}");
    }
}

#[wasm_bindgen_test]
async fn a_script_that_is_not_there_and_one_that_throws_are_unreachable() {
    let starts: [fn() -> (EngineClient, Heard); 2] = [
        || play("throw new Error('broken');"),
        || listen(&["./no-such-worker.js"]).expect("the browser tries"),
    ];
    for start in starts {
        let (client, heard) = start();
        let floats = Payload::Floats(Float32Array::new_with_length(1));
        client.post(&request(9), &floats).expect("kept");
        until("the failure", || !heard.responses().is_empty()).await;
        let (last, _) = heard.last().expect("an answer");
        let failed = matches!(last, Response::Failed { run: 9, error: RunError::Unreachable(_) });
        assert!(failed, "{last:?}");
    }
}

#[wasm_bindgen_test]
async fn the_next_script_takes_over_from_one_that_does_not_load() {
    let broken = address("throw new Error('no such instruction');");
    let (client, heard) =
        listen(&[&broken, "./no-such-worker.js", &address(ECHO)]).expect("a worker");
    client.post(&request(3), &Payload::Floats(Float32Array::new_with_length(1))).expect("kept");
    until("the answer", || heard.responses().len() == 2).await;
    assert_eq!(heard.responses(), [Response::Ready, measured(3)]);
}

#[wasm_bindgen_test]
fn a_browser_with_relaxed_vectors_starts_the_build_that_has_them() {
    // Chromium has known them since 114.
    assert_eq!(worker_urls(), [RELAXED_WORKER_URL, WORKER_URL]);
}
