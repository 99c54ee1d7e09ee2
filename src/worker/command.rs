//! The commands of the [`Scheduler`](super::Scheduler) to the pool.

use std::rc::Rc;

use super::event::Event;
use super::message::Request;

/// One thing to do. `B` holds the values of a band.
#[derive(Debug)]
pub enum Command<B> {
    Start(usize),
    /// Terminate this worker, also while it is computing.
    Stop(usize),
    /// Send a request to a worker: `Open` with a copy of the image, `Band` with `numbers` and `buffer`.
    Post {
        worker: usize,
        request: Request,
        /// The moments of the whole image; none before they are known.
        numbers: Rc<[f64]>,
        /// The memory in which the band's values are returned.
        buffer: BandBuffer<B>,
    },
    /// Call the page with an event of the run of this number.
    Notify(u32, Event<B>),
}

/// Memory for the values of a band.
#[derive(Debug)]
pub enum BandBuffer<B> {
    /// Any memory for so many values; 0 where none are returned.
    New(u64),
    /// The measured values, which are sent with the request.
    Measured(B),
}
