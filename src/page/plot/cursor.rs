//! A plot that is a slider: pointer and keys move its cursor.

use std::ops::RangeInclusive;

use web_sys::{Element, KeyboardEvent, PointerEvent};
use yew::prelude::*;

use crate::chart::Point;

use super::keys::slider_key;

/// The value under the pointer.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Hovered {
    pub value: u64,
    /// The pointer, in CSS pixels from the plot's upper left corner.
    pub at: Point,
}

/// What pointer and keys do with the cursor.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum CursorAction {
    /// It moves: the value is shown, without an undo step.
    Preview(u64),
    /// It has moved: one undo step.
    Commit(u64),
    /// The movement is abandoned.
    Abandon,
}

/// The attributes of a plot's element.
pub struct PlotElement {
    pub id: &'static str,
    pub class: Classes,
    /// The name of its cursor, for screen readers.
    pub label: AttrValue,
    /// The cursor's value in words, for screen readers.
    pub value_text: AttrValue,
}

/// A plot's cursor; [`Cursor::element`] renders the plot with its listeners.
#[derive(Clone)]
pub struct Cursor {
    /// The plot's element.
    pub plot: NodeRef,
    pub value: u64,
    pub range: RangeInclusive<u64>,
    /// How far Page keys move it.
    pub page: u64,
    /// The value at a point of the plot; `None` while the plot has no size.
    pub value_at: Callback<Point, Option<u64>>,
    /// Called with the value that a mouse hovers without dragging.
    pub onhover: Callback<Option<Hovered>>,
    /// Called when the cursor moves.
    pub onmove: Callback<CursorAction>,
    /// Whether a pointer drags; see [`use_cursor`].
    pub is_held: UseStateHandle<bool>,
}

/// The state of a cursor: whether a pointer drags it.
#[hook]
pub fn use_cursor() -> UseStateHandle<bool> {
    use_state_eq(|| false)
}

/// Where a pointer is, in CSS pixels from the upper left corner of `plot`. (The event's `current_target` is
/// the element at which Yew listens, not the plot.)
#[must_use]
pub fn pointer_at(plot: &NodeRef, event: &PointerEvent) -> Option<Point> {
    let bounds = plot.cast::<Element>()?.get_bounding_client_rect();
    let (x, y) = (f64::from(event.client_x()), f64::from(event.client_y()));
    Some((x - bounds.left(), y - bounds.top()))
}

impl Cursor {
    /// The plot: a slider for screen readers and keys, around `children`.
    pub fn element(&self, attributes: PlotElement, children: Html) -> Html {
        let PlotElement { id, class, label, value_text } = attributes;
        html! {
            <div ref={self.plot.clone()} {id} {class} tabindex="0" role="slider" aria-label={label} aria-valuetext={value_text}
                aria-valuemin={self.range.start().to_string()} aria-valuemax={self.range.end().to_string()}
                aria-valuenow={self.value.to_string()}
                onpointerdown={self.on(Self::press)} onpointermove={self.on(Self::motion)} onpointerup={self.on(Self::release)}
                onpointercancel={self.on(Self::cancel)} onpointerleave={self.on(Self::leave)}
                onkeydown={self.on(Self::key_down)} onkeyup={self.on(Self::key_up)}>
                { children }
            </div>
        }
    }

    /// A listener for one kind of event.
    fn on<E: 'static>(&self, listener: fn(&Self, &E)) -> Callback<E> {
        let cursor = self.clone();
        Callback::from(move |event| listener(&cursor, &event))
    }

    /// A button goes down: the cursor moves there and is dragged from now on.
    fn press(&self, event: &PointerEvent) {
        let Some(Hovered { value, .. }) = self.hovered(event).filter(|_| event.button() == 0)
        else {
            return;
        };
        if let Some(plot) = self.plot.cast::<Element>() {
            // Fails for a pointer that has been removed in the meantime.
            let _ = plot.set_pointer_capture(event.pointer_id());
        }
        self.is_held.set(true);
        self.onhover.emit(None);
        self.onmove.emit(CursorAction::Preview(value));
    }

    /// The pointer moves: it drags the cursor, or a mouse hovers a value.
    fn motion(&self, event: &PointerEvent) {
        match self.hovered(event) {
            Some(Hovered { value, .. }) if *self.is_held => {
                self.onmove.emit(CursorAction::Preview(value));
            }
            hovered => self.onhover.emit(hovered.filter(|_| event.pointer_type() == "mouse")),
        }
    }

    /// The button goes up: the drag is one step.
    fn release(&self, event: &PointerEvent) {
        if *self.is_held {
            self.is_held.set(false);
            let value = self.hovered(event).map_or(self.value, |hovered| hovered.value);
            self.onmove.emit(CursorAction::Commit(value));
        }
    }

    /// The browser takes the pointer for scrolling: the drag is abandoned.
    fn cancel(&self, _: &PointerEvent) {
        self.abandon();
    }

    /// The pointer leaves the plot.
    fn leave(&self, _: &PointerEvent) {
        self.onhover.emit(None);
    }

    /// Keys move the cursor as [`slider_key`] says; Escape gives a drag up. Keys with a modifier are the
    /// browser's.
    fn key_down(&self, event: &KeyboardEvent) {
        if event.alt_key() || event.ctrl_key() || event.meta_key() {
            return;
        }
        if let Some(value) = slider_key(&event.key(), self.value, &self.range, self.page) {
            event.prevent_default();
            // A key that is held down is one step, like a drag.
            let action = if event.repeat() { CursorAction::Preview } else { CursorAction::Commit };
            self.onmove.emit(action(value));
        } else if event.key() == "Escape" {
            self.abandon();
        }
    }

    /// A key goes up: commits what it previewed while it was held down.
    fn key_up(&self, event: &KeyboardEvent) {
        if slider_key(&event.key(), self.value, &self.range, self.page).is_some() {
            self.onmove.emit(CursorAction::Commit(self.value));
        }
    }

    fn abandon(&self) {
        if *self.is_held {
            self.is_held.set(false);
            self.onmove.emit(CursorAction::Abandon);
        }
    }

    fn hovered(&self, event: &PointerEvent) -> Option<Hovered> {
        let at = pointer_at(&self.plot, event)?;
        Some(Hovered { value: self.value_at.emit(at)?, at })
    }
}
