//! A pool of real workers: each runs the engine of this very test.

use std::cell::RefCell;
use std::rc::Rc;
use std::time::Duration;

use gloo_timers::future::sleep;
use inception_explorer::arch::{Form, Inception, InceptionFields, Size};
use inception_explorer::engine::{BatchNorm, Projection, Region, Tensor, Workload, memory};
use inception_explorer::worker::pool::Pool;
use inception_explorer::worker::{
    Event, ForwardSpec, PlainSpec, RunError, WorkloadOutput, WorkloadSpec, serve,
};
use js_sys::Float32Array;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_test::wasm_bindgen_test;

use crate::engine::address;
use crate::whole_image::{channel_statistics, run_workload, seeded};

/// What a worker's script calls.
#[wasm_bindgen]
pub fn serve_engine() {
    serve::start();
}

/// The engine between two pieces of JavaScript.
fn script(before: &str, after: &str) -> String {
    let origin = web_sys::window().expect("a window").location().origin().expect("an origin");
    let test = format!("{origin}/wasm-bindgen-test");
    address(&format!(
        "import init, {{ serve_engine }} from '{test}';
        await init({{ module_or_path: '{test}_bg.wasm' }});
        {before}
        serve_engine();
        {after}"
    ))
}

type Output = WorkloadOutput<Float32Array>;
type Heard = Vec<(u32, Event<Float32Array>)>;

/// A pool and its events.
struct Watched {
    pool: Pool,
    events: Rc<RefCell<Heard>>,
}

impl Watched {
    fn new(workers: usize, url: &str) -> Self {
        let events = Rc::new(RefCell::new(Vec::new()));
        let heard = events.clone();
        let pool =
            Pool::new(&[url], workers, move |run, event| heard.borrow_mut().push((run, event)));
        Self { pool, events }
    }

    fn begin(&self, run: u32, spec: &ForwardSpec) {
        self.begin_in(run, spec, Vec::new());
    }

    fn begin_in(&self, run: u32, spec: &ForwardSpec, used: Vec<Float32Array>) {
        self.events.borrow_mut().clear();
        let image = Float32Array::from(image(spec).data());
        self.pool.begin(run, spec.clone(), image, used);
    }

    async fn until(&self, what: &str, holds: impl Fn(&Event<Float32Array>) -> bool) {
        for _ in 0..6000 {
            if self.events.borrow().iter().any(|(_, event)| holds(event)) {
                return;
            }
            sleep(Duration::from_millis(10)).await;
        }
        panic!("waited in vain: {what}; heard {:?}", self.events.borrow());
    }

    /// Runs to the end: the output, and the bytes of all workers.
    async fn run(&self, run: u32, spec: &ForwardSpec, used: Vec<Float32Array>) -> (Output, f64) {
        self.begin_in(run, spec, used);
        self.until("the end", |event| matches!(event, Event::Done { .. } | Event::Failed(_))).await;
        let events = std::mem::take(&mut *self.events.borrow_mut());
        let (mut output, mut bytes) = (None, 0.0);
        for (of, event) in events {
            assert_eq!(of, run);
            match event {
                Event::Output(made) => output = Some(made),
                Event::Done { memory } => bytes = memory,
                Event::Failed(error) => panic!("{error}"),
                Event::Progress { .. } | Event::Plain { .. } => {}
            }
        }
        (output.expect("an output"), bytes)
    }
}

fn spec(widths: [u64; 6], side: u32, batch_norm: BatchNorm) -> ForwardSpec {
    let workload = WorkloadSpec::of_module(&module(InceptionFields::new(3, widths)));
    ForwardSpec { workload, height: side, width: side, seed: 1, batch_norm, plain: Vec::new() }
}

/// Small; its rows are shared.
const ROWS: InceptionFields =
    InceptionFields { form: Form::Naive, ..InceptionFields::new(16, [4, 0, 256, 0, 8, 4]) };
/// Small; its channels are shared.
const CHANNELS: InceptionFields = InceptionFields::new(5, [4, 32, 64, 4, 8, 4]);

/// Small, and worth two workers, which share its rows: a branch that is a pool alone is not cut by its
/// channels.
fn small(batch_norm: BatchNorm) -> ForwardSpec {
    of_fields(ROWS, batch_norm)
}

fn of_fields(fields: InceptionFields, batch_norm: BatchNorm) -> ForwardSpec {
    let workload = WorkloadSpec::of_module(&module(fields));
    ForwardSpec { workload, ..spec([1; 6], 64, batch_norm) }
}

fn module(fields: InceptionFields) -> Inception {
    Inception::new(fields).expect("it is valid")
}

fn size(spec: &ForwardSpec) -> Size {
    Size { height: spec.height.into(), width: spec.width.into() }
}

fn image(spec: &ForwardSpec) -> Tensor {
    let shape = size(spec).with_channels(3);
    let values = (0..shape.numel().expect("few")).map(|i| ((i * 37 + 11) % 101) as f32 / 50.0);
    Tensor::from_image(shape, values.collect()).expect("it fits")
}

/// The output as one tensor.
fn assembled(output: &Output) -> Vec<f32> {
    let small = |number: u64| u32::try_from(number).expect("a small number");
    let parts = (0..output.shape.channels).flat_map(|channel| {
        let bands = output.bands.iter();
        bands.filter(move |band| band.region.channels.contains(&channel)).flat_map(move |band| {
            let Region { channels, rows } = &band.region;
            let plane = small((rows.end - rows.start) * output.shape.width);
            let first = small(channel - channels.start) * plane;
            band.values.subarray(first, first + plane).to_vec()
        })
    });
    parts.collect()
}

fn is_whole(output: &Output) -> bool {
    let values: u32 = output.bands.iter().map(|band| band.values.length()).sum();
    output.shape.numel() == Some(values.into())
}

#[wasm_bindgen_test]
async fn workers_give_what_one_engine_gives() {
    let watched = Watched::new(2, &script("", ""));
    let mut used = Vec::new();
    let norms = [BatchNorm::Running, BatchNorm::Batch];
    let cases = [ROWS, CHANNELS].into_iter().flat_map(|fields| norms.map(|norm| (fields, norm)));
    for (run, (fields, norm)) in (1..).zip(cases) {
        let spec = of_fields(fields, norm);
        let workload = Workload::of_module(&module(fields));
        let weights = seeded(&workload, spec.seed);
        let projection = Projection::new(workload.in_channels, size(&spec)).expect("it fits");
        let input = projection.run(&image(&spec), &(0..64)).expect("it fits");
        let expected = run_workload(&workload, &weights, &input, norm).expect("it runs");

        let (output, bytes) = watched.run(run, &spec, used).await;
        assert!(output.bands.len() == 2 && output.workers == 2 && output.projected && bytes > 1e6);
        assert_eq!(output.shape, expected.shape());
        for (given, expected) in assembled(&output).iter().zip(expected.data()) {
            let allowed = if norm == BatchNorm::Running { 0.0 } else { 1e-5 };
            assert!((given - expected).abs() <= allowed, "{given} for {expected}");
        }
        let expected = channel_statistics(&expected);
        for (given, expected) in output.statistics.iter().zip(expected) {
            assert!((given.max - expected.max).abs() < 1e-5, "{given:?} for {expected:?}");
            assert!((given.mean - expected.mean).abs() < 1e-5, "{given:?} for {expected:?}");
        }
        // The next run makes its output in the memory of this one.
        used = output.bands.into_iter().map(|band| band.values).collect();
    }
    assert!(used.iter().all(|values| values.length() > 0));
}

#[wasm_bindgen_test]
async fn memory_of_an_output_that_nobody_looks_at_is_used_again() {
    let watched = Watched::new(2, &script("", ""));
    let spec = small(BatchNorm::Running);
    let (first, _) = watched.run(1, &spec, Vec::new()).await;
    let expected = assembled(&first);
    let used: Vec<_> = first.bands.into_iter().map(|band| band.values).collect();
    let (second, _) = watched.run(2, &spec, used.clone()).await;
    assert!(used.iter().all(|values| values.length() == 0), "they were moved");
    assert!(assembled(&second) == expected);
}

#[wasm_bindgen_test]
async fn a_run_is_cancelled_at_once_and_the_next_is_whole() {
    for norm in [BatchNorm::Running, BatchNorm::Batch] {
        let watched = Watched::new(4, &script("", ""));
        watched.begin(1, &spec([512; 6], 256, norm));
        watched.until("a beginning", |event| matches!(event, Event::Progress { .. })).await;
        let now = || web_sys::window().expect("a window").performance().expect("a clock").now();
        let start = now();
        watched.pool.cancel();
        let took = now() - start;
        assert!(took < 100.0, "{took} ms by {norm:?}");
        watched.events.borrow_mut().clear();
        sleep(Duration::from_millis(300)).await;
        assert!(watched.events.borrow().is_empty(), "{:?}", watched.events.borrow());
        let (output, _) = watched.run(2, &small(norm), Vec::new()).await;
        assert!(is_whole(&output));
    }
}

#[wasm_bindgen_test]
async fn a_worker_that_dies_is_replaced() {
    // The first to start dies of the last of so many tasks: of its band, of its norm. The one in its place
    // finds that it isn't the first.
    for (norm, life) in [(BatchNorm::Running, 1), (BatchNorm::Batch, 1), (BatchNorm::Batch, 2)] {
        let url = script(
            &format!(
                "const name = '{norm:?} {life} {}';
                // Two that start at once must not both be the first.
                const first = await navigator.locks.request(name, async () => {{
                    const cache = await caches.open(name);
                    if (await cache.match(`${{origin}}/dead`)) return false;
                    await cache.put(`${{origin}}/dead`, new Response());
                    return true;
                }});",
                js_sys::Date::now(),
            ),
            &format!(
                "const engine = self.onmessage;
                let tasks = 0;
                self.onmessage = (event) => {{
                    if (first && event.data[0].Band && ++tasks == {life}) throw new Error('dead');
                    engine(event);
                }};"
            ),
        );
        let (output, _) = Watched::new(2, &url).run(1, &small(norm), Vec::new()).await;
        assert!(is_whole(&output));
    }
}

#[wasm_bindgen_test]
async fn a_band_that_kills_its_workers_is_reported() {
    let deadly = script("", "self.onmessage = () => { throw new Error('dead'); };");
    for url in [deadly.as_str(), "./no-such-worker.js"] {
        let watched = Watched::new(2, url);
        watched.begin(1, &small(BatchNorm::Batch));
        watched.until("the failure", |event| matches!(event, Event::Failed(_))).await;
        let events = watched.events.borrow();
        let last = events.last().map(|(_, event)| event);
        assert!(matches!(last, Some(Event::Failed(RunError::Unreachable(_)))), "{last:?}");
    }
}

#[wasm_bindgen_test]
async fn what_can_not_run_starts_no_worker() {
    let watched = Watched::new(2, "./no-such-worker.js");
    let plain = vec![PlainSpec { kernel_size: 11, out_channels: 16_384 }];
    let huge = ForwardSpec { plain, ..spec([4096; 6], 512, BatchNorm::Batch) };
    watched.begin(1, &huge);
    let events = watched.events.borrow();
    assert!(matches!(events[..], [(1, Event::Failed(RunError::TooMuchMemory { .. }))]));
}

/// The write-up's module on its photograph (in a debug build a matter of minutes).
#[wasm_bindgen_test]
#[cfg_attr(debug_assertions, ignore)]
async fn workers_take_little_more_memory_than_their_work() {
    for (workers, norm) in [1, 2, 4, 8, 16]
        .into_iter()
        .flat_map(|workers| [(workers, BatchNorm::Running), (workers, BatchNorm::Batch)])
    {
        let watched = Watched::new(workers, &script("", ""));
        let spec = spec([64, 96, 128, 16, 32, 32], 224, norm);
        let work = 4.0 * (f64::from(224 * 224 * (3 + 256)) + 124_016.0);
        let allowed = 1.6 * work + 32.0 * 1024.0 * 1024.0;
        let module = module(InceptionFields::new(3, [64, 96, 128, 16, 32, 32]));
        let workload = Workload::of_module(&module).keep_output(norm);
        let need = memory::forward(&workload, size(&spec), &[], workers as u64);
        let expected = need.and_then(|need| need.workload.of_workers()).expect("it can be counted");
        let expected = expected as f64;
        assert!(expected <= allowed);
        let mut used = Vec::new();
        for run in 1..=4 {
            let (output, bytes) = watched.run(run, &spec, used).await;
            let who = format!("{workers} workers, {norm:?}, run {run}");
            assert!(bytes <= expected, "{bytes} where {expected} were expected: {who}");
            // Of many workers on few cores some start too late to get anything.
            let least = if workers <= 4 { 0.7 * expected } else { 0.0 };
            assert!(bytes > least, "{bytes} where {expected} were expected: {who}");
            used = output.bands.into_iter().map(|band| band.values).collect();
        }
        if workers > 8 {
            continue;
        }
        // The plain convolutions beside it, as large.
        let plain = [3, 5].map(|kernel_size| PlainSpec { kernel_size, out_channels: 256 });
        let (_, bytes) = watched.run(5, &ForwardSpec { plain: plain.to_vec(), ..spec }, used).await;
        assert!(bytes <= allowed, "{bytes} for {allowed} with others by {workers} workers");
    }
}

#[wasm_bindgen_test]
#[cfg_attr(debug_assertions, ignore)]
async fn two_hundred_runs_take_no_more_memory_than_twenty() {
    let watched = Watched::new(4, &script("", ""));
    let mut used = Vec::new();
    let mut early = 0.0;
    for run in 1..=200 {
        let norm = if run % 2 == 0 { BatchNorm::Batch } else { BatchNorm::Running };
        let plain = vec![PlainSpec { kernel_size: 3, out_channels: 64 }];
        let (output, bytes) = watched.run(run, &ForwardSpec { plain, ..small(norm) }, used).await;
        early = if run <= 20 { bytes.max(early) } else { early };
        assert!(bytes <= early, "{bytes} in run {run}, {early} in the first twenty");
        used = output.bands.into_iter().map(|band| band.values).collect();
    }
}
