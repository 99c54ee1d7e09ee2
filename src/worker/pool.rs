//! A pool of workers that share a run: carries out the commands of the scheduler.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_timers::callback::Interval;
use js_sys::{ArrayBuffer, Float32Array, Float64Array};

use super::client::{Buffers, EngineClient, Payload};
use super::command::{BandBuffer, Command};
use super::error::RunError;
use super::event::Event;
use super::message::{Request, Response};
use super::scheduler::Scheduler;
use super::spec::ForwardSpec;

/// The largest pool: each worker has the weights and the image in its memory.
const MOST_WORKERS: usize = 16;

const TICK_MILLISECONDS: u32 = 1000;

/// The number of workers that this machine has cores for.
#[must_use]
pub fn cores() -> usize {
    let window = if cfg!(target_arch = "wasm32") { web_sys::window() } else { None };
    let cores = window.map_or(1.0, |window| window.navigator().hardware_concurrency());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
    let cores = cores as usize;
    cores.clamp(1, MOST_WORKERS)
}

/// Runs forward passes, one at a time. Dropping it terminates its workers.
pub struct Pool(Rc<Inner>);

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("scheduler", &self.0.scheduler).finish_non_exhaustive()
    }
}

struct Inner {
    urls: Vec<String>,
    scheduler: RefCell<Scheduler<Float32Array>>,
    clients: RefCell<Vec<Option<EngineClient>>>,
    /// How often each worker has been replaced: responses of a terminated worker are dropped.
    lives: Vec<Cell<u32>>,
    image: RefCell<Float32Array>,
    /// Memory of an output that is no longer shown.
    spares: RefCell<Vec<ArrayBuffer>>,
    ticker: RefCell<Option<Interval>>,
    /// Whether commands are being carried out: commands that a listener causes meanwhile come after them.
    busy: Cell<bool>,
    listener: Box<dyn Fn(u32, Event<Float32Array>)>,
}

impl Pool {
    /// At most `workers` workers, whose script is at the first of `urls` that loads (see
    /// [`worker_urls`](super::client::worker_urls)). None is started before a run asks for it. `listener`
    /// is called with the events of each run, by its number.
    pub fn new(
        urls: &[&str],
        workers: usize,
        listener: impl Fn(u32, Event<Float32Array>) + 'static,
    ) -> Self {
        let workers = workers.max(1);
        Self(Rc::new(Inner {
            urls: urls.iter().map(ToString::to_string).collect(),
            scheduler: RefCell::new(Scheduler::new(workers)),
            clients: RefCell::new((0..workers).map(|_| None).collect()),
            lives: vec![Cell::new(0); workers],
            image: RefCell::new(Float32Array::new_with_length(0)),
            spares: RefCell::default(),
            ticker: RefCell::default(),
            busy: Cell::new(false),
            listener: Box::new(listener),
        }))
    }

    /// Begins run `number` on `image`, the normalised image (3 × height × width floats, which stay);
    /// one under way is cancelled. `used` are the values of an output that is no longer shown: their memory is
    /// reused for bands of the same size, and freed otherwise.
    pub fn begin(
        &self,
        number: u32,
        spec: ForwardSpec,
        image: Float32Array,
        used: impl IntoIterator<Item = Float32Array>,
    ) {
        *self.0.image.borrow_mut() = image;
        *self.0.spares.borrow_mut() = used.into_iter().map(|values| values.buffer()).collect();
        self.0.scheduler.borrow_mut().begin(number, spec);
        self.0.carry_out();
    }

    /// Cancels the run under way, which stops at once; no event of it follows.
    pub fn cancel(&self) {
        self.0.scheduler.borrow_mut().cancel();
        self.0.carry_out();
    }
}

impl Inner {
    /// Carries out the commands of the scheduler.
    fn carry_out(self: &Rc<Self>) {
        if self.busy.replace(true) {
            return;
        }
        loop {
            let commands = self.scheduler.borrow_mut().commands();
            if commands.is_empty() {
                break;
            }
            for command in commands {
                self.execute(command);
            }
        }
        self.busy.set(false);
        let running = self.scheduler.borrow().is_running();
        let mut ticker = self.ticker.borrow_mut();
        if !running {
            *ticker = None;
            self.spares.borrow_mut().clear();
        } else if ticker.is_none() {
            let pool = Rc::downgrade(self);
            *ticker = Some(Interval::new(TICK_MILLISECONDS, move || {
                if let Some(pool) = pool.upgrade() {
                    pool.scheduler.borrow_mut().tick();
                    pool.carry_out();
                }
            }));
        }
    }

    fn execute(self: &Rc<Self>, command: Command<Float32Array>) {
        match command {
            Command::Start(worker) => match self.start(worker) {
                Ok(client) => self.clients.borrow_mut()[worker] = Some(client),
                Err(error) => self.scheduler.borrow_mut().died(worker, error),
            },
            Command::Stop(worker) => {
                self.lives[worker].set(self.lives[worker].get() + 1);
                drop(self.clients.borrow_mut()[worker].take());
            }
            Command::Post { worker, request, numbers, buffer } => {
                let payload = self.payload(&request, &numbers, buffer);
                let posted = match &self.clients.borrow()[worker] {
                    Some(client) => client.post(&request, &payload),
                    None => Ok(()),
                };
                if let Err(error) = posted {
                    self.scheduler.borrow_mut().died(worker, error);
                }
            }
            Command::Notify(run, event) => (self.listener)(run, event),
        }
    }

    fn start(self: &Rc<Self>, worker: usize) -> Result<EngineClient, RunError> {
        let urls: Vec<&str> = self.urls.iter().map(String::as_str).collect();
        let (pool, life) = (Rc::downgrade(self), self.lives[worker].get());
        EngineClient::spawn(&urls, move |response, buffers| {
            if let Some(pool) = Weak::upgrade(&pool).filter(|it| it.lives[worker].get() == life) {
                pool.receive(worker, response, &buffers);
            }
        })
    }

    fn receive(self: &Rc<Self>, worker: usize, response: Response, buffers: &Buffers) {
        let numbers = buffers.numbers(0).map_or_else(Vec::new, |numbers| numbers.to_vec());
        self.scheduler.borrow_mut().receive(worker, response, &numbers, buffers.floats(1));
        self.carry_out();
    }

    fn payload(
        &self,
        request: &Request,
        numbers: &[f64],
        buffer: BandBuffer<Float32Array>,
    ) -> Payload {
        match request {
            Request::Open { .. } => {
                let image = self.image.borrow();
                Payload::Floats(image.slice(0, image.length()))
            }
            Request::Band { .. } => {
                let memory = match buffer {
                    BandBuffer::New(values) => self.take_spare(values),
                    BandBuffer::Measured(values) => Some(values.buffer()),
                };
                Payload::Numbers(Float64Array::from(numbers), memory)
            }
            _ => Payload::Nothing,
        }
    }

    /// Spare memory of exactly `values` values, if there is any.
    fn take_spare(&self, values: u64) -> Option<ArrayBuffer> {
        let mut spares = self.spares.borrow_mut();
        let bytes = values * size_of::<f32>() as u64;
        let fits = |spare: &ArrayBuffer| u64::from(spare.byte_length()) == bytes;
        let index = spares.iter().position(|spare| bytes > 0 && fits(spare))?;
        Some(spares.swap_remove(index))
    }
}
