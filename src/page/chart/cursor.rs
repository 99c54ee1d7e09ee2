//! The chart's cursor, which is the input-channels slider: pointer and keys.

use std::rc::Rc;

use web_sys::{Element, KeyboardEvent, PointerEvent};
use yew::prelude::*;

use crate::arch::Field;
use crate::chart::{Axes, Figure};
use crate::page::store::{Dispatch, StoreAction};
use crate::state::Action;

/// Where a pointer is on the chart.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Spot {
    /// The channels it means.
    pub channels: u64,
    /// Its place, in CSS pixels from the chart's upper left corner.
    pub place: (f64, f64),
}

/// What a pointer is doing.
#[derive(Clone)]
pub struct Pointer {
    /// Where it hovers.
    pub hovered: UseStateHandle<Option<Spot>>,
    /// While it drags: the axes as they were when it began, so that the same pixel stays the same count.
    pub held: UseStateHandle<Option<Axes>>,
}

/// A pointer that does nothing yet.
#[hook]
pub fn use_pointer() -> Pointer {
    Pointer { hovered: use_state_eq(|| None), held: use_state_eq(|| None) }
}

impl Pointer {
    /// Where it hovers, unless it drags.
    #[must_use]
    pub fn spot(&self) -> Option<Spot> {
        self.hovered.filter(|_| self.held.is_none())
    }
}

/// All that moving the cursor needs to know.
#[derive(Clone)]
pub struct Cursor {
    /// The pointer.
    pub pointer: Pointer,
    /// The chart's element.
    pub plot: NodeRef,
    /// What is drawn, once the chart has a size.
    pub figure: Option<Rc<Figure>>,
    /// The present input channels.
    pub channels: u64,
    /// Where the changes go.
    pub dispatch: Dispatch,
}

impl Cursor {
    /// A listener for one kind of event.
    #[must_use]
    pub fn on<E: 'static>(&self, hear: fn(&Self, &E)) -> Callback<E> {
        let cursor = self.clone();
        Callback::from(move |event| hear(&cursor, &event))
    }

    /// A button goes down: the cursor comes, and is held.
    pub fn press(&self, event: &PointerEvent) {
        let Some(spot) = self.spot(event).filter(|_| event.button() == 0) else { return };
        let axes = self.figure.as_ref().map(|figure| figure.scene.axes);
        if let Some(plot) = self.plot.cast::<Element>() {
            // A pointer that has gone meanwhile can't be captured, and needn't be.
            let _ = plot.set_pointer_capture(event.pointer_id());
        }
        self.pointer.held.set(axes);
        self.set(spot.channels, StoreAction::preview);
    }

    /// The pointer moves: so does a cursor that is held; a mouse shows the values under it.
    pub fn motion(&self, event: &PointerEvent) {
        let spot = self.spot(event);
        match spot {
            Some(spot) if self.pointer.held.is_some() => {
                self.set(spot.channels, StoreAction::preview);
            }
            _ => self.pointer.hovered.set(spot.filter(|_| event.pointer_type() == "mouse")),
        }
    }

    /// The button goes up: the drag is one step.
    pub fn release(&self, event: &PointerEvent) {
        if self.pointer.held.is_some() {
            self.pointer.held.set(None);
            self.set(
                self.spot(event).map_or(self.channels, |spot| spot.channels),
                StoreAction::commit,
            );
        }
    }

    /// The browser takes the pointer away, to scroll: nothing was meant.
    pub fn lose(&self, _: &PointerEvent) {
        if self.pointer.held.is_some() {
            self.pointer.held.set(None);
            self.dispatch.dispatch(StoreAction::Abandon);
        }
    }

    /// The pointer leaves the chart.
    pub fn leave(&self, _: &PointerEvent) {
        self.pointer.hovered.set(None);
    }

    /// Arrows step by one, Page keys by 32, Home and End go to the ends.
    pub fn key(&self, event: &KeyboardEvent) {
        // Those with a modifier are the browser's.
        if event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        let limits = Field::InChannels.limits();
        let channels = match event.key().as_str() {
            "ArrowRight" | "ArrowUp" => self.channels + 1,
            "ArrowLeft" | "ArrowDown" => self.channels.saturating_sub(1),
            "PageUp" => self.channels + 32,
            "PageDown" => self.channels.saturating_sub(32),
            "Home" => limits.min,
            "End" => limits.max,
            _ => return,
        };
        event.prevent_default();
        // A key that is held is one step, like a drag.
        let step = if event.repeat() { StoreAction::preview } else { StoreAction::commit };
        self.set(limits.clamp(channels), step);
    }

    /// A key goes up: what it moved while it was held is done.
    pub fn settle(&self, _: &KeyboardEvent) {
        self.set(self.channels, StoreAction::commit);
    }

    fn set(&self, channels: u64, step: fn(Action) -> StoreAction) {
        self.dispatch.dispatch(step(Action::Set(Field::InChannels, channels)));
    }

    /// Where an event is. Its own `current_target` is the page's root, where Yew listens.
    fn spot(&self, event: &PointerEvent) -> Option<Spot> {
        let bounds = self.plot.cast::<Element>()?.get_bounding_client_rect();
        let x = f64::from(event.client_x()) - bounds.left();
        let y = f64::from(event.client_y()) - bounds.top();
        Some(Spot { channels: self.figure.as_ref()?.layout.channels_at(x), place: (x, y) })
    }
}
