//! The input: what the write-up's preprocessing makes of the photograph, by a worker of its own.

use std::rc::Rc;

use js_sys::{Float32Array, Uint8Array};
use yew::prelude::*;

use crate::arch::Size;
use crate::engine::CropRectangle;
use crate::worker::client::{Buffers, EngineClient, Payload, worker_urls};
use crate::worker::{Request, Response, RunError};

use super::decode::Photo;

#[derive(Debug)]
pub struct Input {
    /// The photograph it was made of.
    pub photo: Rc<Photo>,
    pub size: Size,
    /// The part of the photograph that was kept.
    pub rectangle: CropRectangle,
    /// The crop, RGBA.
    pub crop: Uint8Array,
    /// The normalised tensor, 3 × height × width.
    pub tensor: Float32Array,
}

/// The state of the input.
#[derive(Clone, Default)]
pub struct InputState {
    number: u32,
    asked: Option<(Rc<Photo>, Size)>,
    /// The input, if it is there.
    pub input: Option<Rc<Input>>,
    pub error: Option<RunError>,
}

impl PartialEq for InputState {
    fn eq(&self, other: &Self) -> bool {
        let same = match (&self.input, &other.input) {
            (Some(a), Some(b)) => Rc::ptr_eq(a, b),
            (None, None) => true,
            _ => false,
        };
        same && self.number == other.number && self.error == other.error
    }
}

/// The actions on the state of the input.
pub struct InputAction {
    /// Number of the preprocessing it belongs to.
    number: u32,
    event: InputEvent,
}

enum InputEvent {
    Asked { photo: Rc<Photo>, size: Size },
    Made { rectangle: CropRectangle, tensor: Float32Array, crop: Uint8Array },
    Failed(RunError),
}

impl Reducible for InputState {
    type Action = InputAction;

    fn reduce(self: Rc<Self>, InputAction { number, event }: InputAction) -> Rc<Self> {
        match event {
            InputEvent::Asked { photo, size } => {
                // The last input is shown until the next is there, unless it is of another photograph.
                let input = self.input.clone().filter(|input| Rc::ptr_eq(&input.photo, &photo));
                Rc::new(Self { number, asked: Some((photo, size)), input, error: None })
            }
            // A reply for an older photograph or size is dropped.
            _ if number != self.number => self,
            InputEvent::Made { rectangle, tensor, crop } => {
                let Some((photo, size)) = self.asked.clone() else {
                    return self;
                };
                let input = Input { photo, size, rectangle, crop, tensor };
                Rc::new(Self { input: Some(Rc::new(input)), ..(*self).clone() })
            }
            InputEvent::Failed(error) => {
                Rc::new(Self { input: None, error: Some(error), ..(*self).clone() })
            }
        }
    }
}

fn heard(response: Response, buffers: &Buffers) -> Option<InputAction> {
    let number = response.run()?;
    let event = match response {
        Response::Preprocessed { rectangle, .. } => {
            InputEvent::Made { rectangle, tensor: buffers.floats(0)?, crop: buffers.bytes(1)? }
        }
        Response::Failed { error, .. } => InputEvent::Failed(error),
        _ => return None,
    };
    Some(InputAction { number, event })
}

/// Keeps the input in step with photograph and size, while the view is open.
#[hook]
pub fn use_input(photo: Option<Rc<Photo>>, size: Size, open: bool) -> Rc<InputState> {
    let state = use_reducer_eq(InputState::default);
    let client = use_mut_ref(|| None::<EngineClient>);
    let dispatcher = state.dispatcher();
    let identity = photo.as_ref().map(|photo| photo.url.clone());
    let number = state.number + 1;
    // A failure may have killed the worker, so the next request gets a new one.
    let failed = state.error.is_some();
    let current = state.asked.as_ref().is_some_and(|(asked, asked_size)| {
        *asked_size == size && photo.as_ref().is_some_and(|photo| Rc::ptr_eq(photo, asked))
    });
    use_effect_with((identity, size, open, current), move |(_, size, open, current)| {
        let Some(photo) = photo.filter(|_| *open && !*current) else {
            return;
        };
        let request = Request::Preprocess {
            run: number,
            image_width: photo.width,
            image_height: photo.height,
            height: u32::try_from(size.height).unwrap_or(u32::MAX),
            width: u32::try_from(size.width).unwrap_or(u32::MAX),
        };
        // The photograph stays on the page: a copy goes to the worker.
        let pixels = photo.pixels.slice(0, photo.pixels.length());
        dispatcher
            .dispatch(InputAction { number, event: InputEvent::Asked { photo, size: *size } });
        let mut client = client.borrow_mut();
        let spawned = client.take().filter(|_| !failed).map_or_else(
            || {
                let dispatcher = dispatcher.clone();
                EngineClient::spawn(worker_urls(), move |response, buffers| {
                    if let Some(action) = heard(response, &buffers) {
                        dispatcher.dispatch(action);
                    }
                })
            },
            Ok,
        );
        let posted = spawned.and_then(|running| {
            let posted = running.post(&request, &Payload::Bytes(pixels));
            *client = Some(running);
            posted
        });
        if let Err(error) = posted {
            dispatcher.dispatch(InputAction { number, event: InputEvent::Failed(error) });
        }
    });
    Rc::new((*state).clone())
}
