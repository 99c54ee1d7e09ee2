//! The pool that shares the page's runs among workers (`src/page/forward/run.rs`), with promises in the
//! place of components.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use inception_explorer::engine::Region;
use inception_explorer::worker::client::worker_urls;
use inception_explorer::worker::pool::{Pool, cores};
use inception_explorer::worker::{
    Event, ForwardSpec, OutputBand, RELAXED_WORKER_URL, WorkloadOutput,
};
use js_sys::{Array, Error, Float32Array, Promise, PromiseWithResolvers};
use wasm_bindgen::prelude::*;

/// Runs one workload, again and again, on the workers that the site ships.
#[wasm_bindgen]
pub struct Engine {
    pool: Pool,
    forward: ForwardSpec,
    runs: Cell<u32>,
    line: Rc<Line>,
}

/// What is awaited of the run under way, and what the runs have made.
struct Line {
    output: RefCell<PromiseWithResolvers>,
    rest: RefCell<PromiseWithResolvers>,
    outputs: RefCell<Outputs>,
}

#[derive(Default)]
struct Outputs {
    /// The one that can be read.
    last: Option<WorkloadOutput<Float32Array>>,
    /// The one before, whose memory is given back.
    used: Option<WorkloadOutput<Float32Array>>,
}

#[wasm_bindgen]
impl Engine {
    /// For runs of `forward` (a `ForwardSpec`) by at most `threads` workers, of which the page takes as many as
    /// it has use for. The worker's scripts come from the site at `site`.
    ///
    /// # Errors
    /// When `forward` can't be read.
    #[wasm_bindgen(constructor)]
    pub fn new(site: &str, threads: usize, forward: JsValue) -> Result<Self, JsValue> {
        let forward = serde_wasm_bindgen::from_value(forward)?;
        let urls: Vec<String> = worker_urls().iter().map(|url| format!("{site}{url}")).collect();
        let urls: Vec<&str> = urls.iter().map(String::as_str).collect();
        let line = Rc::new(Line {
            output: RefCell::new(Promise::with_resolvers()),
            rest: RefCell::new(Promise::with_resolvers()),
            outputs: RefCell::default(),
        });
        let listener = line.clone();
        let pool = Pool::new(&urls, threads.min(cores()), move |_, event| listener.hear(event));
        Ok(Self { pool, forward, runs: Cell::new(0), line })
    }

    /// What it is called in the tables: by the worker that this browser gets.
    pub fn name() -> String {
        let relaxed = worker_urls().contains(&RELAXED_WORKER_URL);
        if relaxed { "ours, relaxed SIMD" } else { "ours" }.to_owned()
    }

    /// Begins a run on `image`; promises the milliseconds that the engine says it computed each branch for,
    /// once all of its output can be read.
    pub fn run(&self, image: Float32Array) -> Promise {
        let output = Promise::with_resolvers();
        let promise = output.promise();
        *self.line.output.borrow_mut() = output;
        *self.line.rest.borrow_mut() = Promise::with_resolvers();
        self.runs.set(self.runs.get() + 1);
        let used = self.line.outputs.borrow_mut().used.take();
        let used = used.into_iter().flat_map(|output| output.bands).map(|band| band.values);
        self.pool.begin(self.runs.get(), self.forward.clone(), image, used);
        promise
    }

    /// Promises that the workers have let go of the last run: another that began before would cancel it.
    pub fn rest(&self) -> Promise {
        self.line.rest.borrow().promise()
    }

    /// A copy of the last run's output, channels × rows × columns; empty where there is none.
    pub fn planes(&self) -> Float32Array {
        let outputs = self.line.outputs.borrow();
        outputs.last.as_ref().map_or_else(|| Float32Array::new_with_length(0), assembled)
    }
}

impl Line {
    fn hear(&self, event: Event<Float32Array>) {
        // What a promise's own functions return says nothing.
        match event {
            Event::Output(output) => {
                let times = output.branches.iter().map(|branch| branch.milliseconds);
                let inside: Array = times.map(JsValue::from).collect();
                let mut outputs = self.outputs.borrow_mut();
                outputs.used = outputs.last.replace(output);
                let _ = self.output.borrow().resolve().call1(&JsValue::UNDEFINED, &inside);
            }
            Event::Done { .. } => {
                let _ = self.rest.borrow().resolve().call0(&JsValue::UNDEFINED);
            }
            Event::Failed(error) => {
                let error = Error::new(&error.to_string()).into();
                let _ = self.output.borrow().reject().call1(&JsValue::UNDEFINED, &error);
            }
            Event::Progress { .. } | Event::Plain { .. } => {}
        }
    }
}

/// An output's bands as one array.
fn assembled(output: &WorkloadOutput<Float32Array>) -> Float32Array {
    // An output of more values would not fit into the memory that a run may take.
    let small = |number: u64| u32::try_from(number).unwrap_or(u32::MAX);
    let [channels, height, width] =
        [output.shape.channels, output.shape.height, output.shape.width].map(small);
    let planes = Float32Array::new_with_length(channels * height * width);
    for OutputBand { region: Region { channels, rows }, values } in &output.bands {
        let plane = small(rows.end - rows.start) * width;
        for (index, channel) in channels.clone().map(small).enumerate() {
            let start = small(index as u64) * plane;
            let part = values.subarray(start, start + plane);
            planes.set(&part, (channel * height + small(rows.start)) * width);
        }
    }
    planes
}
