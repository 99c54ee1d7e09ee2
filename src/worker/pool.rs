//! Workers that share a run: as many as there are cores.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_timers::callback::Interval;
use js_sys::{ArrayBuffer, Float32Array, Float64Array};

use super::client::{Buffers, EngineClient, Payload};
use super::crew::{Crew, Event, Order, Place};
use super::message::{ForwardSpec, Request, Response, RunError};

/// Workers at most: each has the weights and the image in its memory.
const MOST_WORKERS: usize = 16;

const TICK_MILLISECONDS: u32 = 1000;

/// Workers that this machine has cores for.
#[must_use]
pub fn cores() -> usize {
    let cores = web_sys::window().map_or(1.0, |window| window.navigator().hardware_concurrency());
    #[expect(clippy::cast_possible_truncation, clippy::cast_sign_loss, reason = "a cast saturates")]
    let cores = cores as usize;
    cores.clamp(1, MOST_WORKERS)
}

/// Runs forward passes, one at a time. Dropping it ends its workers.
pub struct Pool(Rc<Inner>);

impl std::fmt::Debug for Pool {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Pool").field("crew", &self.0.crew).finish_non_exhaustive()
    }
}

struct Inner {
    urls: Vec<String>,
    crew: RefCell<Crew<Float32Array>>,
    clients: RefCell<Vec<Option<EngineClient>>>,
    /// How often each has been replaced: what an ended worker has still sent is not heard.
    lives: Vec<Cell<u32>>,
    image: RefCell<Float32Array>,
    /// Memory of an output that nobody looks at any more.
    rooms: RefCell<Vec<ArrayBuffer>>,
    ticker: RefCell<Option<Interval>>,
    /// Whether orders are being carried out: what a listener asks for meanwhile comes after them.
    obeying: Cell<bool>,
    listener: Box<dyn Fn(u32, Event<Float32Array>)>,
}

impl Pool {
    /// At most `workers` workers, whose script is at the first of `urls` that loads (see
    /// [`worker_urls`](super::client::worker_urls)). None is started before a run asks for it. `listener`
    /// hears of each run, by its number.
    pub fn new(
        urls: &[&str],
        workers: usize,
        listener: impl Fn(u32, Event<Float32Array>) + 'static,
    ) -> Self {
        let workers = workers.max(1);
        Self(Rc::new(Inner {
            urls: urls.iter().map(ToString::to_string).collect(),
            crew: RefCell::new(Crew::new(workers)),
            clients: RefCell::new((0..workers).map(|_| None).collect()),
            lives: vec![Cell::new(0); workers],
            image: RefCell::new(Float32Array::new_with_length(0)),
            rooms: RefCell::default(),
            ticker: RefCell::default(),
            obeying: Cell::new(false),
            listener: Box::new(listener),
        }))
    }

    /// Begins run `number` on `image`, the normalised image (3 × height × width floats, which stay);
    /// one under way is cancelled. `used` are the values of an output that nobody looks at any more:
    /// their memory is used again where the new output's bands are as large, and let go where not.
    pub fn begin(
        &self,
        number: u32,
        spec: ForwardSpec,
        image: Float32Array,
        used: impl IntoIterator<Item = Float32Array>,
    ) {
        *self.0.image.borrow_mut() = image;
        *self.0.rooms.borrow_mut() = used.into_iter().map(|values| values.buffer()).collect();
        self.0.crew.borrow_mut().begin(number, spec);
        self.0.carry_out();
    }

    /// Gives up the run under way, which stops at once; nothing more is heard of it.
    pub fn cancel(&self) {
        self.0.crew.borrow_mut().cancel();
        self.0.carry_out();
    }
}

impl Inner {
    /// Does what the foreman orders.
    fn carry_out(self: &Rc<Self>) {
        if self.obeying.replace(true) {
            return;
        }
        loop {
            let orders = self.crew.borrow_mut().orders();
            if orders.is_empty() {
                break;
            }
            for order in orders {
                self.obey(order);
            }
        }
        self.obeying.set(false);
        let running = self.crew.borrow().is_running();
        let mut ticker = self.ticker.borrow_mut();
        if !running {
            *ticker = None;
            self.rooms.borrow_mut().clear();
        } else if ticker.is_none() {
            let pool = Rc::downgrade(self);
            *ticker = Some(Interval::new(TICK_MILLISECONDS, move || {
                if let Some(pool) = pool.upgrade() {
                    pool.crew.borrow_mut().tick();
                    pool.carry_out();
                }
            }));
        }
    }

    fn obey(self: &Rc<Self>, order: Order<Float32Array>) {
        match order {
            Order::Start(worker) => match self.start(worker) {
                Ok(client) => self.clients.borrow_mut()[worker] = Some(client),
                Err(error) => self.crew.borrow_mut().died(worker, error),
            },
            Order::Stop(worker) => {
                self.lives[worker].set(self.lives[worker].get() + 1);
                drop(self.clients.borrow_mut()[worker].take());
            }
            Order::Post { worker, request, numbers, place } => {
                let payload = self.payload(&request, &numbers, place);
                let posted = match &self.clients.borrow()[worker] {
                    Some(client) => client.post(&request, &payload),
                    None => Ok(()),
                };
                if let Err(error) = posted {
                    self.crew.borrow_mut().died(worker, error);
                }
            }
            Order::Say(run, event) => (self.listener)(run, event),
        }
    }

    fn start(self: &Rc<Self>, worker: usize) -> Result<EngineClient, RunError> {
        let urls: Vec<&str> = self.urls.iter().map(String::as_str).collect();
        let (pool, life) = (Rc::downgrade(self), self.lives[worker].get());
        EngineClient::spawn(&urls, move |response, buffers| {
            if let Some(pool) = Weak::upgrade(&pool).filter(|it| it.lives[worker].get() == life) {
                pool.hear(worker, response, &buffers);
            }
        })
    }

    fn hear(self: &Rc<Self>, worker: usize, response: Response, buffers: &Buffers) {
        let numbers = buffers.numbers(0).map_or_else(Vec::new, |numbers| numbers.to_vec());
        self.crew.borrow_mut().heard(worker, response, &numbers, buffers.floats(1));
        self.carry_out();
    }

    fn payload(&self, request: &Request, numbers: &[f64], place: Place<Float32Array>) -> Payload {
        match request {
            Request::Open { .. } => {
                let image = self.image.borrow();
                Payload::Floats(image.slice(0, image.length()))
            }
            Request::Band { .. } => {
                let room = match place {
                    Place::New(values) => self.room(values),
                    Place::Measured(values) => Some(values.buffer()),
                };
                Payload::Numbers(Float64Array::from(numbers), room)
            }
            _ => Payload::Nothing,
        }
    }

    /// Memory of just so many values, if there is any.
    fn room(&self, values: u64) -> Option<ArrayBuffer> {
        let mut rooms = self.rooms.borrow_mut();
        let bytes = values * size_of::<f32>() as u64;
        let fits = |room: &ArrayBuffer| u64::from(room.byte_length()) == bytes;
        let place = rooms.iter().position(|room| bytes > 0 && fits(room))?;
        Some(rooms.swap_remove(place))
    }
}
